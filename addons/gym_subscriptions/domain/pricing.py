"""What a period costs: price version, season, promotions, seats, and which payer pays which part.

All amounts are totals with IVA, in cents.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .proration import ZERO, to_cents

PRICE, PERCENT, AMOUNT, FREE = EFFECTS = ("price", "percent", "amount", "free")
_HUNDRED = Decimal(100)

# --- Price versions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PriceVersion:
    """A price of a plan for the person who joins on ``valid_from`` or later."""

    amount: Decimal
    valid_from: date


@dataclass(frozen=True)
class PriceMove:
    """Somebody was told that their price becomes ``amount`` for periods that start on ``effective`` or later.

    :param bool is_accepted: whether the payer said yes
    """

    amount: Decimal
    effective: date
    is_accepted: bool


def offered_price(versions, day):
    """Return the version for people who join on ``day``: the latest in force, or ``None`` before the first."""
    in_force = [version for version in versions if version.valid_from <= day]
    return max(in_force, key=lambda version: version.valid_from, default=None)


def kept_price(signed, moves, period_start):
    """Return the price of a period that starts on ``period_start`` for the person who signed at the price ``signed``.

    A lower price holds for everybody who was told. A higher one holds for those who accepted it: a charge
    above what a person consented to needs their consent again (LFPC art. 76 Bis VIII), so silence raises none.
    """
    price = signed
    for move in sorted(moves, key=lambda move: move.effective):
        if move.effective <= period_start and (move.is_accepted or move.amount <= price):
            price = move.amount
    return price


# --- Seasons and promotions -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """What a season or promotion does to a price.

    :param str kind: ``price`` puts ``value`` in its place, ``percent`` takes that percentage off, ``amount`` that many
        pesos at most down to nothing, ``free`` everything
    """

    kind: str
    value: Decimal = ZERO

    def __post_init__(self):
        if self.kind not in EFFECTS or self.value < 0 or (self.kind == PERCENT and self.value > _HUNDRED):
            raise ValueError(f"no price becomes {self.kind} {self.value}")

    def apply(self, price):
        """Return what is left of ``price``, in cents, never negative."""
        if self.kind == PRICE:
            return self.value
        if self.kind == PERCENT:
            return price - to_cents(price * self.value / _HUNDRED)
        if self.kind == AMOUNT:
            return max(ZERO, price - self.value)
        return ZERO


@dataclass(frozen=True)
class Season:
    """Days on which periods that begin cost something else.

    :param date last_day: inclusive
    :param bool is_yearly: the same days every year; may go over New Year, and 29 February counts as 28 in common years
    """

    first_day: date
    last_day: date
    effect: Effect
    is_yearly: bool = False

    def covers(self, day):
        """Tell whether a period that begins on ``day`` is priced by this season."""
        if not self.is_yearly:
            return self.first_day <= day <= self.last_day
        if (self.last_day - self.first_day).days >= 365:
            return True
        first, last, there = (_day_of_year(one) for one in (self.first_day, self.last_day, day))
        return first <= there <= last if first <= last else there >= first or there <= last


def _day_of_year(day):
    """Return month and day; 29 February as 28, so that a season has the same days in leap and common years."""
    return (day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


@dataclass(frozen=True)
class Promotion:
    """A promotion as a subscription got it.

    :param int periods: how many billed periods it holds for; 0 for all
    :param int used: how many of them it has been used for
    """

    effect: Effect
    periods: int = 0
    used: int = 0

    @property
    def holds_next(self):
        """Whether the next billed period still gets it."""
        return not self.periods or self.used < self.periods


def season_price(price, day, seasons):
    """Return the price of a period that begins on ``day``; of several seasons, the one that costs least."""
    return min((season.effect.apply(price) for season in seasons if season.covers(day)), default=price)


def period_price(price, start, seasons=(), promotions=()):
    """Return what a whole period costs after its season and the promotions that still hold.

    Prices that replace come first, then percentages, then amounts, then free periods: the order in which somebody got
    their promotions changes nothing. Two percentages multiply.

    :param Decimal price: of the plan, in cents
    :param date start: first day of the period
    :return: ``Decimal`` in cents, never negative
    """
    amount = season_price(price, start, seasons)
    effects = [promotion.effect for promotion in promotions if promotion.holds_next]
    for effect in sorted(effects, key=lambda effect: (EFFECTS.index(effect.kind), -effect.value)):
        amount = effect.apply(amount)
    return amount


# --- Seats and shares -------------------------------------------------------------------------------------------------


def extra_seats(seats, included):
    """Return how many of ``seats`` are not in the plan's price."""
    return max(0, seats - included)


def seats_price(price, seats, included, seat_price):
    """Return what a period costs for ``seats`` people, of whom the plan's price includes some."""
    return price + seat_price * extra_seats(seats, included)


def split_share(amount, company_percent):
    """Return the parts of ``amount`` that the company and the person pay; together they are ``amount``.

    :param Decimal company_percent: from 0 to 100; its part is rounded to cents, the person pays the rest
    """
    if not 0 <= company_percent <= _HUNDRED:
        raise ValueError(f"a share lies between 0 and 100 percent, not {company_percent}")
    company = to_cents(amount * company_percent / _HUNDRED)
    return company, amount - company
