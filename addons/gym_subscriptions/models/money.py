"""Money at Odoo's edge: ``Decimal`` in our code, floats in Odoo's, and it changes from one to the other here alone.

What Odoo's fields give goes through :func:`to_decimal` or :func:`add_up` before anything is reckoned with it. Fields
take a ``Decimal`` as it is, and so do ``currency.format`` and the monetary widget of templates (``res_currency.py``,
``ir_qweb_field_monetary.py``). Other code of Odoo gets :func:`to_float`.
"""

from decimal import Decimal

from ..domain.proration import ZERO


def to_decimal(amount):
    """Return an amount of a Monetary field as a ``Decimal`` in cents, as ``domain/`` takes it."""
    return Decimal(f"{amount or 0:.2f}")


def to_number(value):
    """Return a percentage, or another number that is no amount, as a ``Decimal`` with all its digits."""
    return Decimal(str(value or 0))


def add_up(amounts):
    """Return the sum of amounts, of Monetary fields or ``Decimal``, as a ``Decimal`` in cents."""
    return sum(map(to_decimal, amounts), ZERO)


def to_float(amount):
    """Return a ``Decimal`` for code of Odoo that reckons with it: entries, payments, taxes."""
    return float(amount)
