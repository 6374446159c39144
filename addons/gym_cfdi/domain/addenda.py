"""The addenda: what issuer and customer agree on, added after the seal, judged by no schema of the SAT."""

from .errors import AddendaNote
from .schema_names import qualified

ADDENDA = qualified("cfdi:Addenda")


def notes(root):
    """Return an :class:`~.errors.AddendaNote` when the addenda is not made of elements alone.

    :param root: the ``cfdi:Comprobante`` element
    """
    return [_note() for addenda in root.findall(ADDENDA) if not _is_of_elements(addenda)]


def _is_of_elements(addenda):
    texts = [addenda.text, *(child.tail for child in addenda)]
    return len(addenda) > 0 and not any(text and text.strip() for text in texts)


def _note():
    return AddendaNote(
        es=(
            "La Addenda está vacía o lleva texto suelto; el esquema del SAT la pide hecha de elementos.",
            "El CFDI vale igual; pida al emisor que ponga el texto dentro de un elemento.",
        ),
        en=(
            "The Addenda is empty or holds loose text; the SAT's schema wants it made of elements.",
            "The CFDI is valid all the same; ask the issuer to put the text within an element.",
        ),
    )
