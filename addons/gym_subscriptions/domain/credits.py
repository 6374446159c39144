"""How far credits go: nobody is given back more of a line, or of an invoice, than it charged."""

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
