from hypothesis import given
from hypothesis import strategies as st

from payment_conekta.domain import following as f
from payment_conekta.domain import statuses
from payment_conekta.domain.order_reading import Refund, read_order

from . import examples as ex

REFUNDS = st.lists(st.integers(1, 3), max_size=6).map(
    lambda amounts: [Refund(f"r{n}", cents, "done") for n, cents in enumerate(amounts)]
)


def orders(*known):
    return [read_order(ex.order(status, ex.CARD_METHOD) | {"id": f"ord_{n}"}) for n, status in enumerate(known)]


def test_the_order_that_took_money_decides():
    assert f.decides(orders("declined", "paid", "expired")).outcome == statuses.PAID
    assert f.decides(orders("canceled", "pending_payment")).outcome == statuses.PENDING
    assert f.decides([]) is None


def test_two_paid_orders_of_one_payment_are_told():
    assert len(f.paid_twice(orders("paid", "declined", "refunded"))) == 2
    assert f.paid_twice(orders("paid", "declined")) == []


def test_two_hours_are_enough_to_know_that_nothing_arrived():
    assert not f.is_never_received(7200)
    assert f.is_never_received(7201)


@given(REFUNDS, st.lists(st.integers(1, 3), max_size=4))
def test_no_refund_of_ours_stands_for_two_of_theirs(listed, asked):
    unanswered = [(f"ours{n}", cents) for n, cents in enumerate(asked)]
    pairs = f.match_refunds(listed, {"r0": "known"}, unanswered)
    assert [refund for refund, _ours in pairs] == listed
    matched = [ours for _refund, ours in pairs if ours and ours != "known"]
    assert len(matched) == len(set(matched))
    for refund, ours in pairs:
        assert ours in (None, "known") or dict(unanswered)[ours] == refund.cents


def test_the_answer_of_a_known_refund_is_not_given_to_another():
    listed = [Refund("r0", 500, "done"), Refund("r1", 500, "done")]
    assert f.match_refunds(listed, {"r0": "first"}, [("second", 500)]) == [(listed[0], "first"), (listed[1], "second")]
