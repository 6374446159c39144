"""Pesos and cents. Both networks count in cents."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
_NOISE = Decimal("0.000001")  # what a binary fraction may be off

# What a store takes for one voucher, in cents (10 and 10,000 MXN)
SMALLEST_CASH, LARGEST_CASH = 1_000, 1_000_000


def to_cents(amount):
    """Return an amount in pesos as whole cents.

    :param amount: Decimal, int, or a float as Odoo keeps amounts
    :raise ValueError: when it has parts of a cent, which nobody can pay
    """
    exact = Decimal(repr(amount)) if isinstance(amount, float) else Decimal(amount)
    rounded = exact.quantize(CENT, rounding=ROUND_HALF_UP)
    if abs(exact - rounded) > _NOISE:
        raise ValueError(f"{amount} has parts of a cent.")
    return int(rounded * 100)


def from_cents(cents):
    """Return whole cents as pesos, a ``Decimal`` with two digits."""
    return Decimal(cents) / 100


def is_payable_in_cash(cents):
    """Tell whether one voucher may be of that amount."""
    return SMALLEST_CASH <= cents <= LARGEST_CASH
