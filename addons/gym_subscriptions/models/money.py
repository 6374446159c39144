from decimal import Decimal


def to_decimal(amount):
    """Return an amount of a Monetary field as a ``Decimal`` in cents, as ``domain/`` takes it."""
    return Decimal(f"{amount or 0:.2f}")
