"""What can be known of a member's hidden type and state: exact Bayesian filtering, and what it means for leaving.

The filter goes through the weeks once and keeps, for each member, a probability for each of the 60 joint states of
:mod:`rates`. From it follows exactly how likely the membership ends in a given number of days.
"""

import numpy as np

from .days import WEEK
from .log import COMPETITOR, PRICE
from .rates import (
    APPETITE,
    APPETITES,
    CLASS_GOER,
    FRAIL,
    LEAVE_SEASON,
    LOCKED,
    NEW_STATES,
    OFF_BILL_WEEK,
    OLD_STATES,
    TYPE_OF,
    sigmoid,
)
from .weeks import FULL_DEBT

HORIZON = 30
NOTICE = 28  # days before the end of a term in which it can be left


def sign_up_belief(weeks):
    """What the sign-up facts say of type and state: members x 60."""
    members, old = weeks.members, weeks.old
    january = (weeks.members.join.astype("M8[D]").astype("M8[M]").astype(np.int64) % 12 == 0) & ~old
    far, age = members.distance - 3, members.age - 36.0
    monthly, annual = members.months == 1, members.months == 12
    appetite = np.zeros((len(members), APPETITES))
    appetite[:, 0] = np.log(0.44) + 0.05 * far + 0.25 * january + 0.10 * monthly
    appetite[:, 1] = np.log(0.37) + 0.20 * (members.age > 50)
    appetite[:, 2] = np.log(0.19) + 0.30 * annual + 0.35 * members.trainer - 0.02 * far
    appetite = np.exp(appetite)
    appetite /= appetite.sum(1, keepdims=True)
    class_goer = sigmoid(-0.15 + 0.010 * age)
    corporate, referral = members.channel == 3, members.channel == 2
    frail = sigmoid(
        -0.35 - 0.5 * corporate - 0.35 * referral + 0.2 * (members.method == 2) + 0.25 * monthly - 0.3 * annual
        - 0.012 * age
    )  # fmt: skip
    frail = np.stack([1 - frail, np.where(old, 0.6, 1.0) * frail], 1)
    frail /= frail.sum(1, keepdims=True)
    kind = appetite[:, APPETITE] * np.stack([1 - class_goer, class_goer], 1)[:, CLASS_GOER] * frail[:, FRAIL]
    state = np.where(old[:, None], OLD_STATES, NEW_STATES)
    return (kind[:, :, None] * state[:, None, :]).reshape(len(members), -1).astype(np.float32)


CONTRACT, DUES, EVENTS, PERSON, TIME, VISITS = SUBJECTS = ("contract", "dues", "events", "person", "time", "visits")
MEAN_BILL = 0.7 * OFF_BILL_WEEK  # what a week without knowledge of the bill's day adds, besides its share of a bill
YEAR = 52


class Week:
    """What is on record about members at one week: the part of the hazard that no hidden state explains.

    :param known_on: day before which club events must have been planned
    :param shut: :data:`SUBJECTS` to see as those of an average member, for explanations
    """

    def __init__(self, weeks, tables, week, rows, known_on=None, shut=()):
        known_on = weeks.begin(week) + 1 if known_on is None else known_on
        members, rates = weeks.members, tables.rates
        self.tenure = weeks.tenure(week, rows)
        self.billed = weeks.bill_in(week, rows)
        self.monthly = members.months[rows] == 1
        self.locked = ~self.monthly & (weeks.term_left(week, rows) >= NOTICE)
        self.phase = np.where(self.tenure < 8, 0, np.where(self.tenure < 52, 1, 2))
        self.price = weeks.felt(PRICE, week, rows, known_on).astype(np.float32)
        age, distance = members.age[rows] - 36.0, members.distance[rows]
        channel = members.channel[rows]
        person = -0.013 * age + 0.035 * np.minimum(distance - 3.0, 10) - 0.35 * members.trainer[rows]
        person += -0.15 * (channel == 2) - 0.35 * (channel == 3)
        rival = weeks.felt(COMPETITOR, week, rows, known_on) * np.clip(1.3 - distance / 10, 0.3, 1.3)
        when = np.where(self.monthly, rates.leave_monthly, rates.leave_term)
        bill = np.where(self.monthly, np.where(self.billed, rates.bill_week, OFF_BILL_WEEK), 0.0)
        stayed = -rates.tenure * np.log1p(self.tenure / 26.0) + rates.early * (self.tenure < 6)
        season = np.full(len(rows), LEAVE_SEASON[weeks.month(week)])
        if CONTRACT in shut:
            when, bill = np.full(len(rows), rates.leave_monthly), MEAN_BILL + 0.3 * rates.bill_week
            self.locked = np.zeros(len(rows), bool)
        if EVENTS in shut:
            rival, self.price = 0.0, np.zeros_like(self.price)
        if PERSON in shut:
            person = 0.0
        if TIME in shut:
            season, stayed = 0.0, -rates.tenure * np.log1p(YEAR / 26.0)
            self.phase = np.ones_like(self.phase)
        self.offset = (when + bill + person + rival + stayed + season).astype(np.float32)

    def hazard(self, tables, extra=None):
        """P(leaves in the week) for each member and joint state."""
        x = self.offset[:, None] + tables.leave[None] + self.price[:, None] * tables.price[None]
        if extra is not None:
            x += extra[None]
        x = sigmoid(x)
        x[self.locked] = LOCKED
        return x


def fail_chance(weeks, tables, rows):
    """P(the first try of a due fails) for each member and joint state."""
    method = weeks.members.method[rows]
    base = np.where(method < 0, tables.rates.fail.mean(), tables.rates.fail[method]).astype(np.float32)
    return np.minimum(base[:, None] * tables.fail_state[None], 0.9)


class Filter:
    """Goes through the weeks once.

    :param weeks: :class:`weeks.Weeks`
    :param tables: :class:`rates.Tables`
    """

    def __init__(self, weeks, tables):
        self.weeks, self.tables = weeks, tables
        self.belief = sign_up_belief(weeks)
        order = weeks.weekday_order()
        visit = tables.visit[:, :, order]
        self.odds = (np.log(visit) - np.log1p(-visit)).astype(np.float32)
        self.none = np.log1p(-visit).sum(2).astype(np.float32)
        share = tables.class_share
        self.class_odds = (np.log(share) - np.log1p(-share)).astype(np.float32)
        self.no_class = np.log1p(-share).astype(np.float32)

    def run(self, wanted, least=4, tally=None):
        """Yield ``(week, rows, belief, visits last week)`` when each wanted week begins.

        :param wanted: weeks, up to ``weeks.count``
        :param least: weeks that a member must have been followed
        :param tally: what learns from each week (:class:`tuning.Tally`)
        """
        wanted = set(wanted)
        for week in range(max(wanted) + 1):
            if week in wanted:
                rows = self.weeks.at_risk(week, least)
                yield week, rows, self.belief[rows], self.bucket(week, rows)
            if week < self.weeks.count:
                self._pass(week, tally)

    def bucket(self, week, rows):
        """Days with a visit in the week before, at most 3; as assumed when there was none on record."""
        if week == 0:
            return np.where(self.weeks.old[rows], 1, 2)
        found = np.minimum(self.weeks.visits[rows, week - 1], 3)
        return np.where(self.weeks.first[rows] >= week, 2, found)

    def move(self, belief, phase, season, bucket):
        """The belief one week on."""
        moved = np.empty_like(belief)
        for group in range(12):
            at = (phase == group // 4) & (bucket == group % 4)
            if at.any():
                moved[at] = belief[at] @ self.tables.joint[group // 4, season, group % 4]
        return moved

    def _pass(self, week, tally):
        weeks = self.weeks
        rows = weeks.present(week)
        if not len(rows):
            return
        before, bucket = self.belief[rows], self.bucket(week, rows)
        facts = Week(weeks, self.tables, week, rows)
        moved = self.move(before, facts.phase, weeks.season(week), bucket)
        stays = weeks.last[rows] > week
        hazard = facts.hazard(self.tables)
        chance = (1 - hazard) * self._dues(week, rows) * self._visits(week, rows)
        if tally is not None:
            tally.add(self, week, rows, before, bucket, facts, moved, hazard, chance, stays)
        after = moved * chance
        self.belief[rows] = after / np.maximum(after.sum(1, keepdims=True), 1e-30)

    def _dues(self, week, rows):
        weeks, tables = self.weeks, self.tables
        chance = np.ones((len(rows), len(TYPE_OF)), np.float32)
        owing = weeks.debt[rows, week] > 0
        settled = weeks.settled[rows, week][owing, None]
        chance[owing] = np.where(settled, tables.recover, 1 - tables.recover)
        billed = weeks.billed[rows, week]
        if billed.any():
            fail = fail_chance(weeks, tables, rows[billed])
            chance[billed] *= np.where(weeks.failed[rows[billed], week][:, None], fail, 1 - fail)
        return chance

    def _visits(self, week, rows):
        month = self.weeks.month(week)
        came = np.unpackbits(self.weeks.days[rows, week, None], axis=1)[:, :WEEK].astype(np.float32)
        log_chance = came @ self.odds[month].T + self.none[month]
        classes = self.weeks.classes[rows, week].astype(np.float32)[:, None]
        log_chance += classes * self.class_odds + came.sum(1, keepdims=True) * self.no_class
        return np.exp(log_chance - log_chance.max(1, keepdims=True))


def look_ahead(weeks, tables, week, rows, bucket, only_default=False, extra=None, shut=(), horizon=HORIZON):
    """P(the membership ends within the horizon) for each member and joint state, exactly.

    :param bucket: visits in the week before
    :param only_default: count those alone who end because they do not pay
    :param extra: change of the logit of leaving, by joint state, as an action brings it
    :param shut: what to see as an average member's (see :class:`Week`)
    """
    known_on, debt = weeks.begin(week), np.minimum(weeks.debt[rows, week], FULL_DEBT) * (DUES not in shut)
    recover, fail_all = tables.recover[None], fail_chance(weeks, tables, rows)
    ahead = -(-horizon // WEEK)
    later = None
    for step in range(ahead - 1, -1, -1):
        facts = Week(weeks, tables, week + step, rows, known_on, shut)
        hazard = facts.hazard(tables, extra)
        gone, stays = (0.0 if only_default else hazard), 1 - hazard
        fail = fail_all * facts.billed[:, None]
        part = min(1.0, (horizon - WEEK * step) / WEEK)
        if later is None:
            zero = np.zeros_like(hazard)
            later = [zero, zero, zero, zero]
        ends = [
            (gone + stays * (later[0] + fail * (later[1] - later[0]))) * part,
            (gone + stays * (later[2] + recover * (later[0] - later[2]))) * part,
            (gone + stays * (later[3] + recover * (later[0] - later[3]))) * part,
            (gone + stays * (1 + recover * (later[0] - 1))) * part,
        ]
        season = weeks.season(week + step)
        if step == 0:
            return _moved_now(tables, ends, debt, facts.phase, season, bucket)
        count = tables.visit_count[weeks.month(week + step - 1)]
        later = [_moved(tables, end, facts.phase, season, count) for end in ends]
    raise AssertionError("a horizon has at least one week")


def _moved_now(tables, ends, debt, phase, season, bucket):
    now = np.choose(debt[:, None], ends)
    out = np.empty_like(now)
    for group in range(12):
        at = (phase == group // 4) & (bucket == group % 4)
        if at.any():
            out[at] = now[at] @ tables.joint[group // 4, season, group % 4].T
    return out


def _moved(tables, end, phase, season, count):
    out = np.empty_like(end)
    for group in range(3):
        at = phase == group
        if at.any():
            mixed = sum(count[:, visits][:, None] * tables.joint[group, season, visits] for visits in range(4))
            out[at] = end[at] @ mixed.astype(np.float32).T
    return out
