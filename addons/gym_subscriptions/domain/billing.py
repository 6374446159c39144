"""How what is due becomes invoices: who shares one, who shares a chunk of work, and how far credits go."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from odoo.addons.gym_members.domain.joined import join_by_keys

Key = TypeVar("Key", bound=Hashable)
ZERO = Decimal(0)


@dataclass(frozen=True)
class ToBill:
    """A subscription with something to bill: in which journal, to whom, and how it looks.

    ``payers`` are all partners that may get an invoice for it. ``likeness`` is anything sortable: subscriptions of the
    same likeness should share a chunk, because their invoices are copies of each other.
    """

    subscription_id: int
    journal_id: int
    payers: frozenset[int]
    likeness: tuple = ()


@dataclass(frozen=True)
class Chunk:
    """Work for one transaction: subscriptions of one journal, no payer of which is in another chunk of the journal."""

    journal_id: int
    subscription_ids: tuple[int, ...]


def make_chunks(due: Iterable[ToBill], size: int) -> list[Chunk]:
    """Split ``due`` into chunks of about ``size`` subscriptions, each journal apart.

    Subscriptions that share a payer stay together, so that the payer gets one invoice: such a group is never split, and
    a chunk grows beyond ``size`` for it.

    >>> rows = [ToBill(1, 7, frozenset({10})), ToBill(2, 7, frozenset({11})), ToBill(3, 7, frozenset({10}))]
    >>> [chunk.subscription_ids for chunk in make_chunks(rows, 2)]
    [(1, 3), (2,)]
    """
    if size < 1:
        raise ValueError("a chunk has at least one subscription")
    by_journal = defaultdict(list)
    for row in due:
        by_journal[row.journal_id].append(row)
    chunks = []
    for journal_id, rows in sorted(by_journal.items()):
        groups = sorted(
            join_by_keys(rows, lambda row: row.payers),
            key=lambda group: (group[0].likeness, group[0].subscription_id),
        )
        filling: list[int] = []
        for group in groups:
            if filling and len(filling) + len(group) > size:
                chunks.append(Chunk(journal_id, tuple(filling)))
                filling = []
            filling.extend(row.subscription_id for row in group)
        chunks.append(Chunk(journal_id, tuple(filling)))
    return chunks


def use_credits(charged: Decimal, credits: Iterable[tuple[Key, Decimal]]) -> dict[Key, Decimal]:
    """Return how much of each credit fits an invoice that charges ``charged``, in the order given.

    :param charged: positive or zero
    :param credits: pairs of a key and a negative amount; positive ones are refused
    :return: {key: used part, negative}, without the credits of which nothing fits; ``charged`` plus all parts is never
        below zero
    :raise ValueError: when ``charged`` is negative or a credit is positive

    >>> use_credits(Decimal("499.00"), [("freeze", Decimal("-300.00")), ("refund", Decimal("-250.00"))])
    {'freeze': Decimal('-300.00'), 'refund': Decimal('-199.00')}
    """
    if charged < ZERO:
        raise ValueError("what is charged is not negative")
    used = {}
    for key, amount in credits:
        if amount > ZERO:
            raise ValueError("a credit is not positive")
        part = -min(-amount, charged)
        if part:
            used[key] = part
            charged += part
    return used
