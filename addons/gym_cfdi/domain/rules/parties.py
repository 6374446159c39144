"""Rules of issuer and receptor: CFDI40138-40161.

What needs the SAT's list of RFCs is only suspected here, as a warning: a name in a form or with initials that cannot be
those of its RFC, an RFC whose check digit is wrong.
"""

import re

from .. import catalogs
from ..names import PUBLIC_IN_GENERAL, is_fiscal_form, may_belong
from ..rfc import GENERIC, GENERIC_FOREIGN, GENERIC_NATIONAL, has_valid_check_digit, person_type
from .engine import WARNING, Scope, rule

REGIME_OF_GENERIC_RFC = "616"


def _odd_form(party):
    """Return what is observed of a name that cannot be in the list of RFCs as it is written, else ``None``."""
    if party.rfc in GENERIC or is_fiscal_form(party.nombre, party.rfc):
        return None
    return {"Nombre": party.nombre, "Rfc": party.rfc}


def _strange_name(party):
    """Return what is observed of a name that shares no initial with its RFC, else ``None``."""
    return None if may_belong(party.nombre, party.rfc) else {"Nombre": party.nombre, "Rfc": party.rfc}


@rule(
    "CFDI40138",
    Scope.DOCUMENT,
    "Nombre (Emisor)",
    severity=WARNING,
    es=(
        "El nombre del emisor debe estar en la lista de RFC del SAT; este no parece escrito como ahí.",
        "Copie el nombre de la Constancia: mayúsculas y sin régimen societario (SA DE CV).",
    ),
    en=(
        "The issuer's name must be in the SAT's list of RFCs; this one does not look as written there.",
        "Copy the name of the Constancia: upper case, no corporate regime (SA DE CV).",
    ),
)
def issuer_name_may_be_listed(document, facts):
    return _odd_form(document.emisor) or _strange_name(document.emisor)


@rule(
    "CFDI40139",
    Scope.DOCUMENT,
    "Nombre (Emisor)",
    severity=WARNING,
    es=(
        "El nombre del emisor debe ser el de su RFC; este no comparte ninguna inicial con él.",
        "Compare nombre y RFC con la Constancia.",
    ),
    en=(
        "The issuer's name must be that of its RFC; this one shares no initial with it.",
        "Compare name and RFC with the Constancia.",
    ),
)
def issuer_name_may_be_of_its_rfc(document, facts):
    return _strange_name(document.emisor)


@rule(
    "CFDI40140",
    Scope.DOCUMENT,
    "RegimenFiscal",
    es=("RegimenFiscal debe ser una clave vigente de c_RegimenFiscal.", "Corrija el régimen de la empresa."),
    en=("RegimenFiscal must be a key in force of c_RegimenFiscal.", "Correct the company's regime."),
)
def issuer_regime_in_catalogue(document, facts):
    regime = document.emisor.regimen_fiscal
    return None if catalogs.regimes().is_valid(regime, facts.at) else {"RegimenFiscal": regime}


@rule(
    "CFDI40141",
    Scope.DOCUMENT,
    "RegimenFiscal",
    es=(
        "RegimenFiscal debe corresponder al tipo de persona del emisor (física o moral).",
        "Elija el régimen que dice la Constancia de la empresa.",
    ),
    en=(
        "RegimenFiscal must fit the issuer's kind of person (natural or legal).",
        "Choose the regime stated in the company's Constancia.",
    ),
)
def issuer_regime_fits_person(document, facts):
    regime = catalogs.regimes().get(document.emisor.regimen_fiscal)
    if regime is None or person_type(document.emisor.rfc) in regime.persons:
        return None
    return {"RegimenFiscal": regime.key, "Rfc": document.emisor.rfc}


@rule(
    "CFDI40142",
    Scope.DOCUMENT,
    "FacAtrAdquirente",
    severity=WARNING,
    es=(
        "FacAtrAdquirente debe ser un número de operación dado por el SAT; solo el SAT puede comprobarlo.",
        "Quítelo, salvo que el adquirente facture por cuenta del emisor.",
    ),
    en=(
        "FacAtrAdquirente must be an operation number given by the SAT; only the SAT can verify it.",
        "Remove it, unless the acquirer invoices on behalf of the issuer.",
    ),
)
def acquirer_number_unverified(document, facts):
    number = document.emisor.fac_atr_adquirente
    return None if number is None or facts.is_stamped else {"FacAtrAdquirente": number}


@rule(
    "CFDI40143",
    Scope.RECEPTOR,
    "Rfc (Receptor)",
    severity=WARNING,
    es=(
        "El RFC del receptor debe existir en la lista del SAT; este no tiene su dígito verificador o no es del nombre.",
        "Pida al cliente su Constancia y copie el RFC.",
    ),
    en=(
        "The receptor's RFC must be in the SAT's list; this one lacks its check digit or does not fit the name.",
        "Ask the customer for the Constancia and copy the RFC.",
    ),
)
def receptor_rfc_may_exist(receptor, facts):
    return _strange_name(receptor) if has_valid_check_digit(receptor.rfc) else {"Rfc": receptor.rfc}


@rule(
    "CFDI40144",
    Scope.RECEPTOR,
    "Nombre (Receptor)",
    severity=WARNING,
    es=(
        "El nombre del receptor debe estar en la lista de RFC del SAT; este no parece escrito como ahí.",
        "Copie el nombre de la Constancia: mayúsculas y sin régimen societario (SA DE CV).",
    ),
    en=(
        "The receptor's name must be in the SAT's list of RFCs; this one does not look as written there.",
        "Copy the name of the Constancia: upper case, no corporate regime (SA DE CV).",
    ),
)
def receptor_name_may_be_listed(receptor, facts):
    return _odd_form(receptor) or _strange_name(receptor)


@rule(
    "CFDI40145",
    Scope.RECEPTOR,
    "Nombre (Receptor)",
    severity=WARNING,
    es=(
        "El nombre del receptor debe ser el de su RFC; este no comparte ninguna inicial con él.",
        "Compare nombre y RFC con la Constancia del cliente.",
    ),
    en=(
        "The receptor's name must be that of its RFC; this one shares no initial with it.",
        "Compare name and RFC with the customer's Constancia.",
    ),
)
def receptor_name_may_be_of_its_rfc(receptor, facts):
    return _strange_name(receptor)


@rule(
    "CFDI40146",
    Scope.RECEPTOR,
    "Rfc (Receptor)",
    es=(
        'El nombre "PUBLICO EN GENERAL" solo va con el RFC "XAXX010101000".',
        "Ponga el nombre del cliente, o el RFC genérico.",
    ),
    en=(
        'The name "PUBLICO EN GENERAL" only goes with the RFC "XAXX010101000".',
        "Set the customer's name, or the generic RFC.",
    ),
)
def public_in_general_has_generic_rfc(receptor, facts):
    if receptor.nombre != PUBLIC_IN_GENERAL or receptor.rfc == GENERIC_NATIONAL:
        return None
    return {"Nombre": receptor.nombre, "Rfc": receptor.rfc}


@rule(
    "CFDI40147",
    Scope.RECEPTOR,
    "DomicilioFiscalReceptor",
    es=(
        "DomicilioFiscalReceptor debe ser un código postal que exista.",
        "Copie el código postal de la Constancia del cliente.",
    ),
    en=(
        "DomicilioFiscalReceptor must be a postal code that exists.",
        "Copy the postal code of the customer's Constancia.",
    ),
)
def receptor_postal_code_exists(receptor, facts):
    code = receptor.domicilio_fiscal_receptor
    return None if catalogs.is_postal_code(code) else {"DomicilioFiscalReceptor": code}


@rule(
    "CFDI40149",
    Scope.DOCUMENT,
    "DomicilioFiscalReceptor",
    es=(
        "Con un RFC genérico, DomicilioFiscalReceptor debe ser igual a LugarExpedicion.",
        "Use el código postal de la sucursal que factura.",
    ),
    en=(
        "With a generic RFC, DomicilioFiscalReceptor must equal LugarExpedicion.",
        "Use the postal code of the branch that invoices.",
    ),
)
def generic_receptor_lives_where_issued(document, facts):
    receptor = document.receptor
    if receptor.rfc not in GENERIC or receptor.domicilio_fiscal_receptor == document.lugar_expedicion:
        return None
    return {
        "DomicilioFiscalReceptor": receptor.domicilio_fiscal_receptor,
        "LugarExpedicion": document.lugar_expedicion,
    }


@rule(
    "CFDI40151",
    Scope.RECEPTOR,
    "ResidenciaFiscal",
    es=("ResidenciaFiscal no debe existir con un RFC mexicano.", "Quite la residencia fiscal."),
    en=("ResidenciaFiscal must be absent with a Mexican RFC.", "Remove the tax residence."),
)
def residence_only_for_foreigners(receptor, facts):
    if receptor.residencia_fiscal is None or receptor.rfc == GENERIC_FOREIGN:
        return None
    return {"ResidenciaFiscal": receptor.residencia_fiscal, "Rfc": receptor.rfc}


@rule(
    "CFDI40152",
    Scope.RECEPTOR,
    "ResidenciaFiscal",
    es=("ResidenciaFiscal no puede ser MEX.", "Elija el país de residencia del cliente extranjero."),
    en=("ResidenciaFiscal cannot be MEX.", "Choose the country of residence of the foreign customer."),
)
def residence_is_abroad(receptor, facts):
    return {"ResidenciaFiscal": "MEX"} if receptor.residencia_fiscal == "MEX" else None


@rule(
    "CFDI40153",
    Scope.RECEPTOR,
    "ResidenciaFiscal",
    es=("Con NumRegIdTrib debe existir ResidenciaFiscal.", "Agregue el país de residencia."),
    en=("NumRegIdTrib needs ResidenciaFiscal.", "Add the country of residence."),
)
def tax_identity_has_residence(receptor, facts):
    if receptor.num_reg_id_trib is None or receptor.residencia_fiscal is not None:
        return None
    return {"NumRegIdTrib": receptor.num_reg_id_trib, "ResidenciaFiscal": None}


@rule(
    "CFDI40154",
    Scope.RECEPTOR,
    "NumRegIdTrib",
    es=("NumRegIdTrib no debe existir con un RFC mexicano.", "Quite el número de identidad tributaria."),
    en=("NumRegIdTrib must be absent with a Mexican RFC.", "Remove the tax identity number."),
)
def tax_identity_only_for_foreigners(receptor, facts):
    if receptor.num_reg_id_trib is None or receptor.rfc == GENERIC_FOREIGN:
        return None
    return {"NumRegIdTrib": receptor.num_reg_id_trib, "Rfc": receptor.rfc}


@rule(
    "CFDI40155",
    Scope.DOCUMENT,
    "NumRegIdTrib",
    es=(
        "Con el RFC extranjero genérico y Comercio Exterior debe existir NumRegIdTrib.",
        "Agregue el número de identidad tributaria del cliente.",
    ),
    en=(
        "With the generic foreign RFC and foreign trade, NumRegIdTrib is required.",
        "Add the customer's tax identity number.",
    ),
)
def foreign_trade_has_tax_identity(document, facts):
    receptor = document.receptor
    if receptor.rfc != GENERIC_FOREIGN or receptor.num_reg_id_trib is not None or not facts.has_foreign_trade:
        return None
    return {"Rfc": receptor.rfc, "NumRegIdTrib": None}


@rule(
    "CFDI40156",
    Scope.RECEPTOR,
    "NumRegIdTrib",
    es=("NumRegIdTrib debe tener la forma que c_Pais pide para su país.", "Corrija el número: 9 dígitos."),
    en=("NumRegIdTrib must have the shape that c_Pais asks of its country.", "Correct the number: 9 digits."),
)
def tax_identity_shape(receptor, facts):
    pattern = catalogs.TAX_ID_PATTERNS.get(receptor.residencia_fiscal)
    if receptor.num_reg_id_trib is None or pattern is None or re.fullmatch(pattern, receptor.num_reg_id_trib):
        return None
    return {"NumRegIdTrib": receptor.num_reg_id_trib, "ResidenciaFiscal": receptor.residencia_fiscal}


@rule(
    "CFDI40157",
    Scope.RECEPTOR,
    "RegimenFiscalReceptor",
    es=("RegimenFiscalReceptor debe ser una clave vigente de c_RegimenFiscal.", "Corrija el régimen del cliente."),
    en=("RegimenFiscalReceptor must be a key in force of c_RegimenFiscal.", "Correct the customer's regime."),
)
def receptor_regime_in_catalogue(receptor, facts):
    regime = receptor.regimen_fiscal_receptor
    return None if catalogs.regimes().is_valid(regime, facts.at) else {"RegimenFiscalReceptor": regime}


@rule(
    "CFDI40158",
    Scope.RECEPTOR,
    "RegimenFiscalReceptor",
    es=(
        "RegimenFiscalReceptor debe corresponder al tipo de persona del receptor (física o moral).",
        "Elija el régimen que dice la Constancia del cliente.",
    ),
    en=(
        "RegimenFiscalReceptor must fit the receptor's kind of person (natural or legal).",
        "Choose the regime stated in the customer's Constancia.",
    ),
)
def receptor_regime_fits_person(receptor, facts):
    regime = catalogs.regimes().get(receptor.regimen_fiscal_receptor)
    if regime is None or person_type(receptor.rfc) in regime.persons:
        return None
    return {"RegimenFiscalReceptor": regime.key, "Rfc": receptor.rfc}


@rule(
    "CFDI40159",
    Scope.RECEPTOR,
    "RegimenFiscalReceptor",
    es=("Con un RFC genérico, RegimenFiscalReceptor debe ser 616.", "Ponga 616, sin obligaciones fiscales."),
    en=("With a generic RFC, RegimenFiscalReceptor must be 616.", "Set 616, without tax obligations."),
)
def generic_receptor_has_regime_616(receptor, facts):
    if receptor.rfc not in GENERIC or receptor.regimen_fiscal_receptor == REGIME_OF_GENERIC_RFC:
        return None
    return {"RegimenFiscalReceptor": receptor.regimen_fiscal_receptor, "Rfc": receptor.rfc}


@rule(
    "CFDI40160",
    Scope.RECEPTOR,
    "UsoCFDI",
    es=("UsoCFDI debe ser una clave vigente de c_UsoCFDI.", "Elija un uso del catálogo, por ejemplo G03 o S01."),
    en=("UsoCFDI must be a key in force of c_UsoCFDI.", "Choose a use of the catalogue, e.g. G03 or S01."),
)
def use_in_catalogue(receptor, facts):
    use = receptor.uso_cfdi
    return None if catalogs.uses().is_valid(use, facts.at) else {"UsoCFDI": use}


@rule(
    "CFDI40161",
    Scope.RECEPTOR,
    "UsoCFDI",
    es=(
        "UsoCFDI debe admitir el tipo de persona y el régimen del receptor.",
        "Con régimen 605 o 616 use S01; los usos D son de personas físicas.",
    ),
    en=(
        "UsoCFDI must admit the receptor's kind of person and regime.",
        "With regime 605 or 616 use S01; the D uses are for natural persons.",
    ),
)
def use_fits_receptor(receptor, facts):
    use, regime = receptor.uso_cfdi, receptor.regimen_fiscal_receptor
    if use not in catalogs.uses() or catalogs.admits_use(use, person_type(receptor.rfc), regime):
        return None
    return {"UsoCFDI": use, "RegimenFiscalReceptor": regime, "Rfc": receptor.rfc}
