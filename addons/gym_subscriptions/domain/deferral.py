"""Income of a period longer than a month, recognised month by month, by days (NIF D-1: as the service is rendered).

Amounts are without IVA, in cents. What was recognised up to a day is a running amount, so the months always add up to
what was billed and nothing depends on how often the books are closed.
"""

from dataclasses import dataclass
from decimal import Decimal

from .periods import Period, add_months, month_of
from .proration import ZERO, prorate


@dataclass(frozen=True)
class Portion:
    """What is recognised for the days of ``period``, all in one calendar month; posted on its last day."""

    period: Period
    amount: Decimal


@dataclass(frozen=True)
class Refund:
    """How a refund of deferred income is posted; all amounts without IVA and not negative for a charge.

    :param Decimal from_deferred: of the refund, taken from what is not earned yet
    :param Decimal from_income: of the refund, taken from income that was recognised already
    :param Decimal released: what is not earned yet and stays with the gym: recognised at once, as no service follows
    """

    from_deferred: Decimal
    from_income: Decimal
    released: Decimal


def is_deferred(period):
    """Tell whether the income of ``period`` is spread: when it is longer than a month."""
    return period.end > add_months(period.start, 1)


def schedule(amount, period):
    """Return what each calendar month of ``period`` recognises, in order; together ``amount``.

    :param Decimal amount: billed, without IVA; negative for a credit note
    """
    portions, start = [], period.start
    while start < period.end:
        part = Period(start, min(month_of(start).end, period.end))
        portions.append(Portion(part, prorate(amount, part, period)))
        start = part.end
    return portions


def earned(amount, period, day):
    """Return what is recognised for the days before ``day``."""
    return prorate(amount, period.until(day), period)


def unearned(amount, period, day):
    """Return what is not earned before ``day``: the liability of the gym."""
    return amount - earned(amount, period, day)


def refund(amount, period, day, refunded, recognised=None):
    """Return how ``refunded`` of ``amount`` is taken back when the service ends on ``day``.

    What is not earned yet pays for the refund first; the rest of it is income at once, or what is missing is taken from
    income.

    :param Decimal refunded: without IVA, between nothing and ``amount``
    :param Decimal recognised: what the books have recognised so far, when it is not what was earned by ``day``
    :raise ValueError: when more is paid back than was billed
    """
    if not 0 <= refunded <= amount:
        raise ValueError(f"of {amount} nobody can pay back {refunded}")
    open_amount = amount - (earned(amount, period, day) if recognised is None else recognised)
    from_deferred = min(open_amount, refunded)
    return Refund(from_deferred, refunded - from_deferred, open_amount - from_deferred)


def reschedule(amount, recognised, rest):
    """Return the portions of what is left when a freeze or another change moved the days left to ``rest``.

    :param Decimal recognised: of ``amount``, so far
    :param Period rest: days on which the service is still rendered; ``None`` for none, then it must all be recognised
    :raise ValueError: when something is left but no days
    """
    left = amount - recognised
    if rest is None:
        if left != ZERO:
            raise ValueError(f"{left} is left to recognise and no day to do it")
        return []
    return schedule(left, rest)
