"""The shipped prior: trees that correct the filter, learned over many simulated gyms (see ``prior.md``)."""

from functools import cache
from pathlib import Path

import numpy as np

from .boosting import Trees, library

FILE = Path(__file__).with_name("prior.txt")


@cache
def trees():
    """The shipped trees; ``None`` where LightGBM is not installed, and the filter stands alone."""
    return Trees(FILE.read_text()) if library() is not None else None


def correct(snapshot):
    """What the trees add to the filter's logit."""
    return np.zeros(len(snapshot.rows)) if trees() is None else trees().logit(snapshot.matrix)


def contributions(snapshot):
    """What each column of the snapshot adds, and last what all rows have in common."""
    if trees() is None:
        return np.zeros((len(snapshot.rows), snapshot.matrix.shape[1] + 1))
    return trees().contributions(snapshot.matrix)
