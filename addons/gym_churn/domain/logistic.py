"""Logistic regression with a penalty, in numpy alone: the model that needs no other library."""

import numpy as np

from .rates import sigmoid

STEPS = 60
CLOSE = 1e-8


def fit(x, y, penalty=1.0, offset=None, weight=None):
    """Coefficients, the intercept first, by Newton's method.

    :param x: rows x columns, on comparable scales
    :param penalty: of the squared coefficients; a number, or one for each column. The intercept has none unless the
        array names it first.
    :param offset: a logit that is added as it is
    """
    x = np.column_stack([np.ones(len(x)), x])
    held = np.broadcast_to(penalty, (x.shape[1],)) if np.ndim(penalty) and len(penalty) == x.shape[1] else None
    if held is None:
        held = np.concatenate([[0.0], np.broadcast_to(penalty, (x.shape[1] - 1,))])
    offset = np.zeros(len(x)) if offset is None else offset
    weight = np.ones(len(x)) if weight is None else weight
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = sigmoid(x @ beta + offset)
        gradient = x.T @ (weight * (y - p)) - held * beta
        curve = (x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(held + 1e-9)
        step = np.linalg.solve(curve, gradient)
        step *= min(1.0, 4.0 / max(np.abs(step).max(), 1e-12))
        beta = beta + step
        if np.abs(step).max() < CLOSE:
            break
    return beta


def predict(x, beta, offset=0.0):
    """The logit of each row."""
    return x @ beta[1:] + beta[0] + offset


class Scaled:
    """A logistic model over standardized columns, with contributions that add up."""

    def __init__(self, mean, scale, beta):
        self.mean, self.scale, self.beta = (np.asarray(part, float) for part in (mean, scale, beta))

    @classmethod
    def train(cls, x, y, offset=None, penalty=30.0):
        """Fit to raw columns."""
        mean, scale = x.mean(0), np.maximum(x.std(0), 1e-6)
        return cls(mean, scale, fit((x - mean) / scale, y, penalty, offset))

    def contributions(self, x):
        """What each column adds, and last what all rows have in common."""
        parts = (x - self.mean) / self.scale * self.beta[1:]
        return np.column_stack([parts, np.full(len(x), self.beta[0])])

    def values(self):
        """Plain values for a file."""
        return {"mean": self.mean.tolist(), "scale": self.scale.tolist(), "beta": self.beta.tolist()}
