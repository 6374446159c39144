"""Which payments at the desk somebody may book by themselves: of which day, and how much.

Money that is kept back and booked under another day leaves the count of today's box right, so the front desk books
today and a few days back only, as the company says; nobody books the future. More than is owed is kept for the payer,
which the front desk takes up to a limit.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple


class Limits(NamedTuple):
    """What the front desk may do; who manages or keeps the books is bound by the future only."""

    days_back: int
    over: Decimal  # more than is owed, in the company's currency
    is_bound: bool


def why_not(day: date, today: date, amount: Decimal, owed: Decimal, limits: Limits) -> str | None:
    """Return the code of what speaks against booking ``amount`` on ``day``, ``None`` if nothing does.

    :param today: civil day of the branch
    :param owed: what is open less what the payer has left, 0 or more
    """
    if day > today:
        return "ahead"
    if limits.is_bound and day < today - timedelta(days=limits.days_back):
        return "too_old"
    if limits.is_bound and amount > owed + limits.over:
        return "too_much"
    return None
