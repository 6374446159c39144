from hypothesis import given
from hypothesis import strategies as st

from gym_website.domain.hours import clock, lines

hours = st.lists(st.tuples(st.integers(0, 11), st.integers(12, 24)), max_size=2)
weeks = st.dictionaries(st.integers(0, 6), hours, max_size=7)


def test_days_in_a_row_are_one_line():
    week = {day: [(6, 22)] for day in range(5)} | {5: [(7, 14)]}
    assert lines(week) == [(0, 4, ((6, 22),)), (5, 5, ((7, 14),))]
    assert lines({}) == []
    assert lines({0: [(16, 22), (6, 12)], 2: [(6, 12)]}) == [(0, 0, ((6, 12), (16, 22))), (2, 2, ((6, 12),))]


@given(weeks)
def test_every_open_day_is_told_once_with_its_hours(week):
    told = {day: ranges for first, last, ranges in lines(week) for day in range(first, last + 1)}
    assert told == {day: tuple(sorted(ranges)) for day, ranges in week.items() if ranges}


@given(weeks)
def test_lines_next_to_each_other_differ(week):
    found = lines(week)
    assert all(a[1] + 1 < b[0] or a[2] != b[2] for a, b in zip(found, found[1:], strict=False))


def test_an_hour_is_read_as_on_a_clock():
    assert [clock(hour) for hour in (6, 6.5, 13.25, 24)] == ["6:00", "6:30", "13:15", "24:00"]
