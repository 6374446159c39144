from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_conekta.domain.money import from_cents, is_payable_in_cash, to_cents

CENTS = st.integers(min_value=0, max_value=10**11)


@given(CENTS)
def test_cents_survive_a_round_trip_through_every_kind_of_number(cents):
    pesos = from_cents(cents)
    assert to_cents(pesos) == to_cents(str(pesos)) == cents
    assert to_cents(float(pesos)) == cents


@given(st.lists(CENTS, max_size=20))
def test_a_sum_in_cents_is_the_sum_in_pesos(parts):
    assert sum(map(to_cents, map(from_cents, parts))) == to_cents(sum(map(from_cents, parts), Decimal(0)))


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=1, max_value=9))
def test_parts_of_a_cent_are_refused(cents, tenth):
    with pytest.raises(ValueError, match="parts of a cent"):
        to_cents(from_cents(cents) + Decimal(tenth) / 1000)


def test_the_noise_of_a_float_is_no_part_of_a_cent():
    assert to_cents(1111.1100000000001) == 111111
    assert to_cents(0.1 + 0.2) == 30


@pytest.mark.parametrize(("pesos", "is_payable"), [("9.99", False), ("10", True), ("10000", True), ("10000.01", False)])
def test_a_store_takes_10_to_10000_pesos(pesos, is_payable):
    assert is_payable_in_cash(to_cents(pesos)) is is_payable
