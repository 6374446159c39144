from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..billing import ToBill, make_chunks, use_credits

payers = st.frozensets(st.integers(1, 12), min_size=1, max_size=3)
dues = st.lists(st.tuples(st.integers(1, 3), payers, st.integers(0, 2)), max_size=60).map(
    lambda rows: [ToBill(number, journal, who, (like,)) for number, (journal, who, like) in enumerate(rows)]
)
cents = st.integers(0, 10**7).map(lambda value: Decimal(value) / 100)


@given(dues, st.integers(1, 20))
def test_every_subscription_is_in_one_chunk_of_its_journal(due, size):
    chunks = make_chunks(due, size)
    assert sorted(number for chunk in chunks for number in chunk.subscription_ids) == [
        row.subscription_id for row in due
    ]
    journals = {row.subscription_id: row.journal_id for row in due}
    for chunk in chunks:
        assert {journals[number] for number in chunk.subscription_ids} == {chunk.journal_id}


@given(dues, st.integers(1, 20))
def test_no_payer_is_in_two_chunks_of_a_journal(due, size):
    rows = {row.subscription_id: row for row in due}
    seen = {}
    for place, chunk in enumerate(make_chunks(due, size)):
        for number in chunk.subscription_ids:
            for payer in rows[number].payers:
                assert seen.setdefault((chunk.journal_id, payer), place) == place


@given(st.integers(1, 200), st.integers(1, 20))
def test_chunks_of_people_who_pay_for_themselves_have_the_asked_size(count, size):
    chunks = make_chunks([ToBill(number, 1, frozenset({number})) for number in range(count)], size)
    assert [len(chunk.subscription_ids) for chunk in chunks[:-1]] == [size] * (len(chunks) - 1)
    assert 1 <= len(chunks[-1].subscription_ids) <= size


def test_subscriptions_alike_are_neighbours():
    due = [ToBill(number, 1, frozenset({number}), (number % 2,)) for number in range(8)]
    assert [chunk.subscription_ids for chunk in make_chunks(due, 4)] == [(0, 2, 4, 6), (1, 3, 5, 7)]


def test_nothing_due_needs_no_chunk():
    assert make_chunks([], 200) == []


def test_a_chunk_of_nothing_is_refused():
    with pytest.raises(ValueError):
        make_chunks([], 0)


@given(cents, st.lists(cents.map(lambda value: -value), max_size=6))
def test_credits_are_used_in_order_and_never_beyond_the_charge(charged, credits):
    used = use_credits(charged, enumerate(credits))
    assert charged + sum(used.values()) == max(charged + sum(credits), 0)
    for place, amount in enumerate(credits):
        part = used.get(place, Decimal(0))
        assert amount <= part <= 0
        if part != amount:  # not wholly used: then everything is used up
            assert charged + sum(used.values()) == 0


def test_a_charge_among_credits_is_refused():
    with pytest.raises(ValueError):
        use_credits(Decimal(10), [("a", Decimal(1))])
    with pytest.raises(ValueError):
        use_credits(Decimal(-1), [])
