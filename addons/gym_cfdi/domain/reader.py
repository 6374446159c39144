"""From the bytes of any CFDI 4.0 to :class:`~.model.Comprobante`.

What the schema allows is kept without loss; what it does not know (misspelt attributes, foreign elements outside
complements and addenda) is left out, for :mod:`.xsd` to report. White space in attributes is collapsed, as the schema
prescribes for all of them.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import MISSING, fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, get_args, get_type_hints

from lxml import etree

from . import model
from .cadena import collapse
from .errors import NamespaceDoubt, ReadError
from .schema_names import qualified

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_LOOSE = re.compile(r"^ | $|[\t\r\n]|  ")

# No entity is expanded, no file or address fetched: documents come from strangers
_SAFELY = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
}
_PARSER = etree.XMLParser(**_SAFELY)


def parse(data):
    """Parse untrusted bytes and return the ``cfdi:Comprobante`` element of a CFDI 4.0.

    :param bytes data: a whole XML document, in any encoding it declares
    :raise ReadError: when it is not XML, carries a DTD, or is not a CFDI 4.0
    """
    return parse_with_doubts(data)[0]


def parse_with_doubts(data):
    """Like :func:`parse`, and tell what of the namespaces had to be forgiven.

    The SAT's own portal delivers documents with ``xmlns:schemaLocation`` where ``xsi:schemaLocation`` is meant: that is
    well-formed XML with wrong namespaces, which neither cadena nor seal depend on.

    :return: the element, and a list of :class:`~.errors.NamespaceDoubt`
    """
    root, doubts = _parse_xml(data)
    if root.getroottree().docinfo.doctype:
        raise ReadError(
            es=("El XML lleva un DTD.", "Un CFDI no lo tiene: pida al emisor el XML original."),
            en=("The XML carries a DTD.", "A CFDI has none: ask the issuer for the original XML."),
        )
    if root.tag != qualified("cfdi:Comprobante") or root.get("Version") != "4.0":
        found = f"{etree.QName(root).localname} {root.get('Version') or root.get('version') or ''}".strip()
        raise ReadError(
            es=(f"El XML es {found}, no un CFDI 4.0.", "Solo se puede leer Comprobante versión 4.0."),
            en=(f"The XML is {found}, not a CFDI 4.0.", "Only Comprobante version 4.0 can be read."),
        )
    return root, doubts


def _parse_xml(data):
    try:
        return etree.fromstring(data, _PARSER), []
    except (etree.XMLSyntaxError, ValueError) as error:
        root, doubts = _forgive_namespaces(data)
        if root is None:
            raise ReadError(
                es=(f"El archivo no es XML: {error}.", "Pida al emisor el XML original."),
                en=(f"The file is not XML: {error}.", "Ask the issuer for the original XML."),
            ) from error
        return root, doubts


def _forgive_namespaces(data):
    """Parse what is XML but for its namespaces; return (``None``, []) when anything else is wrong with it."""
    parser = etree.XMLParser(recover=True, **_SAFELY)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, []
    if root is None or any(entry.domain != etree.ErrorDomains.NAMESPACE for entry in parser.error_log):
        return None, []
    return root, [_namespace_doubt(entry.message) for entry in parser.error_log]


def _namespace_doubt(message):
    return NamespaceDoubt(
        es=(
            f"Los espacios de nombres del XML están mal escritos: {message}. Algunos PAC lo rechazan.",
            "El sello vale igual; al emitir, declare las direcciones de los esquemas en xsi:schemaLocation.",
        ),
        en=(
            f"The namespaces of the XML are written wrongly: {message}. Some PACs refuse it.",
            "The seal holds all the same; when issuing, declare the addresses of schemas in xsi:schemaLocation.",
        ),
    )


def read(data):
    """Read a CFDI 4.0 of any type.

    :param bytes data: the XML
    :return: :class:`~.model.Comprobante`
    :raise ReadError: when it is not a CFDI 4.0, lacks something required or holds a malformed number or date
    """
    return read_element(parse(data))


def read_element(root):
    """Like :func:`read`, from what :func:`parse` returned."""
    return _read(root, model.Comprobante)


def parse_fragment(text):
    """Parse the XML of a :class:`~.model.RawXml`."""
    return etree.fromstring(text, _PARSER)


# --- Conversions -----------------------------------------------------------------------------------------------------


def _text(value):
    return collapse(value) if not value.isalnum() and _LOOSE.search(value) else value


def _decimal(value):
    text = _text(value)
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _integer(value):
    text = _text(value)
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _instant(value):
    text = _text(value)
    if not _INSTANT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


_CONVERSIONS = {str: _text, Decimal: _decimal, int: _integer, datetime: _instant}


# --- Reading by the declarations of the model ------------------------------------------------------------------------


class _Attribute(NamedTuple):
    field: str
    name: str
    convert: Callable[[str], Any]
    required: bool


class _Elements(NamedTuple):
    field: str
    path: str
    read: Callable[[Any], Any]
    many: bool
    required: bool


@cache
def _plan(cls):
    """How to fill ``cls``: its attributes, then its child elements."""
    hints = get_type_hints(cls)
    attributes, children = [], []
    for field in fields(cls):
        kinds = [kind for kind in get_args(hints[field.name]) or (hints[field.name],) if isinstance(kind, type)]
        required = field.default is MISSING
        declared = field.metadata
        if "attribute" in declared:
            attributes.append(_Attribute(field.name, declared["attribute"], _CONVERSIONS[kinds[0]], required))
        elif "values" in declared:
            child, name = declared["values"]
            children.append(_Elements(field.name, qualified(child), _value_reader(name), True, False))
        elif "raw" in declared:
            children.append(_Elements(field.name, f"{qualified(declared['raw'])}/*", _read_any, True, False))
        else:
            path = qualified(kinds[0].ELEMENT)
            if declared.get("within"):
                path = f"{qualified(declared['within'])}/{path}"
            children.append(_Elements(field.name, path, _reader(kinds[0]), "elements" in declared, required))
    return tuple(attributes), tuple(children)


def _read(element, cls):
    attributes, children = _plan(cls)
    arguments = {}
    for attribute in attributes:
        value = element.get(attribute.name)
        if value is not None:
            arguments[attribute.field] = _convert(element, attribute, value)
        elif attribute.required:
            raise _incomplete(element, attribute.name)
    if len(element):
        for child in children:
            if child.many:
                arguments[child.field] = tuple(map(child.read, element.iterfind(child.path)))
            elif (found := element.find(child.path)) is not None:
                arguments[child.field] = child.read(found)
    for child in children:
        if child.required and child.field not in arguments:
            raise _incomplete(element, etree.QName(child.path).localname)
    return cls(**arguments)


_EXPECTED = {
    _decimal: ("un número", "a number"),
    _integer: ("un número entero", "a whole number"),
    _instant: ("una fecha AAAA-MM-DDThh:mm:ss", "a date AAAA-MM-DDThh:mm:ss"),
}

_CODES = {"Comprobante/@Fecha": "CFDI40101"}


def _convert(element, attribute, value):
    try:
        return attribute.convert(value)
    except ValueError as error:
        where = f"{etree.QName(element).localname}/@{attribute.name}"
        es, en = _EXPECTED[attribute.convert]
        raise ReadError(
            es=(f'{where} = "{value}" no es {es}.', f"Corrija {where} y selle de nuevo el documento."),
            en=(f'{where} = "{value}" is not {en}.', f"Correct {where} and seal the document again."),
            code=_CODES.get(where),
        ) from error


def _incomplete(element, name):
    owner = etree.QName(element).localname
    return ReadError(
        es=(f"Al elemento {owner} le falta {name}.", f"Complete {owner} y selle de nuevo el documento."),
        en=(f"The element {owner} lacks {name}.", f"Complete {owner} and seal the document again."),
    )


def _reader(cls):
    return lambda element: _read(element, cls)


def _value_reader(name):
    def read_value(element):
        value = element.get(name)
        if value is None:
            raise _incomplete(element, name)
        return _text(value)

    return read_value


_TYPED = {qualified(cls.ELEMENT): cls for cls in (model.Pagos, model.ImpuestosLocales, model.TimbreFiscalDigital)}


def _read_any(element):
    """Read a complement or an addenda: typed when the model knows it, else kept as canonical XML."""
    cls = _TYPED.get(element.tag)
    if cls is not None:
        return _read(element, cls)
    return model.RawXml(tag=element.tag, xml=_canonical(element))


def _canonical(element):
    try:
        return etree.tostring(element, method="c14n", exclusive=True, with_tail=False).decode()
    except etree.C14NError:
        # Canonical XML knows no relative namespaces; addendas do
        copy = deepcopy(element)
        copy.tail = None
        etree.cleanup_namespaces(copy)
        return etree.tostring(copy, encoding="unicode")
