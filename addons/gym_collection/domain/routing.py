"""Which card to charge first: the one chosen, then the one that has worked best and costs least."""

from dataclasses import dataclass
from decimal import Decimal

# A provider without a history is given the benefit of this many successes out of that many tries
_PRIOR_SUCCESSES, _PRIOR_TRIES = 4, 5


@dataclass(frozen=True)
class Route:
    """A card of the payer with a provider.

    :param key: comparable
    :param bool is_chosen: the card that the subscription names
    :param int successes: of the ``tries`` that the provider made for this gym lately
    :param Decimal fee_percent: of the amount; ``fee_fixed`` is in the currency of the charge
    """

    key: object
    is_chosen: bool = False
    successes: int = 0
    tries: int = 0
    fee_percent: Decimal = Decimal(0)
    fee_fixed: Decimal = Decimal(0)

    def __post_init__(self):
        if not 0 <= self.successes <= self.tries:
            raise ValueError(f"{self.successes} successes of {self.tries} tries")

    @property
    def success_rate(self):
        """Share of charges that succeed, between 0 and 1, drawn to 0.8 while little is known."""
        return Decimal(self.successes + _PRIOR_SUCCESSES) / (self.tries + _PRIOR_TRIES)

    def cost(self, amount):
        """Return the provider's fee for ``amount``."""
        return amount * self.fee_percent / 100 + self.fee_fixed


def rank(routes, amount, failed=()):
    """Return the routes in the order in which they are tried.

    The chosen card comes first; the others follow by what is left of the amount on average: success rate times amount
    less fee.

    :param failed: keys of routes that already failed for this invoice on this day; they are left out
    """
    left = [route for route in routes if route.key not in failed]
    return sorted(left, key=lambda one: (not one.is_chosen, -_expected(one, amount), one.key))


def _expected(route, amount):
    return route.success_rate * (amount - route.cost(amount))
