"""Learns from one gym's log and says who will leave: the filter with the gym's own rates, and what its weeks add.

The candidates are tried out of time on the gym's last weeks: the filter as it is or corrected by the shipped trees,
local rounds of boosting on top of the better of the two, and local trees alone. Learning from the gym is taken only
when it lowers the log-loss by more than chance explains.
"""

import json
from dataclasses import asdict, dataclass, field

import numpy as np

from . import boosting, logistic, metrics, prior
from .belief import HORIZON
from .days import WEEK, parse_day, show_day
from .errors import ChurnError
from .features import labelled_weeks, slices
from .log import DEFAULTS
from .rates import logit, sigmoid
from .tuning import tables_at, tune
from .weeks import Weeks

VERSION = 1
JUDGED_WEEKS = 13
FEWEST_ENDS = 40
ROUNDS = (10, 20, 40, 80, 160, 240)
ALONE_ROUNDS = (40, 80, 120, 180, 260)
FILTER = "filter alone"
PRIOR, LOCAL, ALONE, LOGISTIC = "prior", "prior and local rounds", "local alone", "prior and local logistic"
# how firmly the last step is held at "no change": penalties of shift and of slope
CALIBRATION_PENALTY = (60.0, 400.0)
FIRST_STEP = {True: 4, False: 2}
LARGE = 3000


@dataclass
class Model:
    """What was learned of one gym; plain values, so that a file of it is JSON."""

    until: int
    place: list
    champion: str = PRIOR
    corrected: bool = True  # by the shipped trees
    rounds: int = 0
    start: float = 0.0  # the logit from which local trees alone begin
    trees: str = ""
    logistic: dict = field(default_factory=dict)
    shift: float = 0.0
    slope: float = 1.0
    default_shift: float = 0.0
    judged: dict = field(default_factory=dict)

    def save(self, path):
        """Write it as JSON."""
        values = asdict(self) | {"version": VERSION, "until": show_day(self.until)}
        path.write_text(json.dumps(values, indent=1) + "\n")

    @classmethod
    def load(cls, path):
        """Read what :meth:`save` wrote.

        :raise ChurnError: when the file is not of a model, or needs a library that is not there
        """
        try:
            values = json.loads(path.read_text())
            version = values.pop("version")
            model = cls(**values | {"until": parse_day(values["until"])})
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ChurnError(f"{path} is not a model; make one with: scripts/churn fit --model {path}") from None
        if version != VERSION:
            raise ChurnError(f"{path} is a model of version {version}, this is version {VERSION}; fit it again.")
        if model.trees and boosting.library() is None:
            raise ChurnError(f"{path} has trees, and lightgbm is not installed: pip install -r requirements.txt")
        return model

    def base(self, snapshot):
        """The logit that local learning starts from."""
        if self.champion == ALONE:
            return np.full(len(snapshot.rows), self.start)
        return snapshot.base + prior.correct(snapshot) if self.corrected else snapshot.base

    def parts(self, snapshot):
        """What each column of the snapshot adds on top of the filter, and last what all rows have in common."""
        parts = np.zeros((len(snapshot.rows), snapshot.matrix.shape[1] + 1))
        if self.champion != ALONE and self.corrected:
            parts += prior.contributions(snapshot)
        if self.trees:
            parts += boosting.Trees(self.trees).contributions(snapshot.matrix)
        if self.logistic:
            parts += logistic.Scaled(**self.logistic).contributions(snapshot.matrix)
        return parts

    def score(self, snapshot):
        """The calibrated logit of each member."""
        found = self.base(snapshot)
        if self.trees:
            found = found + boosting.Trees(self.trees).logit(snapshot.matrix)
        if self.logistic:
            found = found + logistic.Scaled(**self.logistic).contributions(snapshot.matrix).sum(1)
        return self.shift + self.slope * found

    def default_share(self, snapshot):
        """Which share of the risk is that of not paying."""
        share = np.clip(snapshot.default / np.maximum(snapshot.ahead, 1e-9), 1e-6, 1 - 1e-6)
        return sigmoid(logit(share) + self.default_shift)


@dataclass
class Scores:
    """Probabilities at a day, and what each subject adds to their logit; ``level`` is the gym's average member."""

    snapshot: object
    probability: np.ndarray
    default: np.ndarray
    level: float
    subjects: dict

    @property
    def ids(self):
        """The members' ids, in the order of the arrays."""
        return [self.snapshot.weeks.members.ids[row] for row in self.snapshot.rows]


def score(log, day, model=None):
    """Score every member of a day.

    :param log: may hold what is dated later; it is not looked at
    :param model: without it, the prior with the rates that the log itself shows
    :return: :class:`Scores`
    :raise ChurnError: when nobody is a member on that day
    """
    weeks = Weeks(_known(log, day), day)
    model = model or Model(until=day, place=tune(weeks).tolist())
    tables = tables_at(model.place)
    found = slices(weeks, tables, [weeks.count], least=0)
    if not found:
        raise ChurnError(f"On {show_day(day)} nobody was a member; name a day within the log with --at.")
    snapshot = found[0]
    probability = sigmoid(model.score(snapshot))
    level, subjects = _subjects(model, snapshot, tables)
    return Scores(snapshot, probability, probability * model.default_share(snapshot), level, subjects)


def _known(log, day):
    known = log.before(day)
    if not len(known.members):
        raise ChurnError(f"Nobody in members.csv had joined before {show_day(day)}; name a later day.")
    return known


def _subjects(model, snapshot, tables):
    level, subjects = snapshot.explain(tables)
    if model.champion == ALONE:
        level, subjects = model.start, dict.fromkeys(subjects, 0.0)
    parts = model.parts(snapshot)
    level = model.shift + model.slope * (level + float(parts[0, -1]))
    found = {}
    for subject, value in subjects.items():
        columns = [at for at, name in enumerate(snapshot.subjects) if name == subject]
        found[subject] = model.slope * (value + parts[:, columns].sum(1))
    return level, found


def fit(log, until):
    """Learn from everything dated before ``until``.

    :return: :class:`Model`
    """
    weeks = Weeks(_known(log, until), until)
    step = FIRST_STEP[len(weeks.at_risk(weeks.count, 0)) > LARGE]
    labelled = labelled_weeks(weeks, step)
    judged = [week for week in labelled if week > labelled[-1] - JUDGED_WEEKS]
    learned = [week for week in labelled if judged and week <= judged[0] - -(-HORIZON // WEEK)]
    if not learned or _ends(weeks, judged) < FEWEST_ENDS / 4 or _ends(weeks, learned) < FEWEST_ENDS:
        return Model(until, tune(weeks).tolist(), judged={"note": "too few ends to learn from; the prior is used"})
    return _learn(log, weeks, learned, judged)


def _ends(weeks, wanted):
    """How many memberships ended in the weeks that the wanted ones look at."""
    last = weeks.last[weeks.last < weeks.count]
    return int(((last >= wanted[0]) & (last < wanted[-1] + HORIZON // WEEK)).sum()) if wanted else 0


def _learn(log, weeks, learned, judged):
    cut = weeks.begin(judged[0])
    place = tune(Weeks(log.before(cut), cut))
    found = {snapshot.week: snapshot for snapshot in slices(weeks, tables_at(place), learned + judged)}
    past, coming = (Stack([found[week] for week in wanted if week in found]) for wanted in (learned, judged))
    model = Model(weeks.day, place.tolist())
    model.corrected, told = _better_prior(past, coming)
    model.champion, model.rounds, more = _champion(past, coming)
    model.judged = told | more
    if model.champion != PRIOR:
        _settle(model, past)
    model.shift, model.slope = _calibration(model, coming)
    model.default_shift = _default_shift(model, coming)
    # what was judged on the last weeks now learns from them too
    model.place = tune(weeks, place, passes=2).tolist()
    if model.champion != PRIOR:
        _settle(model, Stack(slices(weeks, tables_at(model.place), learned + judged), model.corrected))
    return model


class Stack:
    """Snapshots one below the other, with their outcomes and the logit that local learning starts from."""

    def __init__(self, snapshots, corrected=False):
        self.snapshots = snapshots
        self.matrix = np.concatenate([one.matrix for one in snapshots])
        self.outcome = np.concatenate([one.outcome() for one in snapshots])
        self.base = np.concatenate([one.base for one in snapshots])
        if corrected:
            self.correct()

    def correct(self):
        """Start from the filter as the shipped trees correct it."""
        self.base = self.base + self.over(prior.correct)

    def overlap(self):
        """How many slices look at the same day."""
        weeks = [one.week for one in self.snapshots]
        return HORIZON / WEEK / (weeks[1] - weeks[0]) if len(weeks) > 1 else 1.0

    def start(self):
        """The logit of the share that ended."""
        return float(logit(self.outcome.mean()))

    def over(self, function):
        """A function of each snapshot, one below the other."""
        return np.concatenate([function(one) for one in self.snapshots])


def _settle(model, stack):
    """Fit the champion's local part."""
    if model.champion == LOGISTIC:
        model.logistic = logistic.Scaled.train(stack.matrix, stack.outcome, stack.base).values()
        return
    base = stack.base
    if model.champion == ALONE:
        model.start = stack.start()
        base = np.full(len(base), model.start)
    model.trees = boosting.Trees.train(stack.matrix, stack.outcome, base, model.rounds).text


def _better_prior(past, coming):
    """Whether the shipped trees help here, and what was measured; the stacks start from the better one after this."""
    told = {FILTER: metrics.log_loss(coming.outcome, sigmoid(coming.base))}
    told[PRIOR] = metrics.log_loss(coming.outcome, sigmoid(coming.base + coming.over(prior.correct)))
    corrected = told[PRIOR] <= told[FILTER]
    if corrected:
        past.correct()
        coming.correct()
    return corrected, {name: round(value, 6) for name, value in told.items()}


def _champion(past, coming):
    """Name, rounds and what was measured of the candidate to use."""
    plain = metrics.losses(coming.outcome, sigmoid(coming.base))
    told, best = {}, (PRIOR, 0)
    lowest = 0.0
    for name, rounds, scores in _candidates(past, coming):
        loss = metrics.losses(coming.outcome, sigmoid(scores))
        gain = plain - loss
        chance = float(gain.std() * np.sqrt(max(coming.overlap(), 1.0) / len(gain)))
        told[f"{name}, {rounds}" if rounds else name] = float(loss.mean())
        if gain.mean() > max(chance, lowest):
            best, lowest = (name, rounds), float(gain.mean())
    return *best, {name: round(value, 6) for name, value in told.items()}


def _candidates(past, coming):
    if boosting.library() is None:
        fitted = logistic.Scaled.train(past.matrix, past.outcome, past.base)
        yield LOGISTIC, 0, coming.base + fitted.contributions(coming.matrix).sum(1)
        return
    trees = boosting.Trees.train(past.matrix, past.outcome, past.base, ROUNDS[-1])
    for rounds, added in zip(ROUNDS, trees.staged(coming.matrix, ROUNDS), strict=True):
        yield LOCAL, rounds, coming.base + added
    start = np.full(len(past.outcome), past.start())
    alone = boosting.Trees.train(past.matrix, past.outcome, start, ALONE_ROUNDS[-1])
    for rounds, added in zip(ALONE_ROUNDS, alone.staged(coming.matrix, ALONE_ROUNDS), strict=True):
        yield ALONE, rounds, start[0] + added


def _calibration(model, coming):
    """A shift and a slope of the logit, held near none; they are used when they foresee better in both halves."""
    scores = coming.over(model.score)
    mean = float(scores.mean())
    held = np.array(CALIBRATION_PENALTY)
    beta = logistic.fit((scores - mean)[:, None], coming.outcome, held, offset=scores)
    slope = 1.0 + float(beta[1])
    return float(beta[0]) - float(beta[1]) * mean, slope


def _default_shift(model, coming):
    """A shift of the share of the risk that is of not paying."""
    ended = coming.outcome == 1
    share = coming.over(model.default_share)[ended]
    kind = coming.over(lambda snapshot: snapshot.outcome(DEFAULTS))[ended]
    if not len(kind):
        return 0.0
    return float(logistic.fit(np.zeros((len(kind), 0)), kind, np.array([20.0]), offset=logit(share))[0])
