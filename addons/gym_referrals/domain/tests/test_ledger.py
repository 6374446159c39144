"""The ledger only grows, never goes below zero, and takes each fact once."""

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_referrals.domain import ledger
from gym_referrals.domain.ledger import Entry, LedgerError, Open, add, claw_back, open_amount, take, used_amount

cents = st.integers(1, 100_000).map(lambda number: Decimal(number) / 100)
entries = st.builds(Entry, st.sampled_from(ledger.KINDS), st.sampled_from("abcdef"), cents)


@given(st.lists(entries, max_size=14))
def test_any_history_keeps_the_ledger_true(history):
    check(history)


def test_ten_thousand_histories_keep_the_ledger_true():
    pick = random.Random(1)
    for _history in range(10_000):
        length = pick.randint(0, 14)
        check(
            Entry(pick.choice(ledger.KINDS), pick.choice("abcdef"), Decimal(pick.randint(1, 30_000)) / 100)
            for _entry in range(length)
        )


def check(history):
    book = ()
    for entry in history:
        try:
            after = add(book, entry)
        except LedgerError:
            continue
        assert after[: len(book)] == book
        assert add(after, entry) == after
        book = after
    granted = sum((entry.amount for entry in book if entry.kind == ledger.GRANT), Decimal(0))
    ended = [entry for entry in book if entry.kind in (ledger.EXPIRE, ledger.REVERSE, ledger.ADJUST)]
    assert open_amount(book) >= 0
    assert 0 <= used_amount(book) <= granted
    assert granted == open_amount(book) + used_amount(book) + sum((entry.amount for entry in ended), Decimal(0))
    assert len({entry[:2] for entry in book}) == len(book)


def test_the_same_source_cannot_say_another_amount():
    book = add((), Entry(ledger.GRANT, "r1", Decimal(150)))
    with pytest.raises(LedgerError, match="was 150, not 151"):
        add(book, Entry(ledger.GRANT, "r1", Decimal(151)))


def test_no_more_is_used_than_is_open():
    book = add((), Entry(ledger.GRANT, "r1", Decimal(150)))
    with pytest.raises(LedgerError, match="151 of 150"):
        add(book, Entry(ledger.APPLY, "i1", Decimal(151)))


def test_an_invoice_undone_opens_what_it_used():
    book = add((), Entry(ledger.GRANT, "r1", Decimal(150)))
    book = add(book, Entry(ledger.APPLY, "i1", Decimal(100)))
    book = add(book, Entry(ledger.RELEASE, "i1", Decimal(100)))
    assert (open_amount(book), used_amount(book)) == (150, 0)


def test_what_was_used_becomes_a_debt_and_no_charge():
    book = add((), Entry(ledger.GRANT, "r1", Decimal(150)))
    book = add(book, Entry(ledger.APPLY, "i1", Decimal(100)))
    assert claw_back(book) == (Decimal(50), Decimal(100))


def test_what_ends_first_is_used_first():
    may, june = date(2026, 5, 31), date(2026, 6, 30)
    rewards = [Open(1, Decimal(100)), Open(2, Decimal(100), june), Open(3, Decimal(100), may)]
    assert take(rewards, Decimal(250), may) == {3: 100, 2: 100, 1: 50}
    assert take(rewards, Decimal(250), june) == {2: 100, 1: 100}


@given(st.lists(st.builds(Open, st.integers(), cents, st.none() | st.dates()), unique_by=lambda each: each.key), cents)
def test_an_amount_takes_what_fits_and_no_more(rewards, amount):
    today = date(2026, 5, 1)
    valid = [each for each in rewards if each.valid_until is None or each.valid_until >= today]
    parts = take(rewards, amount, today)
    assert sum(parts.values(), Decimal(0)) == min(amount, sum((each.amount for each in valid), Decimal(0)))
    assert all(parts[each.key] <= each.amount for each in valid if each.key in parts)
