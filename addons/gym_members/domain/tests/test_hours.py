from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.hours import clock, closing, lines, merged, next_opening

hours = st.lists(st.tuples(st.integers(0, 11), st.integers(12, 24)), max_size=2)
weeks = st.dictionaries(st.integers(0, 6), hours, max_size=7)


def test_days_in_a_row_are_one_line():
    week = {day: [(6, 22)] for day in range(5)} | {5: [(7, 14)]}
    assert lines(week) == [(0, 4, ((6, 22),)), (5, 5, ((7, 14),))]
    assert lines({}) == []
    assert lines({0: [(16, 22), (6, 12)], 2: [(6, 12)]}) == [(0, 0, ((6, 12), (16, 22))), (2, 2, ((6, 12),))]


def test_hours_that_touch_are_one():
    assert merged([(12, 22), (6, 12)]) == ((6, 22),)


@given(hours, st.integers(0, 23))
def test_joining_hours_opens_and_closes_nothing(ranges, hour):
    assert any(start <= hour < end for start, end in ranges) == any(
        start <= hour < end for start, end in merged(ranges)
    )


WEEK = {day: [(6, 12), (14, 22)] for day in range(5)} | {5: [(8, 24)], 6: [(0, 2)]}


def test_the_next_opening():
    assert next_opening(WEEK, 0, 5) == (0, 6)
    assert next_opening(WEEK, 0, 13.5) == (0, 14)
    assert next_opening(WEEK, 0, 23) == (1, 6)
    assert next_opening(WEEK, 6, 3) == (1, 6)
    assert next_opening(WEEK, 0, 5, closed={0, 1}) == (2, 6)
    assert next_opening(WEEK, 0, 5, closed=range(15)) is None
    assert next_opening({0: [(6, 12)]}, 0, 13) == (7, 6)


def test_closing_of_a_day_of_a_night_and_of_none():
    assert closing(WEEK, 0, 7) == 12
    assert closing(WEEK, 5, 20) == 2
    assert closing({0: [(8, 24)]}, 0, 9) == 24
    assert closing({day: [(0, 24)] for day in range(7)}, 3, 9) is None


@given(weeks, st.integers(0, 6), st.integers(0, 23))
def test_a_place_opens_when_it_says(week, weekday, hour):
    found = next_opening(week, weekday, hour)
    if found:
        offset, start = found
        assert start in [range_[0] for range_ in merged(week[(weekday + offset) % 7])]
        assert (offset, start) > (0, hour)
    else:
        assert not any(week.values())


@given(weeks)
def test_every_open_day_is_told_once_with_its_hours(week):
    told = {day: ranges for first, last, ranges in lines(week) for day in range(first, last + 1)}
    assert told == {day: merged(ranges) for day, ranges in week.items() if ranges}


@given(weeks)
def test_lines_next_to_each_other_differ(week):
    found = lines(week)
    assert all(a[1] + 1 < b[0] or a[2] != b[2] for a, b in zip(found, found[1:], strict=False))


def test_an_hour_is_read_as_on_a_clock():
    assert [clock(hour) for hour in (6, 6.5, 13.25, 24)] == ["6:00", "6:30", "13:15", "24:00"]
