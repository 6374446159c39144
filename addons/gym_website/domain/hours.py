"""Opening hours as people write them: days in a row with the same hours are one line."""

from itertools import groupby


def lines(week):
    """Return opening hours in as few lines as there are runs of days with the same hours.

    :param dict week: weekday (0 is Monday) to pairs of opening and closing hour, as floats; closed days may be missing
    :return: list of (first weekday, last weekday, tuple of pairs in order); closed days are in none
    """
    days = [(day, tuple(sorted(week.get(day, ())))) for day in range(7)]
    runs = [[day for day, _hours in group] for _key, group in groupby(days, key=lambda item: item[1])]
    by_day = dict(days)
    return [(run[0], run[-1], by_day[run[0]]) for run in runs if by_day[run[0]]]


def clock(hour):
    """Return an hour of the day as people read it: 6.5 is 6:30, and the end of a day 24:00."""
    minutes = round(hour * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
