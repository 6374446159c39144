"""Subscriptions that come from another system: when they are billed first, never for a past day."""

from dataclasses import dataclass
from datetime import date

# How Mindbody and others write "unlimited" in a pack of classes: 99999, and what is left of it
UNLIMITED_FROM = 9000

# Why nothing would be charged to somebody who comes in.
NO_PLAN, NO_PRICE, NO_BILL = "plan", "price", "bill"


@dataclass(frozen=True)
class FirstBill:
    """Where an imported subscription stands.

    :param date anchor: day that its periods count from
    :param date start: first day of the running period; ``None`` when none is running here
    :param date day: of the first bill, never before the day of the import
    """

    anchor: date
    start: date
    day: date


def first_bill(make_cycle, next_bill, today):
    """Return the first billing day, given the old system's next billing day ``next_bill``.

    A day to come is kept. A day that is past is not billed any more: the old system has, or nobody will; the next day
    of the same row from today on is.

    :param make_cycle: ``date -> Cycle`` of the plan, anchored there
    """
    if next_bill >= today:
        return FirstBill(next_bill, None, next_bill)
    period = make_cycle(next_bill).period_of(today)
    if period.start == today:
        return FirstBill(next_bill, None, today)
    return FirstBill(next_bill, period.start, period.end)


def missing_income(plan, price, bill_on, ends_on=None):
    """Return why nothing would be charged: :data:`NO_PLAN`, :data:`NO_PRICE`, :data:`NO_BILL`, or "" when something is.

    :param plan: what the person is subscribed to, empty for nothing
    :param price: per period, in the plan's currency
    :param date bill_on: day of the first bill, None when there is none
    :param date ends_on: last day of the subscription, None when it has no end
    """
    if not plan:
        return NO_PLAN
    if not price:
        return NO_PRICE
    return NO_BILL if bill_on is None or (ends_on and ends_on < bill_on) else ""


def is_unlimited(*counts):
    """Tell whether any of these counts of classes means no limit."""
    return any(count is not None and count >= UNLIMITED_FROM for count in counts)
