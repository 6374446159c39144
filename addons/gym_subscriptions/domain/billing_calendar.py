"""Which periods of a subscription are to be billed on a day, also when the cron is late or the clock went back."""

from dataclasses import dataclass
from datetime import timedelta

from .periods import Period

MISSED_LIMIT = 3  # periods billed at once for one subscription, unless the company says otherwise


@dataclass(frozen=True)
class Due:
    """What is due for one subscription.

    :param tuple periods: to bill now, oldest first
    :param int held_back: further periods that are due but above the limit; somebody has to look before they are billed
    :param int missed: of ``periods``, those that end by today: the cron was late for them, which deserves a warning
    """

    periods: tuple[Period, ...] = ()
    held_back: int = 0
    missed: int = 0


def due_periods(cycle, billed_until, today, lead_days=0, ends_on=None, limit=MISSED_LIMIT):
    """Return the periods that are due on ``today``.

    Only days after ``billed_until`` are ever billed, so a clock that was moved back finds nothing due, and every missed
    period is found exactly once however late the cron runs.

    :param cycle: :class:`.periods.Cycle`
    :param date billed_until: first day that is not billed yet
    :param int lead_days: days before its start on which a period is billed
    :param date ends_on: first day without access of who leaves; periods that would start then or later are not billed
    :param int limit: periods at most, at least 1
    """
    horizon = today + timedelta(days=lead_days)
    periods, held_back, start = [], 0, billed_until
    while start <= horizon and (ends_on is None or start < ends_on):
        period = Period(start, cycle.period_of(start).end)
        if len(periods) < limit:
            periods.append(period)
        else:
            held_back += 1
        start = period.end
    return Due(tuple(periods), held_back, sum(period.end <= today for period in periods))


def bill_day(period_start, lead_days=0):
    """Return the day on which a period that starts on ``period_start`` is billed."""
    return period_start - timedelta(days=lead_days)


def is_clock_back(today, last_run_day):
    """Tell whether the clock says a day before that of the last run; ``last_run_day`` is ``None`` before the first."""
    return last_run_day is not None and today < last_run_day
