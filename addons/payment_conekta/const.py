"""What Odoo has to know of both networks."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

PROVIDER_CODE = "conekta"
# Codes of the payment methods that are switched on with each network
METHOD_CODES = {
    "conekta": {"card", "visa", "mastercard", "amex", "spei", "conekta_cash"},
    "digital_femsa": {"oxxopay"},
}
# Why a payment was refused (``domain.errors``) -> what to do about it
REMEDIES = {
    "funds": _lt(
        "The card has not enough funds. Try again after payday, or pay with another card, cash or a transfer."
    ),
    "expired": _lt("The card has expired. Save the new one, or pay in another way."),
    "lost": _lt("The card was reported lost or stolen. Pay with another card, cash or a transfer."),
    "fraud": _lt("The payment looked like fraud to the bank. Its holder calls the bank, or pays in another way."),
    "bank": _lt("The bank declined the card. Its holder calls the bank, or pays in another way."),
    "limit": _lt("The payment is over the limit of the card. Pay a part of it, or in another way."),
    "data": _lt("The data of the card are wrong. Save it again, or pay in another way."),
    "unsupported": _lt("This card cannot be used for such payments. Pay with another card, cash or a transfer."),
    "three_ds": _lt(
        "The holder did not confirm the payment at the bank. Pay again and confirm it, or pay in another way."
    ),
    "gone": _lt("The card was given for one payment only. Save it again."),
    "key": _lt("The network does not accept the private key. Copy it again from the network's panel."),
}
