"""What a notification is about. Nothing else of it is believed: the order is asked for."""

import json
from dataclasses import dataclass

# What the networks are asked to tell; everything that can change the money of an order
EVENTS = (
    "order.paid",
    "order.pending_payment",
    "order.declined",
    "order.expired",
    "order.canceled",
    "order.voided",
    "order.refunded",
    "order.partially_refunded",
    "order.charged_back",
    "order.under_fraud_review",
    "order.fraudulent",
    "charge.paid",
    "charge.refunded",
    "charge.reversed",
    "charge.chargeback.created",
    "charge.chargeback.updated",
    "charge.chargeback.under_review",
    "charge.chargeback.won",
    "charge.chargeback.lost",
)


@dataclass(frozen=True)
class Subject:
    """Which order a notification is about; one of a chargeback names the charge alone."""

    order_id: str
    charge_id: str
    is_live: bool


def read_subject(body):
    """Return the :class:`Subject` of a notification; ``None`` when it is about no order.

    :param bytes body: as it came
    :raise ValueError: when it is no notification at all
    """
    event = json.loads(body)
    if not isinstance(event, dict):
        raise ValueError("A notification is an object.")
    data = event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    if not isinstance(subject, dict):
        return None
    is_order = subject.get("object") == "order"
    order_id = _text(subject.get("id") if is_order else subject.get("order_id"))
    charge_id = _text(subject.get("charge_id"))
    if not order_id and not charge_id:
        return None
    return Subject(order_id, charge_id, event.get("livemode") is True)


def _text(value):
    return value if isinstance(value, str) else ""
