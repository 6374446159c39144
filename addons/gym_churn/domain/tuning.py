"""Finds the rates of one gym from its own log, starting from the reference gym and held back by what gyms are like.

Each pass through the weeks asks how well they were foreseen one week before and moves every rate in the direction
that would have foreseen them better (a scoring step with the outer product of the scores as information). Each rate
has a prior whose spread is that of :meth:`rates.Rates.draw`, so a small gym stays near the reference.
"""

import numpy as np

from .belief import Filter, fail_chance
from .rates import (
    APPETITE,
    APPETITES,
    CLASS_GOER,
    FRAIL,
    JOINT,
    STATE_OF,
    STATES,
    TYPE_OF,
    WEEKDAYS,
    Rates,
    Tables,
    block_of,
    transition,
)

PASSES = 4
MOST_MEMBERS = 5000
FARTHEST = 4.0  # spreads that a rate may move from the reference
LONGEST = 1.0  # spreads that it may move in a pass

# name, how many of its values, spread, whether it is the logarithm that moves
MOVABLE = (
    ("appetite", 3, 0.15, True),
    ("energy", 3, 0.12, True),
    ("class_share", 2, 0.25, True),
    ("leave_state", 5, 0.30, False),
    ("leave_frail", 1, 0.35, True),
    ("leave_price", 2, 0.35, True),
    ("leave_monthly", 1, 0.30, False),
    ("leave_term", 1, 0.30, False),
    ("bill_week", 1, 0.40, True),
    ("tenure", 1, 0.50, True),
    ("early", 1, 0.30, False),
    ("fail", 3, 0.30, True),
    ("fail_state", 5, 0.15, True),
    ("recover", 5, 0.12, True),
    ("moves", 6, 0.25, True),
)
SPREAD = np.concatenate([np.full(count, spread) for _, count, spread, _ in MOVABLE])
LIMITS = {"class_share": (0.01, 0.9), "recover": (0.05, 0.9), "fail": (0.001, 0.5), "moves": (0.2, 4.0)}


def rates_at(place):
    """The rates that lie ``place`` spreads from the reference, one number for each movable value."""
    rates, at = Rates(), 0
    for name, count, spread, is_log in MOVABLE:
        step = spread * np.asarray(place[at : at + count])
        at += count
        value = getattr(rates, name)
        if np.ndim(value) == 0:
            setattr(rates, name, float(value * np.exp(step[0]) if is_log else value + step[0]))
            continue
        value = np.array(value, float)
        part = slice(None) if count == 1 else slice(count)
        value[part] = value[part] * np.exp(step) if is_log else value[part] + step
        setattr(rates, name, np.clip(value, *LIMITS.get(name, (None, None))) if name in LIMITS else value)
    return rates


def tables_at(place):
    """Their tables."""
    return Tables(rates_at(place))


def tune(weeks, place=None, passes=PASSES):
    """Return the place of a gym's rates (see :func:`rates_at`).

    :param weeks: the :class:`weeks.Weeks` to learn from
    :param place: where to begin; without it, at the reference gym
    """
    place = np.zeros(len(SPREAD)) if place is None else np.asarray(place, float)
    chosen = _chosen(len(weeks.members))
    for _ in range(passes):
        tally = Tally(tables_at(place), chosen)
        for _ in Filter(weeks, tally.tables).run([weeks.count], tally=tally):
            pass
        place = np.clip(place + tally.step(place), -FARTHEST, FARTHEST)
    return place


def _chosen(count):
    chosen = np.zeros(count, bool)
    chosen[:: max(1, -(-count // MOST_MEMBERS))] = True
    return chosen


class Tally:
    """Sums, over members and weeks, how each rate would have foreseen better."""

    def __init__(self, tables, chosen):
        self.tables, self.chosen = tables, chosen
        self.score, self.information = np.zeros(len(SPREAD)), np.zeros((len(SPREAD), len(SPREAD)))
        self.joint_change = _joint_change(tables.rates)
        self.visit_rate = (
            tables.rates.appetite[APPETITE[TYPE_OF]][None, :, None]
            * tables.rates.energy[STATE_OF][None, :, None]
            * WEEKDAYS[None, None]
            / 7
            * tables.rates.visit_season[:, None, None]
        )

    def step(self, place):
        """How far to move, in spreads."""
        score = self.score * SPREAD - place
        information = self.information * SPREAD[:, None] * SPREAD[None] + np.eye(len(SPREAD))
        return np.clip(np.linalg.solve(information, score), -LONGEST, LONGEST)

    def add(self, source, week, rows, before, bucket, facts, moved, hazard, chance, stays):
        """Take one week of one filter into account; called by :class:`belief.Filter` before it moves on."""
        left = source.weeks.log.end_kind[rows] == 1
        chance = np.where(stays[:, None], chance, np.where(left[:, None], hazard, 1 - hazard))
        total = np.maximum((moved * chance).sum(1, keepdims=True), 1e-30)
        after = moved * chance / total
        gone = ~stays & left
        leaving = after * np.where(gone[:, None], 1 - hazard, -hazard)
        leaving[facts.locked] = 0
        parts = self._visits(source, week, rows, after, stays)
        parts += self._leaving(facts, leaving)
        parts += self._dues(source, week, rows, after)
        parts.append(self._moves(before, bucket, facts.phase, source.weeks.season(week), chance / total))
        scores = np.concatenate(parts, 1)[self.chosen[rows]]
        self.score += scores.sum(0)
        self.information += scores.T @ scores

    def _visits(self, source, week, rows, after, stays):
        month, order = source.weeks.month(week), source.weeks.weekday_order()
        rate, visit = self.visit_rate[month][:, order], self.tables.visit[month][:, order]
        came = np.unpackbits(source.weeks.days[rows, week, None], axis=1)[:, :7].astype(np.float32)
        more = after * (came @ (rate / visit).T - rate.sum(1)) * stays[:, None]
        classes = source.weeks.classes[rows, week].astype(float)[:, None]
        share = self.tables.class_share
        social = after * (classes - (came.sum(1, keepdims=True) - classes) * share / (1 - share)) * stays[:, None]
        return [
            _by(more, APPETITE[TYPE_OF], APPETITES),
            _by(more, STATE_OF, STATES)[:, :3],
            _by(social, CLASS_GOER[TYPE_OF], 2),
        ]

    def _leaving(self, facts, leaving):
        rates, total = self.tables.rates, leaving.sum(1)
        by_frail = _by(leaving, FRAIL[TYPE_OF], 2)
        monthly, billed = facts.monthly, facts.billed & facts.monthly
        return [
            _by(leaving, STATE_OF, STATES),
            (by_frail @ rates.leave_frail)[:, None],
            by_frail * facts.price[:, None] * rates.leave_price,
            (total * monthly)[:, None],
            (total * ~monthly)[:, None],
            (total * billed * rates.bill_week)[:, None],
            (total * -rates.tenure * np.log1p(facts.tenure / 26.0))[:, None],
            (total * (facts.tenure < 6))[:, None],
        ]

    def _dues(self, source, week, rows, after):
        weeks = source.weeks
        fail = fail_chance(weeks, self.tables, rows)
        failed, billed = weeks.failed[rows, week][:, None], weeks.billed[rows, week][:, None]
        failing = after * np.where(failed, 1.0, -fail / (1 - fail)) * billed
        method = weeks.members.method[rows]
        by_method = failing.sum(1)[:, None] * (method[:, None] == np.arange(3))
        owing, settled = weeks.debt[rows, week][:, None] > 0, weeks.settled[rows, week][:, None]
        recover = self.tables.recover
        paying = after * np.where(settled, 1.0, -recover / (1 - recover)) * owing
        return [by_method, _by(failing, STATE_OF, STATES), _by(paying, STATE_OF, STATES)]

    def _moves(self, before, bucket, phase, season, weight):
        found = np.empty((len(before), self.joint_change.shape[0]))
        for group in range(12):
            at = (phase == group // 4) & (bucket == group % 4)
            if at.any():
                change = self.joint_change[:, group // 4, season, group % 4]
                found[at] = np.stack([((before[at] @ one) * weight[at]).sum(1) for one in change], 1)
        return found


def _by(values, group, count):
    """Sums of the 60 joint states by a part of what they are."""
    return values @ (group[:, None] == np.arange(count)).astype(values.dtype)


def _joint_change(rates):
    """The derivative of the weekly moves by the logarithm of each scale in ``Rates.moves``."""
    change = np.empty((6, 3, 4, 4, JOINT, JOINT), np.float32)
    for scale in range(6):
        more = rates.moves.copy()
        more[scale] *= 1.01
        for phase in range(3):
            for season in range(4):
                for visits in range(4):
                    difference = transition(phase, season, visits, more)
                    difference -= transition(phase, season, visits, rates.moves)
                    change[scale, phase, season, visits] = block_of(difference / 0.01)
    return change
