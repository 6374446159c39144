"""The prefixes of namespaces: any will do in XML, PACs want those that the SAT prescribes."""

from lxml import etree

from .addenda import ADDENDA
from .errors import PrefixDoubt
from .schema_names import PREFIX_OF_URI


def doubts(root):
    """Tell which namespaces of the SAT are written with a prefix that is not theirs.

    :param root: the ``cfdi:Comprobante`` element; its addenda may use any prefix
    :return: list of :class:`~.errors.PrefixDoubt`, one for each namespace and prefix
    """
    elements = [root]
    for child in root:
        if child.tag != ADDENDA:
            elements.extend(child.iter())
    used = {(element.prefix, etree.QName(element).namespace): None for element in elements}
    return [_doubt(prefix, PREFIX_OF_URI[uri]) for prefix, uri in used if prefix != PREFIX_OF_URI.get(uri, prefix)]


def _doubt(prefix, prescribed):
    spanish = f'el prefijo "{prefix}"' if prefix else "ningún prefijo"
    english = f'the prefix "{prefix}"' if prefix else "no prefix"
    return PrefixDoubt(
        es=(
            f'El espacio de nombres de "{prescribed}" lleva {spanish}; hay PAC que lo rechazan (CO1001 o 738).',
            f'Escriba sus elementos con el prefijo "{prescribed}".',
        ),
        en=(
            f'The namespace of "{prescribed}" has {english}; some PACs refuse it (CO1001 or 738).',
            f'Write its elements with the prefix "{prescribed}".',
        ),
    )
