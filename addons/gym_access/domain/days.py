"""Civil days of a branch as naive UTC instants, and spans of instants."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


def day_bounds(day, zone):
    """Return the first instant of the civil ``day`` and that of the next one, naive UTC.

    A day has 23 or 25 hours when clocks change.

    :param str zone: IANA name
    """
    return _first_instant(day, zone), _first_instant(day + ONE_DAY, zone)


def civil_day(at, zone):
    """Return the civil day of the naive UTC instant ``at``."""
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def days_of(start, end, zone):
    """Return the civil days that the instants from ``start`` to before ``end`` touch."""
    day, last = civil_day(start, zone), civil_day(end - timedelta.resolution, zone)
    return [day + timedelta(days=number) for number in range((last - day).days + 1)]


def is_in(span, at):
    """Tell whether ``at`` is in ``span``: a pair of start, inclusive, and end, exclusive; ``None`` is without limit."""
    start, end = span
    return (start is None or start <= at) and (end is None or at < end)


def _first_instant(day, zone):
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
