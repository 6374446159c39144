"""Leaving: when a subscription ends, what it still costs, what is paid back.

Sources: LFPC art. 76 Bis VIII-IX (cancelling is immediate and, at a renewal, without penalty), art. 56 (5 business days
to withdraw from what was not signed at the gym), art. 85-87 (a fee must be in the contract that was signed).
Days are civil dates of the branch; ``date_end`` is the first day without access. Amounts include IVA.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .periods import Period
from .proration import ZERO, to_cents

WITHDRAWAL_BUSINESS_DAYS = 5  # LFPC art. 56

NO_FEE, FIXED, PERCENT = FEE_KINDS = ("none", "fixed", "percent")
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Terms:
    """What the signed plan says about leaving.

    :param int notice_days: between asking and the end
    :param int term_periods: minimum term in billed periods; 0 for none
    :param date term_end: first day after the term as it stands, freezes included, when periods are no longer those that
        were signed; else it is reckoned from ``term_periods``
    :param str fee_kind: ``none``, ``fixed`` (``fee``) or ``percent`` (of what the rest of the term would have cost)
    """

    notice_days: int = 0
    term_periods: int = 0
    fee_kind: str = NO_FEE
    fee: Decimal = ZERO
    percent: Decimal = ZERO
    term_end: date | None = None


@dataclass(frozen=True)
class Cancellation:
    """What a cancellation does, before anybody confirms it.

    :param date date_end: first day without access
    :param Decimal fee: for leaving before the minimum term
    :param bool is_withdrawal: everything that was paid is paid back
    :param int periods_to_bill: periods not billed yet that begin before the end (notice)
    """

    date_end: date
    fee: Decimal = ZERO
    is_withdrawal: bool = False
    periods_to_bill: int = 0


def withdrawal_last_day(signed_on, add_business_days):
    """Return the last day on which who joined online may withdraw with a full refund.

    :param date signed_on: civil date of the branch; it is not counted itself
    :param add_business_days: ``(date, count) -> date``, which knows the holidays of Mexico
    """
    return add_business_days(signed_on, WITHDRAWAL_BUSINESS_DAYS)


def may_withdraw(signed_on, today, is_online, add_business_days):
    """Tell whether today is within the days of :func:`withdrawal_last_day` for the person who joined online."""
    return is_online and today <= withdrawal_last_day(signed_on, add_business_days)


def withdraw(today):
    """Return the cancellation of a withdrawal: at once, with everything paid back and no fee."""
    return Cancellation(today, is_withdrawal=True)


def cancel_at_once(today, terms, cycle, price, frozen_days=0):
    """Return the cancellation of the person who leaves today, whatever was paid in advance.

    :param Terms terms: as signed; ``None`` when nothing was signed, which costs nothing
    :param cycle: :class:`.periods.Cycle` of the subscription, anchored to its first billed day; ``None`` on a trial
    :param price: of a period; or a function that says what the period that runs on a day costs, where it changes
    :param int frozen_days: by which freezes moved the minimum term
    """
    return Cancellation(today, early_fee(today, terms, cycle, price, frozen_days))


def cancel_at_period_end(today, terms, cycle, price, paid_until, frozen_days=0):
    """Return the cancellation of the person who leaves when what was paid is used up and the notice is over.

    The end is the first end of a period that is at least ``notice_days`` away, the running one included.

    :param cycle: ``None`` on a trial, which ends without notice
    :param date paid_until: first day that is not paid yet
    """
    notice = terms.notice_days if terms and cycle else 0
    date_end, periods = max(paid_until, today), 0
    while date_end < today + timedelta(days=notice):
        date_end, periods = cycle.period_of(date_end).end, periods + 1
    return Cancellation(date_end, early_fee(date_end, terms, cycle, price, frozen_days), periods_to_bill=periods)


def term_end(terms, cycle, frozen_days=0):
    """Return the first day after the minimum term; the anchor itself when there is none."""
    if terms.term_end:
        return terms.term_end
    return cycle.start_of(terms.term_periods) + timedelta(days=frozen_days)


def early_fee(date_end, terms, cycle, price, frozen_days=0):
    """Return what leaving on ``date_end`` costs: nothing unless the signed terms say so and the term is not over.

    :return: ``Decimal`` in cents, with IVA
    """
    if not terms or not cycle or terms.fee_kind == NO_FEE or not terms.term_periods:
        return ZERO
    end = term_end(terms, cycle, frozen_days)
    if date_end >= end:
        return ZERO
    if terms.fee_kind == FIXED:
        return terms.fee
    return to_cents(_rest_of_term(date_end, end, cycle, price, terms.term_periods) * terms.percent / _HUNDRED)


def _rest_of_term(date_end, end, cycle, price, periods):
    """Return what the days from ``date_end`` to ``end`` would have cost, at most the whole term.

    Each day costs the same part of the price of its period. A first period that is only the stub of a calendar cycle
    counts for its days.
    """
    first = cycle.period(0)
    days = (cycle.start_of(periods) - cycle.anchor).days
    count = periods - 1 + Fraction(first.days, cycle.whole(first).days)
    end = date_end + timedelta(days=min(days, (end - date_end).days))
    total, day = ZERO, date_end
    while day < end:
        part = Period(day, min(end, cycle.period_of(day).end))
        total += (price(day) if callable(price) else price) * part.days
        day = part.end
    return total * count.numerator / (count.denominator * days)
