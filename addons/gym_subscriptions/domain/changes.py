"""What a change in the middle of a period costs, line by line: the same lines for the preview and for the invoice.

A subscription has items (its plan, seats, add-ons), each with a price for the whole period. A change credits the days
left of what goes and charges them of what comes. As every part of a period is a difference of running amounts
(:mod:`.proration`), a change made in two steps costs what it costs in one, and the order of items does not matter.

Prices are what was billed, after season and promotions: who had a free month is credited nothing for it. Keys name
items (``"plan"``, ``"seat:7"``) and must be comparable with each other. Amounts include IVA.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .periods import Period
from .proration import ZERO, prorate

DUE, CREDIT = "due", "credit"


@dataclass(frozen=True)
class Line:
    """Something to invoice; a credit has a negative amount.

    :param Period period: the days that it is for, as people read them
    """

    key: str
    kind: str
    period: Period
    amount: Decimal


@dataclass(frozen=True)
class Preview:
    """What a change does before anybody confirms it.

    :param date effective: first day of the new items
    :param tuple lines: what is billed for the change itself
    :param date next_bill: first day of the next period
    :param Decimal next_amount: what the next period costs with the new items, as far as known now
    """

    effective: date
    lines: tuple[Line, ...]
    next_bill: date
    next_amount: Decimal

    @property
    def total(self):
        """What the payer pays now; negative when they get money back."""
        return sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True)
class PaidPeriod:
    """A billed period while it runs.

    :param Period whole: the period that prices are for, as billed
    :param tuple extensions: freezes that moved its end, in calendar days; they may not overlap
    :param tuple credited: parts of ``whole`` that were paid back already (freezes without extension)
    :param date start: first day billed, when later than that of ``whole`` (the stub of a calendar cycle)
    """

    whole: Period
    extensions: tuple[Period, ...] = ()
    credited: tuple[Period, ...] = ()
    start: date | None = field(default=None)

    @property
    def end(self):
        """First day after it, in the calendar."""
        return self.whole.end + timedelta(days=sum(freeze.days for freeze in self.extensions))

    def rest(self, day):
        """Return the days left from ``day`` on, in the calendar; ``None`` when there are none."""
        first = max(day, self.start or self.whole.start)
        return Period(first, self.end) if first < self.end else None

    def amount_of_rest(self, price, day):
        """Return what ``price`` comes to for the days left from ``day`` on.

        Days that were frozen move what is left back onto the days that were billed; days paid back do not count.
        """
        frozen_before = sum(part.days for freeze in self.extensions if (part := freeze.until(day)))
        billed_day = max(day - timedelta(days=frozen_before), self.start or self.whole.start)
        left = self.whole.since(billed_day)
        if left is None:
            return ZERO
        paid_back = (left.intersect(part) for part in self.credited)
        return prorate(price, left, self.whole) - sum((prorate(price, part, self.whole) for part in paid_back), ZERO)


def dues(prices, period, whole=None):
    """Return the lines of a period that is billed: each item at its price, or its part for a shorter first period.

    :param dict prices: key to price of ``whole``
    :param Period whole: what the prices are for, when longer than ``period`` (:meth:`.periods.Cycle.whole`)
    """
    whole = whole or period
    return _lines((key, DUE, period, prorate(price, period, whole)) for key, price in prices.items())


def change_now(day, paid, before, after, next_amount=None):
    """Return the preview of a change from ``day`` on within the running period, which keeps its end.

    For an upgrade to a plan of the same cycle, seats and add-ons.

    :param date day: first day of the new items; days before the period count from its start
    :param PaidPeriod paid: the running period
    :param dict before: key to the price that was billed for the whole period
    :param dict after: key to the price of the whole period from now on
    :param Decimal next_amount: of the next period, when it differs from the sum of ``after`` (a promotion that ends)
    :raise ValueError: when the period is over on ``day``
    """
    rest = paid.rest(day)
    if rest is None:
        raise ValueError(f"the period ended on {paid.end}; bill the next one first")
    lines = _lines(
        [*_credits(day, paid, rest, _without_same(before, after)), *_dues_of_rest(day, paid, rest, before, after)]
    )
    return Preview(rest.start, lines, paid.end, _next_amount(after, next_amount))


def restart_now(day, paid, before, after, new_period, whole=None, next_amount=None):
    """Return the preview of a change to another cycle, of which the first period begins on ``day``.

    What is left of the running period is credited, the days of the new cycle's first period are charged.

    :param Period new_period: first period of the new cycle
    :param Period whole: what the prices of ``after`` are for, when longer than ``new_period`` (the stub of a calendar
        cycle, :meth:`.periods.Cycle.whole`)
    :raise ValueError: when the new period does not start on ``day``
    """
    if new_period.start != day:
        raise ValueError(f"a cycle that restarts on {day} cannot begin on {new_period.start}")
    rest = paid.rest(day)
    credits = _credits(day, paid, rest, before) if rest else []
    coming = dues(after, new_period, whole)
    credits = _lines(credits)
    return Preview(day, (*credits, *coming), new_period.end, _next_amount(after, next_amount))


def change_at_end(paid, after, next_amount=None):
    """Return the preview of a change that waits for the end of the running period: a downgrade costs nothing now."""
    return Preview(paid.end, (), paid.end, _next_amount(after, next_amount))


def refund_rest(day, paid, prices):
    """Return the credits for all that is left of a period from ``day`` on; none when it is over."""
    rest = paid.rest(day)
    return _lines(_credits(day, paid, rest, prices)) if rest else ()


def refund_last_days(price, billed, whole, days):
    """Return what the last ``days`` days of a billed period cost, all of them at most, to be given back.

    For what ends ``days`` before its time, wherever freezes have moved its end to.

    :param Period billed: within ``whole``, for which ``price`` is
    :param int days: that are left and not frozen; nothing comes back when none are
    """
    first = max(billed.start, billed.end - timedelta(days=max(0, days)))
    return prorate(price, Period(first, billed.end), whole) if first < billed.end else ZERO


def _without_same(before, after):
    return {key: price for key, price in before.items() if after.get(key) != price}


def _credits(day, paid, rest, prices):
    return [(key, CREDIT, rest, -paid.amount_of_rest(price, day)) for key, price in prices.items()]


def _dues_of_rest(day, paid, rest, before, after):
    coming = _without_same(after, before)
    return [(key, DUE, rest, paid.amount_of_rest(price, day)) for key, price in coming.items()]


def _next_amount(after, next_amount):
    return sum(after.values(), ZERO) if next_amount is None else next_amount


def _lines(values):
    """Make lines of those with an amount: credits first, then by key, whatever the order of the items."""
    lines = (Line(*value) for value in values)
    return tuple(sorted((line for line in lines if line.amount), key=lambda line: (line.kind != CREDIT, line.key)))
