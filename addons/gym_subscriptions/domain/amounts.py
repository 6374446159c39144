"""From the total price that people see to what an invoice posts.

Prices are totals with IVA (LFPC art. 7 Bis). Odoo taxes such a price by a tax that is included in it: the tax is
rounded to cents and the base is what is left, so base and tax always give the total again.
"""

from dataclasses import dataclass
from decimal import Decimal

from .proration import ZERO, is_in_cents, to_cents

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Amounts:
    """A total price and what it consists of, in cents."""

    base: Decimal
    tax: Decimal
    total: Decimal


def split_total(total, rate_percent):
    """Return base and tax of a price that includes IVA, as Odoo posts a line at that price.

    Equal to Odoo for companies that round per line, and for one line of those that round globally.

    :param Decimal total: with tax, in cents; negative for a credit
    :param Decimal rate_percent: 16, 8 or 0
    :raise ValueError: when the total is not in cents or the rate negative
    """
    if not is_in_cents(total) or rate_percent < 0:
        raise ValueError(f"{total} with {rate_percent} % is not a price in cents")
    tax = to_cents(total * rate_percent / (_HUNDRED + rate_percent))
    return Amounts(total - tax, tax, total)


def add_tax(base, rate_percent):
    """Return the amounts of a price without IVA, for lists that others give us; the total is in cents.

    :param Decimal base: without tax, in cents
    """
    tax = to_cents(base * rate_percent / _HUNDRED)
    return Amounts(base, tax, base + tax)


def sum_totals(amounts):
    """Add up amounts of several lines; nothing gives zeros."""
    amounts = list(amounts)
    return Amounts(
        sum((one.base for one in amounts), ZERO),
        sum((one.tax for one in amounts), ZERO),
        sum((one.total for one in amounts), ZERO),
    )
