"""On which civil days a report is sent, and which days it tells of."""

import calendar
from datetime import date, timedelta

WEEKLY, MONTHLY = FREQUENCIES = ("weekly", "monthly")
WEEK = timedelta(days=7)


def monday_of(day):
    """Return the Monday of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def next_day(frequency, number, after):
    """Return the first day after ``after`` on which a report is sent.

    :param int number: of the day of the week, 0 is Monday, or of the month, 1 to 31; short months end earlier
    """
    if frequency == WEEKLY:
        return after + timedelta(days=(number - after.weekday() - 1) % 7 + 1)
    this_month = _day_of_month(after.year, after.month, number)
    if this_month > after:
        return this_month
    return _day_of_month(after.year + after.month // 12, after.month % 12 + 1, number)


def days_told(frequency, number, day):
    """Return the first and the last day, both inclusive, that a report sent on ``day`` tells of: since the last one."""
    last = day - timedelta(days=1)
    if frequency == WEEKLY:
        return day - WEEK, last
    year, month = (day.year - 1, 12) if day.month == 1 else (day.year, day.month - 1)
    return _day_of_month(year, month, number), last


def _day_of_month(year, month, number):
    return date(year, month, min(number, calendar.monthrange(year, month)[1]))
