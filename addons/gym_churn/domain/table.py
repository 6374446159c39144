"""Predicts from a table of one snapshot, one row for each member: no dates, so nothing is tested out of time.

An additive logistic model over splines; columns that measure the same thing twice (a rate now and over all time) also
enter by their gap. How strongly it is held, which products of columns it takes and its calibration are chosen inside
the train file, by stratified cross-validation.
"""

from dataclasses import dataclass

import numpy as np

from . import logistic, metrics
from .errors import ChurnError
from .files import lines_of
from .rates import sigmoid

SEED = 20250101
FOLDS, REPEATS = 5, 2
PENALTIES = (2.0, 5.0, 12.0)
KNOTS = (0.1, 0.25, 0.5, 0.75, 0.9)
FEW = 12  # values up to which each is a step of its own
STEPS = 5  # first whole numbers that are steps, in a column of counts
MOST_NAMES = 50
SHARE_OF_ZEROS = 0.01
ALIKE = 0.8  # correlation from which two columns measure the same
MOST_PRODUCTS, BEST_COLUMNS = 4, 6
LEAST_GAIN = 0.0005
MISSING = ("", "na", "nan", "null", "none")


def predict(train, test, label, without=()):
    """Return the probability of each row of the test file, and what was chosen and measured on the train file.

    :param train, test: paths of CSV files; the test file needs no label
    :param label: column of the train file that is 1 for those who left, 0 for the others
    :param without: columns not to use
    :raise ChurnError: for a column that is not there or a label that is neither 0 nor 1
    """
    head, rows = _read(train)
    test_head, test_rows = _read(test)
    for name in (label, *without):
        if name not in head:
            raise ChurnError(f"{train} has no column {name}; it has {', '.join(head)}.")
    names = [name for name in head if name not in (label, *without)]
    missing = [name for name in names if name not in test_head]
    if missing:
        raise ChurnError(f"{test} has no column {', '.join(missing)}; leave it out with --without, or add it.")
    outcome = _outcome(train, label, _column(rows, head, label))
    encoders = [_encoder(name, _column(rows, head, name)) for name in names]
    known = [encode(_column(rows, head, name)) for name, encode in zip(names, encoders, strict=True)]
    asked = [encode(_column(test_rows, test_head, name)) for name, encode in zip(names, encoders, strict=True)]
    known, asked = np.concatenate(known, 1), np.concatenate(asked, 1)
    fitted = _Fitted.train(known, outcome)
    return fitted.probability(asked), fitted.told


def _read(path):
    head, *rows = lines_of(path)
    if not rows:
        raise ChurnError(f"{path} has no rows below its first line, which names the columns.")
    return head, rows


def _column(rows, head, name):
    at = head.index(name)
    return [row[at].strip() for row in rows]


def _outcome(path, label, texts):
    values = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "no": 0, "yes": 1, "false": 0, "true": 1}
    for line, text in enumerate(texts, 2):
        if text.lower() not in values:
            raise ChurnError(f"{path}, line {line}: {label} is '{text}'; write 1 for who left and 0 for who stayed.")
    outcome = np.array([values[text.lower()] for text in texts])
    if min(outcome.sum(), len(outcome) - outcome.sum()) < FOLDS:
        raise ChurnError(f"{path}: {label} needs at least {FOLDS} rows of 1 and {FOLDS} of 0 to learn from.")
    return outcome


def _encoder(name, texts):
    """A function that turns texts of a column into numbers: as they are, or one column for each name."""
    numbers = _numbers(texts)
    given = np.array([text.lower() not in MISSING for text in texts])
    if np.isfinite(numbers[given]).all() and given.any():
        usual = float(np.median(numbers[given]))
        return lambda found: np.where(np.isfinite(_numbers(found)), _numbers(found), usual)[:, None]
    levels = sorted(set(texts))
    if len(levels) > MOST_NAMES:
        return lambda found: np.zeros((len(found), 0))
    return lambda found: np.array([[float(text == level) for level in levels[1:]] for text in found])


def _numbers(texts):
    def number(text):
        try:
            return float(text)
        except ValueError:
            return float("nan")

    return np.array([number(text) for text in texts])


@dataclass
class _Spline:
    """Columns of numbers as columns of a linear model; what it needs to know is learned from the train file."""

    mean: np.ndarray
    scale: np.ndarray
    steps: list
    knots: list
    counts: np.ndarray
    zeros: np.ndarray  # columns in which nothing at all is a thing of its own
    pairs: list

    @classmethod
    def learn(cls, x):
        scale = np.maximum(x.std(0), 1e-9)
        steps, knots, counts = [], [], []
        for column in x.T:
            values = np.unique(column)
            is_count = len(values) > FEW and bool((values >= 0).all() and (values == np.round(values)).all())
            few = values[1:] if 2 < len(values) <= FEW else []
            counts.append(is_count and values[0] == 0)
            steps.append(np.arange(1, STEPS + 1) if counts[-1] else few)
            knots.append(np.unique(np.quantile(column, KNOTS)) if len(values) > FEW else [])
        smooth = np.array([len(found) > 0 for found in knots]) & ~np.array(counts)
        zeros = smooth & (x.min(0) == 0) & ((x == 0).mean(0) > SHARE_OF_ZEROS)
        return cls(x.mean(0), scale, steps, knots, np.array(counts), zeros, _pairs(x, scale, knots))

    def even(self, x):
        """Standardized columns, counts by their logarithm."""
        x = np.where(self.counts, np.log1p(np.maximum(x, 0)), x)
        mean = np.where(self.counts, np.log1p(np.maximum(self.mean, 0)), self.mean)
        return (x - mean) / np.where(self.counts, 1.0, self.scale)

    def columns(self, x):
        found = list(((x - self.mean) / self.scale).T)
        for at, column in enumerate(x.T):
            found += [(column >= step).astype(float) for step in self.steps[at]]
            found += [np.maximum(column - knot, 0) / self.scale[at] for knot in self.knots[at]]
            if self.counts[at]:
                found.append(np.log1p(np.maximum(column, 0)))
        found += list((x[:, self.zeros] == 0).astype(float).T)
        for one, other, unit in self.pairs:
            gap = (x[:, one] - x[:, other]) / unit
            found += _gap(gap)
            for at in (one, other):
                if self.zeros[at]:
                    found += [np.minimum(np.abs(gap), 5) * (x[:, at] == 0), gap / 3 * (x[:, at] == 0)]
        return np.stack(found, 1)


def _pairs(x, scale, knots):
    """Pairs of continuous columns that measure the same thing, with the usual size of their gap."""
    smooth = [at for at, found in enumerate(knots) if len(found)]
    found = []
    for at, one in enumerate(smooth):
        for other in smooth[:at]:
            if np.corrcoef(x[:, one], x[:, other])[0, 1] > ALIKE:
                found.append((one, other, max(float(np.median(np.abs(x[:, one] - x[:, other]))), 1e-9 * scale[one])))
    return found


def _gap(gap):
    """The gap between two measures of one thing, in units of its median size."""
    size = np.abs(gap)
    return [gap / 4, size / 4, np.minimum(size, 5) / 2, np.maximum(-gap - 3, 0) / 4, np.log(size + 0.4), _squared(size)]


def _squared(size):
    return np.minimum(size**2 / 4, 9) / 2


@dataclass
class _Fitted:
    """The model of a table."""

    spline: _Spline
    products: list
    beta: np.ndarray
    shift: float
    slope: float
    told: dict

    @classmethod
    def train(cls, x, y):
        spline = _Spline.learn(x)
        plain, folds = spline.columns(x), list(_folds(y))
        tested = y[folds[0][2]]
        losses = {penalty: metrics.log_loss(tested, _foreseen(plain, y, folds, penalty)) for penalty in PENALTIES}
        penalty = min(losses, key=losses.get)
        products = _chosen_products(spline, x, y, folds, penalty, plain)
        design = _with_products(spline, x, plain, products)
        foreseen = _foreseen(design, y, folds, penalty)
        shift, slope = logistic.fit(_logit(foreseen)[:, None], tested, 0.0)
        told = {"penalty": penalty, "products": len(products), **_measured(design, y, folds, penalty, shift, slope)}
        return cls(spline, products, logistic.fit(design, y, penalty), float(shift), float(slope), told)

    def probability(self, x):
        design = _with_products(self.spline, x, self.spline.columns(x), self.products)
        return sigmoid(self.shift + self.slope * logistic.predict(design, self.beta))


def _folds(y):
    """Rows to learn from and to test on, and the order of all tested rows, of repeated stratified folds."""
    random = np.random.default_rng(SEED)
    parts = []
    for _ in range(REPEATS):
        fold = np.empty(len(y), int)
        for kind in (0, 1):
            rows = random.permutation(np.flatnonzero(y == kind))
            fold[rows] = np.arange(len(rows)) % FOLDS
        parts += [(np.flatnonzero(fold != at), np.flatnonzero(fold == at)) for at in range(FOLDS)]
    order = np.concatenate([tested for _, tested in parts])
    return [(learned, tested, order) for learned, tested in parts]


def _foreseen(design, y, folds, penalty):
    """The probability of each tested row, by a model that has not seen it."""
    found = [
        sigmoid(logistic.predict(design[tested], logistic.fit(design[learned], y[learned], penalty)))
        for learned, tested, _ in folds
    ]
    return np.concatenate(found)


def _logit(p):
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.log(p) - np.log1p(-p)


def _with_products(spline, x, plain, products):
    z = spline.even(x)
    return np.column_stack([plain, *(z[:, one] * z[:, other] for one, other in products)])


def _chosen_products(spline, x, y, folds, penalty, plain):
    """Products of two columns that foresee better, one after the other, among the columns that matter most."""
    columns = _best_columns(x, y)
    pairs = [(one, other) for at, one in enumerate(columns) for other in columns[:at]]
    order, chosen = folds[0][2], []
    best = metrics.log_loss(y[order], _foreseen(plain, y, folds, penalty))
    while len(chosen) < MOST_PRODUCTS and pairs:
        losses = {}
        for pair in pairs:
            design = _with_products(spline, x, plain, [*chosen, pair])
            losses[pair] = metrics.log_loss(y[order], _foreseen(design, y, folds, penalty))
        pair = min(losses, key=losses.get)
        if losses[pair] > best - LEAST_GAIN:
            break
        best = losses[pair]
        chosen.append(pair)
        pairs.remove(pair)
    return chosen


def _best_columns(x, y):
    """The columns that alone order the rows best."""
    apart = [-abs(metrics.auc(y, column) - 0.5) for column in x.T]
    return np.argsort(apart, kind="stable")[:BEST_COLUMNS].tolist()


def _measured(design, y, folds, penalty, shift, slope):
    """Mean and spread of each measure over the folds."""
    found = []
    for fold in folds:
        p = sigmoid(shift + slope * _logit(_foreseen(design, y, [fold], penalty)))
        outcome = y[fold[1]]
        found.append(metrics.summary(outcome, p))
    return {
        name: [
            round(float(np.mean([one[name] for one in found])), 4),
            round(float(np.std([one[name] for one in found])), 4),
        ]
        for name in ("auc", "average_precision", "brier", "log_loss", "lift_10", "ece")
    }
