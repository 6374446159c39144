"""Collects what the SAT would refuse in a CFDI, before it is sent.

A rule is a function decorated with :func:`rule`. It receives one node of the document (which kind its ``scope`` says)
and the :class:`~.facts.Facts` of the whole, and returns ``None`` when the node obeys, else the observed values as a
dictionary. :func:`check` runs all rules that concern the type of document over all nodes and returns every failure.
"""

from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

ERROR, WARNING, INFO = "error", "warning", "info"


# Names of observed values that are not attributes of Anexo 20
_OBSERVED_IN_ENGLISH = {
    "Descuento de conceptos": "Descuento of concepts",
    "año en curso": "current year",
    "decimales": "decimals",
    "esperado": "expected",
    "límite aproximado": "approximate limit",
    "límite inferior": "lower limit",
    "límite superior": "upper limit",
    "patrón": "pattern",
    "resumen": "summary",
    "retenciones": "withholdings",
    "suma de ImpPagado": "sum of ImpPagado",
    "suma mínima de ImpPagado": "least sum of ImpPagado",
    "titular": "holder",
    "traslados": "transfers",
}


class Scope(Enum):
    """The kind of node that a rule judges."""

    SEAL = "Sello"
    DOCUMENT = "Comprobante"
    RECEPTOR = "Receptor"
    RELATION = "CfdiRelacionados"
    CONCEPT = "Concepto"
    CONCEPT_TRANSFER = "Traslado"
    CONCEPT_WITHHOLDING = "Retencion"
    PART = "Parte"
    TRANSFER = "Traslado (resumen)"
    WITHHOLDING = "Retencion (resumen)"
    PAYMENTS = "Pagos"
    PAYMENT_CONCEPT = "Concepto de pago"
    PAYMENT = "Pago"
    RELATED = "DoctoRelacionado"
    RELATED_TRANSFER = "TrasladoDR"
    RELATED_WITHHOLDING = "RetencionDR"
    PAYMENT_TRANSFER = "TrasladoP"
    PAYMENT_WITHHOLDING = "RetencionP"


class Text(NamedTuple):
    """What a rule asks and what to do about it, in one language."""

    rule: str
    remedy: str


class Rule(NamedTuple):
    code: str
    scope: Scope
    field: str
    types: str
    severity: str
    es: Text
    en: Text
    check: Callable[[Any, Any], dict | None]


class Failure(NamedTuple):
    """A rule that the document breaks, and where.

    ``severity`` is "error", "warning" for what may yet be right, "info" for what no PAC refuses (see :mod:`.notes`).
    """

    rule: Rule
    path: str
    observed: dict[str, str]

    @property
    def code(self):
        return self.rule.code

    @property
    def field(self):
        """The attribute of Anexo 20 that breaks the rule."""
        return self.rule.field

    @property
    def severity(self):
        return self.rule.severity

    def text(self, language="es"):
        return getattr(self.rule, language).rule

    def remedy(self, language="es"):
        return getattr(self.rule, language).remedy

    def observed_in(self, language="es"):
        """Return the observed values by name in a language; attributes keep the name that Anexo 20 gives them."""
        if language == "es":
            return self.observed
        return {_OBSERVED_IN_ENGLISH.get(name, name): value for name, value in self.observed.items()}

    def as_dict(self, language="es"):
        """Return plain values, ready for JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "path": self.path,
            "field": self.field,
            "text": self.text(language),
            "remedy": self.remedy(language),
            "observed": self.observed_in(language),
        }


_RULES: list[Rule] = []


def rule(code, scope, field, es, en, types="IETNP", severity=ERROR):
    """Register the decorated function as the rule ``code`` of the SAT.

    :param str types: the types of document it concerns, as letters of TipoDeComprobante
    :param tuple es: text of the rule and remedy in Spanish; ``en`` likewise in English
    """

    def register(function):
        _RULES.append(Rule(code, scope, field, types, severity, Text(*es), Text(*en), function))
        return function

    return register


def rules():
    """Return every registered rule, in order of code."""
    return sorted(_RULES, key=lambda item: item.code)


@cache
def rules_for(document_type, notes=False):
    """Return the rules that concern a type of document, as ``{scope: [(function, rule), ...]}``.

    A type outside the catalogue gets the rules of all types.

    :param bool notes: whether the rules of severity "info" are wanted, or all others
    """
    chosen = {scope: [] for scope in Scope}
    for item in rules():
        is_wanted = (item.severity == INFO) is notes
        if is_wanted and (document_type in item.types or document_type not in "IETNP"):
            chosen[item.scope].append((item.check, item))
    return chosen


def collect(nodes, facts, notes=False):
    """Run the rules of each node's scope and return the failures in order of code.

    :param nodes: iterable of (scope, node, path)
    :param bool notes: as in :func:`rules_for`
    """
    chosen = rules_for(facts.type, notes)
    failures = []
    for scope, node, path in nodes:
        for function, item in chosen[scope]:
            observed = function(node, facts)
            if observed is not None:
                failures.append(Failure(item, path, {key: str(value) for key, value in observed.items()}))
    if failures:
        failures.sort(key=lambda failure: failure.code)
    return failures
