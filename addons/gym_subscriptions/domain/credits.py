"""How far credits go, nobody is given back more of a line or an invoice than it charged; and what they give back."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from .proration import CENT, ZERO, to_cents


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


@dataclass(frozen=True)
class TaxParts:
    """What a line of an invoice comes to: its base and each of its taxes. A line that gives back has minus signs.

    :param Decimal base: in cents
    :param dict taxes: key of each tax to its ``Decimal`` in cents
    """

    base: Decimal = ZERO
    taxes: dict = field(default_factory=dict)

    @property
    def total(self):
        return sum(self.taxes.values(), self.base)

    def __add__(self, other):
        keys = self.taxes | other.taxes
        taxes = {key: self.taxes.get(key, ZERO) + other.taxes.get(key, ZERO) for key in keys}
        return TaxParts(self.base + other.base, taxes)

    def __neg__(self):
        return TaxParts(-self.base, {key: -amount for key, amount in self.taxes.items()})


def credit_parts(billed, given, amount, rates):
    """Return the base and taxes of the next credit of a billed line, of which the last one leaves nothing.

    Credits that are split into base and taxes each by itself lose cents: 100.00 of 86.21 and 13.79 given back as 33.33,
    33.33 and 33.34 would come to a base of 86.20 and taxes of 13.80. So a credit takes the difference of two running
    amounts, and the last one what the others have left. Where the SAT refuses that, a cent may stay; it happens with
    eight parts or more.

    :param TaxParts billed: of the line
    :param TaxParts given: of all its credits before, not negative
    :param Decimal amount: of this credit, positive, IVA included
    :param dict rates: key of each tax of ``billed`` to its rate, such as 0.16
    :return: :class:`TaxParts`; ``None`` when the SAT would refuse them, and they are better split by themselves
    """
    running = given.total + amount
    taxes = {
        key: to_cents(tax * running / billed.total) - given.taxes.get(key, ZERO) for key, tax in billed.taxes.items()
    }
    parts = TaxParts(amount - sum(taxes.values()), taxes)
    return parts if all(_is_rate_met(parts.base, tax, rates[key]) for key, tax in taxes.items()) else None


def _is_rate_met(base, tax, rate):
    """Tell whether a tax is within what the SAT lets a rate come to (guide of Anexo 20, limits of Importe)."""
    lowest, highest = sorted([(base - CENT / 2) * rate, (base + CENT / 2) * rate])
    return base > 0 and lowest.quantize(CENT, ROUND_FLOOR) <= tax <= highest.quantize(CENT, ROUND_CEILING)
