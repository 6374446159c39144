"""How likely it is that a referral is not what it says, from what two people share and how the friend behaves.

Five stories are weighed against each other (a naive Bayes of few, readable tables): a friend; a relative or flatmate,
who shares a home and often a card; the referrer under another name; an account of a ring; a walk-in that the desk
credited to a pal. The score is the natural logarithm of the odds of the last three against the first two, in which
accusing a friend weighs more than accusing a relative. The rates are starting points; how common each story is, and
what honest friends do here, is learned from the referrals at hand.
"""

import math
from typing import NamedTuple

from .behavior import Usual
from .desk import Desk
from .rings import Rings
from .sharing import Sharing

# Logarithms of how much worse it is to hold an honest referral than to miss a dishonest one
COSTS = {"friend": 0.3, "family": -0.45}
HOLD, LATER = 0.0, -2.0  # scores from which a referral is held, and looked at later
SURE = 25.0  # the score of a referral of oneself under one's own name
STORIES = ("friend", "family", "self", "ring", "desk")
DISHONEST = ("self", "ring", "desk")
PRIORS = {"friend": 0.8, "family": 0.1, "self": 0.03, "ring": 0.035, "desk": 0.02}
PRIOR_WEIGHT = 150  # referrals that the priors weigh as much as
ROUNDS = 4  # of learning how common each story is, and of passing suspicion along a ring
# How often two people share a value of a kind, when the value is not a common one
SHARES = {
    #          friend, family, self, ring
    "phone": (0.004, 0.1, 0.3, 0.02),
    "email": (0.001, 0.01, 0.08, 0.02),
    "mailbox": (0.006, 0.015, 0.4, 0.03),
    "card": (0.012, 0.42, 0.72, 0.12),
    "device": (0.015, 0.25, 0.8, 0.15),
    "ip": (0.06, 0.5, 0.65, 0.15),
    "address": (0.04, 0.7, 0.7, 0.12),
}
# How often the two declared a household or a payer in common
DECLARED = {"friend": 0.002, "family": 0.5, "self": 0.04, "ring": 0.02}
TELLING = 0.5  # a value more common than this is no reason


class Referral(NamedTuple):
    referrer: str
    friend: str
    employee: str = ""  # who wrote it down at the desk
    visits: int | None = None  # of the friend during the hold; None when not known
    cancelled: bool | None = None


class Look(NamedTuple):
    """What two people share: by kind how common the value is, or None when they differ."""

    shared: dict
    alike: set
    is_declared: bool


class Finding(NamedTuple):
    score: float
    verdict: str
    story: str
    reasons: tuple  # of :class:`Reason`


class Reason(NamedTuple):
    """A code with what it speaks of: kinds of values, people, numbers. Texts stand where they are translated."""

    code: str
    kind: str = ""
    people: tuple = ()
    values: tuple = ()


def verdict_of(score):
    """``hold``: looked at before anything is given; ``later``: looked at after; ``pass``."""
    if score >= HOLD:
        return "hold"
    return "later" if score >= LATER else "pass"


def judge(people, referrals, relations=()):
    """:return: a :class:`Finding` for each referral, in their order

    :param dict people: values by kind (see :func:`.identity.read`), by person
    :param referrals: :class:`Referral`
    :param relations: groups of people who declared a household or a payer in common
    """
    return _Judge(people, referrals, relations).run() if referrals else []


class _Judge:
    """One look at all referrals of a gym, as the graph of what they share needs all of them."""

    def __init__(self, people, referrals, relations):
        self.referrals = referrals
        self.sharing = Sharing(people, [(each.referrer, each.friend) for each in referrals], relations)
        self.desk = Desk(referrals)
        self.rings = Rings(referrals, self.sharing)
        self.priors = dict(PRIORS)
        self.usual = Usual([], [])

    def run(self):
        looks = [self._look(each) for each in self.referrals]
        pairs = [_pair_logs(each) for each in looks]
        weights = [1 - PRIORS["self"] - PRIORS["ring"]] * len(self.referrals)
        for _round in range(ROUNDS):
            self.usual = Usual(self.referrals, weights)
            chances = [_chances(self._logs(*each)) for each in zip(self.referrals, pairs, strict=True)]
            self.rings.suspect([each["ring"] for each in chances])
            weights = [each["friend"] + each["family"] + each["desk"] for each in chances]
            self._learn(chances)
        return [self._finding(*each) for each in zip(self.referrals, looks, pairs, strict=True)]

    def _learn(self, chances):
        total = len(chances) + PRIOR_WEIGHT
        for story in STORIES:
            seen = sum(each[story] for each in chances)
            self.priors[story] = (seen + PRIORS[story] * PRIOR_WEIGHT) / total

    def _look(self, referral):
        shared, alike = self.sharing.between(referral.referrer, referral.friend)
        if shared.get("email") is not None:
            shared.pop("mailbox", None)
        return Look(shared, alike, self.sharing.is_declared(referral.referrer, referral.friend))

    def _logs(self, referral, pair):
        """The logarithm of how likely each story is, not yet divided by their sum."""
        own = self.usual.odds(referral)
        logs = {story: math.log(self.priors[story]) + pair[story] for story in STORIES}
        logs["self"] += own
        logs["ring"] += own + self.rings.odds(referral, self.usual.odds, self.priors["ring"])
        logs["desk"] += self.desk.odds(referral)
        return logs

    def _finding(self, referral, look, pair):
        if referral.referrer == referral.friend:
            return Finding(SURE, "hold", "self", (Reason("same_person"),))
        logs = self._logs(referral, pair)
        score = _log_sum(logs[each] for each in DISHONEST) - _log_sum(logs[each] + COSTS[each] for each in COSTS)
        story = max(DISHONEST, key=logs.get)
        return Finding(score, verdict_of(score), story, tuple(self._reasons(referral, look, story)))

    def _reasons(self, referral, look, story):
        """What there is to see: shared values first, then ties, the desk, and behavior. Each is true of the data."""
        for kind, common in sorted(look.shared.items()):
            if common is not None and common < TELLING:
                yield Reason("alike" if kind in look.alike | {"mailbox"} else "shares", kind)
        if story == "ring":
            yield from (Reason("tied", kind, people) for kind, people in self.rings.ties_of(referral).items())
            idle = self.rings.idle_siblings(referral)
            if idle > 1:
                yield Reason("idle_friends", values=(idle, len(self.rings.siblings(referral))))
        if story == "desk" and self.desk.count(referral):
            yield Reason("desk", values=(referral.employee, self.desk.count(referral), self.desk.expected(referral)))
        for code, odds in self.usual.parts(referral).items():
            if odds > 0 and code in ("idle", "cancelled"):
                yield Reason(code, values=(referral.visits,))
        if look.is_declared:
            yield Reason("declared")


def _pair_logs(look):
    """How likely it is to share just this, by story, as logarithms."""
    logs = dict.fromkeys(STORIES, 0.0)
    for kind, common in look.shared.items():
        for story, rate in zip(STORIES, SHARES[kind], strict=False):
            logs[story] += math.log(1 - rate if common is None else rate + (1 - rate) * common)
    for story, rate in DECLARED.items():
        logs[story] += math.log(rate if look.is_declared else 1 - rate)
    logs["desk"] = logs["friend"]
    return logs


def _chances(logs):
    total = _log_sum(logs.values())
    return {story: math.exp(each - total) for story, each in logs.items()}


def _log_sum(logs):
    logs = list(logs)
    high = max(logs)
    return high + math.log(sum(math.exp(each - high) for each in logs))
