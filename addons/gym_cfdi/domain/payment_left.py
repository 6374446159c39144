"""What is left of an invoice's taxes when a payment comes, after what settled it before.

A credit note takes away what it names: one of the exempt line leaves the IVA of the others whole. Money takes of
everything in proportion to what was owed at that moment. So the parts of all payments add up to the taxes that the
invoice has after its credit notes (IVA is owed on what is in fact collected: LIVA art. 1-B).

A credit note may take away more of a line than earlier payments left of it, since they paid a part of it. What is
missing is then taken from the rest in proportion: what is left is never more than the balance.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from .amounts import TRANSFERRED

_ZERO = Decimal(0)
_ONE = Decimal(1)
# A base below this cannot be written
_LEAST_BASE = Decimal("0.000001")


@dataclass(frozen=True)
class Earlier:
    """What settled an invoice before, in the invoice's currency.

    ``taxes`` are the :class:`~.payment_amounts.InvoiceTax` of a credit note, with the bases that belong to ``amount``;
    ``None`` of money, and of whatever else does not tell what it settles.
    """

    amount: Decimal
    taxes: tuple | None = None


def taxes_left(taxes, total, earlier):
    """Return the taxes that are left, and the amount that is left with them.

    :param taxes: :class:`~.payment_amounts.InvoiceTax` of the whole invoice
    :param Decimal total: of the invoice
    :param earlier: :class:`Earlier` in the order in which they settled it
    :return: pair of the taxes, without those of which nothing is left, and the amount
    """
    bases = {_key(tax): tax.base for tax in taxes}
    untaxed = total - _gross(bases)
    least_untaxed = min(untaxed, _ZERO)
    left = total
    for event in earlier:
        if left <= 0:
            break
        if event.taxes is None:
            share = max(_ONE - event.amount / left, _ZERO)
            bases = {key: base * share for key, base in bases.items()}
            untaxed, least_untaxed = untaxed * share, least_untaxed * share
        else:
            bases, untaxed = _take_credit(bases, untaxed, least_untaxed, event)
        left -= event.amount
    kept = ((tax, bases[_key(tax)]) for tax in taxes)
    return tuple(replace(tax, base=base) for tax, base in kept if base >= _LEAST_BASE), left


def _take_credit(bases, untaxed, least_untaxed, event):
    """Take the bases of a credit note, and what of it has no taxes; what is missing goes to the rest."""
    credited = {}
    for tax in event.taxes:
        credited[_key(tax)] = credited.get(_key(tax), _ZERO) + tax.base
    wanted = {key: bases.get(key, _ZERO) - credited.get(key, _ZERO) for key in {**bases, **credited}}
    untaxed -= event.amount - _gross(credited)
    missing = max(least_untaxed - untaxed, _ZERO) - _gross({key: min(base, _ZERO) for key, base in wanted.items()})
    bases = {key: max(wanted[key], _ZERO) for key in bases}
    untaxed = max(untaxed, least_untaxed)
    there = _gross(bases) + max(untaxed, _ZERO)
    if missing > 0 and there > 0:
        share = max(_ONE - missing / there, _ZERO)
        bases = {key: base * share for key, base in bases.items()}
        untaxed = untaxed * share if untaxed > 0 else untaxed
    return bases, untaxed


def _key(tax):
    return tax.kind, tax.tax, tax.factor, tax.rate


def _gross(bases):
    """Return the bases with their taxes. Withheld taxes share the base of a transferred one, so they add only theirs.

    A base is of one transferred tax; a line with two of them, as IEPS and IVA, counts it twice, which the part without
    taxes makes up for.
    """
    total = _ZERO
    for (kind, _tax, _factor, rate), base in bases.items():
        total += base * (_ONE + (rate or _ZERO)) if kind == TRANSFERRED else -base * (rate or _ZERO)
    return total
