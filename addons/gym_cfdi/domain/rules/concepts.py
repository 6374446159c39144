"""Rules of the concepts and their parts: CFDI40162-40173 and 40188-40200."""

import re

from .. import catalogs
from ..limits import decimals_of, product_limits
from .engine import Scope, rule

SUBJECT = "02"
WITHOUT_TAX_NODE = frozenset({"01", "03", "04", "05"})
# Written with double spaces, which are single once the white space of the attribute is collapsed
CUSTOMS_NUMBER = re.compile(r"([0-9]{2}) {1,2}[0-9]{2} {1,2}[0-9]{4} {1,2}[0-9]{7}")
CUSTOMS_YEARS = 10


def _amount_beyond_limits(node):
    """Return what is observed when Importe is not a possible product of Cantidad and ValorUnitario, else ``None``."""
    low, high = product_limits(node.cantidad, node.valor_unitario, decimals_of(node.importe))
    if low <= node.importe <= high:
        return None
    return {
        "Importe": node.importe,
        "Cantidad": node.cantidad,
        "ValorUnitario": node.valor_unitario,
        "límite inferior": low,
        "límite superior": high,
    }


def _bad_customs_number(numbers, facts):
    """Return the first NumeroPedimento of wrong shape or of a year that is not among the last ten, else ``None``."""
    years = {f"{year % 100:02}" for year in range(facts.at.year - CUSTOMS_YEARS, facts.at.year + 1)}
    for number in numbers:
        match = CUSTOMS_NUMBER.fullmatch(number)
        if match is None or match.group(1) not in years:
            return {"NumeroPedimento": number}
    return None


@rule(
    "CFDI40162",
    Scope.CONCEPT,
    "ClaveProdServ",
    es=("ClaveProdServ debe ser una clave de c_ClaveProdServ.", "Corrija la clave SAT del producto."),
    en=("ClaveProdServ must be a key of c_ClaveProdServ.", "Correct the SAT key of the product."),
)
def product_in_catalogue(concept, facts):
    key = concept.clave_prod_serv
    return None if key in catalogs.product_keys() else {"ClaveProdServ": key}


@rule(
    "CFDI40165",
    Scope.CONCEPT,
    "ClaveUnidad",
    es=("ClaveUnidad debe ser una clave de c_ClaveUnidad.", "Corrija la clave SAT de la unidad, p. ej. E48."),
    en=("ClaveUnidad must be a key of c_ClaveUnidad.", "Correct the SAT key of the unit, e.g. E48."),
)
def unit_in_catalogue(concept, facts):
    return None if concept.clave_unidad in catalogs.units() else {"ClaveUnidad": concept.clave_unidad}


@rule(
    "CFDI40166",
    Scope.CONCEPT,
    "ValorUnitario",
    types="IEN",
    es=("ValorUnitario debe ser mayor que cero.", "Quite la línea, o póngale precio y descuento."),
    en=("ValorUnitario must be above zero.", "Remove the line, or give it a price and a discount."),
)
def unit_value_above_zero(concept, facts):
    return None if concept.valor_unitario > 0 else {"ValorUnitario": concept.valor_unitario}


@rule(
    "CFDI40167",
    Scope.CONCEPT,
    "Importe",
    es=(
        "Importe debe estar entre los límites de Cantidad por ValorUnitario.",
        "Use más decimales en el valor unitario.",
    ),
    en=(
        "Importe must lie within the limits of Cantidad times ValorUnitario.",
        "Use more decimals in the unit value.",
    ),
)
def amount_within_limits(concept, facts):
    return _amount_beyond_limits(concept)


@rule(
    "CFDI40168",
    Scope.CONCEPT,
    "Descuento",
    es=("Descuento no debe tener más decimales que Importe.", "Escriba ambos con los mismos decimales."),
    en=("Descuento must not have more decimals than Importe.", "Write both with the same decimals."),
)
def concept_discount_decimals(concept, facts):
    discount = concept.descuento
    if discount is None or decimals_of(discount) <= decimals_of(concept.importe):
        return None
    return {"Descuento": discount, "Importe": concept.importe}


@rule(
    "CFDI40169",
    Scope.CONCEPT,
    "Descuento",
    es=("Descuento debe ser menor o igual que Importe.", "Revise el descuento de la línea."),
    en=("Descuento must not exceed Importe.", "Check the discount of the line."),
)
def concept_discount_within_amount(concept, facts):
    discount = concept.descuento
    if discount is None or discount <= concept.importe:
        return None
    return {"Descuento": discount, "Importe": concept.importe}


@rule(
    "CFDI40170",
    Scope.CONCEPT,
    "ObjetoImp",
    es=("ObjetoImp debe ser una clave vigente de c_ObjetoImp.", "Use 02 con impuestos, 01 sin ellos."),
    en=("ObjetoImp must be a key in force of c_ObjetoImp.", "Use 02 with taxes, 01 without them."),
)
def tax_object_in_catalogue(concept, facts):
    return None if catalogs.tax_objects().is_valid(concept.objeto_imp, facts.at) else {"ObjetoImp": concept.objeto_imp}


@rule(
    "CFDI40171",
    Scope.CONCEPT,
    "ObjetoImp",
    es=("Con ObjetoImp 02 el concepto debe llevar Impuestos.", "Agregue los impuestos de la línea."),
    en=("With ObjetoImp 02 the concept must have Impuestos.", "Add the taxes of the line."),
)
def subject_concept_has_taxes(concept, facts):
    return {"ObjetoImp": SUBJECT} if concept.objeto_imp == SUBJECT and concept.impuestos is None else None


@rule(
    "CFDI40172",
    Scope.CONCEPT,
    "ObjetoImp",
    es=("Con ObjetoImp 01, 03, 04 o 05 el concepto no lleva Impuestos.", "Use 02, o quite los impuestos."),
    en=("With ObjetoImp 01, 03, 04 or 05 the concept has no Impuestos.", "Use 02, or remove the taxes."),
)
def concept_without_taxes(concept, facts):
    if concept.impuestos is None or concept.objeto_imp not in WITHOUT_TAX_NODE:
        return None
    return {"ObjetoImp": concept.objeto_imp}


@rule(
    "CFDI40173",
    Scope.CONCEPT,
    "Impuestos",
    es=("Impuestos debe tener al menos un traslado o una retención.", "Agregue el impuesto o quite el nodo."),
    en=("Impuestos must have at least one transfer or withholding.", "Add the tax or remove the node."),
)
def tax_node_is_not_empty(concept, facts):
    taxes = concept.impuestos
    return None if taxes is None or taxes.traslados or taxes.retenciones else {"Impuestos": "vacío"}


@rule(
    "CFDI40188",
    Scope.CONCEPT,
    "RfcACuentaTerceros",
    es=("El tercero no puede ser el emisor ni el receptor.", "Corrija el RFC del tercero."),
    en=("The third party cannot be the issuer nor the receptor.", "Correct the RFC of the third party."),
)
def third_party_is_another(concept, facts):
    third = concept.a_cuenta_terceros
    if third is None:
        return None
    known = (facts.document.emisor.rfc, facts.document.receptor.rfc)
    return {"RfcACuentaTerceros": third.rfc_a_cuenta_terceros} if third.rfc_a_cuenta_terceros in known else None


@rule(
    "CFDI40191",
    Scope.CONCEPT,
    "RegimenFiscalACuentaTerceros",
    es=("El régimen del tercero debe ser una clave vigente de c_RegimenFiscal.", "Corrija el régimen del tercero."),
    en=("The third party's regime must be a key in force of c_RegimenFiscal.", "Correct the third party's regime."),
)
def third_party_regime_in_catalogue(concept, facts):
    third = concept.a_cuenta_terceros
    if third is None or catalogs.regimes().is_valid(third.regimen_fiscal_a_cuenta_terceros, facts.at):
        return None
    return {"RegimenFiscalACuentaTerceros": third.regimen_fiscal_a_cuenta_terceros}


@rule(
    "CFDI40192",
    Scope.CONCEPT,
    "DomicilioFiscalACuentaTerceros",
    es=("El código postal del tercero debe existir.", "Corrija el código postal del tercero."),
    en=("The third party's postal code must exist.", "Correct the third party's postal code."),
)
def third_party_postal_code_exists(concept, facts):
    third = concept.a_cuenta_terceros
    if third is None or catalogs.is_postal_code(third.domicilio_fiscal_a_cuenta_terceros):
        return None
    return {"DomicilioFiscalACuentaTerceros": third.domicilio_fiscal_a_cuenta_terceros}


@rule(
    "CFDI40194",
    Scope.CONCEPT,
    "NumeroPedimento",
    es=("NumeroPedimento debe tener 15 dígitos con dobles espacios y un año de los últimos diez.", "Corríjalo."),
    en=("NumeroPedimento must have 15 digits with double spaces and one of the last ten years.", "Correct it."),
)
def customs_number_shape(concept, facts):
    return _bad_customs_number(concept.informacion_aduanera, facts) if concept.informacion_aduanera else None


@rule(
    "CFDI40195",
    Scope.CONCEPT,
    "NumeroPedimento",
    es=("NumeroPedimento no debe existir con Comercio Exterior.", "Quite el pedimento."),
    en=("NumeroPedimento must be absent with foreign trade.", "Remove the customs number."),
)
def customs_number_absent(concept, facts):
    if not concept.informacion_aduanera or not facts.has_foreign_trade:
        return None
    return {"NumeroPedimento": concept.informacion_aduanera[0]}


@rule(
    "CFDI40196",
    Scope.PART,
    "ClaveProdServ",
    es=("ClaveProdServ de la parte debe ser una clave de c_ClaveProdServ.", "Corrija la clave SAT de la parte."),
    en=("ClaveProdServ of the part must be a key of c_ClaveProdServ.", "Correct the SAT key of the part."),
)
def part_product_in_catalogue(part, facts):
    key = part.clave_prod_serv
    return None if key in catalogs.product_keys() else {"ClaveProdServ": key}


@rule(
    "CFDI40197",
    Scope.PART,
    "ValorUnitario",
    es=("ValorUnitario de la parte debe ser mayor que cero.", "Póngale precio o quítelo."),
    en=("ValorUnitario of the part must be above zero.", "Set a price or remove it."),
)
def part_unit_value_above_zero(part, facts):
    return None if part.valor_unitario is None or part.valor_unitario > 0 else {"ValorUnitario": part.valor_unitario}


@rule(
    "CFDI40198",
    Scope.PART,
    "Importe",
    es=("Importe de la parte debe estar entre los límites de Cantidad por ValorUnitario.", "Corrija el importe."),
    en=("Importe of the part must lie within the limits of Cantidad times ValorUnitario.", "Correct the amount."),
)
def part_amount_within_limits(part, facts):
    return None if part.importe is None or part.valor_unitario is None else _amount_beyond_limits(part)


@rule(
    "CFDI40199",
    Scope.PART,
    "NumeroPedimento",
    es=("NumeroPedimento de la parte debe tener 15 dígitos y un año de los últimos diez.", "Corríjalo."),
    en=("NumeroPedimento of the part must have 15 digits and one of the last ten years.", "Correct it."),
)
def part_customs_number_shape(part, facts):
    return _bad_customs_number(part.informacion_aduanera, facts) if part.informacion_aduanera else None


@rule(
    "CFDI40200",
    Scope.PART,
    "NumeroPedimento",
    es=("NumeroPedimento de la parte no debe existir con Comercio Exterior.", "Quite el pedimento."),
    en=("NumeroPedimento of the part must be absent with foreign trade.", "Remove the customs number."),
)
def part_customs_number_absent(part, facts):
    if not part.informacion_aduanera or not facts.has_foreign_trade:
        return None
    return {"NumeroPedimento": part.informacion_aduanera[0]}
