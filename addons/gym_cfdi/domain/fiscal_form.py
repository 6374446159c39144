"""What a customer types about themselves to get invoices in their name, checked before it is believed."""

from dataclasses import asdict, dataclass

from . import catalogs, rules
from . import rfc as rfcs
from .errors import CfdiError
from .model import Receptor
from .names import fiscal_name

# Uses of payment complements and payrolls, which nobody asks for
NOT_OFFERED_USES = frozenset({"CP01", "CN01"})
# Attribute of Anexo 20 in which a rule finds its fault -> field of the form
_FIELDS = {
    "Rfc": "rfc",
    "Nombre": "name",
    "DomicilioFiscalReceptor": "zip",
    "RegimenFiscalReceptor": "regime",
    "UsoCFDI": "use",
}


class FormError(CfdiError):
    """A field of the form that is empty or cannot be right."""

    code = "FORM"


@dataclass(frozen=True)
class FiscalData:
    """A customer's fiscal data as the Constancia de Situación Fiscal has them.

    ``regime`` and ``use`` are keys of c_RegimenFiscal and c_UsoCFDI; ``zip`` is the fiscal postal code.
    """

    rfc: str
    name: str
    zip: str
    regime: str
    use: str

    def as_dict(self):
        return asdict(self)


def offered_regimes(day):
    """Return c_RegimenFiscal as pairs (key, name), those valid on ``day``."""
    return _offered(catalogs.regimes(), day)


def offered_uses(day):
    """Return what a customer may choose of c_UsoCFDI on ``day``: (key, name, keys of the regimes that it admits)."""
    offered = [pair for pair in _offered(catalogs.uses(), day) if pair[0] not in NOT_OFFERED_USES]
    return [(key, name, sorted(catalogs.uses().get(key).regimes)) for key, name in offered]


def proposed_use(regime, use=""):
    """Return the use with which the form opens: ``use`` when the regime admits it, else G03, else S01.

    :param str regime: key of c_RegimenFiscal; empty when it is not known yet, which admits any use
    """
    admitted = [key for key in (use, "G03") if key and (not regime or regime in catalogs.uses().get(key).regimes)]
    return admitted[0] if admitted else "S01"


def read(form, day):
    """Read the fields of a form.

    :param dict form: texts by field name, as typed
    :param date day: the day on which the SAT's catalogues are judged
    :return: :class:`FiscalData` tidied up, the problems that forbid it as ``{field: error}``, and the doubts that only
        deserve another look as ``{field: error}``; errors have ``text(language)`` and ``remedy(language)``
    """
    data = _tidy(form)
    errors = {name: _missing() for name, value in data.as_dict().items() if not value}
    if data.rfc and not rfcs.is_well_formed(data.rfc):
        errors["rfc"] = _not_an_rfc()
    elif rfcs.is_generic(data.rfc):
        errors["rfc"] = _generic()
    if data.use in NOT_OFFERED_USES:
        errors["use"] = _not_for_invoices()
    if errors:
        return data, errors, {}
    found = rules.check_receptor(_receptor(data), day)
    by_severity = {
        severity: {_FIELDS[failure.field.split()[0]]: failure for failure in found if failure.severity == severity}
        for severity in (rules.ERROR, rules.WARNING)
    }
    return data, by_severity[rules.ERROR], by_severity[rules.WARNING]


def _offered(catalog, day):
    return [(entry.key, entry.name) for entry in catalog if catalog.is_valid(entry.key, day)]


def _tidy(form):
    typed = {name: (form.get(name) or "").strip() for name in FiscalData.__dataclass_fields__}
    typed["rfc"] = rfcs.normalize(typed["rfc"])
    typed["name"] = fiscal_name(typed["name"], typed["rfc"])
    return FiscalData(**typed)


def _receptor(data):
    return Receptor(
        rfc=data.rfc,
        nombre=data.name,
        domicilio_fiscal_receptor=data.zip,
        regimen_fiscal_receptor=data.regime,
        uso_cfdi=data.use,
    )


def _missing():
    return FormError(
        es=("Falta este dato.", "Está en la Constancia de Situación Fiscal."),
        en=("This is missing.", "It is in the Constancia de Situación Fiscal."),
    )


def _not_an_rfc():
    return FormError(
        es=("No tiene la forma de un RFC.", "Cópielo de la Constancia: 13 caracteres, o 12 si es una empresa."),
        en=("This does not have the shape of an RFC.", "Copy it from the Constancia: 13 characters, 12 for a company."),
    )


def _generic():
    return FormError(
        es=("Es el RFC genérico.", "Escriba el suyo: con el genérico no hay factura a su nombre."),
        en=("This is the generic RFC.", "Type your own: with the generic one no invoice is in your name."),
    )


def _not_for_invoices():
    return FormError(
        es=("Ese uso es de complementos de pago y nóminas.", "Elija otro: S01 sirve a todos."),
        en=("That use is for payment complements and payrolls.", "Choose another one: S01 suits everybody."),
    )
