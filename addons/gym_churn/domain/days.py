"""Civil dates as whole numbers: days since 1970, and months since January 1970."""

from datetime import date

import numpy as np

from .errors import ChurnError

EPOCH = date(1970, 1, 1).toordinal()
WEEK = 7


def parse_day(text):
    """Return the number of a date written YYYY-MM-DD.

    :raise ChurnError: when it is not such a date
    """
    try:
        return date.fromisoformat(text[:10]).toordinal() - EPOCH
    except ValueError:
        raise ChurnError(f"'{text}' is not a date; write it as YYYY-MM-DD, for example 2026-03-31.") from None


def show_day(day):
    """Return a day's number as YYYY-MM-DD."""
    return date.fromordinal(int(day) + EPOCH).isoformat()


def month_of(days):
    """Months since January 1970 of an array of days."""
    return np.asarray(days).astype("M8[D]").astype("M8[M]").astype(np.int64)


def first_of(months):
    """The first day of each month."""
    return np.asarray(months).astype("M8[M]").astype("M8[D]").astype(np.int64)


def day_of_month(days):
    """1 to 31 for each day."""
    return np.asarray(days) - first_of(month_of(days)) + 1


def weekday(day):
    """0 for Monday to 6 for Sunday; 1 January 1970 was a Thursday."""
    return (day + 3) % WEEK
