from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigor_clock.domain.zones import (
    CENTRAL,
    ZONES_BY_STATE,
    earliest_day,
    latest_day,
    local,
    to_utc,
    zone_of_state,
)

ANYWHERE = ["Pacific/Kiritimati", "Etc/GMT+12"]
ZONES = sorted({CENTRAL, "America/Ojinaga", "America/Matamoros", *ZONES_BY_STATE.values()})


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        (datetime(2027, 2, 1, 1, 30), "America/Mexico_City", date(2027, 1, 31)),
        (datetime(2027, 2, 1, 5, 59), "America/Mexico_City", date(2027, 1, 31)),
        (datetime(2027, 2, 1, 6, 0), "America/Mexico_City", date(2027, 2, 1)),
        (datetime(2027, 2, 1, 5, 30), "America/Cancun", date(2027, 2, 1)),
        (datetime(2027, 2, 1, 6, 30), "America/Hermosillo", date(2027, 1, 31)),
        (datetime(2027, 2, 1, 7, 30), "America/Tijuana", date(2027, 1, 31)),
        # the border still puts its clocks forward: 14 March 2027
        (datetime(2027, 3, 15, 6, 30), "America/Tijuana", date(2027, 3, 14)),
        (datetime(2027, 3, 15, 7, 0), "America/Tijuana", date(2027, 3, 15)),
    ],
)
def test_day_of_an_instant(instant, zone, day):
    assert local(instant, zone).date() == day


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_is_known(zone):
    assert ZoneInfo(zone)


def test_state_that_is_not_known_is_central():
    assert zone_of_state("CMX") == zone_of_state("") == zone_of_state(False) == CENTRAL


@given(st.datetimes(datetime(2023, 1, 1), datetime(2040, 1, 1)), st.sampled_from(ZONES))
def test_utc_and_back(instant, zone):
    wall = local(instant, zone)
    back = to_utc(wall.replace(tzinfo=None, fold=0), zone)
    # the second pass of an hour in autumn is read as the first
    assert back == instant or wall.fold == 1
    assert local(back, zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
    assert wall.astimezone(UTC).replace(tzinfo=None) == instant


@given(
    st.datetimes(datetime(2023, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from([*ZONES, *ANYWHERE]),
)
def test_day_of_a_place_lies_between_those_of_the_earth(instant, zone):
    assert earliest_day(instant) <= local(instant, zone).date() <= latest_day(instant)
