"""Freezes: days on which a subscription rests, without access and without dues.

A freeze moves the end of what was paid by as many days as it lasts, so nobody loses a day. Cycles that follow the
calendar cannot move: there the frozen days are paid back instead (:func:`credit`). Both ways are exact inverses: ending
a freeze on its first day leaves everything as it was.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .periods import YEAR, Cycle, Period
from .proration import ZERO, prorate
from .reasons import Reasons

REASONS = Reasons(
    "freeze_not_in_plan",
    "freeze_needs_staff",
    "freeze_in_the_past",
    "freeze_before_start",
    "freeze_too_short",
    "freeze_over_allowance",
    "freeze_overlaps",
)


@dataclass(frozen=True)
class Policy:
    """What a signed plan says about freezes.

    :param int days_per_year: counted from each anniversary of the start; 0 for no freezes
    :param int min_days: shortest freeze
    :param Decimal fee: for each freeze, with IVA
    """

    days_per_year: int
    min_days: int = 1
    fee: Decimal = ZERO
    is_self_service: bool = True


@dataclass(frozen=True)
class Freeze:
    """Days of rest; those of a closure are the gym's doing: no fee, and they do not count against the allowance."""

    period: Period
    is_mass: bool = False


def allowance_year(start, day):
    """Return the year of the subscription that ``day`` belongs to, from anniversary to anniversary of ``start``."""
    return Cycle(YEAR, 1, start).period_of(day)


def days_left(policy, freezes, start, day):
    """Return how many days may still be frozen in the subscription's year of ``day``, never negative."""
    year = allowance_year(start, day)
    used = sum(part.days for one in freezes if not one.is_mass and (part := one.period.intersect(year)))
    return max(0, policy.days_per_year - used)


def refusals(policy, freezes, wanted, start, today, is_staff=False, may_go_back=False):
    """Return why the days ``wanted`` may not be frozen; empty when they may.

    :param Policy policy: of the signed plan
    :param freezes: the subscription's other :class:`Freeze` s, past and planned
    :param Period wanted: the days
    :param date start: first day of the subscription
    :param date today: civil date of the branch
    :param bool is_staff: asked for at the desk
    :param bool may_go_back: the right to freeze days that have passed
    """
    found = []
    if not policy.days_per_year:
        found.append(REASONS("freeze_not_in_plan"))
    elif not is_staff and not policy.is_self_service:
        found.append(REASONS("freeze_needs_staff"))
    if wanted.start < start:
        return [*found, REASONS("freeze_before_start", start=start)]
    if wanted.start < today and not may_go_back:
        found.append(REASONS("freeze_in_the_past"))
    if wanted.days < policy.min_days:
        found.append(REASONS("freeze_too_short", days=policy.min_days))
    for other in _overlapping(freezes, wanted):
        found.append(REASONS("freeze_overlaps", first=other.period.start, last=other.period.last_day))
    return found + _over_allowance(policy, freezes, wanted, start)


def mass_refusals(freezes, wanted):
    """Return why a closure may not freeze these days: only that they are frozen already."""
    return [
        REASONS("freeze_overlaps", first=other.period.start, last=other.period.last_day)
        for other in _overlapping(freezes, wanted)
    ]


def _overlapping(freezes, wanted):
    return [other for other in freezes if other.period.intersect(wanted)]


def _over_allowance(policy, freezes, wanted, start):
    """Check every year of the subscription that the freeze touches."""
    found, day = [], wanted.start
    while policy.days_per_year and day < wanted.end:
        year = allowance_year(start, day)
        left = days_left(policy, freezes, start, day)
        if wanted.intersect(year).days > left:
            found.append(REASONS("freeze_over_allowance", left=left, first=year.start, last=year.last_day))
        day = year.end
    return found


def fee(policy, freeze):
    """Return the fee of a freeze, with IVA; a closure has none."""
    return ZERO if freeze.is_mass else policy.fee


def extends(cycle):
    """Tell whether a freeze moves the end of the paid period; otherwise its days are paid back."""
    return not cycle.is_calendar


def shift_end(end, before=None, after=None):
    """Return the end of what was paid when a freeze changes from the days ``before`` to the days ``after``.

    :param date end: now, with the freeze ``before`` in it
    :param before: frozen days so far; ``None`` for a new freeze
    :param after: frozen days from now on; ``None`` when the freeze is undone
    """
    return end + timedelta(days=(after.days if after else 0) - (before.days if before else 0))


def move_bill(day, planned):
    """Return the day of a charge that falls due on ``day``, once the ``planned`` freezes have had their effect.

    A freeze that begins later leaves it alone: the period is billed first, and its end moves instead.

    :param planned: pairs of the days (:class:`Period`) and whether they move the end of what is paid (else they are
        paid back, and the charge only waits for their end)
    """
    for days, is_extending in sorted(planned):
        if days.start <= day:
            day = shift_end(day, None, days) if is_extending else max(day, days.end)
    return day


def ended_on(freeze_period, day):
    """Return what is left of a freeze that ends on ``day``, the first day with access; ``None`` for none of it."""
    return freeze_period.until(day)


def credit(price, whole, before=None, after=None):
    """Return what is paid back, with IVA, when the frozen days of a billed period change; negative for the payer.

    :param Decimal price: billed for ``whole``
    :param before: frozen days that were paid back already, or ``None``
    :param after: days to be frozen from now on, or ``None``
    """
    return _price_of(price, before, whole) - _price_of(price, after, whole)


def _price_of(price, frozen, whole):
    return prorate(price, frozen.intersect(whole), whole) if frozen else ZERO


def frozen_on(freezes, day: date):
    """Return the freeze that ``day`` belongs to, or ``None``."""
    return next((one for one in freezes if day in one.period), None)
