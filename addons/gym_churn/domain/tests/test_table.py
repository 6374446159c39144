import csv

import numpy as np
import pytest

from gym_churn.domain import metrics, table
from gym_churn.domain.errors import ChurnError

HEAD = ["months", "visits_all", "visits_now", "plan", "left"]


def rows(seed, count):
    """Members who leave soon after they come less than they used to, and those on a monthly plan."""
    random = np.random.default_rng(seed)
    months, usual = random.integers(0, 30, count), random.uniform(0.5, 4, count)
    gap = random.normal(0, 0.2, count) - (random.random(count) < 0.3)
    monthly = random.random(count) < 0.5
    x = -1.5 - 0.15 * months - 2.5 * np.minimum(gap, 0) + 1.0 * monthly
    left = random.random(count) < 1 / (1 + np.exp(-x))
    plans = np.where(monthly, "monthly", "annual")
    now = usual + gap
    return [[*row] for row in zip(months, usual.round(3), now.round(3), plans, left.astype(int), strict=True)]


def write(path, found, head=HEAD):
    with path.open("w", newline="") as lines:
        csv.writer(lines).writerows([head, *found])
    return path


@pytest.fixture
def files(tmp_path):
    train, test = rows(1, 900), rows(2, 1200)
    return write(tmp_path / "a.csv", train), write(tmp_path / "b.csv", [row[:-1] for row in test], HEAD[:-1]), test


def test_a_table_is_foreseen_and_the_gap_between_two_rates_helps(files):
    train, test, found = files
    left = np.array([row[-1] for row in found])
    with_now, told = table.predict(train, test, "left")
    without, _ = table.predict(train, test, "left", ["visits_now"])
    assert metrics.auc(left, with_now) > metrics.auc(left, without) + 0.02
    assert metrics.ece(left, with_now) < 0.04
    assert told["auc"][0] == pytest.approx(metrics.auc(left, with_now), abs=0.05)


def test_the_same_files_give_the_same_probabilities(files):
    train, test, _ = files
    assert np.array_equal(table.predict(train, test, "left")[0], table.predict(train, test, "left")[0])


def test_shuffled_labels_foresee_nothing(files, tmp_path):
    _, test, found = files
    train = rows(1, 900)
    random = np.random.default_rng(4)
    mixed = random.permutation([row[-1] for row in train])
    shuffled = write(tmp_path / "c.csv", [[*row[:-1], one] for row, one in zip(train, mixed, strict=True)])
    p, _ = table.predict(shuffled, test, "left")
    assert metrics.auc(random.permutation([row[-1] for row in found]), p) == pytest.approx(0.5, abs=0.06)


def test_empty_values_and_unknown_names_are_no_obstacle(files, tmp_path):
    train, _, _ = files
    test = write(tmp_path / "d.csv", [["", 2.0, "", "weekly"], [3, 1.0, 1.0, "monthly"]], HEAD[:-1])
    p, _ = table.predict(train, test, "left")
    assert ((p > 0) & (p < 1)).all()


@pytest.mark.parametrize(
    ("label", "without", "told"),
    [
        ("gone", (), r"has no column gone; it has months, visits_all"),
        ("left", ("color",), "has no column color"),
        ("plan", ("left",), r"line 2: plan is '(monthly|annual)'; write 1 for who left and 0 for who stayed"),
    ],
)
def test_what_cannot_be_used_is_told(files, label, without, told):
    train, test, _ = files
    with pytest.raises(ChurnError, match=told):
        table.predict(train, test, label, without)


def test_a_column_that_the_test_file_lacks_is_told(files, tmp_path):
    train, _, _ = files
    test = write(tmp_path / "e.csv", [[1, 2.0, 2.0]], HEAD[:3])
    with pytest.raises(ChurnError, match="has no column plan; leave it out with --without, or add it"):
        table.predict(train, test, "left")


def test_an_empty_file_is_told(files, tmp_path):
    train, _, _ = files
    with pytest.raises(ChurnError, match="has no rows below its first line"):
        table.predict(train, write(tmp_path / "f.csv", []), "left")
    with pytest.raises(ChurnError, match="is missing"):
        table.predict(train, tmp_path / "g.csv", "left")
