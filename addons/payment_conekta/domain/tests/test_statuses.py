import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_conekta.domain import statuses as s

STATES = ("draft", "pending", "authorized", "done", "cancel", "error")
OUTCOMES = (s.OPEN, s.PENDING, s.PAID, s.DECLINED, s.EXPIRED, s.CANCELED, s.DISPUTED, s.UNKNOWN)
# Statuses that the public references name, of orders and of the events of orders and charges
DOCUMENTED = [
    "paid",
    "pending_payment",
    "expired",
    "declined",
    "canceled",
    "refunded",
    "partially_refunded",
    "charged_back",
    "pre_authorized",
    "under_fraud_review",
    "fraudulent",
    "voided",
    "reversed",
    "pending_confirmation",
]
MONEY_CAME = {"paid", "refunded", "partially_refunded", "charged_back"}
anything = st.one_of(
    st.none(), st.text(), st.integers(), st.booleans(), st.lists(st.text()), st.dictionaries(st.text(), st.text())
)


def test_every_documented_status_is_known():
    assert {status for status in DOCUMENTED if s.outcome_of(status) == s.UNKNOWN} == set()


@given(anything)
def test_no_unknown_status_is_taken_for_paid(status):
    is_known = isinstance(status, str) and status in s.ORDER_STATUSES
    outcome = s.outcome_of(status)
    assert outcome in OUTCOMES
    if outcome in (s.PAID, s.DISPUTED):
        assert status in MONEY_CAME
    if not is_known and status is not None:
        assert outcome == s.UNKNOWN


def test_every_outcome_has_an_answer_in_every_state():
    table = {(state, outcome): s.next_state(state, outcome) for state in STATES for outcome in OUTCOMES}
    assert set(table.values()) <= {None, *STATES}
    assert {state for (state, outcome), to in table.items() if outcome == s.PAID and to == "done"} == {
        "draft", "pending", "authorized", "error", "cancel"
    }  # fmt: skip


@given(st.lists(st.sampled_from(OUTCOMES), max_size=12))
def test_whatever_the_order_of_the_news_money_stays(news):
    state = "draft"
    for outcome in news:
        state = s.next_state(state, outcome) or state
        assert state != "done" or set(news) & {s.PAID, s.DISPUTED}
    if set(news) & {s.PAID, s.DISPUTED}:
        assert state == "done"


def test_what_takes_money_back_silently_is_told():
    assert [outcome for outcome in OUTCOMES if s.contradicts("done", outcome)] == [s.DECLINED, s.EXPIRED, s.CANCELED]
    assert not any(s.contradicts(state, s.CANCELED) for state in STATES if state != "done")


@pytest.mark.parametrize(
    ("page", "outcome"),
    [("Issued", s.OPEN), ("Expired", s.EXPIRED), ("Cancelled", s.CANCELED), ("Else", s.OPEN), (7, s.OPEN)],
)
def test_a_page_that_ended_unpaid_ends_the_order(page, outcome):
    assert s.outcome_of(None, page) == outcome
    assert s.outcome_of("paid", page) == s.PAID


@given(anything)
def test_an_unknown_refund_is_pending_and_an_unknown_chargeback_open(status):
    is_text = isinstance(status, str)
    if not (status is None or (is_text and status in s.REFUND_STATUSES)):
        assert s.state_of_refund(status) == "pending"
    if not (is_text and status in s.CHARGEBACK_STATUSES):
        assert s.state_of_chargeback(status) == "open"
