"""From :class:`~.model.Comprobante` to the bytes that are sealed, stamped and stored.

XML and cadena original are written in one walk over the document, following the declarations of the model, whose order
is the order of the table in :mod:`.cadena`; a test holds them together. Documents to seal take the fast way of
:mod:`.compiled` when nothing in them needs care; another test holds both ways together.
"""

import re
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from operator import attrgetter
from typing import get_args, get_type_hints

from . import compiled, model
from .cadena import complement_fields, join_fields
from .compiled import NotPlain
from .errors import BuildError, UnsupportedDocument
from .reader import parse_fragment
from .schema_names import NAMESPACES, PREFIX_OF_URI, XSI

ISSUED_TYPES = ("I", "E", "P")


def build(comprobante):
    """Write a document that this product may issue.

    :param comprobante: :class:`~.model.Comprobante` of type I, E or P
    :return: bytes, UTF-8, the same for equal documents
    :raise UnsupportedDocument: for types T and N
    :raise BuildError: when a value cannot be written
    """
    _check_issued(comprobante)
    return to_xml(comprobante)


def build_with_cadena(comprobante):
    """Write a document together with the text that its seal signs.

    :return: (XML as ``str``, cadena original)
    :raise UnsupportedDocument: for types T and N
    :raise UnsupportedComplement: for a complement whose cadena is not known
    :raise BuildError: when a value cannot be written, or ``no_certificado``, part of the cadena, is missing
    """
    return build_to_seal(comprobante, comprobante.sello, comprobante.no_certificado, comprobante.certificado)


def build_to_seal(comprobante, sello, no_certificado, certificado):
    """Like :func:`build_with_cadena`, with this seal and certificate in place of what the document holds."""
    _check_issued(comprobante)
    if not no_certificado:
        raise BuildError(
            es=(
                "El documento no dice con qué certificado se sella.",
                "Indique el número de certificado antes de sellar.",
            ),
            en=("The document names no certificate.", "Give the certificate number before sealing."),
        )
    try:
        written, signed = _plain_writer(comprobante, sello, no_certificado, certificado)
        cadena = f"|{signed}||"
        if _is_plain(cadena):
            prefixes = frozenset(map(_prefix, comprobante.complementos))
            return _root(prefixes) + written[len(_START) :], cadena
    except NotPlain:  # pylint: disable=except-pass
        pass  # the general way below
    except (TypeError, AttributeError) as error:
        raise _wrong_type(error) from error
    changed = replace(comprobante, sello=sello, no_certificado=no_certificado, certificado=certificado)
    xml, signed = _write_document(changed)
    return xml, _cadena(signed)


# What makes a text of the cadena need care: escapes, white space to collapse, the exponent of a Decimal
_NEED_CARE = ("&", "<", '"', "  ", "| ", " |", "E+", "E-")


def _is_plain(cadena):
    """Whether all that went into a cadena can stand in the XML as it is."""
    for text in _NEED_CARE:
        if text in cadena:
            return False
    return cadena.isprintable()


def to_xml(comprobante):
    """Write a document of any type, as it was read; :func:`build` is for documents to issue."""
    return _write_document(comprobante)[0].encode()


def cadena_of_timbre(timbre):
    """Return the cadena of a stamp, ``||1.1|UUID|...||``: what the SAT's seal signs.

    :param timbre: :class:`~.model.TimbreFiscalDigital`
    """
    signed = []
    _writer(model.TimbreFiscalDigital)(timbre, [], signed)
    return join_fields(signed)


def _check_issued(comprobante):
    kind = comprobante.tipo_de_comprobante
    if kind not in ISSUED_TYPES:
        raise UnsupportedDocument(
            es=(
                f"Los comprobantes de tipo {kind} no se emiten aquí.",
                "Emita ingreso (I), egreso (E) o pago (P); nómina y traslado piden un programa propio.",
            ),
            en=(
                f"Documents of type {kind} are not issued here.",
                "Issue ingreso (I), egreso (E) or pago (P); payroll and transport need a program of their own.",
            ),
        )


def _write_document(comprobante):
    xml, signed = [], []
    try:
        _writer(model.Comprobante)(comprobante, xml, signed)
        xml[0] = _root(_namespaces(comprobante))
        return "".join(xml), signed
    except (TypeError, AttributeError) as error:
        raise _wrong_type(error) from error


def _wrong_type(error):
    return BuildError(
        es=(f"Un valor es del tipo equivocado: {error}.", "Dé textos, Decimal y fechas como el modelo los declara."),
        en=(f"A value has the wrong type: {error}.", "Give texts, Decimals and dates as the model declares them."),
    )


def _cadena(signed):
    try:
        return join_fields(signed)
    except TypeError:
        return join_fields([text for field in signed for text in _fields_of(field)])


def _fields_of(field):
    return complement_fields(parse_fragment(field.xml)) if type(field) is model.RawXml else (field,)


# --- Root and namespaces ---------------------------------------------------------------------------------------------


def _namespaces(comprobante):
    """The namespaces to declare: SAT wants those of the complements in the root, that of the stamp in the stamp."""
    if not comprobante.complementos and not any(concepto.complementos for concepto in comprobante.conceptos):
        return frozenset()
    concepts = (complemento for concepto in comprobante.conceptos for complemento in concepto.complementos)
    return frozenset(map(_prefix, (*comprobante.complementos, *concepts))) & frozenset(NAMESPACES) - {"tfd"}


def _prefix(complemento):
    if type(complemento) is model.RawXml:
        return PREFIX_OF_URI.get(complemento.tag[1:].partition("}")[0])
    return complemento.ELEMENT.partition(":")[0]


@cache
def _root(prefixes):
    """The start of the document up to the first attribute of Comprobante."""
    declared = [NAMESPACES[prefix] for prefix in ("cfdi", *sorted(prefixes))]
    xmlns = "".join(f' xmlns:{namespace.prefix}="{namespace.uri}"' for namespace in declared)
    locations = " ".join(f"{namespace.uri} {namespace.xsd}" for namespace in declared)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_START}{xmlns} xmlns:xsi="{XSI}" xsi:schemaLocation="{locations}"'


# --- Values ----------------------------------------------------------------------------------------------------------

_ESCAPES = {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_TO_ESCAPE = re.compile('[&<"\t\n\r]')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@lru_cache(maxsize=1024)
def _escape(text):
    """Escape an attribute value. Cached: certificates are long, names and descriptions come again.

    :raise BuildError: when it holds a character that XML cannot carry
    """
    if bad := _NOT_XML.search(text):
        raise BuildError(
            es=(f"El texto {text!r} contiene el carácter {bad.group()!r}.", "Quítelo: un XML no puede llevarlo."),
            en=(f"The text {text!r} holds the character {bad.group()!r}.", "Remove it: XML cannot carry it."),
        )
    return _TO_ESCAPE.sub(lambda match: _ESCAPES[match.group()], text)


def _instant(value):
    if value.tzinfo is not None:
        raise BuildError(
            es=(f"La hora {value} lleva zona horaria.", "Dé la hora local de LugarExpedicion, sin zona."),
            en=(f"The time {value} has a zone.", "Give the local time of LugarExpedicion, without zone."),
        )
    return datetime.isoformat(value, timespec="seconds")


def _decimal(value):
    return Decimal.__format__(value, "f")


_FORMATS = {str: None, Decimal: _decimal, int: int.__repr__, datetime: _instant}


_START = f"<{model.Comprobante.ELEMENT}"
_plain_writer = compiled.writer(model.Comprobante, _instant, _escape, ("sello", "no_certificado", "certificado"))


# --- Writers: functions (node, xml, signed) that append pieces of XML and fields of the cadena -----------------------


@cache
def _writer(cls):
    """Return the writer of a class of the model."""
    return _write_raw if cls is model.RawXml else _node_writer(cls)


def _write_raw(node, xml, signed):
    xml.append(node.xml)
    signed.append(node)


def _node_writer(cls):
    hints = get_type_hints(cls)
    attributes = tuple(
        (f' {field.metadata["attribute"]}="', _format(hints[field.name]), field.metadata["signed"])
        for field in fields(cls)
        if "attribute" in field.metadata
    )
    get_values = _getter([field.name for field in fields(cls) if "attribute" in field.metadata])
    children = tuple(
        _child_writer(field, hints[field.name]) for field in fields(cls) if "attribute" not in field.metadata
    )
    start, end = _start(cls), f"</{cls.ELEMENT}>"

    def write(node, xml, signed):
        xml.append(start)
        for value, (opening, convert, is_signed) in zip(get_values(node), attributes, strict=True):
            if value is None:
                continue
            if convert:
                text = value = convert(value)
            else:
                text = value if value.isalnum() else _escape(value)
            xml += (opening, text, '"')
            if is_signed:
                signed.append(value)
        if children:
            xml.append(">")
            inside = len(xml)
            for write_child in children:
                write_child(node, xml, signed)
            if len(xml) > inside:
                xml.append(end)
                return
            xml.pop()
        xml.append("/>")

    return write


def _start(cls):
    """The start tag without attributes. The stamp declares its own namespace: a PAC adds it to a finished document."""
    if cls is not model.TimbreFiscalDigital:
        return f"<{cls.ELEMENT}"
    tfd = NAMESPACES["tfd"]
    return f'<{cls.ELEMENT} xmlns:tfd="{tfd.uri}" xsi:schemaLocation="{tfd.uri} {tfd.xsd}"'


def _getter(names):
    """Like ``attrgetter``, which returns no tuple for fewer than two names."""
    return attrgetter(*names) if len(names) > 1 else lambda node: tuple(getattr(node, name) for name in names)


def _kind(hint):
    """The class in a hint: ``Traslado`` in ``tuple[Traslado, ...]``, ``str`` in ``str | None``."""
    return next(iter(get_args(hint)), hint)


def _format(hint):
    return _FORMATS[_kind(hint)]


def _child_writer(field, hint):
    declared = field.metadata
    get = attrgetter(field.name)
    if "values" in declared:
        return _values_writer(get, *declared["values"])
    if "raw" in declared:
        return _raw_writer(get, declared["raw"], declared["signed"])
    write = _writer(_kind(hint))
    if "elements" in declared:
        return _elements_writer(get, write, declared["within"], declared["before"])

    def write_element(node, xml, signed):
        child = get(node)
        if child is not None:
            write(child, xml, signed)

    return write_element


def _values_writer(get, child, name):
    opening, closing = f'<{child} {name}="', '"/>'

    def write_values(node, xml, signed):
        for value in get(node):
            xml += (opening, value if value.isalnum() else _escape(value), closing)
            signed.append(value)

    return write_values


def _raw_writer(get, wrapper, is_signed):
    opening, closing = f"<{wrapper}>", f"</{wrapper}>"

    def write_children(node, xml, signed):
        children = get(node)
        if children:
            xml.append(opening)
            for child in children:
                kind = type(child)
                _writer(kind)(child, xml, signed if is_signed and kind is not model.TimbreFiscalDigital else [])
            xml.append(closing)

    return write_children


def _elements_writer(get, write, wrapper, before):
    opening, closing = (f"<{wrapper}>", f"</{wrapper}>") if wrapper else ("", "")
    get_after = attrgetter(before) if before else None

    def write_elements(node, xml, signed):
        children = get(node)
        if children:
            xml.append(opening)
            for child in children:
                write(child, xml, signed)
            xml.append(closing)
        if get_after and (total := get_after(node)) is not None:
            signed.append(_decimal(total))

    return write_elements
