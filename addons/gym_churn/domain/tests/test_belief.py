"""The filter is exact: with the rates of the world, what it foresees is what happens, and its belief what is true."""

import numpy as np
import pytest

from gym_churn.domain import metrics, worlds
from gym_churn.domain.belief import Filter, Week, look_ahead
from gym_churn.domain.features import labelled_weeks, slices
from gym_churn.domain.log import DEFAULTS, LEAVES
from gym_churn.domain.rates import ACTIVE, JOINT, STATE_OF, Rates, Tables, transition
from gym_churn.domain.tuning import MOVABLE, SPREAD, Tally, rates_at, tune
from gym_churn.domain.weeks import Weeks

from .gyms import WEEKS, gym


@pytest.fixture(scope="module")
def weeks():
    world, log = gym(3, 2500)
    day = world.start + 7 * WEEKS
    return Weeks(log.before(day), day)


@pytest.fixture(scope="module")
def snapshots(weeks):
    return slices(weeks, Tables(Rates()), labelled_weeks(weeks, 5, least=17))


def test_the_probability_is_what_happens(snapshots):
    foreseen = np.concatenate([one.ahead for one in snapshots])
    came = np.concatenate([one.outcome() for one in snapshots])
    error = np.sqrt((foreseen * (1 - foreseen)).sum())
    # slices overlap in no day, so the ends of a slice are as good as independent
    assert abs(came.sum() - foreseen.sum()) < 3 * error
    assert metrics.auc(came, foreseen) > 0.8
    assert metrics.ece(came, foreseen) < 0.01


def test_both_risks_are_right_apart(snapshots):
    for kind in (LEAVES, DEFAULTS):
        came = sum(one.outcome(kind).sum() for one in snapshots)
        risk = [one.default if kind == DEFAULTS else one.ahead - one.default for one in snapshots]
        assert came == pytest.approx(sum(part.sum() for part in risk), abs=4 * came**0.5)


def test_the_belief_is_of_the_hidden_state():
    world, log = gym(3, 2500)
    day = world.start + 7 * world.weeks
    weeks = Weeks(log.before(day), day)
    (_, rows, belief, _), *_ = Filter(weeks, Tables(Rates())).run([weeks.count])
    assert belief.sum(1) == pytest.approx(1, abs=1e-4)
    for state in range(5):
        believed = belief[:, state == STATE_OF].sum()
        true = (STATE_OF[world.state[rows]] == state).sum()
        assert believed == pytest.approx(true, abs=4 * true**0.5)


def test_moves_are_probabilities():
    for phase in range(3):
        for season in range(4):
            for visits in range(4):
                moves = transition(phase, season, visits, np.ones(6))
                assert moves.min() >= 0
                assert moves.sum(2) == pytest.approx(1)


def test_a_longer_horizon_is_no_smaller_a_risk(weeks):
    tables, rows = Tables(Rates()), weeks.at_risk(WEEKS, 4)
    bucket = np.minimum(weeks.visits[rows, -1], 3)
    found = [look_ahead(weeks, tables, WEEKS, rows, bucket, horizon=days) for days in (7, 14, 21, 28)]
    assert found[0].shape == (len(rows), JOINT)
    for sooner, later in zip(found, found[1:], strict=False):
        assert (later >= sooner - 1e-6).all()
    assert found[0].min() >= 0
    assert found[-1].max() <= 1


def test_who_is_bound_by_a_term_is_not_expected_to_leave(weeks):
    rows = weeks.at_risk(WEEKS, 4)
    facts = Week(weeks, Tables(Rates()), WEEKS, rows)
    assert facts.locked.any()
    assert not (facts.locked & facts.monthly).any()
    assert (facts.hazard(Tables(Rates()))[facts.locked] == np.float32(0.0004)).all()


def test_the_rates_of_a_gym_are_found_in_its_log():
    true = Rates()
    true.leave_monthly += 0.6
    true.fail = true.fail * 1.6
    true.appetite = true.appetite * 1.2
    world = worlds.World(np.random.default_rng(8), 1500, months=19, rates=true)
    log, day = world.run(), world.start + 7 * WEEKS
    found = rates_at(tune(Weeks(log.before(day), day)))
    assert found.leave_monthly == pytest.approx(true.leave_monthly, abs=0.3)
    assert found.fail.mean() == pytest.approx(true.fail.mean(), rel=0.2)
    # appetite and energy are only seen as their product
    said, told, before = (rates.appetite * rates.energy[ACTIVE] for rates in (found, true, Rates()))
    assert abs(said - told).sum() < 0.75 * abs(before - told).sum()


def test_without_a_step_the_rates_are_those_of_the_reference():
    found = rates_at(np.zeros(len(SPREAD)))
    for name, *_ in MOVABLE:
        assert np.allclose(getattr(found, name), getattr(Rates(), name)), name


def test_a_score_is_the_derivative_of_how_well_a_week_was_foreseen(weeks):
    """The tally's scores against differences of the log-likelihood of one week, belief before it held fixed."""
    week = 40
    (_, _, _, _), *_ = (source := Filter(weeks, Tables(Rates()))).run([week])
    before = source.belief.copy()

    def foreseen(place, tally):
        other = Filter(weeks, Tables(rates_at(place)))
        other.belief = before.copy()
        other._pass(week, tally)
        return tally

    tally = foreseen(np.zeros(len(SPREAD)), Tally(Tables(Rates()), np.ones(len(before), bool)))
    step = 1e-2
    for at in range(len(SPREAD)):
        place = np.zeros(len(SPREAD))
        place[at] = step
        slope = (foreseen(place, _Likelihood()).total - foreseen(-place, _Likelihood()).total) / (2 * step)
        assert tally.score[at] * SPREAD[at] == pytest.approx(slope, rel=0.03, abs=0.15), at


class _Likelihood:
    """Takes the place of a tally, and keeps how likely the week was."""

    def add(self, source, week, rows, before, bucket, facts, moved, hazard, chance, stays):
        left = source.weeks.log.end_kind[rows] == 1
        likely = (1 - hazard) * source._dues(week, rows) * _visit_likelihood(source, week, rows)
        kept = np.where(stays[:, None], likely, np.where(left[:, None], hazard, 1 - hazard))
        self.total = float(np.log((moved * kept).sum(1, dtype=float)).sum())


def _visit_likelihood(source, week, rows):
    """Not scaled to the likeliest state, unlike the filter's, which only needs it up to a factor."""
    month = source.weeks.month(week)
    came = np.unpackbits(source.weeks.days[rows, week, None], axis=1)[:, :7].astype(float)
    classes = source.weeks.classes[rows, week].astype(float)[:, None]
    log_chance = came @ source.odds[month].T.astype(float) + source.none[month]
    return np.exp(log_chance + classes * source.class_odds + came.sum(1, keepdims=True) * source.no_class)
