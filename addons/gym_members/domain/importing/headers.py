"""Where the headers of a table stand, in one row or in two, and what its columns are called."""

import re
from collections import Counter

from .columns import header_key, meaning, meanings_of

# Headers are looked for so far down: sheets begin with instructions.
HEAD_ROWS = 40
# What no header holds: an address, or a run of digits as long as a date or a phone.
_FACT = re.compile(r"\S+@\S+\.\S+|\+?[\d\s()./:-]{7,}")
_REMARK = re.compile(r"[(\[].*[)\]]")


def find_headers(rows, fields):
    """Return the place of the last header row and the names of the columns as the file has them; some may be empty.

    Two rows are joined where together they name more than one alone ("Fecha de" above "nacimiento"). A table that
    begins with a person at once has its headers at -1 and no names.

    :param list rows: pairs of line number and tuple of texts, without empty rows
    :param fields: iterable of :class:`~.columns.ImportField`
    """
    by_key = meanings_of(fields)
    place = _header_place(rows, by_key)
    cells = rows[place][1]
    if count_known(cells, by_key) < 2 and any(_FACT.fullmatch(cell) for cell in cells):
        return place - 1, ("",) * len(cells)
    found = [(place, cells)]
    if place:
        found.append((place, _join(rows[place - 1][1], cells, by_key)))
    if place + 1 < len(rows) and _goes_on(cells, rows[place + 1][1], by_key):
        found.append((place + 1, _join(cells, rows[place + 1][1], by_key)))
    return max(found, key=lambda one: count_known(one[1], by_key))


def best_score(rows, fields):
    """Return how well the best row of a sheet's top serves as headers: names known, then its width."""
    by_key = meanings_of(fields)
    return max((count_known(cells, by_key), sum(map(bool, cells))) for _line, cells in rows)


def count_known(cells, by_key):
    """Return how many different facts these headers name."""
    return len({meaning(cell, by_key) for cell in cells if cell} - {None})


def unique_names(cells):
    """Return names for the columns: none empty, none twice."""
    seen = Counter()
    names = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or f"#{place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _header_place(rows, by_key):
    """Return the place of the row near the top with the most names that are known.

    Where fewer than two are known it is the first row about as wide as the widest; titles are narrower.
    """
    scores = [count_known(cells, by_key) for _line, cells in rows[:HEAD_ROWS]]
    if max(scores) >= 2:
        return scores.index(max(scores))
    filled = [sum(bool(cell) for cell in cells) for _line, cells in rows[:20]]
    return next(place for place, count in enumerate(filled) if count >= max(filled) * 0.6)


def _goes_on(upper, lower, by_key):
    """Tell whether ``lower`` is the second row of the headers ``upper``: it holds headers, remarks, and no facts."""
    is_known = [
        _REMARK.fullmatch(below) or meaning(below, by_key) or header_key(f"{group} {below}") in by_key
        for group, _own, below in _pairs(upper, lower)
        if below
    ]
    is_mostly_known = sum(map(bool, is_known)) > len(is_known) / 2 and not any(
        map(_FACT.fullmatch, filter(None, lower))
    )
    return all(is_known) or is_mostly_known


def _join(upper, lower, by_key):
    names = []
    for group, own, below in _pairs(upper, lower):
        names.append(_joined_name(group, own, below, by_key, names))
    return tuple(names)


def _joined_name(group, own, below, by_key, names):
    """Return what two header cells say together: the lower one alone, unless the upper one makes it another fact."""
    if not below:
        return own
    for name in (f"{group} {below}".strip(), f"{below} {group}".strip()):
        if header_key(name) in by_key and name not in names:
            return name
        if below not in names and meaning(below, by_key):
            return below
    return f"{group} {below}" if below in names else below


def _pairs(upper, lower):
    """Yield for each column the upper cell that reaches over it, its own upper cell, and the lower one."""
    group = ""
    for place in range(max(len(upper), len(lower))):
        own = upper[place] if place < len(upper) else ""
        group = own or group
        yield group, own, lower[place] if place < len(lower) else ""
