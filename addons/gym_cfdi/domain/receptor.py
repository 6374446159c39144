"""From what is known of a customer to the Receptor of its CFDI.

Three kinds of customers (guía de llenado, node Receptor):

- with an RFC: everything as in the Constancia;
- abroad: XEXX010101000, regime 616, the postal code of the place of issue, and the residence with the tax identity
  number when both are known (CFDI40153);
- neither: XAXX010101000, regime 616 and the postal code of the place of issue. Such a sale belongs in the global
  invoice; in an invoice of its own it keeps the customer's name, because "PUBLICO EN GENERAL" is for the global one
  (CFDI40130).
"""

from typing import NamedTuple

from . import catalogs, model, rules
from .countries import sat_country
from .errors import CfdiError
from .names import PUBLIC_IN_GENERAL, fiscal_name
from .rfc import GENERIC, GENERIC_FOREIGN, GENERIC_NATIONAL, is_well_formed, normalize, person_type

REGIME_WITHOUT_OBLIGATIONS = "616"
WITHOUT_TAX_EFFECTS, GENERAL_EXPENSES, RETURNS = "S01", "G03", "G02"
_HOME = "MX"
# What an invoice to the general public calls a customer who may not be called that
_NAMELESS = "CLIENTE SIN NOMBRE"


class RfcError(CfdiError):
    """What stands for the customer's RFC is no RFC."""

    code = "RFC"
    severity = rules.ERROR
    field = "Rfc (Receptor)"


class Customer(NamedTuple):
    """What a contact says: ``vat`` and ``name`` as typed, ``country`` in two letters or empty."""

    vat: str
    name: str
    country: str = ""
    postal_code: str = ""
    regime: str = ""
    use: str = ""


def rfc_of(vat, country=""):
    """Return the RFC under which a customer is invoiced, generic when there is none of its own.

    A text that does not have the shape of an RFC is given back normalised when the customer is Mexican, so that the
    schema's complaint names it.

    :param str vat: as typed; the prefix ``MX`` is not part of it
    :param str country: two letters, or empty
    """
    text = normalize(vat)
    if text.startswith(_HOME) and not is_well_formed(text) and is_well_formed(text[len(_HOME) :]):
        text = text[len(_HOME) :]
    if is_well_formed(text):
        return text
    if country and country != _HOME:
        return GENERIC_FOREIGN
    return text or GENERIC_NATIONAL


def default_use(rfc, regime, is_credit=False):
    """Return the use of the CFDI when the customer has said nothing: the widest that person and regime admit.

    :param bool is_credit: for a credit note, whose use is G02 (guía de llenado, UsoCFDI)
    """
    if rfc in GENERIC:
        return WITHOUT_TAX_EFFECTS
    wanted = RETURNS if is_credit else GENERAL_EXPENSES
    return wanted if catalogs.admits_use(wanted, person_type(rfc), regime) else WITHOUT_TAX_EFFECTS


def receptor_of(customer, place, use=None, is_credit=False):
    """Return the :class:`~.model.Receptor` of a customer.

    :param str place: LugarExpedicion of the document
    :param str use: UsoCFDI when the document has its own
    """
    rfc = rfc_of(customer.vat, customer.country)
    if rfc not in GENERIC:
        own_use = None if is_credit else customer.use
        return model.Receptor(
            rfc=rfc,
            nombre=fiscal_name(customer.name, rfc),
            domicilio_fiscal_receptor=(customer.postal_code or "").strip(),
            regimen_fiscal_receptor=customer.regime or "",
            uso_cfdi=use or own_use or default_use(rfc, customer.regime, is_credit),
        )
    name = fiscal_name(customer.name, rfc)
    residence, identity = _abroad(customer) if rfc == GENERIC_FOREIGN else (None, None)
    return model.Receptor(
        rfc=rfc,
        nombre=_NAMELESS if name in ("", PUBLIC_IN_GENERAL) else name,
        domicilio_fiscal_receptor=place,
        residencia_fiscal=residence,
        num_reg_id_trib=identity,
        regimen_fiscal_receptor=REGIME_WITHOUT_OBLIGATIONS,
        uso_cfdi=WITHOUT_TAX_EFFECTS,
    )


def _abroad(customer):
    """Return residence and tax identity number of a foreigner, both or none of them."""
    residence, identity = sat_country(customer.country), normalize(customer.vat)
    if residence in (None, "MEX") or not identity or identity in GENERIC:
        return None, None
    return residence, identity


def problems_of(receptor, at):
    """Return what the SAT would refuse, or doubt, of a receptor: errors and broken rules, all with code and field.

    :param date at: the day on which catalogues are judged
    """
    if is_well_formed(receptor.rfc):
        return rules.check_receptor(receptor, at)
    return [
        RfcError(
            es=(
                f"“{receptor.rfc}” no tiene la forma de un RFC.",
                "Cópielo de la Constancia del cliente, o vacíelo para facturar al público en general.",
            ),
            en=(
                f"“{receptor.rfc}” does not have the form of an RFC.",
                "Copy it from the customer's Constancia, or empty it to invoice to the general public.",
            ),
        )
    ]
