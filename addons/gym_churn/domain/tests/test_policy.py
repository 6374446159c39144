"""A policy learned from a trial: worth more than nothing, its value known honestly, and silent when nothing helps."""

import csv

import numpy as np
import pytest

from gym_churn.domain import policy
from gym_churn.domain.belief import look_ahead
from gym_churn.domain.days import show_day
from gym_churn.domain.errors import ChurnError
from gym_churn.domain.features import labelled_weeks, slices
from gym_churn.domain.rates import FRAIL, LAPSED, STATE_OF, TYPE_OF, WAVERING, Rates, Tables
from gym_churn.domain.tuning import SPREAD
from gym_churn.domain.weeks import Weeks

from .gyms import WEEKS, gym

ACTIONS = ("none", "message", "discount")
EFFECTS = {
    "none": np.zeros(60, np.float32),
    "message": np.where(STATE_OF == WAVERING, -0.9, np.where(STATE_OF == LAPSED, 0.5, 0.0)).astype(np.float32),
    "discount": np.where(FRAIL[TYPE_OF] == 1, -1.2, -0.2).astype(np.float32),
}
PRICE = np.array([0.0, policy.COSTS["message"], policy.COSTS["discount"]])


@pytest.fixture(scope="module")
def world():
    """Members on many days, the truth of each action, and what is known of them; drawn once."""
    made, log = gym(3, 2500)
    day = made.start + 7 * WEEKS
    weeks, tables = Weeks(log.before(day), day), Tables(Rates())
    days, members, truth = [], [], []
    for one in slices(weeks, tables, labelled_weeks(weeks, 4, least=17)):
        days.append(np.full(len(one.rows), weeks.begin(one.week)))
        members += [weeks.members.ids[row] for row in one.rows]
        ends = (look_ahead(weeks, tables, one.week, one.rows, one.bucket, extra=EFFECTS[name]) for name in ACTIONS)
        truth.append(np.stack([(part * one.belief).sum(1) for part in ends], 1))
    return log, np.concatenate(days), members, np.concatenate(truth)


@pytest.fixture(scope="module")
def known(world):
    return policy.known_of(world[0], drawn(world, 0))


def drawn(world, seed, truth=None):
    """A trial of the same members, with chance anew."""
    _, days, members, risks = world
    risks = risks if truth is None else truth
    random = np.random.default_rng(seed)
    share = np.array([0.5, 0.25, 0.25])
    action = random.choice(3, len(days), p=share)
    left = (random.random(len(days)) < risks[np.arange(len(days)), action]).astype(int)
    return policy.Trial(days, members, action, share[action], left, list(ACTIONS))


def worth(risks, action):
    """The true value of a choice of actions, per decision, in monthly fees."""
    at = np.arange(len(action))
    return float((policy.SAVED_FEES * (risks[:, 0] - risks[at, action]) - PRICE[action]).mean())


def test_a_learned_policy_brings_most_of_what_can_be_had(world, known):
    risks = world[3]
    best = worth(risks, (policy.SAVED_FEES * (risks[:, :1] - risks) - PRICE).argmax(1))
    found = [worth(risks, policy.learn(known, drawn(world, seed)).action) for seed in range(6)]
    assert best > 0
    assert min(found) > 0
    assert np.mean(found) > 0.5 * best


def test_the_interval_covers_the_truth(world, known):
    risks = world[3]
    covered = 0
    for seed in range(40):
        found = policy.learn(known, drawn(world, seed))
        covered += found.low <= worth(risks, found.action) <= found.high
    assert covered >= 35


def test_where_nothing_helps_little_is_spent(world, known):
    risks = np.repeat(world[3][:, :1], 3, axis=1)
    values = [worth(risks, policy.learn(known, drawn(world, seed, risks)).action) for seed in range(8)]
    everybody = worth(risks, np.full(len(risks), 2))
    assert np.mean(values) > 0.1 * everybody


def test_nobody_is_contacted_with_what_costs_more_than_it_can_save(world, known):
    found = policy.learn(known, drawn(world, 1), costs={"message": 50.0, "discount": 50.0})
    assert set(found.action) == {0}
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_the_decision_does_not_look_at_the_member_s_own_outcome(world, known):
    trial = drawn(world, 2)
    first = policy.learn(known, trial)
    mine = np.array([name == trial.member[0] for name in trial.member])
    other = policy.learn(known, policy.Trial(**trial.__dict__ | {"outcome": np.where(mine, 1, trial.outcome)}))
    assert np.array_equal(first.action[mine], other.action[mine])
    assert first.gain[mine] == pytest.approx(other.gain[mine], abs=1e-6)


@pytest.fixture
def file(tmp_path, world):
    trial = drawn(world, 3)
    path = tmp_path / "trial.csv"
    columns = zip(trial.day, trial.member, trial.action, trial.propensity, trial.outcome, strict=True)
    with path.open("w", newline="") as lines:
        rows = [(show_day(day), name, ACTIONS[action], share, left) for day, name, action, share, left in columns]
        csv.writer(lines, lineterminator="\n").writerows([policy.COLUMNS, *rows])
    return path


def test_a_trial_is_read_as_it_was_written(file, world):
    read, trial = policy.Trial.from_csv(file), drawn(world, 3)
    assert read.actions == ["none", "discount", "message"]
    assert [read.actions[at] for at in read.action] == [ACTIONS[at] for at in trial.action]
    assert np.array_equal(read.outcome, trial.outcome)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("propensity", "chance", "has no column propensity"),
        (",0.5,", ",0,", r"line \d+: propensity is '0'"),
        (",0.5,0", ",0.5,maybe", r"line \d+: .* churn_30d 'maybe'"),
        ("none", "wait", r"needs the action 'none' and another one; it has discount, message, wait"),
    ],
)
def test_a_trial_that_cannot_be_used_is_told(file, old, new, told):
    count = -1 if old == "none" else 1
    file.write_text(file.read_text().replace(old, new, count))
    with pytest.raises(ChurnError, match=told):
        policy.Trial.from_csv(file)


def test_a_member_who_was_none_on_the_day_is_told(world, monkeypatch):
    monkeypatch.setattr(policy, "tune", lambda weeks: np.zeros(len(SPREAD)))
    trial = drawn(world, 3)
    unknown = policy.Trial(**trial.__dict__ | {"member": ["nobody", *trial.member[1:]]})
    with pytest.raises(ChurnError, match="names member nobody on .*who was no member then"):
        policy.known_of(world[0], unknown)
