"""Which days a number is compared with, and how a change is told. Days are civil dates of one branch."""

from datetime import timedelta

WEEK = timedelta(days=7)
YEAR = timedelta(days=364)  # 52 weeks: the same day of the week, which is what a gym's days resemble


def week_until(day):
    """Return the seven days that end with ``day``, as first and last, both inclusive."""
    return day - WEEK + timedelta(days=1), day


def days_compared(day):
    """Return the weeks that a page of ``day`` needs, as pairs of first and last day: this one, the last, a year ago."""
    return week_until(day), week_until(day - WEEK), week_until(day - YEAR)


def change_percent(now, before):
    """Return by how many hundredths ``now`` is more than ``before``, rounded; ``None`` where nothing was before."""
    return round((now - before) * 100 / abs(before)) if before else None


def tone(now, before, is_more_better):
    """Return whether a change is ``good``, ``bad`` or ``same`` news."""
    if now == before:
        return "same"
    return "good" if (now > before) == is_more_better else "bad"
