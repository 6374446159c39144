"""Opening hours as people write them, and when a place that is closed opens again.

A week is a dict of weekday (0 is Monday) to pairs of opening and closing hour, as floats; closed days may be missing.
"""

from itertools import groupby

LOOK_AHEAD = 14  # days; who stays closed longer says so elsewhere


def merged(ranges):
    """Return ranges of hours in order, those that touch or overlap as one."""
    found = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def lines(week):
    """Return opening hours in as few lines as there are runs of days with the same hours.

    :return: list of (first weekday, last weekday, tuple of pairs in order); closed days are in none
    """
    by_day = {day: merged(week.get(day, ())) for day in range(7)}
    runs = [[day for day, _hours in group] for _key, group in groupby(by_day.items(), key=lambda item: item[1])]
    return [(run[0], run[-1], by_day[run[0]]) for run in runs if by_day[run[0]]]


def next_opening(week, weekday, hour, closed=()):
    """Return (days from today, hour) of the first opening after ``hour`` of ``weekday``; None: not in two weeks.

    :param closed: days from today, 0 being today, on which it stays closed whatever the week says
    """
    for offset in range(LOOK_AHEAD + 1):
        for start, _end in merged(week.get((weekday + offset) % 7, ())):
            if offset not in closed and (offset, start) > (0, hour):
                return offset, start
    return None


def closing(week, weekday, hour):
    """Return the hour at which a place that is open closes, the night included; None: not before a day has passed."""
    today = next((end for start, end in merged(week.get(weekday, ())) if start <= hour < end), None)
    if today != 24:
        return today
    first = next(iter(merged(week.get((weekday + 1) % 7, ()))), (24, 24))
    if first[0] > 0:
        return 24
    return first[1] if first[1] <= hour else None


def clock(hour):
    """Return an hour of the day as people read it: 6.5 is 6:30, and the end of a day 24:00."""
    minutes = round(hour * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
