from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.iva import ZonePeriod, first_overlap, zone_on

STIMULUS = ZonePeriod("border_north", date(2024, 1, 1), date(2025, 12, 31))


def test_both_ends_of_a_period_belong_to_it():
    assert zone_on([STIMULUS], date(2024, 1, 1)) == "border_north"
    assert zone_on([STIMULUS], date(2025, 12, 31)) == "border_north"


def test_outside_every_period_the_general_rate_applies():
    assert zone_on([STIMULUS], date(2023, 12, 31)) == "general"
    assert zone_on([STIMULUS], date(2026, 1, 1)) == "general"
    assert zone_on([], date(2026, 1, 1)) == "general"


def test_an_open_period_reaches_forever():
    assert zone_on([ZonePeriod("border_south", date(2026, 1, 1))], date(2099, 1, 1)) == "border_south"


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
PERIODS = st.builds(
    lambda start, length: ZonePeriod("border_north", start, None if length is None else start + timedelta(length)),
    DAYS,
    st.none() | st.integers(0, 800),
)


@given(st.lists(PERIODS, max_size=6))
def test_an_overlap_is_found_exactly_when_two_periods_share_a_day(periods):
    pairs = [(one, two) for index, one in enumerate(periods) for two in periods[index + 1 :]]
    assert bool(first_overlap(periods)) == any(one.overlaps(two) for one, two in pairs)


@given(PERIODS, PERIODS)
def test_overlap_has_no_direction(one, two):
    assert one.overlaps(two) == two.overlaps(one)
