"""Spreads what accounting posted over lines that a CFDI can state: negative lines and the cents of rounding.

Part of :mod:`.amounts`, whose docstring states the policy.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from .errors import CfdiError
from .limits import rounded, tax_limits

EXEMPT = "Exento"
_ZERO = Decimal(0)
# Moving this many cents of base goes through every remainder that 16 % can leave
_FARTHEST_MOVE = 6
_MOVES = range(-_FARTHEST_MOVE, _FARTHEST_MOVE + 1)
_MOST_MOVES = 20


class AmountsError(CfdiError):
    """The posted amounts cannot be stated in a CFDI."""

    code = "AMOUNTS"


@dataclass
class Draft:
    """A line with a price while negative ones and cents are being spread over it.

    ``net`` and the bases of ``taxes`` fall as negative lines are taken from it; ``settled`` is what each tax will be.
    """

    line: object
    net: Decimal
    burdens: int = 0
    taxes: dict = field(init=False)
    settled: dict = field(default_factory=dict)

    def __post_init__(self):
        self.taxes = {tax.key: tax for tax in self.line.taxes}

    @property
    def taken(self):
        """What negative lines took from it."""
        return self.line.net - self.net

    def move(self, amount):
        """Add ``amount`` to its net and to the bases of its taxes."""
        self.net += amount
        self.taxes = {key: replace(tax, base=tax.base + amount) for key, tax in self.taxes.items()}


# --- Negative lines ---------------------------------------------------------------------------------------------------


def take_from_others(line, drafts, decimals):
    """Take a negative line, with the bases of its taxes, from the drafts with the same taxes.

    One draft that can bear it whole is preferred, the least burdened and largest first: the fewer roundings meet in a
    line, the surer its tax is within the limits.

    A line without taxes, as cash rounding downwards or a gift card, is taken from any draft when none without taxes can
    bear it. It is no lower price for the tax, so the bases stay as they were posted.

    :raise AmountsError: when those drafts are not enough
    """
    hosts = [draft for draft in drafts if draft.line.signature == line.signature and draft.net > 0]
    if not line.taxes and _net_of(hosts) < -line.net:
        hosts = [draft for draft in drafts if draft.net > 0]
    if _net_of(hosts) < -line.net:
        raise AmountsError(
            es=(
                f"La línea negativa de {line.net} no tiene líneas con los mismos impuestos de las cuales descontarse.",
                "Póngale los impuestos de las líneas que descuenta, o use el descuento de la línea.",
            ),
            en=(
                f"The negative line of {line.net} has no lines with the same taxes to be taken from.",
                "Give it the taxes of the lines that it discounts, or use the discount of the line.",
            ),
        )
    able = [host for host in hosts if host.net > -line.net]
    if able:
        hosts = [min(able, key=lambda host: (host.burdens, -host.net))]
    nets = [host.net for host in hosts]
    for host, share in zip(hosts, _shares(-line.net, nets, decimals), strict=True):
        host.net -= share
        host.burdens += 1
    for tax in line.taxes:
        _take_base(tax, line, hosts, nets, decimals)


def _net_of(drafts):
    return sum((draft.net for draft in drafts), _ZERO)


def _take_base(tax, line, hosts, nets, decimals):
    bases = [host.taxes[tax.key].base for host in hosts]
    same = tax.base == line.net and bases == nets
    for host, share in zip(hosts, _shares(-tax.base, bases, decimals), strict=True):
        posted = host.taxes[tax.key]
        host.taxes[tax.key] = replace(posted, base=host.net if same else posted.base - share)


def _shares(amount, weights, decimals):
    """Split a positive ``amount`` in proportion to ``weights``, no share above its weight; the cents go where they fit.

    Rounding down first leaves less than one unit for each weight, given to the largest ones.
    """
    total = sum(weights, _ZERO)
    unit = Decimal(1).scaleb(-decimals)
    shares = [(amount * weight / total) // unit * unit for weight in weights]
    missing = amount - sum(shares, _ZERO)
    for index in sorted(range(len(weights)), key=lambda position: -weights[position]):
        if missing <= 0:
            break
        extra = min(unit, missing)
        shares[index] += extra
        missing -= extra
    return shares


# --- Cents of taxes ---------------------------------------------------------------------------------------------------


def settle_taxes(drafts, posted, decimals):
    """Decide the amount of every tax of every draft, within its limits, so that each tax adds up to what was posted.

    Where the limits leave no room, as when several negative lines were rounded one by one, cents of the discount that
    they became are moved between lines with the same taxes: their bases then leave other remainders.

    :param dict posted: sum posted for each tax by key
    :raise AmountsError: when a tax was posted beyond what its bases admit
    """
    for _move in range(_MOST_MOVES):
        failed = next((key for key in posted if _settle(key, posted[key], drafts, decimals)), None)
        if failed is None:
            return
        missing = _settle(failed, posted[failed], drafts, decimals)
        if not _move_discount(failed, missing > 0, drafts, decimals):
            break
    raise _beyond_limits(failed, posted[failed], _with_tax(failed, drafts), decimals)


def _with_tax(key, drafts):
    return [draft for draft in drafts if key in draft.taxes and draft.taxes[key].base > 0]


def _limits(draft, key, decimals, moved=_ZERO):
    return tax_limits(rounded(draft.taxes[key].base + moved, decimals), key[3], decimals)


def _settle(key, posted, drafts, decimals):
    """Settle one tax and return what could not be placed, zero when all was."""
    if key[2] == EXEMPT:
        return _ZERO
    drafts = sorted(_with_tax(key, drafts), key=lambda draft: -draft.taxes[key].base)
    bounds = [_limits(draft, key, decimals) for draft in drafts]
    for draft, (low, high) in zip(drafts, bounds, strict=True):
        draft.settled[key] = min(max(rounded(draft.taxes[key].amount, decimals), low), high)
    missing = posted - sum((draft.settled[key] for draft in drafts), _ZERO)
    for draft, (low, high) in zip(drafts, bounds, strict=True):
        room = (high if missing > 0 else low) - draft.settled[key]
        step = min(missing, room) if missing > 0 else max(missing, room)
        draft.settled[key] += step
        missing -= step
    return missing


def _move_discount(key, upwards, drafts, decimals):
    """Move some cents of discount between two drafts so that their limits reach farther; tell whether any did."""
    drafts = _with_tax(key, drafts)
    unit = Decimal(1).scaleb(-decimals)
    reach = [
        {
            cents: _limits(draft, key, decimals, cents * unit)[upwards]
            for cents in range(-_FARTHEST_MOVE, _FARTHEST_MOVE + 1)
        }
        for draft in drafts
    ]
    for giver, taker in ((i, j) for i in range(len(drafts)) for j in range(len(drafts)) if i != j):
        if drafts[giver].line.signature != drafts[taker].line.signature:
            continue
        for cents in range(1, _FARTHEST_MOVE + 1):
            gain = reach[giver][cents] - reach[giver][0] + reach[taker][-cents] - reach[taker][0]
            fits = drafts[giver].taken >= cents * unit and drafts[taker].net > cents * unit
            if fits and (gain > 0 if upwards else gain < 0):
                drafts[giver].move(cents * unit)
                drafts[taker].move(-cents * unit)
                return True
    return False


def _beyond_limits(key, posted, drafts, decimals):
    kind, tax, _factor, rate = key
    bounds = [_limits(draft, key, decimals) for draft in drafts]
    low = sum((pair[0] for pair in bounds), _ZERO)
    high = sum((pair[1] for pair in bounds), _ZERO)
    return AmountsError(
        es=(
            f"El {kind} del impuesto {tax} a {rate} se registró por {posted}; sus bases admiten de {low} a {high}.",
            "Quite los cambios hechos a mano al impuesto, o redondee globalmente los impuestos de la compañía.",
        ),
        en=(
            f"The {kind} of tax {tax} at {rate} was posted as {posted}, outside {low} to {high} that its bases admit.",
            "Undo the changes made to the tax by hand, or round the company's taxes globally.",
        ),
    )
