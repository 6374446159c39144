"""Rules of the taxes of a concept: CFDI40174-40186, and the border's IVA (CFDI40999)."""

from decimal import Decimal

from .. import catalogs
from ..limits import decimals_of, tax_limits
from .engine import WARNING, Scope, rule

EXEMPT = "Exento"
IVA_AT_THE_BORDER = Decimal("0.08")


def tax_beyond_limits(base, rate, amount):
    """Return (low, high) when ``amount`` is not a possible product of base and rate, else ``None``."""
    low, high = tax_limits(base, rate, decimals_of(amount))
    return None if low <= amount <= high else (low, high)


def _amount_observed(tax):
    if tax.tasa_o_cuota is None or tax.importe is None:
        return None
    limits = tax_beyond_limits(tax.base, tax.tasa_o_cuota, tax.importe)
    if limits is None:
        return None
    return {
        "Importe": tax.importe,
        "Base": tax.base,
        "TasaOCuota": tax.tasa_o_cuota,
        "límite inferior": limits[0],
        "límite superior": limits[1],
    }


def _rate_observed(kind, tax):
    if tax.tasa_o_cuota is None or catalogs.is_rate(kind, tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota):
        return None
    return {"Impuesto": tax.impuesto, "TipoFactor": tax.tipo_factor, "TasaOCuota": tax.tasa_o_cuota}


@rule(
    "CFDI40174",
    Scope.CONCEPT_TRANSFER,
    "Base",
    es=("La Base de un traslado debe ser mayor que cero.", "Con base cero use ObjetoImp 04 y quite los impuestos."),
    en=("The Base of a transfer must be above zero.", "With base zero use ObjetoImp 04 and remove the taxes."),
)
def transfer_base_above_zero(tax, facts):
    return None if tax.base > 0 else {"Base": tax.base}


@rule(
    "CFDI40175",
    Scope.CONCEPT_TRANSFER,
    "Impuesto",
    es=("Impuesto debe ser una clave de c_Impuesto.", "Use 002 para IVA o 003 para IEPS."),
    en=("Impuesto must be a key of c_Impuesto.", "Use 002 for IVA or 003 for IEPS."),
)
def transfer_tax_in_catalogue(tax, facts):
    return None if tax.impuesto in catalogs.taxes() else {"Impuesto": tax.impuesto}


@rule(
    "CFDI40176",
    Scope.CONCEPT_TRANSFER,
    "TipoFactor",
    es=("TipoFactor debe ser una clave de c_TipoFactor.", "Use Tasa, Cuota o Exento."),
    en=("TipoFactor must be a key of c_TipoFactor.", "Use Tasa, Cuota or Exento."),
)
def transfer_factor_in_catalogue(tax, facts):
    return None if tax.tipo_factor in catalogs.FACTORS else {"TipoFactor": tax.tipo_factor}


@rule(
    "CFDI40177",
    Scope.CONCEPT_TRANSFER,
    "TipoFactor",
    es=("Un traslado exento no lleva TasaOCuota ni Importe.", "Quite tasa e importe."),
    en=("An exempt transfer has neither TasaOCuota nor Importe.", "Remove rate and amount."),
)
def exempt_transfer_has_no_rate(tax, facts):
    if tax.tipo_factor != EXEMPT or (tax.tasa_o_cuota is None and tax.importe is None):
        return None
    return {"TipoFactor": EXEMPT, "TasaOCuota": tax.tasa_o_cuota, "Importe": tax.importe}


@rule(
    "CFDI40178",
    Scope.CONCEPT_TRANSFER,
    "TipoFactor",
    es=("Un traslado por Tasa o Cuota lleva TasaOCuota e Importe.", "Agregue tasa e importe."),
    en=("A transfer by Tasa or Cuota has TasaOCuota and Importe.", "Add rate and amount."),
)
def transfer_has_rate(tax, facts):
    if tax.tipo_factor == EXEMPT or (tax.tasa_o_cuota is not None and tax.importe is not None):
        return None
    return {"TipoFactor": tax.tipo_factor, "TasaOCuota": tax.tasa_o_cuota, "Importe": tax.importe}


@rule(
    "CFDI40179",
    Scope.CONCEPT_TRANSFER,
    "TasaOCuota",
    es=(
        "TasaOCuota debe ser un valor de c_TasaOCuota para ese impuesto y factor.",
        "IVA: 0.160000, 0.080000 en frontera, 0.000000.",
    ),
    en=(
        "TasaOCuota must be a value of c_TasaOCuota for that tax and factor.",
        "IVA: 0.160000, 0.080000 at the border, 0.000000.",
    ),
)
def transfer_rate_in_catalogue(tax, facts):
    return _rate_observed("traslado", tax)


@rule(
    "CFDI40180",
    Scope.CONCEPT_TRANSFER,
    "Importe",
    es=(
        "El Importe trasladado debe estar entre los límites de Base por TasaOCuota.",
        "Calcúlelo sobre la Base.",
    ),
    en=("The transferred Importe must lie within the limits of Base times TasaOCuota.", "Compute it from the base."),
)
def transfer_amount_within_limits(tax, facts):
    return _amount_observed(tax)


@rule(
    "CFDI40181",
    Scope.CONCEPT_WITHHOLDING,
    "Base",
    es=("La Base de una retención debe ser mayor que cero.", "Quite la retención."),
    en=("The Base of a withholding must be above zero.", "Remove the withholding."),
)
def withholding_base_above_zero(tax, facts):
    return None if tax.base > 0 else {"Base": tax.base}


@rule(
    "CFDI40182",
    Scope.CONCEPT_WITHHOLDING,
    "Impuesto",
    es=("Impuesto retenido debe ser una clave de c_Impuesto.", "Use 001 para ISR, 002 para IVA o 003 para IEPS."),
    en=("The withheld Impuesto must be a key of c_Impuesto.", "Use 001 for ISR, 002 for IVA or 003 for IEPS."),
)
def withholding_tax_in_catalogue(tax, facts):
    return None if tax.impuesto in catalogs.taxes() else {"Impuesto": tax.impuesto}


@rule(
    "CFDI40183",
    Scope.CONCEPT_WITHHOLDING,
    "TipoFactor",
    es=("TipoFactor de la retención debe ser una clave de c_TipoFactor.", "Use Tasa o Cuota."),
    en=("TipoFactor of the withholding must be a key of c_TipoFactor.", "Use Tasa or Cuota."),
)
def withholding_factor_in_catalogue(tax, facts):
    return None if tax.tipo_factor in catalogs.FACTORS else {"TipoFactor": tax.tipo_factor}


@rule(
    "CFDI40184",
    Scope.CONCEPT_WITHHOLDING,
    "TipoFactor",
    es=("Una retención no puede ser exenta.", "Quite la retención."),
    en=("A withholding cannot be exempt.", "Remove the withholding."),
)
def withholding_is_not_exempt(tax, facts):
    return {"TipoFactor": EXEMPT} if tax.tipo_factor == EXEMPT else None


@rule(
    "CFDI40185",
    Scope.CONCEPT_WITHHOLDING,
    "TasaOCuota",
    es=("La tasa retenida debe estar en c_TasaOCuota.", "ISR: 0 a 0.350000; IVA: 0 a 0.160000."),
    en=("The withheld rate must be in c_TasaOCuota.", "ISR: 0 to 0.350000; IVA: 0 to 0.160000."),
)
def withholding_rate_in_catalogue(tax, facts):
    return _rate_observed("retencion", tax)


@rule(
    "CFDI40186",
    Scope.CONCEPT_WITHHOLDING,
    "Importe",
    es=("El Importe retenido debe estar entre los límites de Base por TasaOCuota.", "Calcúlelo sobre la Base."),
    en=("The withheld Importe must lie within the limits of Base times TasaOCuota.", "Compute it from the base."),
)
def withholding_amount_within_limits(tax, facts):
    return _amount_observed(tax)


@rule(
    "CFDI40999",
    Scope.DOCUMENT,
    "LugarExpedicion",
    types="IE",
    severity=WARNING,
    es=(
        "El IVA de 8 % solo procede donde el código postal de LugarExpedicion tiene estímulo fronterizo; los PAC lo "
        "comprueban, y que el emisor esté inscrito.",
        "Use IVA 16 %, o expida desde la sucursal de la frontera.",
    ),
    en=(
        "IVA at 8 % is only for a LugarExpedicion whose postal code has the border stimulus; PACs check it, and that "
        "the issuer is registered.",
        "Use IVA 16 %, or issue from the branch at the border.",
    ),
)
def reduced_iva_is_issued_at_the_border(document, facts):
    place = catalogs.postal_code(document.lugar_expedicion)
    if place is None or place.border_stimulus != "0" or not _has_reduced_iva(facts):
        return None
    return {"TasaOCuota": IVA_AT_THE_BORDER, "LugarExpedicion": document.lugar_expedicion}


def _has_reduced_iva(facts):
    return any(tax == catalogs.TAX_IVA and rate == IVA_AT_THE_BORDER for tax, _factor, rate in facts.transfers)
