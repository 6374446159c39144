"""How good probabilities are: order, sharpness and honesty."""

import numpy as np

LEAST = 1e-7
BINS = 10


def ranks(scores):
    """Ranks from 1, ties sharing the mean of theirs."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]


def auc(outcome, scores):
    """P(one who left is ranked above one who stayed); nan when there are not both."""
    ones = int(np.sum(outcome))
    zeros = len(outcome) - ones
    if not ones or not zeros:
        return float("nan")
    return float((ranks(scores)[np.asarray(outcome) == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def losses(outcome, p):
    """The log-loss of each row."""
    p = np.clip(p, LEAST, 1 - LEAST)
    return -np.where(np.asarray(outcome) == 1, np.log(p), np.log1p(-p))


def log_loss(outcome, p):
    """The mean log-loss."""
    return float(losses(outcome, p).mean())


def brier(outcome, p):
    """The mean squared error."""
    return float(np.mean((np.asarray(p) - outcome) ** 2))


def calibration(outcome, p, bins=BINS):
    """Rows of (how many, mean probability, share that left), in bins of equal count."""
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    outcome, p = np.asarray(outcome), np.asarray(p)
    return [(len(part), float(p[part].mean()), float(outcome[part].mean())) for part in parts]


def ece(outcome, p, bins=BINS):
    """The expected calibration error over bins of equal count."""
    return sum(count * abs(mean - share) for count, mean, share in calibration(outcome, p, bins)) / len(p)


def lift(outcome, p, share=0.1):
    """How much more often those of the highest scores leave than all do."""
    top = np.argsort(-np.asarray(p), kind="stable")[: max(1, round(share * len(p)))]
    mean = np.mean(outcome)
    return float(np.mean(np.asarray(outcome)[top]) / mean) if mean else float("nan")


def average_precision(outcome, scores):
    """The area under precision and recall."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.asarray(outcome)[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float((precision * hits).sum() / max(hits.sum(), 1))


def summary(outcome, p):
    """All of them by name, with the number of rows and the share that left."""
    return {
        "rows": len(p),
        "left": round(float(np.mean(outcome)), 5),
        "auc": round(auc(outcome, p), 5),
        "average_precision": round(average_precision(outcome, p), 5),
        "log_loss": round(log_loss(outcome, p), 6),
        "brier": round(brier(outcome, p), 6),
        "ece": round(ece(outcome, p), 5),
        "lift_10": round(lift(outcome, p), 3),
    }
