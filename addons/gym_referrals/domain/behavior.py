"""How those who were brought behave: visits during the hold and leaving early, against what is usual in this gym."""

import math

VISITS = ("none", "one", "some", "many")
FEW, MANY = 2, 5  # visits from which they are some, and many
# Of a hundred accounts without a person behind them: an invented rate, on the safe side of what rings look like
UNREAL_VISITS = {"none": 0.47, "one": 0.32, "some": 0.13, "many": 0.08}
UNREAL_CANCELS = 0.5
# Of a hundred honest friends, before the gym's own figures are known
USUAL_VISITS = {"none": 0.06, "one": 0.06, "some": 0.2, "many": 0.68}
USUAL_CANCELS = 0.1
PRIOR_WEIGHT = 40  # referrals that the rates above weigh as much as
LIMITS = (-2.0, 2.5)  # no behavior says more than this, in logarithms of odds


def visits_bin(visits):
    """``none``, ``one``, ``some`` (2 to 4) or ``many``; None when it is not known."""
    if visits is None:
        return None
    if visits < FEW:
        return VISITS[max(0, visits)]
    return "many" if visits >= MANY else "some"


class Usual:
    """What honest friends of this gym do, learned from its referrals, each weighed by how honest it seems.

    :param referrals: with ``visits`` and ``cancelled`` (None when not known)
    :param weights: between 0 and 1, one for each
    """

    def __init__(self, referrals, weights):
        visits = {each: rate * PRIOR_WEIGHT for each, rate in USUAL_VISITS.items()}
        cancels = {True: USUAL_CANCELS * PRIOR_WEIGHT, False: (1 - USUAL_CANCELS) * PRIOR_WEIGHT}
        for referral, weight in zip(referrals, weights, strict=True):
            found = visits_bin(referral.visits)
            if found:
                visits[found] += weight
            if referral.cancelled is not None:
                cancels[referral.cancelled] += weight
        self.visits = {each: count / sum(visits.values()) for each, count in visits.items()}
        self.cancels = cancels[True] / sum(cancels.values())

    def parts(self, referral):
        """What the friend's behavior says for an account without a person: logarithms of odds, by what was seen."""
        found, parts = visits_bin(referral.visits), {}
        if found:
            parts["idle" if found in VISITS[:2] else "active"] = math.log(UNREAL_VISITS[found] / self.visits[found])
        if referral.cancelled is True:
            parts["cancelled"] = math.log(UNREAL_CANCELS / self.cancels)
        elif referral.cancelled is False:
            parts["stayed"] = math.log((1 - UNREAL_CANCELS) / (1 - self.cancels))
        return parts

    def odds(self, referral):
        """The sum of the parts, within :data:`LIMITS`."""
        low, high = LIMITS
        return min(high, max(low, sum(self.parts(referral).values())))
