"""Writes the requests that make an order: on the network's page, as a voucher, or for a saved card."""

import re

from .order_reading import KEY_KEY, REFERENCE_KEY

CURRENCY = "MXN"
_LONGEST_NAME, _LONGEST_ITEM = 250, 250
_PHONE_DIGITS = 10


class MissingContact(ValueError):
    """The networks want name, e-mail and telephone of a payer; ``fields`` says which are missing."""

    def __init__(self, fields):
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)


def prepare_customer(name, email, phone):
    """Return who pays, as the networks want it.

    :raise MissingContact: when something is missing without which they refuse every order
    """
    number = normalize_phone(phone)
    facts = {"name": (name or "").strip()[:_LONGEST_NAME], "email": (email or "").strip(), "phone": number}
    if missing := [field for field, value in facts.items() if not value]:
        raise MissingContact(missing)
    return facts


def normalize_phone(phone):
    """Return a number with its country, ``+52`` when there is none; empty when it is no telephone number."""
    digits = re.sub(r"\D", "", phone or "")
    if len(digits) == _PHONE_DIGITS:
        return f"+52{digits}"
    return f"+{digits}" if _PHONE_DIGITS < len(digits) <= 15 else ""


def prepare_order(cents, description, reference, key, customer):
    """Return what all orders have.

    :param int cents: what is to be paid
    :param str description: what it is for, as the payer sees it
    :param str reference: of our payment
    :param str key: of our payment in this database; tells it from that of another one on the same account
    :param dict customer: of :func:`prepare_customer`, or ``{"customer_id": ...}``
    """
    return {
        "currency": CURRENCY,
        "customer_info": customer,
        "line_items": [{"name": description[:_LONGEST_ITEM], "unit_price": cents, "quantity": 1}],
        "metadata": {REFERENCE_KEY: reference, KEY_KEY: key},
    }


def on_page(order, methods, return_url, expires_at, is_saving=False, three_ds=None):
    """Return an order that is paid on the network's own page, so that no card data ever come here.

    :param list methods: ``card``, ``cash``, ``bank_transfer``
    :param int expires_at: seconds since 1970
    :param bool is_saving: whether the card is kept for later charges; needs a ``customer_id``
    :param str three_ds: ``smart`` or ``strict``; ``None`` as the account has it
    """
    page = {
        "type": "HostedPayment",
        "allowed_payment_methods": list(methods),
        "success_url": return_url,
        "failure_url": return_url,
        "expires_at": expires_at,
        "monthly_installments_enabled": False,
    }
    if is_saving:
        page |= {"on_demand_enabled": True, "force_save_card": True}
    return order | {"checkout": page} | ({"three_ds_mode": three_ds} if three_ds else {})


def as_voucher(order, charge_type, expires_at):
    """Return an order that answers with a reference for the store (``cash``) or a CLABE (``spei``)."""
    return _charge(order, {"type": charge_type, "expires_at": expires_at})


def with_saved_card(order, source_id, return_url=None):
    """Return an order that charges a saved card.

    :param str source_id: of the card at the network
    :param str return_url: where the payer comes back to after confirming; ``None`` when nobody is there to confirm
    """
    charged = _charge(order, {"type": "card", "payment_source_id": source_id})
    if return_url:
        return charged | {"processing_mode": "ecommerce", "return_url": return_url}
    return charged | {"processing_mode": "recurrent"}


def _charge(order, method):
    [item] = order["line_items"]
    charge = {"amount": item["unit_price"] * item["quantity"], "payment_method": method}
    return order | {"charges": [charge | {"reference_id": order["metadata"][REFERENCE_KEY]}]}
