"""What PACs answer with: a stamped CFDI, or the stamp alone."""

from lxml import etree

from ..domain.errors import CfdiError
from ..domain.reader import parse
from .pac import InDoubt, Stamped

_CFDI = "{http://www.sat.gob.mx/cfd/4}"
_TIMBRE = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"


def accept(sent, received, uuid, **answer):
    """Return the :class:`~.pac.Stamped` of an answer after a look at whose stamp it is.

    The seals are verified later, by the person who keeps the document (``domain.tfd.accept``).

    :param bytes sent: the sealed XML
    :param bytes received: the stamped XML
    :param str uuid: the UUID that the answer names beside the XML; empty when it names none
    :param answer: ``code``, ``message`` and ``raw`` of the answer
    :raise InDoubt: when it is unreadable, has no stamp, or the stamp is another document's
    """
    try:
        timbre = parse(received).find(f"{_CFDI}Complemento/{_TIMBRE}")
    except CfdiError as error:
        raise InDoubt(str(error), "unreadable", answer.get("raw", "")) from None
    if timbre is None:
        raise InDoubt("The stamped XML has no stamp.", "wrong_stamp", answer.get("raw", ""))
    stamped_uuid = timbre.get("UUID", "").upper()
    if timbre.get("SelloCFD") != parse(sent).get("Sello") or (uuid and uuid.upper() != stamped_uuid):
        raise InDoubt("The stamp is of another document.", "wrong_stamp", answer.get("raw", ""))
    return Stamped(xml=received, uuid=stamped_uuid, **answer)


def complete(sent, timbre):
    """Put a stamp that came alone into the document it belongs to and return the stamped XML.

    :param bytes sent: the sealed XML
    :param bytes timbre: the ``tfd:TimbreFiscalDigital`` element
    :raise InDoubt: when it is not XML
    """
    root = parse(sent)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        element = etree.fromstring(timbre, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InDoubt(f"The stamp is not XML: {error}", "unreadable") from None
    complement = root.find(f"{_CFDI}Complemento")
    if complement is None:
        complement = etree.Element(f"{_CFDI}Complemento", nsmap={"cfdi": _CFDI[1:-1]})
        addenda = root.find(f"{_CFDI}Addenda")
        root.insert(len(root) if addenda is None else root.index(addenda), complement)
    complement.append(element)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
