"""The periods of global invoices: c_Periodicidad by the calendar of the place of issue.

A week runs from Monday to Sunday and a fortnight ends on the 15th or with the month. Neither goes beyond its month:
Meses holds one month, and so does the IVA that the sales are declared in, so the week in which a month ends is two
periods.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from . import catalogs

DAY, WEEK, FORTNIGHT, MONTH, TWO_MONTHS = "01", "02", "03", "04", "05"
PERIODICITIES = (DAY, WEEK, FORTNIGHT, MONTH, TWO_MONTHS)

_ONE = timedelta(days=1)
_MIDDLE = 15
# Meses of the six pairs of months follows that of the twelve months
_PAIRS_FROM = 13
_CENTRAL = "America/Mexico_City"


@dataclass(frozen=True, order=True)
class Period:
    """Civil days of sales, ``start`` inclusive, ``end`` exclusive."""

    start: date
    end: date
    periodicity: str

    @property
    def months(self):
        """Meses: the month, or the key of the pair of months."""
        month = self.start.month
        return f"{_PAIRS_FROM + (month - 1) // 2 if self.periodicity == TWO_MONTHS else month:02}"

    @property
    def year(self):
        """Año."""
        return self.start.year

    @property
    def last_day(self):
        return self.end - _ONE

    @property
    def issue_by(self):
        """The last day to issue it: 24 hours after the period ends (RMF 2.7.1.21)."""
        return self.end

    def instants(self, postal_code):
        """Return the aware instants at which the period begins and ends at a place."""
        zone = _zone(postal_code)
        return tuple(datetime.combine(day, time.min, zone) for day in (self.start, self.end))


def period_of(day, periodicity):
    """Return the :class:`Period` that a civil day belongs to.

    :raise ValueError: for a key that is not in c_Periodicidad
    """
    first = day.replace(day=1)
    next_month = first + timedelta(days=monthrange(day.year, day.month)[1])
    if periodicity == DAY:
        start, end = day, day + _ONE
    elif periodicity == WEEK:
        monday = day - timedelta(days=day.weekday())
        start, end = max(monday, first), min(monday + timedelta(days=7), next_month)
    elif periodicity == FORTNIGHT:
        middle = day.replace(day=_MIDDLE) + _ONE
        start, end = (first, middle) if day < middle else (middle, next_month)
    elif periodicity == MONTH:
        start, end = first, next_month
    elif periodicity == TWO_MONTHS:
        start = first.replace(month=(day.month - 1) // 2 * 2 + 1)
        last = start.replace(month=start.month + 1)
        end = last + timedelta(days=monthrange(last.year, last.month)[1])
    else:
        raise ValueError(f"no such Periodicidad: {periodicity!r}")
    return Period(start, end, periodicity)


def periods_over(since, until, periodicity):
    """Return the periods from that of ``since`` on which are over on the day ``until``, in order."""
    found = []
    period = period_of(since, periodicity)
    while period.end <= until:
        found.append(period)
        period = period_of(period.end, periodicity)
    return found


def local_day(instant, postal_code):
    """Return the civil day of an aware instant at a place; an unknown postal code is in central Mexico."""
    return instant.astimezone(_zone(postal_code)).date()


def _zone(postal_code):
    return ZoneInfo(catalogs.time_zone(postal_code) or _CENTRAL)
