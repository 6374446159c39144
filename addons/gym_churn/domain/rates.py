"""How a gym's members behave: the rates of a hidden Markov model of habit, and where other gyms may differ.

A member is of one of 12 hidden types (how often they like to come, whether they go to classes, whether a bill or a
price rise frightens them) and week by week in one of five states. Visits show the state, and feed back into it.
The figures are those of the model's reference gym; :meth:`Rates.draw` makes another plausible one. Published figures
that they reproduce are named in ``docs/churn.md``.
"""

import numpy as np

APPETITES, CLASSES, FRAILTIES, STATES = 3, 2, 2, 5
TYPES = APPETITES * CLASSES * FRAILTIES
JOINT = TYPES * STATES
HABIT, ACTIVE, WAVERING, LAPSED, AWAY = range(STATES)
APPETITE = np.repeat(np.arange(APPETITES), CLASSES * FRAILTIES)
CLASS_GOER = np.tile(np.repeat(np.arange(CLASSES), FRAILTIES), APPETITES)
FRAIL = np.tile(np.arange(FRAILTIES), APPETITES * CLASSES)
TYPE_OF = np.repeat(np.arange(TYPES), STATES)
STATE_OF = np.tile(np.arange(STATES), TYPES)

CONTRACT_MONTHS = (1, 3, 6, 12)
METHODS = ("card", "debit", "cash")
CHANNELS = ("walk_in", "web", "referral", "corporate")
WEEKDAYS = np.array([1.25, 1.20, 1.15, 1.05, 0.90, 0.85, 0.60])
VISIT_SEASON = np.array([1.12, 1.10, 1.06, 1.02, 1.00, 0.96, 0.90, 0.86, 1.04, 1.05, 1.00, 0.82])
JOIN_SEASON = np.array([1.90, 1.25, 1.05, 0.95, 0.90, 0.75, 0.72, 0.80, 1.40, 1.05, 0.85, 0.55])
LEAVE_SEASON = np.array([0.22, 0.05, 0.05, 0.00, 0.00, 0.12, 0.15, 0.10, -0.05, -0.05, 0.00, -0.20])
# what the year does to habits: 0 nothing, 1 January and February, 2 March and April, 3 July and August
SEASON_OF_MONTH = np.array([1, 1, 2, 2, 0, 0, 3, 3, 0, 0, 0, 0])
LOCKED = 0.0004
OFF_BILL_WEEK = -0.30
OLD_STATES = np.array([0.50, 0.22, 0.11, 0.12, 0.05])
NEW_STATES = np.array([0.0, 0.90, 0.10, 0.0, 0.0])


def sigmoid(x):
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-x))


def logit(p):
    """Its inverse, for probabilities away from 0 and 1 by a millionth."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(p) - np.log1p(-p)


class Rates:
    """The figures of one gym; without a generator, those of the reference gym."""

    def __init__(self):
        self.appetite = np.array([0.80, 1.75, 3.1])  # visits a week
        self.energy = np.array([1.22, 0.95, 0.42, 0.03, 0.02])  # share of the appetite, by state
        self.class_share = np.array([0.05, 0.55])
        self.leave_state = np.array([-1.90, -0.95, 0.35, 0.95, 0.10])  # logit of leaving in a week
        self.leave_frail = np.array([-0.55, 0.90])
        self.leave_price = np.array([0.45, 1.25])  # for a rise of 10 %
        self.leave_monthly, self.leave_term = -4.80, -2.50
        self.bill_week, self.tenure, self.early = 0.75, 0.22, 0.30
        self.fail = np.array([0.030, 0.012, 0.045])  # first try of a due, by method
        self.fail_state = np.array([0.8, 1.0, 1.3, 2.2, 1.3])
        self.recover = np.array([0.70, 0.62, 0.45, 0.20, 0.38])  # a debt, in a week
        self.moves = np.ones(6)  # scales of: form, drift, away, back, sink, wake
        self.contracts = np.array([0.58, 0.08, 0.14, 0.20])
        self.join_season, self.visit_season = JOIN_SEASON.copy(), VISIT_SEASON.copy()
        self.old_share = 0.35

    @classmethod
    def draw(cls, random):
        """Another plausible gym.

        :param random: ``numpy.random.Generator``
        """
        rates = cls()

        def spread(values, scale):
            return values * np.exp(random.normal(0, scale, np.shape(values)))

        rates.appetite = np.sort(spread(rates.appetite, 0.15))
        rates.energy[:3] = -np.sort(-spread(rates.energy[:3], 0.12))
        rates.leave_state = rates.leave_state + random.normal(0, 0.30, STATES)
        rates.leave_frail = rates.leave_frail * np.exp(random.normal(0, 0.35))
        rates.leave_price = spread(rates.leave_price, 0.35)
        rates.leave_monthly += random.normal(0, 0.30)
        rates.leave_term += random.normal(0, 0.30)
        rates.fail, rates.fail_state = spread(rates.fail, 0.30), spread(rates.fail_state, 0.15)
        rates.recover = np.clip(spread(rates.recover, 0.12), 0.05, 0.9)
        rates.contracts = random.dirichlet(rates.contracts * 12)
        rates.class_share = np.clip(spread(rates.class_share, 0.25), 0.01, 0.9)
        rates.bill_week, rates.tenure = spread(rates.bill_week, 0.4), spread(rates.tenure, 0.5)
        rates.early += random.normal(0, 0.3)
        rates.moves = spread(rates.moves, 0.25)
        rates.join_season, rates.visit_season = spread(rates.join_season, 0.12), spread(rates.visit_season, 0.04)
        rates.old_share = float(np.clip(random.normal(0.35, 0.12), 0.05, 0.7))
        return rates


def transition(phase, season, visits, scale):
    """Weekly moves between states, for each type: 12 x 5 x 5.

    :param phase: 0 in the first 8 weeks of membership, 1 up to a year, 2 later
    :param season: of :data:`SEASON_OF_MONTH`
    :param visits: last week: 0, 1, 2, or 3 for more
    :param scale: ``Rates.moves``
    """
    moves = np.zeros((TYPES, STATES, STATES))
    form = scale[0] * (0.001, 0.012, 0.040, 0.075)[visits] * (1.5, 1.0, 0.8)[phase]
    drift = scale[1] * (0.085, 0.045, 0.022, 0.012)[visits] * (1.7, 1.0, 0.7)[phase] * (1.0, 0.8, 1.3, 1.1)[season]
    away = 0.009 * scale[2] * (1.0, 0.8, 1.0, 2.2)[season]
    back = scale[3] * (0.05, 0.11, 0.20, 0.28)[visits] * (1.0, 1.2, 0.9, 1.0)[season]
    sink = scale[4] * (0.13, 0.055, 0.02, 0.01)[visits] * (1.2, 1.0, 0.9)[phase]
    wake = scale[5] * (1.0, 2.2, 1.0, 0.8)[season]
    for kind in range(TYPES):
        social = 0.72 if CLASS_GOER[kind] else 1.0
        slip = drift * social * (1.25, 1.0, 0.8)[APPETITE[kind]]
        moves[kind, HABIT, [ACTIVE, WAVERING, LAPSED, AWAY]] = 0.018 + 0.25 * slip, 0.10 * slip, 0.001, away
        moves[kind, ACTIVE, [HABIT, WAVERING, LAPSED, AWAY]] = form, slip, 0.05 * slip, away
        moves[kind, WAVERING, [HABIT, ACTIVE, LAPSED, AWAY]] = 0.002, back, sink * social, away
        moves[kind, LAPSED, [ACTIVE, WAVERING, AWAY]] = 0.012 * wake, 0.020 * wake, 0.001
        moves[kind, AWAY, [HABIT, ACTIVE, WAVERING, LAPSED]] = 0.03, 0.12, 0.06, 0.035
    stay = np.arange(STATES)
    moves[:, stay, stay] = 1.0 - moves.sum(2)
    return moves


def block_of(moves):
    """Moves of the 12 types as one matrix of the 60 joint states."""
    joint = np.zeros((JOINT, JOINT), np.float32)
    for kind in range(TYPES):
        at = slice(kind * STATES, (kind + 1) * STATES)
        joint[at, at] = moves[kind]
    return joint


class Tables:
    """What follows from a gym's rates, ready for arithmetic over its 60 joint states."""

    def __init__(self, rates):
        self.rates = rates
        self.moves = np.empty((3, 4, 4, TYPES, STATES, STATES))
        self.joint = np.empty((3, 4, 4, JOINT, JOINT), np.float32)
        for phase in range(3):
            for season in range(4):
                for visits in range(4):
                    self.moves[phase, season, visits] = transition(phase, season, visits, rates.moves)
                    self.joint[phase, season, visits] = block_of(self.moves[phase, season, visits])
        self.leave = (rates.leave_state[STATE_OF] + rates.leave_frail[FRAIL[TYPE_OF]]).astype(np.float32)
        self.price = rates.leave_price[FRAIL[TYPE_OF]].astype(np.float32)
        self.fail_state = rates.fail_state[STATE_OF].astype(np.float32)
        self.recover = rates.recover[STATE_OF].astype(np.float32)
        self.class_share = rates.class_share[CLASS_GOER[TYPE_OF]]
        weekly = rates.appetite[APPETITE[TYPE_OF]] * rates.energy[STATE_OF]
        each = weekly[:, None] * WEEKDAYS[None] / 7
        self.visit = np.clip(1 - np.exp(-each[None] * rates.visit_season[:, None, None]), 1e-6, 1 - 1e-6)
        self.visit_count = np.stack([_bucketed(self.visit[month]) for month in range(12)])


def _bucketed(visit):
    """P(0, 1, 2, 3 or more days with a visit in a week), from the seven days' own probabilities."""
    counts = np.zeros((len(visit), 8))
    counts[:, 0] = 1
    for day in range(7):
        p = visit[:, day : day + 1]
        counts[:, 1:] = counts[:, 1:] * (1 - p) + counts[:, :-1] * p
        counts[:, 0] *= 1 - p[:, 0]
    return np.concatenate([counts[:, :3], counts[:, 3:].sum(1, keepdims=True)], 1)
