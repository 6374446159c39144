from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..tenders import Due, Part, Tender, allocate, net_of_change

cents = st.integers(1, 500_000).map(lambda amount: Decimal(amount) / 100)


@st.composite
def tickets(draw):
    """Tenders, change among them, and dues that they cover."""
    amounts = draw(st.lists(cents, min_size=1, max_size=5))
    tenders = [Tender(number, amount, draw(st.booleans())) for number, amount in enumerate(amounts)]
    total = int(sum(amounts) * 100)
    change = draw(st.integers(0, total))
    tenders += [Tender("change", Decimal(-change) / 100, True)] if change else []
    left, dues = total - change, []
    for number in range(draw(st.integers(0, 4))):
        amount = draw(st.integers(0, left))
        left -= amount
        dues += [Due(number, Decimal(amount) / 100)] if amount else []
    return tenders, dues


@given(tickets())
def test_what_stays_is_what_was_given_less_the_change(ticket):
    tenders, _dues = ticket
    kept = net_of_change(tenders)
    assert sum(one.amount for one in kept) == sum(one.amount for one in tenders)
    assert all(0 < one.amount <= tenders[one.key].amount for one in kept)


@given(tickets())
def test_each_due_is_paid_to_the_cent_and_no_tender_pays_more_than_it_is(ticket):
    tenders, dues = ticket
    kept = net_of_change(tenders)
    parts = allocate(kept, dues)
    paid, used = Counter(), Counter()
    for part in parts:
        paid[part.due] += part.amount
        used[part.tender] += part.amount
    assert paid == {due.key: due.amount for due in dues}
    assert all(used[one.key] <= one.amount for one in kept)
    assert all(part.amount > 0 for part in parts)
    assert len(parts) <= max(0, len(dues) + len(kept) - 1) if dues else not parts


def test_change_leaves_cash_before_a_card():
    tenders = [Tender("card", Decimal(300)), Tender("cash", Decimal(500), True), Tender("back", Decimal(-100), True)]
    assert net_of_change(tenders) == [Tender("card", Decimal(300)), Tender("cash", Decimal(400), True)]


def test_one_tender_that_covers_a_due_pays_it_alone():
    parts = allocate([Tender("card", Decimal(100)), Tender("cash", Decimal(500), True)], [Due("ana", Decimal(499))])
    assert parts == [Part("ana", "cash", Decimal(499))]


def test_dues_beyond_what_was_tendered_are_refused():
    with pytest.raises(ValueError, match="more than what was tendered"):
        allocate([Tender("cash", Decimal(10), True)], [Due("ana", Decimal(11))])
