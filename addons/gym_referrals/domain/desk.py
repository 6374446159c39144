"""A desk that credits walk-ins to a pal: one employee who writes down one referrer far more often than chance.

The friends are real and behave so; what gives it away is the table of employees and referrers alone.
"""

import math
from collections import Counter

LEAST = 4  # referrals of one referrer with one employee, below which nothing can be told
RACKET_SHARE = 0.93  # of a racket's referrals, written down by its employee
RACKET_SIZES = 12  # from LEAST up, each as likely
HONEST_TAIL = 2.0  # honest referrers with n friends at the desk are as n to the minus this


class Desk:
    """The statistics of the referrals that employees wrote down.

    :param referrals: with ``referrer`` and ``employee`` (empty when none wrote it down)
    """

    def __init__(self, referrals):
        written = [each for each in referrals if each.employee]
        self.pairs = Counter((each.referrer, each.employee) for each in written)
        self.referrers = Counter(each.referrer for each in written)
        self.employees = Counter(each.employee for each in written)
        self.total = len(written)

    def count(self, referral):
        """How many of the referrer's friends the same employee wrote down."""
        return self.pairs[referral.referrer, referral.employee] if referral.employee else 0

    def expected(self, referral):
        """How many of them it would be if employees wrote down this referrer as often as the others."""
        return self.referrers[referral.referrer] * self._share(referral)

    def _share(self, referral):
        """The employee's share of all others' referrals, never quite 0 or 1."""
        own = self.count(referral)
        others = self.total - self.referrers[referral.referrer]
        return (self.employees[referral.employee] - own + 1) / (others + max(2, len(self.employees)))

    def odds(self, referral):
        """What the table says for a racket against chance: logarithm of odds; -inf below :data:`LEAST`."""
        count = self.count(referral)
        if count < LEAST:
            return -math.inf
        share, total = self._share(referral), self.referrers[referral.referrer]
        concentrated = count * math.log(RACKET_SHARE / share)
        concentrated += (total - count) * math.log((1 - RACKET_SHARE) / (1 - min(share, 0.99)))
        return concentrated + self._volume(total)

    def _volume(self, total):
        """How much more often a racket has so many friends than an honest referrer of the desk."""
        honest = 0.6 * total**-HONEST_TAIL
        return math.log(1 / RACKET_SIZES / honest)
