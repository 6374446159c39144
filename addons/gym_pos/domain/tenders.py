"""Which part of what was tendered pays the dues on a ticket: to the cent, whatever else is on it.

A ticket may be paid by several tenders, and change is given in cash even when most was paid by card. Dues are then
paid by as few parts as possible, because each part is a payment with a form of its own on the CFDI (c_FormaPago).
"""

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)


class Tender(NamedTuple):
    """What was given, or given back where ``amount`` is negative, by one means of payment."""

    key: Hashable
    amount: Decimal
    is_cash: bool = False


class Due(NamedTuple):
    """What a line of the ticket collects; negative where a collection is undone."""

    key: Hashable
    amount: Decimal


class Part(NamedTuple):
    """How much of a due one tender pays."""

    due: Hashable
    tender: Hashable
    amount: Decimal


def net_of_change(tenders: Sequence[Tender]) -> list[Tender]:
    """Return what stays in the till of each tender: change leaves cash first, then the largest tenders.

    The sum stays the same as long as it is not negative.
    """
    given = [tender for tender in tenders if tender.amount > 0]
    change = -sum((tender.amount for tender in tenders if tender.amount < 0), ZERO)
    left = {}
    for tender in sorted(given, key=lambda one: (not one.is_cash, -one.amount)):
        back = min(change, tender.amount)
        change -= back
        left[id(tender)] = tender._replace(amount=tender.amount - back)
    return [left[id(tender)] for tender in given if left[id(tender)].amount]


def allocate(tenders: Sequence[Tender], dues: Sequence[Due]) -> list[Part]:
    """Return by which tenders each due is paid: the largest tenders first, dues in their order.

    :param tenders: what stays in the till of each, see :func:`net_of_change`
    :param dues: with positive amounts
    :raise ValueError: when the tenders do not cover the dues
    """
    waiting = sorted(tenders, key=lambda one: -one.amount)
    parts = []
    for due in dues:
        left = due.amount
        while left > 0:
            if not waiting:
                raise ValueError("The dues are more than what was tendered.")
            tender = waiting[0]
            amount = min(left, tender.amount)
            parts.append(Part(due.key, tender.key, amount))
            left -= amount
            waiting[0] = tender._replace(amount=tender.amount - amount)
            if not waiting[0].amount:
                waiting.pop(0)
    return parts
