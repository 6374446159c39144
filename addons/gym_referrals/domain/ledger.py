"""The ledger of rewards: entries that are only ever added, from which all else is a sum.

``grant`` opens a reward, ``apply`` uses it on an invoice, ``release`` takes such a use back when that invoice is
undone, ``expire`` and ``reverse`` end what is open. What was used is never asked back: it becomes a debt, which
``adjust`` takes from later rewards, and from nothing else.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)
GRANT, APPLY, RELEASE, EXPIRE, REVERSE, ADJUST = KINDS = ("grant", "apply", "release", "expire", "reverse", "adjust")
# What an entry does to the open amount
SIGNS = {GRANT: 1, APPLY: -1, RELEASE: 1, EXPIRE: -1, REVERSE: -1, ADJUST: -1}


class Entry(NamedTuple):
    """A fact: of a kind, from a source that can give it once, over an amount above zero."""

    kind: str
    source: str
    amount: Decimal


class LedgerError(ValueError):
    """An entry that the ledger cannot take."""


def open_amount(entries: Iterable[Entry]) -> Decimal:
    """What may still be used."""
    return sum((SIGNS[entry.kind] * entry.amount for entry in entries), ZERO)


def used_amount(entries: Iterable[Entry]) -> Decimal:
    """What invoices have taken, less what came back."""
    return sum((entry.amount for entry in entries if entry.kind == APPLY), ZERO) - sum(
        (entry.amount for entry in entries if entry.kind == RELEASE), ZERO
    )


def add(entries: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    """Return the ledger with the entry; one of the same kind and source is there once.

    :raise LedgerError: when it is not above zero, uses more than is open, or releases more than was used
    """
    known = next((each for each in entries if each[:2] == entry[:2]), None)
    if known:
        if known != entry:
            raise LedgerError(f"{entry.kind} of {entry.source} was {known.amount}, not {entry.amount}")
        return entries
    if entry.amount <= ZERO:
        raise LedgerError(f"{entry.kind} of {entry.source} is not above zero")
    if SIGNS[entry.kind] < 0 and entry.amount > open_amount(entries):
        raise LedgerError(f"{entry.kind} of {entry.source}: {entry.amount} of {open_amount(entries)}")
    if entry.kind == RELEASE and entry.amount > used_amount(entries):
        raise LedgerError(f"{entry.kind} of {entry.source}: {entry.amount} of {used_amount(entries)} used")
    return (*entries, entry)


class Open(NamedTuple):
    """A reward with something open, and its last day; None when it does not end."""

    key: int
    amount: Decimal
    valid_until: date | None = None


def take(rewards: Iterable[Open], amount: Decimal, today: date) -> dict[int, Decimal]:
    """Return how much each reward gives to an amount: those that end first go first, none after its last day."""
    parts = {}
    valid = [each for each in rewards if each.valid_until is None or each.valid_until >= today]
    for reward in sorted(valid, key=lambda each: (each.valid_until or date.max, each.key)):
        part = min(reward.amount, amount)
        if part > ZERO:
            parts[reward.key] = part
            amount -= part
    return parts


def claw_back(entries: Iterable[Entry]) -> tuple[Decimal, Decimal]:
    """Return what a reversal ends at once, and the debt that later rewards make good: never money, never a charge."""
    entries = tuple(entries)
    return open_amount(entries), used_amount(entries)
