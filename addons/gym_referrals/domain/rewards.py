"""What a program owes for a referral: rules make promises, tiers raise them, caps and the budget end them.

Amounts are in the currency of the program, IVA included.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")
ZERO = Decimal(0)

QUALIFIED, NTH, PAID_PERIOD, RETAINED = TRIGGERS = ("qualified", "nth", "paid_period", "retained")
CREDIT, GIFT = KINDS = ("credit", "gift")


@dataclass(frozen=True)
class Rule:
    """One line of an offer.

    ``count``: of ``nth``, which friend; of ``paid_period``, for how many periods at most; of ``retained``, days.
    """

    key: str
    trigger: str
    amount: Decimal
    kind: str = CREDIT
    count: int = 1


class Facts(NamedTuple):
    """What has happened: friends of this referrer qualified in twelve months with this one, dues paid since, days."""

    rank: int = 1
    paid_periods: int = 0
    days: int = 0


class Promise(NamedTuple):
    """What is owed once, whoever asks how often: by rule and period."""

    key: str
    period: str
    kind: str
    amount: Decimal


def promises(rules: Iterable[Rule], facts: Facts, factor: Decimal = Decimal(1)) -> list[Promise]:
    """Return all that is owed by now for one referral; more facts never make it less.

    :param Decimal factor: by which the referrer's tier raises amounts
    """
    return [
        Promise(rule.key, period, rule.kind, raise_by(rule.amount, factor) if rule.kind == CREDIT else rule.amount)
        for rule in rules
        for period in _periods(rule, facts)
    ]


def _periods(rule, facts):
    if rule.trigger == QUALIFIED:
        return [""]
    if rule.trigger == NTH:
        return [""] if facts.rank == rule.count else []
    if rule.trigger == RETAINED:
        return [""] if facts.days >= rule.count else []
    return [str(number) for number in range(1, min(facts.paid_periods, rule.count) + 1)]


def raise_by(amount: Decimal, factor: Decimal) -> Decimal:
    """The amount times the factor, rounded to the cent."""
    return (amount * factor).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Limit:
    """At most ``most`` may be given of what is counted here, of which ``given`` is; None is without end."""

    most: Decimal | None
    given: Decimal = ZERO

    @property
    def left(self) -> Decimal | None:
        return None if self.most is None else max(ZERO, self.most - self.given)


def fit(amount: Decimal, limits: Iterable[Limit]) -> Decimal:
    """Return how much of a promise may be given under all caps and the budget: never more than any leaves."""
    return min([amount, *(limit.left for limit in limits if limit.left is not None)])


@dataclass(frozen=True)
class Tier:
    """A level of referrers, by how many friends qualified in twelve months."""

    name: str
    threshold: int
    factor: Decimal = Decimal(1)


def tier_of(count: int, tiers: Iterable[Tier]) -> Tier | None:
    """Return the highest tier reached, None below all."""
    reached = [tier for tier in tiers if tier.threshold <= count]
    return max(reached, key=lambda tier: tier.threshold, default=None)


def left_to_next(count: int, tiers: Iterable[Tier]) -> tuple[Tier, int] | None:
    """Return the next tier and how many more friends it takes; None at the top."""
    above = [tier for tier in tiers if tier.threshold > count]
    following = min(above, key=lambda tier: tier.threshold, default=None)
    return (following, following.threshold - count) if following else None
