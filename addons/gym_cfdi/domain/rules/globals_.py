"""Rules of the global invoice: CFDI40130-40136."""

from .. import catalogs
from ..names import PUBLIC_IN_GENERAL
from ..rfc import GENERIC_NATIONAL
from .engine import Scope, rule
from .facts import is_year_of

TWO_MONTHS = "05"
SINGLE_MONTHS = frozenset(f"{month:02}" for month in range(1, 13))
PAIRS_OF_MONTHS = frozenset(f"{pair:02}" for pair in range(13, 19))
REGIME_WITH_TWO_MONTHS = "621"


def _is_for_the_public(document):
    return document.receptor.rfc == GENERIC_NATIONAL and document.receptor.nombre == PUBLIC_IN_GENERAL


@rule(
    "CFDI40130",
    Scope.DOCUMENT,
    "InformacionGlobal",
    es=(
        'InformacionGlobal va solo en ingresos (I), con Rfc "XAXX010101000" y Nombre "PUBLICO EN GENERAL", y en un '
        "ingreso esos van con ella.",
        "En una factura global complete receptor y periodo; a un cliente sin RFC póngale su propio nombre; en otro "
        "tipo de comprobante quite InformacionGlobal.",
    ),
    en=(
        'InformacionGlobal goes in type I alone, with Rfc "XAXX010101000" and Nombre "PUBLICO EN GENERAL", and in '
        "type I these go with it.",
        "In a global invoice complete receptor and period; give a customer without RFC their own name; in another "
        "type of document remove InformacionGlobal.",
    ),
)
def global_information_and_receptor_agree(document, facts):
    present, public = document.informacion_global is not None, _is_for_the_public(document)
    # A credit note against a global invoice has its receptor without being a global invoice itself
    if present == (public and document.tipo_de_comprobante == "I"):
        return None
    return {
        "TipoDeComprobante": document.tipo_de_comprobante,
        "InformacionGlobal": "existe" if present else "no existe",
        "Rfc": document.receptor.rfc,
        "Nombre": document.receptor.nombre,
    }


@rule(
    "CFDI40131",
    Scope.DOCUMENT,
    "Periodicidad",
    es=("Periodicidad debe ser una clave de c_Periodicidad.", "Use de 01 (diario) a 05 (bimestral)."),
    en=("Periodicidad must be a key of c_Periodicidad.", "Use 01 (daily) to 05 (two months)."),
)
def periodicity_in_catalogue(document, facts):
    period = document.informacion_global
    if period is None or catalogs.periodicities().is_valid(period.periodicidad, facts.at):
        return None
    return {"Periodicidad": period.periodicidad}


@rule(
    "CFDI40132",
    Scope.DOCUMENT,
    "Periodicidad",
    es=(
        "Solo el régimen 621 puede facturar por bimestre (Periodicidad 05).",
        "Use una periodicidad diaria, semanal, quincenal o mensual.",
    ),
    en=(
        "Only regime 621 may invoice by two months (Periodicidad 05).",
        "Use a daily, weekly, fortnightly or monthly periodicity.",
    ),
)
def two_months_only_for_regime_621(document, facts):
    period = document.informacion_global
    if period is None or period.periodicidad != TWO_MONTHS:
        return None
    regime = document.emisor.regimen_fiscal
    return None if regime == REGIME_WITH_TWO_MONTHS else {"Periodicidad": TWO_MONTHS, "RegimenFiscal": regime}


@rule(
    "CFDI40133",
    Scope.DOCUMENT,
    "Meses",
    es=("Meses debe ser una clave de c_Meses.", "Use de 01 a 12, o de 13 a 18 por bimestre."),
    en=("Meses must be a key of c_Meses.", "Use 01 to 12, or 13 to 18 for two months."),
)
def months_in_catalogue(document, facts):
    period = document.informacion_global
    return None if period is None or period.meses in catalogs.months() else {"Meses": period.meses}


@rule(
    "CFDI40134",
    Scope.DOCUMENT,
    "Meses",
    es=("Sin Periodicidad 05, Meses va de 01 a 12.", "Elija el mes de las ventas."),
    en=("Without Periodicidad 05, Meses is 01 to 12.", "Choose the month of the sales."),
)
def single_month(document, facts):
    period = document.informacion_global
    if period is None or period.periodicidad == TWO_MONTHS or period.meses in SINGLE_MONTHS:
        return None
    return {"Periodicidad": period.periodicidad, "Meses": period.meses}


@rule(
    "CFDI40135",
    Scope.DOCUMENT,
    "Meses",
    es=("Con Periodicidad 05, Meses va de 13 a 18.", "Elija el bimestre de las ventas."),
    en=("With Periodicidad 05, Meses is 13 to 18.", "Choose the two months of the sales."),
)
def pair_of_months(document, facts):
    period = document.informacion_global
    if period is None or period.periodicidad != TWO_MONTHS or period.meses in PAIRS_OF_MONTHS:
        return None
    return {"Periodicidad": TWO_MONTHS, "Meses": period.meses}


@rule(
    "CFDI40136",
    Scope.DOCUMENT,
    "Año",
    es=("Año debe ser el año en curso o el anterior.", "Corrija el año de las ventas."),
    en=("Año must be the current year or the one before.", "Correct the year of the sales."),
)
def year_is_recent(document, facts):
    period = document.informacion_global
    if period is None or is_year_of(period.anio, facts.at):
        return None
    return {"Año": period.anio, "año en curso": facts.at.year}
