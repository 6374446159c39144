"""What is known about members when a week begins, as numbers; each belongs to one of the subjects of a reason."""

import numpy as np

from .belief import CONTRACT, DUES, EVENTS, HORIZON, PERSON, TIME, VISITS, Filter, look_ahead
from .days import WEEK
from .log import COMPETITOR, PRICE
from .rates import APPETITE, APPETITES, CLASS_GOER, FRAIL, STATE_OF, STATES, TYPE_OF, logit

WEEKS_AHEAD = 5
RATES_OVER = (2, 4, 8, 13, 26)
LAGS = 6
LONG_AGO = 60


class Snapshot:
    """Members at the beginning of a week: who, what the filter says, and the features."""

    def __init__(self, weeks, tables, week, rows, belief, bucket):
        self.weeks, self.week, self.rows, self.belief, self.bucket = weeks, week, rows, belief, bucket
        self.ahead = (look_ahead(weeks, tables, week, rows, bucket) * belief).sum(1)
        self.default = (look_ahead(weeks, tables, week, rows, bucket, only_default=True) * belief).sum(1)
        self.base = logit(self.ahead)
        columns = _columns(self)
        self.names = [name for name, _, _ in columns]
        self.subjects = [subject for _, subject, _ in columns]
        self.matrix = np.stack([np.asarray(values, np.float64) for _, _, values in columns], 1)

    def outcome(self, kind=None):
        """1 for those whose membership ended within the horizon, 0 for the others."""
        begin, log = self.weeks.begin(self.week), self.weeks.log
        day = log.end_day[self.rows]
        ended = (day >= begin) & (day < begin + HORIZON)
        return (ended if kind is None else ended & (log.end_kind[self.rows] == kind)).astype(np.int8)

    def explain(self, tables):
        """The base score of an average member, and what each subject adds to it for each member; they add up.

        The subjects are opened one after the other, from an average member with the gym's mean belief on.
        """
        mean = np.broadcast_to(self.belief.mean(0), self.belief.shape)
        order = (CONTRACT, DUES, EVENTS, PERSON, TIME)
        scores = [self._seen(tables, mean, order[done:]) for done in range(len(order) + 1)]
        level = float(scores[0].mean())
        scores[0] = np.full(len(self.rows), level)
        scores.append(self.base)
        parts = {subject: scores[at + 1] - scores[at] for at, subject in enumerate((*order, VISITS))}
        return level, parts

    def _seen(self, tables, belief, shut):
        ends = look_ahead(self.weeks, tables, self.week, self.rows, self.bucket, shut=shut)
        return logit((ends * belief).sum(1))


def _columns(snapshot):
    return [
        *_visits(snapshot),
        *_belief(snapshot),
        *_clock(snapshot),
        *_dues(snapshot),
        *_events(snapshot),
        *_person(snapshot),
    ]


def _visits(snapshot):
    weeks, week, rows = snapshot.weeks, snapshot.week, snapshot.rows
    followed = np.minimum(week - weeks.first[rows], week)
    past = weeks.visits[rows, :week][:, ::-1].astype(np.float32)
    classes = weeks.classes[rows, :week][:, ::-1].astype(np.float32)
    found = [(f"visits_{lag + 1}", VISITS, _column(past, lag)) for lag in range(LAGS)]
    sums = np.cumsum(past, 1)
    for over in RATES_OVER:
        span = np.clip(followed, 1, over)
        found.append((f"rate_{over}", VISITS, _column(sums, min(over, week) - 1) / span))
    long, short = found[-2][2], found[LAGS + 1][2]
    came = past > 0
    quiet = np.where(came.any(1), came.argmax(1), followed)
    found += [
        ("trend", VISITS, short - long),
        ("quiet_weeks", VISITS, np.minimum(quiet, LONG_AGO)),
        ("quiet_visits", VISITS, np.minimum(quiet * long, LONG_AGO)),
        ("spread_13", VISITS, past[:, :13].std(1) if week else 0 * short),
        ("class_share", VISITS, classes[:, :13].sum(1) / np.maximum(past[:, :13].sum(1), 1)),
        ("followed", TIME, np.minimum(followed, LONG_AGO)),
    ]
    return found


def _column(values, at):
    return values[:, at] if 0 <= at < values.shape[1] else np.zeros(len(values))


def _belief(snapshot):
    belief = snapshot.belief
    state = belief @ (STATE_OF[:, None] == np.arange(STATES))
    appetite = belief @ (APPETITE[TYPE_OF][:, None] == np.arange(APPETITES))
    found = [(f"state_{at}", VISITS, state[:, at]) for at in range(STATES)]
    found += [(f"appetite_{at}", VISITS, appetite[:, at]) for at in (0, 2)]
    found.append(("class_goer", VISITS, belief @ CLASS_GOER[TYPE_OF]))
    found.append(("frail", DUES, belief @ FRAIL[TYPE_OF]))
    return found


def _clock(snapshot):
    weeks, week, rows = snapshot.weeks, snapshot.week, snapshot.rows
    left, months = weeks.term_left(week, rows), weeks.members.months[rows]
    monthly, tenure = months == 1, weeks.tenure(week, rows)
    to_bill = np.full(len(rows), WEEKS_AHEAD)
    for ahead in range(WEEKS_AHEAD - 1, -1, -1):
        to_bill = np.where(weeks.bill_in(week + ahead, rows), ahead, to_bill)
    angle = 2 * np.pi * weeks.month(week) / 12
    return [
        ("term_left", CONTRACT, np.where(monthly, -1, left)),
        ("locked", CONTRACT, (~monthly & (left >= HORIZON + 28)).astype(float)),
        ("months", CONTRACT, months),
        ("to_bill", CONTRACT, to_bill),
        ("tenure", TIME, tenure),
        ("season_x", TIME, np.full(len(rows), np.cos(angle))),
        ("season_y", TIME, np.full(len(rows), np.sin(angle))),
    ]


def _dues(snapshot):
    weeks, week, rows = snapshot.weeks, snapshot.week, snapshot.rows
    failed = weeks.failed[rows, :week][:, ::-1]
    since = np.where(failed.any(1), failed.argmax(1), LONG_AGO)
    method = weeks.members.method[rows]
    return [
        ("debt_weeks", DUES, np.minimum(weeks.debt[rows, week], LONG_AGO)),
        ("failures_26", DUES, failed[:, :26].sum(1)),
        ("failures_52", DUES, failed[:, :52].sum(1)),
        ("since_failure", DUES, np.minimum(since, LONG_AGO)),
        ("debit", DUES, method == 1),
        ("cash", DUES, method == 2),
    ]


def _events(snapshot):
    weeks, week, rows = snapshot.weeks, snapshot.week, snapshot.rows
    known = weeks.begin(week)
    felt = [
        ("price_now", PRICE, 0),
        ("price_soon", PRICE, 4),
        ("rival_now", COMPETITOR, 0),
        ("rival_soon", COMPETITOR, 4),
    ]
    return [(name, EVENTS, weeks.felt(kind, week + ahead, rows, known)) for name, kind, ahead in felt]


def _person(snapshot):
    members, rows = snapshot.weeks.members, snapshot.rows
    channel, fee = members.channel[rows], members.fee[rows]
    usual = np.array([np.median(members.fee[members.club == club]) for club in range(members.club.max() + 1)])
    return [
        ("age", PERSON, members.age[rows]),
        ("distance", PERSON, members.distance[rows]),
        ("referral", PERSON, channel == 2),
        ("corporate", PERSON, channel == 3),
        ("trainer", PERSON, members.trainer[rows]),
        ("fee", PERSON, fee / np.maximum(usual[members.club[rows]], 0.01)),
    ]


def slices(weeks, tables, wanted, least=4):
    """A :class:`Snapshot` at the beginning of each wanted week, of members followed for ``least`` weeks."""
    found = Filter(weeks, tables).run(wanted, least)
    return [Snapshot(weeks, tables, *snapshot) for snapshot in found if len(snapshot[1])]


def labelled_weeks(weeks, step, least=8):
    """Weeks whose outcome is known when the last week of the grid ends, every ``step`` weeks, the latest last."""
    newest = weeks.count - -(-HORIZON // WEEK)
    return list(range(newest, least - 1, -step))[::-1]
