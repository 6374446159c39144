"""An entry (póliza) as both programs know it, and what has to be true of it before it is written."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

INCOME, EXPENSE, DIARY = KINDS = ("income", "expense", "diary")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One movement; either debit or credit is zero, neither is negative."""

    account: str
    debit: Decimal
    credit: Decimal
    text: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Entry:
    """One entry of a kind, with its number within the month."""

    kind: str
    number: int
    day: date
    text: str
    lines: tuple[Line, ...]


def to_cents(amount):
    """Return an amount of the ledger, a float that stands for cents, as ``Decimal``."""
    return Decimal(f"{amount:.2f}")


class Unfit(ValueError):
    """What keeps entries from being written; ``problems`` are pairs of a code and a dict of values."""

    def __init__(self, problems):
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def check(entries, account_width):
    """Refuse entries that the programs would not take, or take wrongly.

    :param int account_width: characters that the program has for an account
    :raise Unfit: with every problem: ``empty``, ``unbalanced``, ``amount``, ``no_code``, ``code_too_long``,
        ``same_number``
    """
    problems = [problem for entry in entries for problem in _check_entry(entry, account_width)]
    numbers = Counter((entry.kind, entry.day.year, entry.day.month, entry.number) for entry in entries)
    problems += [
        ("same_number", {"kind": kind, "month": f"{year}-{month:02}", "number": number})
        for (kind, year, month, number), count in numbers.items()
        if count > 1
    ]
    if problems:
        raise Unfit(problems)


def _check_entry(entry, account_width):
    if not entry.lines:
        yield "empty", {"entry": entry.text}
    difference = sum((line.debit - line.credit for line in entry.lines), Decimal(0))
    if difference:
        yield "unbalanced", {"entry": entry.text, "difference": difference}
    for line in entry.lines:
        if min(line.debit, line.credit) < 0 or (line.debit and line.credit):
            yield "amount", {"entry": entry.text, "account": line.account}
        if any(amount != amount.quantize(_CENT) for amount in (line.debit, line.credit)):
            yield "amount", {"entry": entry.text, "account": line.account}
        if not line.account:
            yield "no_code", {"entry": entry.text}
        elif len(line.account) > account_width:
            yield "code_too_long", {"account": line.account, "width": account_width}


def plain(text, width):
    """Return ``text`` on one line and at most ``width`` characters, as code page 1252 has them; others lose accents."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text or "")).strip()
    kept = "".join(char if _is_in_cp1252(char) else _without_marks(char) for char in text)
    return kept[:width]


def _is_in_cp1252(char):
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return char.isprintable()


def _without_marks(char):
    found = "".join(part for part in unicodedata.normalize("NFKD", char) if _is_in_cp1252(part))
    return found or "?"
