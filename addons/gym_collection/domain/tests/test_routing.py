from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_collection.domain.routing import Route, rank

AMOUNT = Decimal("499.00")


def routes():
    numbers = st.integers(0, 500)
    fees = st.decimals(0, 10, places=2)
    return st.builds(
        lambda key, tries, share, percent, fixed: Route(key, False, tries * share // 100, tries, percent, fixed),
        st.integers(1, 10**6),
        numbers,
        st.integers(0, 100),
        fees,
        fees,
    )


@given(st.lists(routes(), unique_by=lambda route: route.key), st.randoms())
def test_the_order_does_not_depend_on_how_they_come(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert rank(shuffled, AMOUNT) == rank(found, AMOUNT)


@given(st.lists(routes(), min_size=1, unique_by=lambda route: route.key))
def test_each_is_tried_once_and_none_that_failed(found):
    failed = {found[0].key}
    assert {route.key for route in rank(found, AMOUNT, failed)} == {route.key for route in found} - failed
    assert len(rank(found, AMOUNT)) == len(found)


def test_the_chosen_card_is_first_even_when_it_works_worse():
    chosen, better = Route(1, True, 1, 100), Route(2, False, 99, 100)
    assert rank([better, chosen], AMOUNT) == [chosen, better]


def test_success_counts_more_than_a_cent_of_fee_and_a_high_fee_more_than_success():
    cheap, sure = Route(1, False, 50, 100), Route(2, False, 95, 100, Decimal("3.6"), Decimal("3"))
    assert rank([cheap, sure], AMOUNT) == [sure, cheap]
    dear = Route(3, False, 60, 100, Decimal("90"))
    assert rank([cheap, dear], AMOUNT) == [cheap, dear]


def test_a_provider_without_history_is_not_put_last():
    assert rank([Route(1, False, 60, 100), Route(2)], AMOUNT)[0].key == 2


def test_more_successes_than_tries_are_refused():
    with pytest.raises(ValueError, match="5 successes of 4 tries"):
        Route(1, False, 5, 4)
