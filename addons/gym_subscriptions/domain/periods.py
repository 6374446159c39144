"""Billing periods: civil dates of the branch, start inclusive, end exclusive, one after the other without gaps.

A cycle is anchored to its first billed day. Months and years keep the day of the anchor: 31 January is followed by
28 February and then by 31 March, because every start is counted from the anchor and never from the start before it.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

DAY, WEEK, FORTNIGHT, MONTH, YEAR = UNITS = ("day", "week", "fortnight", "month", "year")
CALENDAR, FIFTEEN_DAYS = FORTNIGHT_KINDS = ("calendar", "15_days")
SECOND_FORTNIGHT = 16  # first day of a month's second quincena

_DAYS_PER_UNIT = {DAY: 1, WEEK: 7, FORTNIGHT: 15}
_MONTHS_PER_UNIT = {MONTH: 1, YEAR: 12}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """Civil days from ``start`` up to ``end``, which is not part of it; never empty."""

    start: date
    end: date

    def __post_init__(self):
        if self.end <= self.start:
            raise ValueError(f"a period ends after it starts: {self.start} to {self.end}")

    def __contains__(self, day):
        return self.start <= day < self.end

    @property
    def days(self):
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def last_day(self):
        """The last day that belongs to it, for what people read."""
        return self.end - ONE_DAY

    def intersect(self, other):
        """Return the period that both share, or ``None``."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def until(self, day):
        """Return its part before ``day``, or ``None`` when there is none."""
        return Period(self.start, min(day, self.end)) if day > self.start else None

    def since(self, day):
        """Return its part from ``day`` on, or ``None`` when there is none."""
        return Period(max(day, self.start), self.end) if day < self.end else None


@dataclass(frozen=True)
class Cycle:
    """The endless row of periods of a plan.

    :param str unit: one of :data:`UNITS`
    :param int count: units in a period, at least 1
    :param date anchor: first day of the first period
    :param str fortnight_kind: for fortnights, ``calendar`` for quincenas (from the 1st and the 16th) or ``15_days``. A
        calendar cycle that is anchored to another day has a shorter first period, up to the next quincena.
    """

    unit: str
    count: int
    anchor: date
    fortnight_kind: str = CALENDAR

    def __post_init__(self):
        if self.unit not in UNITS or self.fortnight_kind not in FORTNIGHT_KINDS or self.count < 1:
            raise ValueError(f"no cycle of {self.count} {self.unit} ({self.fortnight_kind})")

    @property
    def is_calendar(self):
        """Whether its periods begin on the same days of the month whatever the anchor."""
        return self.unit == FORTNIGHT and self.fortnight_kind == CALENDAR

    def start_of(self, index):
        """Return the first day of the period ``index``; the first one is 0.

        :raise ValueError: when ``index`` is negative
        """
        if index < 0:
            raise ValueError("a cycle has no periods before its anchor")
        if self.is_calendar:
            whole_before = (index - self._has_stub) * self.count
            return _quincena_start(self._first_whole_quincena + whole_before) if index else self.anchor
        if self.unit in _MONTHS_PER_UNIT:
            return add_months(self.anchor, index * self.count * _MONTHS_PER_UNIT[self.unit])
        return self.anchor + timedelta(days=index * self.count * _DAYS_PER_UNIT[self.unit])

    def period(self, index):
        """Return the period ``index``; the first one is 0."""
        return Period(self.start_of(index), self.start_of(index + 1))

    def index_of(self, day):
        """Return the index of the period that ``day`` belongs to.

        :raise ValueError: when ``day`` lies before the anchor
        """
        if day < self.anchor:
            raise ValueError(f"{day} lies before the first period, which starts on {self.anchor}")
        index = self._guess_index(day)
        return index if self.start_of(index) <= day else index - 1

    def period_of(self, day):
        """Return the period that ``day`` belongs to.

        :raise ValueError: when ``day`` lies before the anchor
        """
        return self.period(self.index_of(day))

    def next_period(self, period):
        """Return the period that follows ``period``.

        It starts where ``period`` ends, also when that is not a boundary (after an extension): it then ends with the
        period of the cycle that its first day belongs to.
        """
        return Period(period.end, self.period_of(period.end).end)

    def restart(self, day):
        """Return the same cycle with ``day`` as the first of its first period, as after an extension."""
        return replace(self, anchor=day)

    def periods_between(self, start, end):
        """Return the periods that start on ``start`` or later and before ``end``, in order."""
        index = max(0, self._guess_index(start) - 1) if start > self.anchor else 0
        found = []
        while (first := self.start_of(index)) < end:
            if first >= start:
                found.append(self.period(index))
            index += 1
        return found

    def whole(self, period):
        """Return the whole period by which ``period`` is priced: itself, or longer for the stub of a calendar cycle."""
        if not (self.is_calendar and self._has_stub and period.start == self.anchor):
            return self.period_of(period.start)
        return Period(_quincena_start(self._first_whole_quincena - self.count), self.start_of(1))

    @property
    def _has_stub(self):
        return int(self.is_calendar and self.anchor.day not in (1, SECOND_FORTNIGHT))

    @property
    def _first_whole_quincena(self):
        return _quincena_index(self.anchor) + self._has_stub

    def _guess_index(self, day):
        """Return the index of the period of ``day``, or one more."""
        if self.is_calendar:
            return (_quincena_index(day) - self._first_whole_quincena) // self.count + self._has_stub
        if self.unit in _MONTHS_PER_UNIT:
            months = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
            return months // (self.count * _MONTHS_PER_UNIT[self.unit])
        return (day - self.anchor).days // (self.count * _DAYS_PER_UNIT[self.unit])


def add_months(day, months):
    """Return the same day of the month ``months`` later (or earlier), or that month's last when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_of(day):
    """Return the calendar month of ``day``."""
    first = day.replace(day=1)
    return Period(first, add_months(first, 1))


def _quincena_index(day):
    """Count quincenas since the year 0; the one of ``day`` is included."""
    return (day.year * 12 + day.month - 1) * 2 + (day.day >= SECOND_FORTNIGHT)


def _quincena_start(index):
    months, is_second = divmod(index, 2)
    year, month = divmod(months, 12)
    return date(year, month + 1, SECOND_FORTNIGHT if is_second else 1)
