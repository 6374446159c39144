"""How a sum became another one, step by step, as bars that add up to what they show. Amounts are whole pesos."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise

CUT_ABOVE = Decimal("0.5")  # an axis whose lowest level is above this share of the highest begins below that level
ROOM = Decimal("0.5")  # left under the lowest level of such an axis, as a share of what is seen above it


@dataclass(frozen=True)
class Bar:
    """A bar from ``left`` over ``width``, in hundredths of the axis; ``amount`` is what it shows."""

    amount: int
    left: float
    width: float


def whole(amount):
    """Return an amount in whole pesos, halves away from zero; never a negative zero."""
    return int(_exact(amount).quantize(Decimal(1), ROUND_HALF_UP))


def bars(start, changes):
    """Return the bars of ``start``, of each change and of the end, and the amount at which their axis begins.

    What the bars show adds up exactly: a change is the difference of two levels that are shown.

    :param start: amount before the changes
    :param changes: amounts in the order in which they are shown
    :return: (list of :class:`Bar`, whole amount)
    """
    levels = [whole(level) for level in accumulate(map(_exact, changes), initial=_exact(start))]
    begin = axis_begin(levels)
    span = max(max(levels) - begin, 1)

    def bar(amount, low, high):
        return Bar(amount, _percent(low - begin, span), _percent(high - low, span))

    steps = [bar(after - before, min(before, after), max(before, after)) for before, after in pairwise(levels)]
    first, last = (bar(level, min(begin, level), max(begin, level)) for level in (levels[0], levels[-1]))
    return [first, *steps, last], begin


def axis_begin(levels):
    """Return where an axis begins: zero, unless changes are too small beside their level to be seen from there."""
    low, high = min(levels), max(levels)
    if low <= high * CUT_ABOVE:
        return min(low, 0)
    return max(0, whole(low - max((high - low) * ROOM, Decimal(low) / 20)))


def _percent(part, span):
    return round(part * 100 / span, 2)


def _exact(amount):
    return Decimal(str(amount))
