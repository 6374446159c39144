"""The fast way to write a document: straight-line code, generated once per class of the model.

To issue a document should cost little more than its RSA signature. So, as ``dataclasses`` does for ``__init__``, the
code that a person would write by hand is generated from the declarations of the model: a function that returns the
XML of an instance and its part of the cadena original. It copies texts as they are, which is right for nearly all
documents; :mod:`.builder` writes the others (texts to escape or to collapse, amounts that ``str`` gives an exponent,
foreign complements, stamps, addendas).
"""

from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import get_args, get_type_hints

from . import model


class NotPlain(Exception):
    """The document holds something that only the careful writer can write."""


@cache
def writer(cls, instant, escape, parameters=()):
    """Return a function ``write(node, *parameters)`` that returns (XML, cadena), the cadena with a leading ``|``.

    :param instant: function that writes a date and time
    :param escape: function that escapes a text that is not in the cadena
    :param parameters: names of fields whose values the caller gives, whatever the node holds
    :raise NotPlain: by the function, when the node needs care
    :raise TypeError: by the function, when a value is not of its declared type
    """
    source = _Source(cls, parameters)
    scope = {f"write_{kind.__name__}": writer(kind, instant, escape) for kind in source.kinds}
    scope |= {
        "instant": instant,
        "escape": escape,
        "decimal": Decimal.__str__,
        "whole": int.__repr__,
        "write_complements": _complements_writer(instant, escape),
        "refuse": _refuse,
    }
    exec(source.text, scope)  # made of the declarations of this package and nothing else
    return scope["write"]


def _complements_writer(instant, escape):
    def write_complements(complements):
        xml = cadena = ""
        for complement in complements:
            kind = type(complement)
            if kind not in (model.Pagos, model.ImpuestosLocales):
                raise NotPlain
            written, signed = writer(kind, instant, escape)(complement)
            xml += written
            cadena += signed
        return xml, cadena

    return write_complements


def _refuse(values):
    if values:
        raise NotPlain
    return ""


_FORMATS = {str: "{}", Decimal: "decimal({})", int: "whole({})", datetime: "instant({})"}


class _Source:
    """The source of one function.

    Of field number i, ``v<i>`` is the text of a required attribute; of other fields ``x<i>`` is the XML and ``k<i>``
    the part of the cadena, both empty when the field is.
    """

    def __init__(self, cls, parameters):
        self.parameters = parameters
        self.hints = get_type_hints(cls)
        self.numbers = {field.name: i for i, field in enumerate(fields(cls))}
        self.kinds = set()
        self.lines = []
        self.attributes = []
        self.children = []
        self.signed = []
        for i, field in enumerate(fields(cls)):
            write = self._attribute if "attribute" in field.metadata else self._child
            write(i, field)
        self.text = self._function(cls.ELEMENT)

    def _function(self, element):
        lines = [*self.lines]
        start = f"<{element}{''.join(self.attributes)}"
        xml = f"f'{start}/>'"
        if self.children:
            lines.append(f"inside = {' + '.join(self.children)}")
            xml = f"f'{start}>{{inside}}</{element}>' if inside else {xml}"
        lines.append(f"return {xml}, ''.join(({', '.join(self.signed)},))")
        return "\n    ".join([f"def write({', '.join(('n', *self.parameters))}):", *lines, ""])

    def _attribute(self, i, field):
        name, is_signed = field.metadata["attribute"], field.metadata["signed"]
        value = field.name if field.name in self.parameters else f"n.{field.name}"
        kind = self._kind(field)
        formatted = "escape({})" if kind is str and not is_signed else _FORMATS[kind]
        if field.default is not None:
            self.lines.append(f"v{i} = {formatted.format(value)}")
            self.attributes.append(f' {name}="{{v{i}}}"')
            self.signed += ["'|'", f"v{i}"] if is_signed else []
            return
        # Only a text can be added to "|": a value of another type goes no further
        written = [f"v = {formatted.format('v')}", f"k{i} = '|' + v", f"x{i} = f' {name}=\"{{v}}\"'"]
        self.lines += [f"v = {value}", "if v is None:", f"    x{i} = k{i} = ''", "else:"]
        self.lines += [f"    {line}" for line in written]
        self.attributes.append(f"{{x{i}}}")
        self.signed += [f"k{i}"] if is_signed else []

    def _child(self, i, field):
        declared, value = field.metadata, f"n.{field.name}"
        self.children.append(f"x{i}")
        if "values" in declared:
            child, name = declared["values"]
            self._loop(i, value, f"'<{child} {name}=\"' + v + '\"/>', '|' + v")
        elif "raw" in declared:
            wrapper = declared["raw"]
            if wrapper == "cfdi:Complemento":
                self.lines.append(f"x{i}, k{i} = write_complements({value}) if {value} else ('', '')")
                self._wrap(i, wrapper)
            else:
                self.lines.append(f"x{i} = k{i} = refuse({value})")
        else:
            self._elements(i, field, value)
        self.signed.append(f"k{i}")

    def _elements(self, i, field, value):
        kind = self._kind(field)
        self.kinds.add(kind)
        if "elements" not in field.metadata:
            self.lines.append(f"v = {value}")
            self.lines.append(f"x{i}, k{i} = ('', '') if v is None else write_{kind.__name__}(v)")
            return
        self._loop(i, value, f"write_{kind.__name__}(v)")
        if field.metadata["within"]:
            self._wrap(i, field.metadata["within"])
        if field.metadata["before"]:
            self.lines.append(f"k{i} += k{self.numbers[field.metadata['before']]}")

    def _loop(self, i, value, written):
        self.lines += [f"x{i} = k{i} = ''", f"for v in {value}:", f"    x, k = {written}", f"    x{i} += x; k{i} += k"]

    def _wrap(self, i, wrapper):
        self.lines += [f"if x{i}:", f"    x{i} = f'<{wrapper}>{{x{i}}}</{wrapper}>'"]

    def _kind(self, field):
        hint = self.hints[field.name]
        return next(iter(get_args(hint)), hint)
