"""IVA zones of a branch over time (LIVA art. 1: 16 %; border stimulus decrees: 8 %, with an end date)."""

from dataclasses import dataclass
from datetime import date

GENERAL, BORDER_NORTH, BORDER_SOUTH = ZONES = ("general", "border_north", "border_south")


@dataclass(frozen=True)
class ZonePeriod:
    """A zone in force from ``start`` to ``end``, both days included; ``end`` ``None`` is open."""

    zone: str
    start: date
    end: date | None = None

    def contains(self, day):
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other):
        return self.start <= (other.end or date.max) and other.start <= (self.end or date.max)


def zone_on(periods, day):
    """Return the zone in force on ``day``; the general one where no period says otherwise."""
    return next((period.zone for period in periods if period.contains(day)), GENERAL)


def first_overlap(periods):
    """Return two periods that share a day, or ``None``."""
    ordered = sorted(periods, key=lambda period: period.start)
    return next(((one, two) for one, two in zip(ordered, ordered[1:], strict=False) if one.overlaps(two)), None)
