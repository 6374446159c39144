import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import forecast as rules
from ..forecast import AHEAD, LEAST, SHARE, Month, forecast, months_missing, usable
from .gyms import draw

amounts = st.floats(0, 50_000)


@st.composite
def histories(draw_one, least=0, most=30):
    """Months without gaps, each of which begins with what the one before ended with."""
    level, months = draw_one(st.floats(0, 500_000)), []
    for _month in range(draw_one(st.integers(least, most))):
        month = Month(level, draw_one(amounts), level * draw_one(st.floats(0, 0.5)))
        months.append(month)
        level = month.end
    return months


@given(histories())
def test_an_interval_has_its_value_inside_and_is_never_below_zero(months):
    found = forecast(months)
    assert len(found) == (0 if months_missing(months) else AHEAD)
    assert all(0 <= one.low <= one.value + 1e-6 and one.value <= one.high + 1e-6 for one in found)


@given(histories(least=LEAST + 1))
def test_a_later_month_is_no_surer_where_all_goes_its_way(months):
    found = forecast(months)
    widths = [one.high - one.value for one in found]
    assert widths == sorted(widths) or min(one.low for one in found) >= 0


@given(histories(least=LEAST + 1), st.floats(0.1, 100))
def test_another_currency_tells_the_same(months, rate):
    scaled = [Month(month.start * rate, month.gained * rate, month.lost * rate) for month in months]
    for one, other in zip(forecast(months), forecast(scaled), strict=False):
        if min(month.end for month in months + scaled) > 1:
            assert other.value == pytest.approx(one.value * rate, rel=1e-6, abs=1)


@given(histories(least=LEAST + 2), amounts)
def test_forecasts_of_known_months_know_nothing_of_them(months, later):
    assert rules.tested(months[:-1])[1] <= rules.tested(months)[1]
    changed = [*months[:-1], Month(months[-1].start, later, 0)]
    assert forecast(months[:-1]) == forecast(changed[:-1])


def test_a_gym_in_which_nothing_changes_stays_as_it_is():
    found = forecast([Month(1000, 50, 50)] * 20)
    assert [(one.low, one.value, one.high) for one in found] == [(1000, 1000, 1000)] * AHEAD


def test_too_little_history_is_told_in_months():
    months = [Month(0, 900, 0), *[Month(900, 10, 10)] * 8]
    assert forecast(months) == []
    assert months_missing(months) == LEAST - 8
    assert rules.tested(months) == (0, 0)


def test_the_month_that_began_with_nothing_teaches_nothing():
    assert usable([Month(0, 0, 0), Month(0, 900, 0), Month(900, 0, 0)]) == [Month(900, 0, 0)]


GYMS = {
    "steady": {},
    "small": {"members": 60, "joins": 3},
    "growing": {"joins": 15, "growth": 1.03},
    "shrinking": {"joins": 20, "growth": 0.95},
    "seasonal": {"season": True},
    "opened a year ago": {"members": 20, "joins": 25},
}


@pytest.mark.parametrize("kind", GYMS)
@pytest.mark.parametrize("known", [10, 13, 24])
def test_intervals_hold_what_comes_in_gyms_of_many_kinds(kind, known):
    """Months that no forecast has seen: the share inside is at least the one that is promised, less chance."""
    held = []
    for seed in range(250):
        months = draw(random.Random(seed), known + AHEAD, **GYMS[kind])
        held += [one.holds(month.end) for one, month in zip(forecast(months[:known]), months[known:], strict=True)]
    share = sum(held) / len(held)
    assert SHARE - 0.02 <= share <= 0.97, f"{kind}, {known} months: {share:.3f}"


def test_the_value_is_nearer_than_the_last_one_where_a_gym_grows():
    ours, last = 0, 0
    for seed in range(150):
        months = draw(random.Random(seed), 14 + AHEAD, members=20, joins=25)
        value = forecast(months[:14])[-1].value
        ours += abs(value - months[-1].end)
        last += abs(months[13].end - months[-1].end)
    assert ours < 0.5 * last
