from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.pricing import (
    Effect,
    PriceMove,
    PriceVersion,
    Promotion,
    Season,
    kept_price,
    offered_price,
    period_price,
    season_price,
    seats_price,
    split_share,
)
from gym_subscriptions.domain.proration import is_in_cents

from .strategies import amounts, days, prices

percents = st.integers(0, 10_000).map(lambda hundredths: Decimal(hundredths) / 100)
effects = st.one_of(
    st.builds(Effect, st.just("percent"), percents),
    st.builds(Effect, st.sampled_from(["price", "amount"]), prices),
    st.just(Effect("free")),
)
promotions = st.builds(Promotion, effects, periods=st.integers(0, 6), used=st.integers(0, 6))
moves = st.builds(PriceMove, prices, days, st.booleans())


@given(st.lists(st.builds(PriceVersion, prices, days), unique_by=lambda version: version.valid_from), days)
def test_who_joins_gets_the_latest_price_in_force(versions, day):
    offered = offered_price(versions, day)
    if offered is None:
        assert all(version.valid_from > day for version in versions)
    else:
        assert offered.valid_from <= day
        assert not any(offered.valid_from < version.valid_from <= day for version in versions)


@given(prices, st.lists(moves, max_size=5), days)
def test_nobody_is_raised_without_having_accepted(signed, told, day):
    price = kept_price(signed, told, day)
    accepted = [move.amount for move in told if move.is_accepted and move.effective <= day]
    assert price <= max([signed, *accepted])


@given(prices, st.lists(moves, max_size=5), days)
def test_silence_never_costs_more_than_no_price_change(signed, told, day):
    silent = [replace(move, is_accepted=False) for move in told]
    assert kept_price(signed, silent, day) == min([signed, *(m.amount for m in told if m.effective <= day)])


def test_the_old_price_is_kept_until_the_period_that_starts_on_the_day():
    move = PriceMove(Decimal(549), date(2026, 6, 1), is_accepted=True)
    assert kept_price(Decimal(499), [move], date(2026, 5, 31)) == 499
    assert kept_price(Decimal(499), [move], date(2026, 6, 1)) == 549
    assert kept_price(Decimal(499), [replace(move, is_accepted=False)], date(2026, 6, 1)) == 499


@given(effects, prices)
def test_an_effect_leaves_cents_and_never_less_than_nothing(effect, price):
    left = effect.apply(price)
    assert left >= 0
    assert is_in_cents(left)
    assert effect.kind == "price" or left <= price


@pytest.mark.parametrize("values", [("half", 1), ("percent", 101), ("amount", -1), ("price", -1)])
def test_an_impossible_effect_is_refused(values):
    with pytest.raises(ValueError, match="no price becomes"):
        Effect(values[0], Decimal(values[1]))


def _season(first, last, **values):
    return Season(date(*first), date(*last), Effect("price", Decimal(399)), **values)


@pytest.mark.parametrize(
    ("season", "inside", "outside"),
    [
        (_season((2026, 1, 1), (2026, 1, 31)), [(2026, 1, 1), (2026, 1, 31)], [(2025, 12, 31), (2026, 2, 1)]),
        (
            _season((2024, 12, 15), (2025, 1, 15), is_yearly=True),
            [(2026, 12, 15), (2026, 12, 31), (2027, 1, 1), (2027, 1, 15), (2020, 1, 1)],
            [(2026, 12, 14), (2027, 1, 16), (2026, 7, 1)],
        ),
        (
            _season((2024, 2, 29), (2024, 3, 10), is_yearly=True),
            [(2025, 2, 28), (2028, 2, 29), (2025, 3, 10)],
            [(2025, 2, 27), (2025, 3, 11)],
        ),
    ],
)  # fmt: skip
def test_days_of_a_season(season, inside, outside):
    assert all(season.covers(date(*day)) for day in inside)
    assert not any(season.covers(date(*day)) for day in outside)


def test_a_yearly_season_of_one_day_and_one_of_a_whole_year():
    one_day = _season((2026, 5, 10), (2026, 5, 10), is_yearly=True)
    assert one_day.covers(date(2027, 5, 10))
    assert not one_day.covers(date(2027, 5, 9)) and not one_day.covers(date(2027, 5, 11))
    whole = _season((2025, 3, 1), (2026, 3, 1), is_yearly=True)
    assert whole.covers(date(2027, 7, 1)) and whole.covers(date(2027, 3, 2))


def test_a_hundred_percent_off_is_free():
    assert Effect("percent", Decimal(100)).apply(Decimal(499)) == 0


@given(days, st.integers(0, 363), days)
def test_a_yearly_season_is_the_same_every_year(first, length, day):
    season = Season(first, first + timedelta(days=length), Effect("free"), is_yearly=True)
    assert season.covers(season.first_day) and season.covers(season.last_day)
    if (day.month, day.day) != (2, 29):
        assert season.covers(day) == season.covers(day.replace(year=day.year + 1))


def test_of_several_seasons_the_cheapest_holds():
    half = Season(date(2026, 1, 1), date(2026, 2, 1), Effect("percent", Decimal(50)))
    seasons = [_season((2026, 1, 1), (2026, 1, 31)), half]
    for order in (seasons, seasons[::-1]):
        assert season_price(Decimal(499), date(2026, 1, 10), order) == Decimal("249.50")
        assert season_price(Decimal(499), date(2026, 2, 1), order) == Decimal("249.50")
        assert season_price(Decimal(499), date(2026, 2, 2), order) == 499


@given(prices, days, st.lists(promotions, max_size=4), st.randoms())
def test_the_order_of_promotions_changes_nothing(price, day, held, random):
    shuffled = held[:]
    random.shuffle(shuffled)
    amount = period_price(price, day, promotions=shuffled)
    assert amount == period_price(price, day, promotions=held)
    assert amount >= 0 and is_in_cents(amount)


@given(prices, days, st.lists(promotions, max_size=4))
def test_promotions_that_were_used_up_change_nothing(price, day, held):
    used_up = [replace(one, periods=one.periods or 1, used=7) for one in held]
    assert period_price(price, day, promotions=used_up) == price


def test_two_free_months_then_half_price_for_one_then_the_full_one():
    def amount(index):
        held = [Promotion(Effect("free"), 2, index), Promotion(Effect("percent", Decimal(50)), 3, index)]
        return period_price(Decimal(499), date(2026, 1 + index, 1), promotions=held)

    assert [amount(index) for index in range(4)] == [0, 0, Decimal("249.50"), 499]


@given(prices, prices, st.integers(1, 20), st.integers(1, 20))
def test_each_extra_seat_costs_the_same(price, seat, seats, included):
    step = seats_price(price, seats + 1, included, seat) - seats_price(price, seats, included, seat)
    assert step == (seat if seats >= included else 0)


@given(amounts, percents)
def test_company_and_person_pay_the_whole(amount, percent):
    company, person = split_share(amount, percent)
    assert company + person == amount
    assert is_in_cents(company)
    assert company * amount >= 0 and person * amount >= 0


def test_a_company_cannot_pay_more_than_all():
    with pytest.raises(ValueError, match="between 0 and 100"):
        split_share(Decimal(499), Decimal(101))
