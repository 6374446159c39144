"""Monthly recurring revenue: what a subscription is worth a month, and why the sum changed.

A year has 12 months and 365 days; calendar fortnights are two a month. Values are rounded to cents per subscription, so
that a total is the sum of what its list shows.
"""

from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.gym_subscriptions.domain.periods import DAY, FORTNIGHT, MONTH, WEEK, YEAR
from odoo.addons.gym_subscriptions.domain.proration import ZERO, to_cents

NEW, EXPANSION, CONTRACTION, CHURN, REACTIVATION = MOVEMENTS = (
    "new",
    "expansion",
    "contraction",
    "churn",
    "reactivation",
)
_DAYS_A_MONTH = Decimal(365) / 12
_DAYS = {DAY: 1, WEEK: 7, FORTNIGHT: 15}
_MONTHS = {MONTH: Decimal(1), YEAR: Decimal(12)}


@dataclass(frozen=True)
class Movement:
    """Why the revenue of one customer changed between two days; churn and contraction are negative."""

    key: object
    kind: str
    amount: Decimal


def monthly_value(price, cycle):
    """Return what ``price`` per period of ``cycle`` is a month, in cents.

    :param Decimal price: of a period; with or without IVA, as the caller counts
    """
    return to_cents(price / _months_of(cycle))


def _months_of(cycle):
    if cycle.is_calendar:
        return Decimal(cycle.count) / 2
    if cycle.unit in _MONTHS:
        return cycle.count * _MONTHS[cycle.unit]
    return cycle.count * _DAYS[cycle.unit] / _DAYS_A_MONTH


def movements(before, after, known=frozenset()):
    """Return what led from one snapshot to the other; the amounts add up to the difference of their sums.

    :param dict before: customer to monthly value, above zero for subscribers
    :param dict after: the same, later
    :param known: customers that were subscribed at any time up to ``before``: who of them comes is back, not new
    :return: list of :class:`Movement` in the order of their keys
    """
    found = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key, ZERO), after.get(key, ZERO)
        if was != now:
            found.append(Movement(key, _kind(was, now, key in known), now - was))
    return found


def _kind(was, now, is_known):
    if not was:
        return REACTIVATION if is_known else NEW
    if not now:
        return CHURN
    return EXPANSION if now > was else CONTRACTION


def totals(found):
    """Return the sum of each kind of movement, zero for those that did not happen."""
    sums = dict.fromkeys(MOVEMENTS, ZERO)
    for movement in found:
        sums[movement.kind] += movement.amount
    return sums
