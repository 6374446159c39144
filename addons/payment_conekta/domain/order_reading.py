"""Reads an order as both networks answer it into what we need of it."""

from dataclasses import dataclass

from .statuses import DISPUTED, PAID, outcome_of, state_of_chargeback, state_of_refund

# Where our keys of an order are kept in its metadata
REFERENCE_KEY, KEY_KEY = "odoo_reference", "odoo_key"


class Malformed(ValueError):
    """What came is no order; the text says where."""


@dataclass(frozen=True)
class Card:
    """What is told of a card: never its number."""

    brand: str
    last4: str
    expires_month: str
    expires_year: str


@dataclass(frozen=True)
class Voucher:
    """What a payer takes to the store or types into the bank's app."""

    reference: str  # for cash the reference, for a transfer the CLABE
    barcode_url: str
    expires_at: int  # seconds since 1970; 0 when it does not expire


@dataclass(frozen=True)
class Refund:
    id: str
    cents: int  # positive
    state: str  # done, pending or error


@dataclass(frozen=True)
class Chargeback:
    id: str
    state: str  # open, contested, won or lost
    reason: str
    due_at: int  # seconds since 1970, 0 when not told


@dataclass(frozen=True)
class Order:
    """What an order says. Amounts in cents; texts are empty when something is not told."""

    id: str
    key: str
    reference: str
    cents: int
    currency: str
    is_live: bool
    status: str
    outcome: str
    created_at: int
    customer_id: str = ""
    page_url: str = ""
    action_url: str = ""  # where the holder of the card confirms (3-D Secure)
    charge_id: str = ""
    failure_code: str = ""
    failure_message: str = ""
    card: Card | None = None
    voucher: Voucher | None = None
    refunds: tuple = ()
    chargeback: Chargeback | None = None

    @property
    def is_paid(self):
        return self.outcome in (PAID, DISPUTED)


def read_order(data):
    """Return the :class:`Order` of an answer.

    :param dict data: the JSON of ``/orders/{id}``
    :raise Malformed: when identity, amount or mode are missing or of another kind
    """
    data = _need(data, dict, "the order")
    metadata, page = _dict(data.get("metadata")), _dict(data.get("checkout"))
    charges = [_dict(one) for one in _data(data.get("charges"))]
    charge = _pick(charges)
    return Order(
        id=_need(data.get("id"), str, "id"),
        key=_text(metadata.get(KEY_KEY)),
        reference=_text(metadata.get(REFERENCE_KEY)),
        cents=_need(data.get("amount"), int, "amount"),
        currency=_need(data.get("currency"), str, "currency").upper(),
        is_live=_need(data.get("livemode"), bool, "livemode"),
        status=_text(data.get("payment_status")),
        outcome=outcome_of(data.get("payment_status"), page.get("status")),
        created_at=_int(data.get("created_at")),
        customer_id=_text(_dict(data.get("customer_info")).get("customer_id")),
        page_url=link_of(page.get("url")),
        action_url=_read_action(data, charge),
        charge_id=_text(charge.get("id")),
        failure_code=_text(charge.get("failure_code")),
        failure_message=_text(charge.get("failure_message")),
        card=_read_card(_dict(charge.get("payment_method"))),
        voucher=_read_voucher(_dict(charge.get("payment_method"))),
        refunds=tuple(refund for one in charges for refund in _read_refunds(one)),
        chargeback=_read_chargeback(charge),
    )


def _pick(charges):
    """Return the charge that counts: the one that was paid, else the last one."""
    paid = [one for one in charges if one.get("paid_at") or one.get("status") == "paid"]
    return max(paid or charges, key=lambda one: _int(one.get("created_at")), default={})


def _read_action(order, charge):
    for holder in (order, charge, _dict(charge.get("payment_method"))):
        action = _dict(holder.get("next_action"))
        if url := link_of(_dict(action.get("redirect_to_url")).get("url")):
            return url
    return ""


def _read_card(method):
    if method.get("object") != "card_payment" and method.get("type") not in ("credit", "debit", "card"):
        return None
    return Card(
        brand=_text(method.get("brand")),
        last4=_text(method.get("last4")),
        expires_month=_text(method.get("exp_month")),
        expires_year=_text(method.get("exp_year")),
    )


def _read_voucher(method):
    reference = _text(method.get("reference") or method.get("clabe") or method.get("receiving_account_number"))
    if method.get("object") not in ("cash_payment", "bank_transfer_payment") or not reference:
        return None
    if method["object"] == "bank_transfer_payment":
        reference = _text(method.get("clabe") or method.get("receiving_account_number")) or reference
    return Voucher(reference, link_of(method.get("barcode_url")), _int(method.get("expires_at")))


def _read_refunds(charge):
    for one in map(_dict, _data(charge.get("refunds"))):
        if one.get("id") and _int(one.get("amount")):
            yield Refund(_text(one["id"]), abs(_int(one["amount"])), state_of_refund(one.get("status")))


def _read_chargeback(charge):
    told = _dict(charge.get("chargeback"))
    if not told.get("id"):
        return None
    return Chargeback(
        id=_text(told["id"]),
        state=state_of_chargeback(told.get("status")),
        reason=_text(told.get("reason")),
        due_at=_int(told.get("evidence_due_by")),
    )


def _need(value, kind, name):
    is_right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if not is_right or value == "":
        raise Malformed(f"{name} is {value!r}.")
    return value


def _data(page):
    """Return the list of one of their pages, which some versions give as a plain list."""
    found = page.get("data") if isinstance(page, dict) else page
    return found if isinstance(found, list) else []


def _dict(value):
    return value if isinstance(value, dict) else {}


def _text(value):
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _int(value):
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def link_of(value):
    """Return an address that a browser may be sent to; only encrypted ones, and those of this machine in tests."""
    is_link = isinstance(value, str) and value.startswith(("https://", "http://127.0.0.1"))
    return value if is_link else ""
