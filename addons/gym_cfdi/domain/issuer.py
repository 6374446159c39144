"""What a company must state about itself before it can issue, judged without the SAT."""

from . import catalogs
from .errors import CfdiError
from .names import fiscal_name, is_fiscal_form
from .rfc import is_generic, is_well_formed, person_type


class IssuerError(CfdiError):
    """Fiscal data with which every document would be refused."""

    code = "ISSUER"


def problems(rfc, name, regime, postal_code):
    """Return why documents of this issuer would be refused, as a list of :class:`IssuerError`.

    :param str name: as the Constancia de Situación Fiscal has it (CFDI40138, 40139)
    :param str regime: key of c_RegimenFiscal (CFDI40140, 40141)
    :param str postal_code: of the fiscal address, which is the place of issue unless a journal names another
    """
    return [*_of_rfc(rfc), *_of_name(name, rfc), *_of_regime(regime, rfc), *_of_place(postal_code)]


def _of_rfc(rfc):
    if not is_well_formed(rfc) or is_generic(rfc):
        yield IssuerError(
            es=("Falta el RFC o no tiene la forma de un RFC.", "Escríbalo como está en la Constancia."),
            en=("The RFC is missing or does not have the form of one.", "Write it as the Constancia has it."),
        )


def _of_name(name, rfc):
    if not (name or "").strip():
        yield IssuerError(
            es=("Falta el nombre o razón social.", "Escríbalo como está en la Constancia."),
            en=("The name is missing.", "Write it as the Constancia has it."),
        )
    elif not is_fiscal_form(name, rfc):
        expected = fiscal_name(name, rfc)
        yield IssuerError(
            es=(
                f"El nombre «{name}» no está como lo registra el SAT.",
                f"Escríbalo en mayúsculas y sin régimen societario: «{expected}», o como diga la Constancia.",
            ),
            en=(
                f"The name “{name}” is not in the form in which the SAT registers names.",
                f"Write it in capitals and without the corporate regime: “{expected}”, or as the Constancia has it.",
            ),
        )


def _of_regime(regime, rfc):
    entry, person = catalogs.regimes().get(regime), person_type(rfc)
    if entry is None:
        yield IssuerError(
            es=("Falta el régimen fiscal.", "Elija el de la Constancia; si hay varios, el de esta actividad."),
            en=("The tax regime is missing.", "Choose that of the Constancia; if several, that of this activity."),
        )
    elif person and person not in entry.persons:
        yield IssuerError(
            es=(f"El régimen {regime} no es para personas {_KINDS[person.value][0]}.", "Elija el de la Constancia."),
            en=(f"The regime {regime} is not for {_KINDS[person.value][1]}.", "Choose that of the Constancia."),
        )


_KINDS = {"fisica": ("físicas", "natural persons"), "moral": ("morales", "companies")}


def _of_place(postal_code):
    if not catalogs.is_postal_code(postal_code):
        yield IssuerError(
            es=("Falta el código postal o no está en el catálogo del SAT.", "Escriba el del domicilio fiscal."),
            en=("The postal code is missing or not in the SAT's catalogue.", "Write that of the fiscal address."),
        )
