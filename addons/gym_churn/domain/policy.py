"""Whom to contact with what, learned from a randomised trial, and what that is worth.

One model of leaving has the action as a feature: each action changes the risk by an amount that depends on the state
that the member is probably in, held towards no effect. A member is contacted when what the action saves is more than
it costs. The value of that rule is then estimated doubly robustly, by models that have not seen the member.
"""

from dataclasses import dataclass

import numpy as np

from . import logistic
from .belief import Filter, look_ahead
from .days import WEEK, parse_day, show_day
from .errors import ChurnError
from .files import columns_of
from .rates import CLASS_GOER, FRAIL, STATE_OF, STATES, TYPE_OF, logit, sigmoid
from .tuning import tables_at, tune
from .weeks import Weeks

NOTHING = "none"
COLUMNS = ("snapshot_date", "member_id", "action", "propensity", "churn_30d")
SAVED_FEES = 12.0
COSTS = {"message": 0.02, "pt_session": 0.50, "discount": 0.25}  # in monthly fees
OTHER_COST = 0.25
FOLDS = 5
SEED = 20250101
WIDTH = 1.96
# penalties, one over the variance of what an action is thought to change in the logit of leaving
SHAPE_PENALTY, EFFECT_PENALTY, PAIR_PENALTY, LEVEL_PENALTY = 3.0, 300.0, 600.0, 25.0
# Whom an action is thought to move: by state (habit, active, wavering, lapsed, away), more for the frail, more for who
# goes to classes. Only the shape: how much, in which direction, and where the shape is wrong, is what the trial says.
# A message reminds the wavering and wakes the lapsed (Ascarza 2018), a session rebuilds a habit, most without classes,
# a discount moves those whom a price frightens.
SHAPES = {
    "message": ((0.0, -0.3, -1.0, 0.5, 0.0), 0.0, 0.0),
    "pt_session": ((0.0, -0.4, -1.0, -0.4, 0.0), 0.0, 0.5),
    "discount": ((-0.5, -0.5, -0.5, -0.5, -0.5), -1.0, 0.0),
}
LEAST_RISK = 0.004  # below it an action can save nothing worth its cost, and the row teaches nothing


@dataclass(frozen=True)
class Trial:
    """Decisions that were drawn by chance, with their probability, and what followed."""

    day: np.ndarray
    member: list
    action: np.ndarray
    propensity: np.ndarray
    outcome: np.ndarray
    actions: list  # NOTHING first

    @classmethod
    def from_csv(cls, path):
        """Read a trial from CSV.

        :raise ChurnError: for a missing column, a propensity outside 0 to 1, a trial without a group left alone
        """
        rows = list(columns_of(path, COLUMNS))
        names = sorted({row[2] for row in rows})
        if NOTHING not in names or len(names) < 2:
            raise ChurnError(
                f"{path}: the trial needs the action '{NOTHING}' and another one; it has {', '.join(names)}."
            )
        actions = [NOTHING, *(name for name in names if name != NOTHING)]
        for line, (_, _, _, propensity, outcome) in enumerate(rows, 2):
            if not _is_chance(propensity) or outcome not in ("0", "1"):
                raise ChurnError(
                    f"{path}, line {line}: propensity is '{propensity}' and churn_30d '{outcome}'; "
                    "write the probability with which the action was drawn (above 0, at most 1), and 0 or 1."
                )
        days = {text: parse_day(text) for text in {row[0] for row in rows}}
        return cls(
            np.array([days[row[0]] for row in rows]),
            [row[1] for row in rows],
            np.array([actions.index(row[2]) for row in rows]),
            np.array([float(row[3]) for row in rows]),
            np.array([int(row[4]) for row in rows]),
            actions,
        )


def _is_chance(text):
    try:
        return 0 < float(text) <= 1
    except ValueError:
        return False


@dataclass(frozen=True)
class Known:
    """What is known of each row of a trial: the risk without an action, and where it sits."""

    base: np.ndarray
    where: np.ndarray


def known_of(log, trial):
    """Look every member of the trial up on the day of the decision.

    :raise ChurnError: when a row's member was none on that day
    """
    base, where = np.full(len(trial.day), np.nan), np.zeros((len(trial.day), _width()))
    place = tune(Weeks(log.before(int(trial.day.max())), int(trial.day.max())))
    tables = tables_at(place)
    for day, rows in _by_weekday(trial.day).items():
        _look_up(log, trial, tables, day, rows, base, where)
    lost = np.flatnonzero(np.isnan(base))
    if len(lost):
        name, day = trial.member[lost[0]], show_day(trial.day[lost[0]])
        raise ChurnError(
            f"The trial names member {name} on {day}, who was no member then by members.csv and churn.csv."
        )
    return Known(base, where)


def _by_weekday(days):
    """Rows of a trial by the last day of their weekday: one grid of weeks serves them all."""
    found = {}
    for weekday in range(WEEK):
        rows = np.flatnonzero(days % WEEK == weekday)
        if len(rows):
            found[int(days[rows].max())] = rows
    return found


def _look_up(log, trial, tables, day, rows, base, where):
    weeks = Weeks(log.before(day), day)
    position = {name: row for row, name in enumerate(weeks.members.ids)}
    member = np.array([position.get(trial.member[row], -1) for row in rows])
    week = (trial.day[rows] - weeks.start) // WEEK
    for at, found, belief, bucket in Filter(weeks, tables).run(set(week[week >= 0].tolist()), least=0):
        line = np.full(len(weeks.members), -1)
        line[found] = np.arange(len(found))
        here = np.flatnonzero((week == at) & (member >= 0))
        here = here[line[member[here]] >= 0]
        chosen = line[member[here]]
        risk, shares = _where(weeks, tables, at, found[chosen], belief[chosen], bucket[chosen])
        base[rows[here]], where[rows[here]] = logit(risk), shares


def _where(weeks, tables, week, rows, belief, bucket):
    """The risk, and the shares of it that come from leaving in each hidden state, and of whom."""
    ends = look_ahead(weeks, tables, week, rows, bucket)
    risk = (ends * belief).sum(1)
    leaves = (ends - look_ahead(weeks, tables, week, rows, bucket, only_default=True)) * belief
    shares = leaves / np.maximum(risk, 1e-9)[:, None]
    kinds = np.stack([np.ones(len(TYPE_OF)), FRAIL[TYPE_OF] - 0.5, CLASS_GOER[TYPE_OF] - 0.5])
    states = STATE_OF[:, None] == np.arange(STATES)
    return risk, np.concatenate([(shares * kind) @ states for kind in kinds], 1)


def _width():
    return 3 * STATES


class Effects:
    """How each action changes the risk."""

    def __init__(self, beta, shapes):
        self.level, self.shapes = beta[0], shapes
        self.beta = beta[1:].reshape(len(shapes), -1)

    @classmethod
    def learn(cls, known, trial, rows):
        """Fit to some rows of a trial."""
        rows = rows[known.base[rows] > logit(LEAST_RISK)]
        shapes = [_shape(name) for name in trial.actions[1:]]
        parts = [_features(known.where[rows], shape) for shape in shapes]
        design = [part * (trial.action[rows] == at)[:, None] for at, part in enumerate(parts, 1)]
        held = np.r_[SHAPE_PENALTY, EFFECT_PENALTY, np.full(STATES, EFFECT_PENALTY), np.full(2 * STATES, PAIR_PENALTY)]
        penalty = np.r_[LEVEL_PENALTY, np.tile(held, len(shapes))]
        beta = logistic.fit(np.concatenate(design, 1), trial.outcome[rows], penalty, offset=known.base[rows])
        return cls(beta, shapes)

    def risks(self, known, rows):
        """P(leaves) of each row under each action, nothing first."""
        base = known.base[rows] + self.level
        acting = [
            base + _features(known.where[rows], shape) @ beta
            for shape, beta in zip(self.shapes, self.beta, strict=True)
        ]
        return sigmoid(np.column_stack([base, *acting]))


def _shape(action):
    """Weights of the columns of :func:`_where`, zero for an action of which nothing is thought."""
    states, frail, classes = (np.asarray(part) for part in SHAPES.get(action, (np.zeros(STATES), 0.0, 0.0)))
    return np.concatenate([states, np.full(STATES, frail), -states * classes])


def _features(where, shape):
    """Columns of an effect: its shape, its level, by state, and by state and type."""
    return np.column_stack([where @ shape, where[:, :STATES].sum(1), where])


@dataclass(frozen=True)
class Policy:
    """The action of each row, what it is thought to bring, and the value of the whole, in monthly fees."""

    action: np.ndarray
    gain: np.ndarray
    value: float
    low: float
    high: float


def learn(known, trial, saved=SAVED_FEES, costs=COSTS):
    """Choose an action for each row by effects learned from other members, and estimate what that is worth.

    :param saved: monthly fees that a member who stays is worth
    :param costs: monthly fees, by action; of others, :data:`OTHER_COST`
    """
    price = np.array([0.0, *(costs.get(name, OTHER_COST) for name in trial.actions[1:])])
    fold, cluster = _folds(trial.member)
    action, gain = np.zeros(len(fold), int), np.zeros(len(fold))
    worth = np.zeros(len(fold))
    for at in range(FOLDS):
        rows = np.flatnonzero(fold == at)
        effects = Effects.learn(known, trial, np.flatnonzero(fold != at))
        risks = effects.risks(known, rows)
        gains = saved * (risks[:, :1] - risks) - price
        action[rows] = gains.argmax(1)
        gain[rows] = gains[np.arange(len(rows)), action[rows]]
        worth[rows] = _doubly_robust(trial, rows, risks, action[rows], saved, price)
    value, error = _mean_by_cluster(worth, cluster)
    if value + WIDTH * error < 0:  # the trial shows that it loses
        return Policy(np.zeros_like(action), np.zeros_like(gain), 0.0, 0.0, 0.0)
    return Policy(action, gain, value, value - WIDTH * error, value + WIDTH * error)


def _folds(members):
    """A fold and a number for each member, the same in each of its rows."""
    number = {name: at for at, name in enumerate(dict.fromkeys(members))}
    fold = np.random.default_rng(SEED).permutation(len(number)) % FOLDS
    cluster = np.array([number[name] for name in members])
    return fold[cluster], cluster


def _doubly_robust(trial, rows, risks, chosen, saved, price):
    """What the chosen actions bring over doing nothing, row by row, right when either model or propensity is."""
    at, drawn = np.arange(len(rows)), trial.action[rows]
    surprise = (trial.outcome[rows] - risks[at, drawn]) / trial.propensity[rows]
    nothing = risks[:, 0] + surprise * (drawn == 0)
    acting = risks[at, chosen] + surprise * (drawn == chosen)
    return np.where(chosen == 0, 0.0, saved * (nothing - acting) - price[chosen])


def _mean_by_cluster(values, cluster):
    """The mean, and its standard error when rows of one member belong together."""
    mean = float(values.mean())
    sums = np.bincount(cluster, weights=values - mean)
    return mean, float(np.sqrt((sums**2).sum()) / len(values))
