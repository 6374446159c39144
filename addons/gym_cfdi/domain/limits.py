"""Limits within which the SAT accepts a product of two rounded numbers (CFDI40167, 40180, 40186, CRP20254, 20261).

A number written with d decimals stands for anything that rounds to it, so it may be off by half a unit of its last
decimal. The lower limit takes both factors at their least and truncates; the upper one takes both at their most, short
of the next rounding (minus 10^-12), and rounds up. Both are given at the decimals of the amount that is judged.
"""

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal

_MOST_DECIMALS = 12
_HALF = [Decimal(5).scaleb(-decimals - 1) for decimals in range(_MOST_DECIMALS + 1)]
_SHORT_OF = [half - Decimal(1).scaleb(-12) for half in _HALF]
_UNIT = [Decimal(1).scaleb(-decimals) for decimals in range(_MOST_DECIMALS + 1)]
# The schema admits 18 digits and 6 decimals; a document that breaks it must not break the arithmetic
_EXACT = Context(prec=200)


def decimals_of(number):
    """Return how many decimals ``number`` was written with, 12 at most: 2 for ``Decimal("1.50")``."""
    text = str(number)
    if "E" in text:
        return min(max(-number.as_tuple().exponent, 0), _MOST_DECIMALS)
    point = text.find(".")
    # as_tuple would take apart every digit, and this is asked of every amount
    return 0 if point < 0 else min(len(text) - point - 1, _MOST_DECIMALS)


def rounded(number, decimals):
    """Return ``number`` rounded half up to ``decimals`` decimals, the SAT's rounding of sums."""
    return number.quantize(_UNIT[decimals], ROUND_HALF_UP, _EXACT)


def product_limits(first, second, decimals):
    """Return the least and greatest amount accepted as the product of two rounded numbers.

    :param Decimal first: e.g. Cantidad, with the decimals it is written with
    :param Decimal second: e.g. ValorUnitario
    :param int decimals: of the amount that is judged
    """
    one, two = decimals_of(first), decimals_of(second)
    lower = _EXACT.multiply(first - _HALF[one], second - _HALF[two])
    upper = _EXACT.multiply(first + _SHORT_OF[one], second + _SHORT_OF[two])
    unit = _UNIT[decimals]
    return lower.quantize(unit, ROUND_DOWN, _EXACT), upper.quantize(unit, ROUND_UP, _EXACT)


def tax_limits(base, rate, decimals):
    """Return the least and greatest tax accepted for a rounded base; the rate is exact.

    :param Decimal base: with the decimals it is written with
    :param Decimal rate: 0.16 means 16 %
    :param int decimals: of the tax that is judged
    """
    written = decimals_of(base)
    lower = _EXACT.multiply(base - _HALF[written], rate)
    upper = _EXACT.multiply(base + _SHORT_OF[written], rate)
    unit = _UNIT[decimals]
    return lower.quantize(unit, ROUND_DOWN, _EXACT), upper.quantize(unit, ROUND_UP, _EXACT)


def quotient_limits(amount, divisor, decimals):
    """Return the least and greatest result accepted of dividing a rounded amount by a rounded rate (CRP20276).

    :param Decimal amount: e.g. ImpPagado, with the decimals it is written with
    :param Decimal divisor: e.g. EquivalenciaDR; 1 counts as exact to ten decimals (CRP20277)
    :param int decimals: of the currency of the result
    """
    one, two = decimals_of(amount), 10 if divisor == 1 else decimals_of(divisor)
    lower = _EXACT.divide(amount - _HALF[one], divisor + _SHORT_OF[two])
    upper = _EXACT.divide(amount + _SHORT_OF[one], divisor - _HALF[two])
    unit = _UNIT[decimals]
    return lower.quantize(unit, ROUND_DOWN, _EXACT), upper.quantize(unit, ROUND_UP, _EXACT)


def truncated(number, decimals):
    """Return ``number`` cut to ``decimals`` decimals."""
    return number.quantize(_UNIT[decimals], ROUND_DOWN, _EXACT)
