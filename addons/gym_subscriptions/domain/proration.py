"""Money for part of a period, and shares of an amount, without losing or making a cent.

A part of a period costs the difference of two running amounts: what the period costs up to the end of the part, less
what it costs up to its start, each rounded to cents. Parts that touch therefore add up to what they cover as one, and
all parts to the whole, however finely and in whatever order a period is cut.
"""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def to_cents(amount):
    """Return ``amount`` at two decimals, half a cent away from zero, as Odoo rounds currencies."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def is_in_cents(amount):
    """Tell whether ``amount`` has at most two decimals."""
    return amount == amount.quantize(CENT, rounding=ROUND_FLOOR)


def prorate(price, part, whole):
    """Return what the days of ``part`` cost of a ``whole`` period.

    :param Decimal price: of the whole period, in cents
    :param part: period within ``whole``, or ``None`` for no days
    :param whole: period that the price is for
    :return: ``Decimal`` in cents
    :raise ValueError: when ``part`` is not within ``whole`` or the price is not in cents
    """
    if not is_in_cents(price):
        raise ValueError(f"{price} is not an amount in cents")
    if part is None:
        return ZERO
    if whole.intersect(part) != part:
        raise ValueError(f"{part} is not within {whole}")
    return _running(price, part.end, whole) - _running(price, part.start, whole)


def _running(price, day, whole):
    return to_cents(price * (day - whole.start).days / whole.days)


def allocate(total, weights):
    """Share ``total`` by ``weights``, exactly: largest remainders get the cents that rounding leaves.

    Who gets such a cent depends on keys and weights only, never on their order. A negative total is shared as its
    opposite.

    :param Decimal total: in cents
    :param dict weights: key to non-negative number, not all zero; keys must be comparable with each other
    :return: dict of key to ``Decimal`` in cents, in the order of ``weights``, which adds up to ``total``
    :raise ValueError: when there is nothing to share by, or the total is not in cents
    """
    if any(weight < 0 for weight in weights.values()) or not sum(weights.values()):
        raise ValueError("shares need weights that are not negative and not all zero")
    if not is_in_cents(total):
        raise ValueError(f"{total} is not an amount in cents")
    sign, cents = (-1 if total < 0 else 1), int(abs(total) / CENT)
    total_weight = Decimal(sum(weights.values()))
    floors = {key: divmod(cents * Decimal(weight), total_weight) for key, weight in weights.items()}
    missing = cents - int(sum(whole for whole, _rest in floors.values()))
    lucky = sorted(floors, key=lambda key: (-floors[key][1], key))[:missing]
    return {key: sign * CENT * (int(whole) + (key in lucky)) for key, (whole, _rest) in floors.items()}
