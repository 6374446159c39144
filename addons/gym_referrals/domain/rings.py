"""Rings: accounts that share with each other rather than with their referrer, and behind which nobody trains."""

import math
from collections import defaultdict

from .behavior import FEW
from .sharing import STRONG, WEAK

# Accounts of a ring that are tied by a rare value to two others or more, and to one other
TIED, TIED_TO_ONE = 0.85, 0.12
TIED_BY_CHANCE = 0.02  # honest friends are so at least this often
WEAK_TIE = 4  # and this many times as often by a network or a home
UNTIED = -1.5  # what it says to have no such tie: logarithm of odds
ENOUGH = 2  # others that make a ring
FAR = 0.4  # what is said by those tied through another
GROUP_LIMITS = (-5.0, 3.5)
# Other friends of the referrer say something by themselves once several of them hardly come
SIBLINGS_START = -2.5
KIN = 0.6  # how likely an account is of a ring next to one that surely is


class Rings:
    """Who is tied to whom among the friends of all referrals.

    :param referrals: with ``referrer`` and ``friend``
    :param Sharing sharing: the values of all people
    """

    def __init__(self, referrals, sharing):
        self._sharing, self._referrals = sharing, referrals
        self._siblings = defaultdict(list)
        for referral in referrals:
            self._siblings[referral.referrer].append(referral)
        self._by_friend = {each.friend: each for each in referrals}
        self._ties = sharing.ties({person for each in referrals for person in (each.referrer, each.friend)})
        self._near = {each: self._telling_ties(each) for each in referrals}
        self._far = {each: self._tied_through_another(each) for each in referrals}
        self._suspected = dict.fromkeys(referrals, 0.0)

    def _telling_ties(self, referral):
        """Other friends tied to this one, with the kinds, less the home or network that is the referrer's as well."""
        own, theirs = self._ties.get(referral.friend, {}), self._ties.get(referral.referrer, {})
        with_referrer = own.get(referral.referrer, set()) & set(WEAK)
        found = {}
        for other, kinds in own.items():
            telling = kinds - (theirs.get(other, set()) & with_referrer)
            if telling and other != referral.referrer and other in self._by_friend:
                found[other] = telling
        return found

    def _tied_through_another(self, referral):
        near = self._near[referral]
        seen = {referral.friend, *near}
        return {other for each in near for other in self._ties[each] if other in self._by_friend and other not in seen}

    def suspect(self, chances):
        """Remember how likely each referral is one of a ring, for those next to it."""
        self._suspected = dict(zip(self._referrals, chances, strict=True))

    def odds(self, referral, odds_of, prior):
        """What others say for a ring: logarithm of odds.

        :param odds_of: what the behavior of a referral says, as logarithm of odds
        :param float prior: how common rings are
        """
        group = max(self._group(referral, odds_of), self._brought(referral, odds_of))
        return group + math.log(1 + KIN * self._kin(referral) / prior)

    def _group(self, referral, odds_of):
        near, far = self._near[referral], self._far[referral]
        if not near:
            return UNTIED
        ring = TIED if len(near) + len(far) >= ENOUGH else TIED_TO_ONE
        chance = min(self._chance(kind) for kinds in near.values() for kind in kinds)
        said = sum(odds_of(self._by_friend[each]) for each in near)
        said += FAR * sum(odds_of(self._by_friend[each]) for each in far)
        low, high = GROUP_LIMITS
        return math.log(ring / min(ring, chance)) + min(high, max(low, said))

    def _chance(self, kind):
        return max(TIED_BY_CHANCE, self._sharing.chance_of_tie(kind)) * (1 if kind in STRONG else WEAK_TIE)

    def _brought(self, referral, odds_of):
        said = sum(odds_of(each) for each in self.siblings(referral))
        return UNTIED + min(GROUP_LIMITS[1], max(0, SIBLINGS_START + said))

    def siblings(self, referral):
        """The other friends of the same referrer."""
        return [each for each in self._siblings[referral.referrer] if each is not referral]

    def _kin(self, referral):
        """From 0 to 1, how suspect the referrer is, the others whom he brought, or those whom the friend brought."""
        children = self._siblings.get(referral.friend, ())
        groups = [self.siblings(referral), children]
        found = [sum(self._suspected[each] ** 2 for each in group) / (len(group) + 1) for group in groups]
        parent = self._by_friend.get(referral.referrer)
        return max(*found, self._suspected[parent] ** 2 if parent else 0)

    def ties_of(self, referral):
        """By kind, the other friends who have the same rare value."""
        found = defaultdict(list)
        for other, kinds in sorted(self._near[referral].items()):
            for kind in kinds:
                found[kind].append(other)
        return {kind: tuple(found[kind]) for kind in sorted(found)}

    def idle_siblings(self, referral):
        """How many other friends of the referrer hardly came."""
        return sum(each.visits is not None and each.visits < FEW for each in self.siblings(referral))
