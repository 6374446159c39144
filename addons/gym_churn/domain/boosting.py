"""Small trees by LightGBM, on one thread and reproducible; where it is not installed, the callers use a logistic."""

import numpy as np

SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.04,
    "num_leaves": 8,
    "max_depth": 4,
    "min_data_in_leaf": 60,
    "min_sum_hessian_in_leaf": 5.0,
    "lambda_l2": 20.0,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "max_bin": 127,
    "seed": 20250101,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "boost_from_average": False,
    "verbosity": -1,
}


def library():
    """The module of LightGBM, or ``None`` where it, or the OpenMP library that it needs, is not installed."""
    try:
        import lightgbm
    except (ImportError, OSError):
        return None
    return lightgbm


class Trees:
    """A boosted model that adds to a given logit."""

    def __init__(self, text):
        self.text = text
        self.booster = library().Booster(model_str=text)

    @classmethod
    def train(cls, x, y, offset, rounds, **settings):
        """Fit ``rounds`` trees on top of ``offset``."""
        data = library().Dataset(x, label=y, init_score=offset, free_raw_data=False)
        booster = library().train(SETTINGS | settings, data, num_boost_round=rounds)
        return cls(booster.model_to_string())

    def logit(self, x, rounds=None):
        """What the trees add to the logit."""
        return self.booster.predict(x, raw_score=True, num_iteration=rounds, num_threads=1)

    def contributions(self, x, rounds=None):
        """What each column adds, and last what all rows have in common (exact, by TreeSHAP)."""
        return np.asarray(self.booster.predict(x, pred_contrib=True, num_iteration=rounds, num_threads=1))

    def staged(self, x, stages):
        """The logit after each of these numbers of rounds, ascending."""
        found, total, done = [], np.zeros(len(x)), 0
        for stage in stages:
            if stage > done:
                total = total + self.booster.predict(
                    x, raw_score=True, start_iteration=done, num_iteration=stage - done, num_threads=1
                )
                done = stage
            found.append(total)
        return found
