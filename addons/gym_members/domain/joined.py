"""Groups of what hangs together: one payer's subscriptions, one person's records, one household's people."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)


def join_by_keys(rows: Iterable[Row], keys_of: Callable[[Row], Iterable[Key]]) -> list[list[Row]]:
    """Return ``rows`` in groups: two that share a key are in one, and so is all that a chain of shared keys connects.

    A row without a key (``None`` is none) is a group of its own. Groups come in the order of their first
    rows, rows in the order given. The time taken grows with the number of keys (union-find with halved paths).

    >>> join_by_keys(["ab", "c", "bd", "ce", ""], set)
    [['ab', 'bd'], ['c', 'ce'], ['']]
    """
    rows = list(rows)
    leader: dict[Key, Key] = {}

    def find(key):
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    firsts = []
    for row in rows:
        first, *others = [key for key in keys_of(row) if key is not None] or [None]
        firsts.append(first)
        for other in others:
            leader[find(other)] = find(first)
    groups = defaultdict(list)
    for place, (row, first) in enumerate(zip(rows, firsts, strict=True)):
        groups[("row", place) if first is None else ("key", find(first))].append(row)
    return list(groups.values())
