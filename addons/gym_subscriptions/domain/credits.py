"""How far credits go, nobody is given back more of a line or an invoice than it charged; and what they give back."""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

from .proration import ZERO


@dataclass(frozen=True)
class Credit:
    """Something to give back, IVA included.

    :param Decimal amount: positive
    :param line: key of the line of an invoice that it gives back; ``None`` when there is none
    :param invoice: key of that invoice
    """

    amount: Decimal
    line: Hashable = None
    invoice: Hashable = None


def cap_credits(credits, lines, invoices):
    """Return how much of each of ``credits`` may be given back, in their order: the first ones take what is left.

    :param dict lines: key to what is left of the line: what it charged less what has been given back of it
    :param dict invoices: the same of whole invoices; what neither dict knows has no limit
    :return: list of ``Decimal``, none negative or above what was asked for
    """
    lines, invoices, parts = dict(lines), dict(invoices), []
    for credit in credits:
        limits = [credit.amount]
        limits += [left[key] for left, key in _limits(credit, lines, invoices)]
        part = max(ZERO, min(limits))
        for left, key in _limits(credit, lines, invoices):
            left[key] -= part
        parts.append(part)
    return parts


def _limits(credit, lines, invoices):
    return [(left, key) for left, key in ((lines, credit.line), (invoices, credit.invoice)) if key in left]


@dataclass(frozen=True)
class InvoiceLine:
    """A line of an invoice or a credit note, as far as one tells which other one it is about."""

    key: Hashable
    product: Hashable
    text: str
    amount: Decimal

    def likeness(self, other):
        """Return how sure it is that both are about the same: 0 for not at all."""
        return 4 * (self.product == other.product) + 2 * (self.text == other.text) + (self.amount == other.amount)


def match_lines(credited, billed):
    """Return which line of an invoice each line of a credit note made by hand gives back.

    Lines that are alike are given back in their order, each once, before one is given back twice.

    :param credited: :class:`InvoiceLine` s of the credit note, with positive amounts
    :param billed: those of the invoice
    :return: dict of keys; without what resembles nothing on an invoice of several lines
    """
    found, left = {}, list(billed)
    for line in sorted(credited, key=lambda one: -_best(one, billed)):
        pool = left if _best(line, left) else billed
        best = max(pool, key=line.likeness, default=None)
        if best and (line.likeness(best) or len(billed) == 1):
            found[line.key] = best.key
            left = [one for one in left if one != best]
    return found


def _best(line, others):
    return max((line.likeness(other) for other in others), default=0)
