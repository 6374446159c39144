from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.events import EventError, EventType, check_instant, decode_cursor, encode_cursor, month_bounds

MOVED = EventType("Moved", properties={"to": {"type": "string"}, "visits": {"type": "integer"}}, required=("to",))
NOW = datetime(2026, 3, 1, 12)


@pytest.mark.parametrize("payload", [{"to": "Roma"}, {"to": "Roma", "visits": 3}])
def test_a_payload_that_fits_is_taken(payload):
    MOVED.check("member.moved", payload)


@pytest.mark.parametrize("payload", [{}, {"to": 3}, {"to": "Roma", "visits": "3"}, {"to": "Roma", "from": "Gdl"}, []])
def test_a_payload_that_does_not_fit_is_refused_by_name(payload):
    with pytest.raises(EventError, match="member.moved"):
        MOVED.check("member.moved", payload)


def test_a_type_without_payload_takes_none():
    EventType("Joined").check("member.joined", {})
    with pytest.raises(EventError):
        EventType("Joined").check("member.joined", {"day": "2026-01-01"})


@pytest.mark.parametrize("instant", [datetime(1899, 12, 31, 23), NOW + timedelta(days=1, seconds=1)])
def test_a_wrong_clock_is_refused(instant):
    with pytest.raises(EventError, match="cannot be when"):
        check_instant("member.joined", instant, NOW)


def test_the_past_and_a_slightly_fast_clock_are_taken():
    check_instant("member.joined", datetime(1900, 1, 1), NOW)
    check_instant("member.joined", NOW + timedelta(hours=3), NOW)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_day_is_in_its_month_and_months_follow_each_other(day):
    start, end = month_bounds(day)
    assert start <= day < end
    assert (start.day, end.day) == (1, 1)
    assert month_bounds(end - timedelta(days=1)) == (start, end)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(1, 2**60))
def test_a_cursor_comes_back_as_it_went(instant, event_id):
    assert decode_cursor(encode_cursor(instant, event_id)) == (instant, event_id)


@pytest.mark.parametrize("forged", ["", "x", "2026-01-01", "2026-01-01_", "2026-01-01_x", "yesterday_3"])
def test_a_forged_cursor_is_no_cursor(forged):
    with pytest.raises(ValueError):
        decode_cursor(forged)
