"""Nothing that is dated later moves a score, labels without a meaning teach nothing, and the reasons add up."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_churn.domain import boosting, evaluation, metrics, model, prior, reasons, tuning, worlds
from gym_churn.domain.errors import ChurnError
from gym_churn.domain.log import NEVER
from gym_churn.domain.rates import logit

from .gyms import DAY, gym


@pytest.fixture(scope="module")
def fitted():
    return model.fit(gym()[1], DAY)


@pytest.fixture
def quick(monkeypatch):
    """A gym's rates are found in one pass."""
    monkeypatch.setattr(model, "tune", lambda weeks, place=None, passes=1: tuning.tune(weeks, place, 1))


@pytest.fixture(scope="module")
def scores(fitted):
    return model.score(gym()[1], DAY, fitted)


def later(log, name, change):
    """A log of which only what is dated on the day or later is changed."""
    if name == "doubled":
        now = log.visit_day >= DAY
        twice = {part: np.r_[getattr(log, part), getattr(log, part)[now]] for part in ("visit_member", "visit_class")}
        return replace(log, visit_day=np.r_[log.visit_day, log.visit_day[now]], **twice)
    if name == "removed":
        now, due = log.visit_day < DAY, log.due_day < DAY
        visits = {part: getattr(log, part)[now] for part in ("visit_member", "visit_day", "visit_class")}
        dues = {part: getattr(log, part)[due] for part in ("due_member", "due_day", "due_failed", "due_paid")}
        return replace(log, **visits, **dues, end_day=np.where(log.end_day < DAY, log.end_day, NEVER))
    moved = {
        part: np.where(getattr(log, part) >= DAY, getattr(log, part) + change, getattr(log, part))
        for part in ("visit_day", "due_day", "due_paid", "end_day", "event_days")
    }
    return replace(log, **moved)


@pytest.mark.parametrize(("name", "change"), [("shifted", 1), ("shifted", 90), ("doubled", 0), ("removed", 0)])
def test_what_is_dated_later_moves_no_score(fitted, scores, name, change):
    log = later(gym()[1], name, change)
    again = model.score(log, DAY, fitted)
    assert again.ids == scores.ids
    assert np.array_equal(again.probability, scores.probability)
    assert np.array_equal(again.default, scores.default)


@pytest.mark.parametrize(("name", "change"), [("shifted", 40)])
def test_what_is_dated_later_teaches_nothing(quick, name, change):
    assert model.fit(later(gym()[1], name, change), DAY) == model.fit(gym()[1], DAY)


def test_a_due_that_is_paid_later_is_open(fitted):
    log = gym()[1]
    paid = np.where(log.due_paid >= DAY, NEVER, log.due_paid)
    never = model.score(replace(log, due_paid=paid), DAY, fitted)
    assert np.array_equal(never.probability, model.score(log, DAY, fitted).probability)


def test_who_has_left_is_not_scored_and_everybody_else_is(scores):
    log = gym()[1]
    members = [log.members.ids[row] for row in np.flatnonzero((log.members.join < DAY) & (log.end_day >= DAY))]
    assert scores.ids == members


def test_probabilities_order_those_who_leave_before_those_who_stay(scores):
    came = scores.snapshot.weeks.log.members.ids
    ends = dict(zip(gym()[1].members.ids, gym()[1].end_day, strict=True))
    left = np.array([ends[name] < DAY + 30 for name in scores.ids])
    assert came[0] == "1"
    assert metrics.auc(left, scores.probability) > 0.7
    assert (scores.default <= scores.probability).all()


def test_subjects_add_up_to_the_score(scores):
    total = scores.level + sum(scores.subjects.values())
    assert total == pytest.approx(logit(scores.probability), abs=1e-4)


def test_reasons_are_at_most_three_and_their_figures_add_up(scores):
    for text, probability in zip(reasons.texts(scores), scores.probability, strict=True):
        figures = [float(figure) for figure in re.findall(r" ([+-]\d+\.\d{3})(?:;|$)", text)]
        assert len(figures) == len(text.split("; ")) <= 5
        assert sum(figures) == pytest.approx(float(logit(probability)), abs=2e-3)


def test_the_shipped_trees_know_the_columns(scores):
    assert prior.trees().booster.num_feature() == scores.snapshot.matrix.shape[1]


def test_labels_without_a_meaning_teach_nothing():
    random = np.random.default_rng(5)
    x = random.normal(size=(6000, 12))
    y = random.permutation((random.random(6000) < 0.1).astype(int))
    start = np.full(3000, float(logit(y.mean())))
    trees = boosting.Trees.train(x[:3000], y[:3000], start, 20)
    assert metrics.auc(y[3000:], trees.logit(x[3000:])) == pytest.approx(0.5, abs=0.04)


def test_ends_dealt_out_to_others_are_not_foreseen(quick):
    log = gym()[1]
    mixed = np.random.default_rng(9).permutation(len(log.members))
    day = np.where(log.end_day[mixed] > log.members.join, log.end_day[mixed], NEVER)
    shuffled = replace(log, end_day=day, end_kind=np.where(day < NEVER, log.end_kind[mixed], 0))
    found = model.score(shuffled, DAY, model.fit(shuffled, DAY))
    ends = dict(zip(log.members.ids, day, strict=True))
    left = np.array([ends[name] < DAY + 80 for name in found.ids])
    assert left.sum() > 20
    assert metrics.auc(left, found.probability) == pytest.approx(0.5, abs=0.15)


def test_a_model_is_kept_in_a_file(fitted, tmp_path):
    fitted.save(tmp_path / "model")
    assert model.Model.load(tmp_path / "model") == fitted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not a model; make one with: scripts/churn fit"),
        ("[]", "is not a model"),
        ('{"version": 1}', "is not a model"),
        ('{"version": 0, "until": "2026-01-01", "place": []}', "of version 0, this is version 1; fit it again"),
    ],
)
def test_a_file_that_is_no_model_is_told(tmp_path, text, told):
    (tmp_path / "model").write_text(text)
    with pytest.raises(ChurnError, match=told):
        model.Model.load(tmp_path / "model")


def test_a_day_without_members_is_told():
    with pytest.raises(ChurnError, match="Nobody in members.csv had joined before 1990-01-01"):
        model.score(gym()[1], 7305)


def test_a_small_gym_keeps_the_prior(quick):
    world = worlds.World(np.random.default_rng(1), 60, months=12)
    found = model.fit(world.run(), world.start + 7 * 45)
    assert (found.champion, found.trees, found.shift) == (model.PRIOR, "", 0.0)


@pytest.mark.parametrize("champion", [model.LOCAL, model.ALONE, model.LOGISTIC])
def test_each_champion_is_explained_and_kept(quick, monkeypatch, tmp_path, champion):
    monkeypatch.setattr(model, "_champion", lambda past, coming: (champion, 10, {}))
    found = model.fit(gym()[1], DAY)
    found.save(tmp_path / "model")
    scores = model.score(gym()[1], DAY, model.Model.load(tmp_path / "model"))
    total = scores.level + sum(scores.subjects.values())
    assert total == pytest.approx(logit(scores.probability), abs=1e-4)


def test_without_the_library_a_logistic_model_is_tried(quick, monkeypatch):
    monkeypatch.setattr(boosting, "library", lambda: None)
    monkeypatch.setattr(prior, "trees", lambda: None)
    found = model.fit(gym()[1], DAY)
    assert found.champion in (model.PRIOR, model.LOGISTIC)
    assert model.LOGISTIC in found.judged
    assert model.score(gym()[1], DAY, found).probability.max() < 1
    needs = replace(found, trees="tree")
    with pytest.raises(ChurnError, match="lightgbm is not installed"):
        _again(needs)


def _again(found):
    class Path:
        def read_text(self):
            return json.dumps(found.__dict__ | {"version": model.VERSION, "until": "2024-05-01"})

        def __str__(self):
            return "a.model"

    return model.Model.load(Path())


def test_evaluation_measures_out_of_time(quick):
    report = evaluation.evaluate(gym()[1])
    assert report["learned_until"] == report["tested_days"][0]
    assert report["all"]["rows"] == sum(found["rows"] for found in report["contract"].values())
    assert report["all"]["rows"] == sum(found["rows"] for found in report["age"].values())
    assert report["all"]["auc"] > 0.7


def test_evaluation_of_a_short_log_is_refused():
    log = gym()[1].before(DAY - 7 * 45)
    with pytest.raises(ChurnError, match="needs ten and a half months"):
        evaluation.evaluate(log)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=60))
@settings(max_examples=60)
def test_the_auc_is_the_share_of_pairs_in_the_right_order(rows):
    left, score = (np.array(part) for part in zip(*rows, strict=True))
    pairs = [(a > b) + 0.5 * (a == b) for a in score[left] for b in score[~left]]
    if pairs:
        assert metrics.auc(left, score) == pytest.approx(np.mean(pairs))
    else:
        assert np.isnan(metrics.auc(left, score))
