"""Income of dues, recognised month by month and day by day (NIF D-1: as the service is rendered).

Amounts are without IVA, in cents. What is earned before a day is a running amount, so the months always add up to what
was billed, nothing depends on how often the books are closed, and a freeze or its undoing is made up for by the next
month.
"""

from datetime import timedelta

from odoo.addons.gym_subscriptions.domain.periods import Period, add_months, month_of
from odoo.addons.gym_subscriptions.domain.proration import ZERO, prorate, to_cents

LONG, CROSSING = SCOPES = ("long", "crossing")


def is_deferred(period, billed_on, scope=LONG):
    """Tell whether the income of ``period`` is spread.

    :param date billed_on: day of the invoice
    :param str scope: ``long`` for what is longer than a month, or begins in a later month than it is billed in;
        ``crossing`` also for what ends in a later month than it is billed in
    """
    this_month = month_of(billed_on)
    if period.start >= this_month.end or period.end > add_months(period.start, 1):
        return True
    return scope == CROSSING and period.end > this_month.end


def earned(amount, period, day, until=None, frozen=(), is_paid=True, lost=ZERO):
    """Return what is recognised for the days before ``day``.

    :param Decimal amount: billed, without IVA; negative for what is given back
    :param Period period: the days that it was billed for
    :param date until: first day on which the service is no longer rendered: what is left then is earned at once, as
        nothing follows. ``None``: the end of the period, later by the days frozen
    :param frozen: periods without service, which move the end of the service; they do not overlap
    :param bool is_paid: False for what nobody has paid: days without service, before the end that was billed, are not
        earned then, neither at the end nor later (NIF D-1: service rendered and collection probable)
    :param Decimal lost: the part of the invoice, from 0 to 1, that was written off; see :func:`given_up`
    """
    if until and day >= until:
        if is_paid:
            return amount - given_up(amount, period, until, frozen, lost)
        day = until
    rested = sum(part.days for one in frozen if (part := one.until(day)))
    return prorate(amount, period.until(day - timedelta(days=rested)), period)


def given_up(amount, period, until, frozen=(), lost=ZERO):
    """Return what of ``amount`` never becomes income: nobody pays it, and it is for no service that was rendered.

    What was paid stays income, and so does what was served, whose loss is an expense.

    :param date until: first day on which the service is no longer rendered
    :param Decimal lost: the part of the invoice, from 0 to 1, that was written off
    :return: ``Decimal`` with the sign of ``amount``
    """
    if not lost:
        return ZERO
    served = earned(amount, period, until, until, frozen, is_paid=False)
    return amount - max(served, to_cents(amount * (1 - lost)), key=abs)


def months_to_close(first, last):
    """Return the calendar months from that of ``first`` to the last one that is over before ``last``, in order."""
    months, month = [], month_of(first)
    while month.end <= last:
        months.append(month)
        month = Period(month.end, add_months(month.end, 1))
    return months


def portion(amount, recognised, period, month, until=None, frozen=(), is_paid=True, lost=ZERO):
    """Return what ``month`` recognises beside what was ``recognised`` before it."""
    return earned(amount, period, month.end, until, frozen, is_paid, lost) - recognised
