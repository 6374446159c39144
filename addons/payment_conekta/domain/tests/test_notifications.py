import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_conekta.domain.notifications import Subject, read_subject

from .examples import CHARGEBACK
from .test_order_reading import JSON


def event(subject, livemode=False):
    return json.dumps({"type": "order.paid", "livemode": livemode, "data": {"object": subject}}).encode()


@pytest.mark.parametrize(
    ("subject", "order_id", "charge_id"),
    [
        ({"object": "order", "id": "ord_1"}, "ord_1", ""),
        ({"object": "charge", "id": "63ef", "order_id": "ord_1"}, "ord_1", ""),
        (CHARGEBACK, "", "6966a06c044243000156c24d"),
    ],
)
def test_a_notification_names_an_order(subject, order_id, charge_id):
    assert read_subject(event(subject, livemode=True)) == Subject(order_id, charge_id, True)


@pytest.mark.parametrize("subject", [{"object": "webhook", "id": "wh_1"}, {"object": "order", "id": 7}, "x", None])
def test_what_is_about_no_order_is_about_nothing(subject):
    assert read_subject(event(subject)) is None


@given(st.binary())
def test_what_is_no_notification_is_refused(body):
    try:
        subject = read_subject(body)
    except ValueError:
        return
    assert subject is None


@given(JSON)
def test_whatever_a_notification_holds_is_read(value):
    read_subject(event(value))
    for name in ("data", "livemode"):
        read_subject(json.dumps({"data": {"object": {"object": "order", "id": "ord_1"}}} | {name: value}).encode())
