"""Business days in Mexico: neither Saturday, Sunday nor a mandatory rest day (LFT art. 74).

The days of art. 74 come from the ``holidays`` library, which knows the Monday rules and the day the federal executive
changes. Days that an authority alone does not work are not counted off: the clocks of LFPDPPP bind the gym.
"""

import warnings
from datetime import date, timedelta
from functools import lru_cache

with warnings.catch_warnings():
    # on import it advertises its version 1.0; ours is pinned
    warnings.simplefilter("ignore")
    import holidays

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _rest_days(year):
    return frozenset(holidays.MX(years=year))


def is_business_day(day):
    """Tell whether ``day`` is one on which a deadline runs."""
    return day.weekday() < _SATURDAY and day not in _rest_days(day.year)


def add_business_days(start: date, count: int) -> date:
    """Return the business day that is ``count`` business days after ``start``, which itself is not counted.

    A request received on a Friday has its first day on the next business day, as the law counts.

    :raise ValueError: when ``count`` is not positive
    """
    if count < 1:
        raise ValueError("a deadline is at least one business day away")
    day = start
    while count:
        day += _ONE_DAY
        count -= is_business_day(day)
    return day


def business_days_between(start: date, end: date) -> int:
    """Return how many business days lie after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
    return sum(is_business_day(start + timedelta(days=offset)) for offset in range(1, (end - start).days + 1))
