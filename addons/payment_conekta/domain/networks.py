"""The two networks that speak the same API: same objects, other host and media type."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """Where a network answers, which version of its API is spoken, and what can be paid with there.

    :param tuple hosted: methods that are paid on the network's own page
    :param tuple vouchers: methods that make a voucher at once, shown by us
    """

    code: str
    host: str
    media_type: str
    hosted: tuple
    vouchers: tuple


# Versions as in the public clients and references of both, read in 2026
CONEKTA = Network(
    "conekta", "https://api.conekta.io", "application/vnd.conekta-v2.2.0+json", ("card",), ("conekta_cash", "spei")
)
DIGITAL_FEMSA = Network(
    "digital_femsa", "https://api.digitalfemsa.io", "application/vnd.app-v2.1.0+json", (), ("oxxopay",)
)
NETWORKS = {network.code: network for network in (CONEKTA, DIGITAL_FEMSA)}

# Our payment method -> their ``payment_method.type``
CHARGE_TYPES = {"conekta_cash": "cash", "oxxopay": "cash", "spei": "spei"}
