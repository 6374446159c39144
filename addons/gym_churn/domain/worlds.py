"""Makes the log of a simulated gym: where the shipped prior learns from, and what tests compare with.

Week by week each member moves between the hidden states of :mod:`rates`, decides, pays and comes; only what a gym
would see is put in the log. The same arguments give the same log.
"""

from dataclasses import replace

import numpy as np

from .belief import Week, fail_chance, sign_up_belief
from .days import WEEK, day_of_month, first_of, month_of, weekday
from .log import COMPETITOR, DEFAULTS, LEAVES, NEVER, PRICE, Log, Members
from .rates import CONTRACT_MONTHS, JOINT, Rates, Tables
from .weeks import FULL_DEBT, Calendar

START = 19359  # 2 January 2023
CLUBS = 5
FEE_OF_TERM = np.array([1.0, 0.93, 0.87, 0.80])
NOBODY = np.zeros(0, np.int64)


class World:
    """A gym and its members.

    :param random: ``numpy.random.Generator``
    :param rates: :class:`rates.Rates`; without them another gym is drawn
    """

    full_debt = FULL_DEBT

    def __init__(self, random, count, months=24, rates=None, start=START):
        self.random, self.rates = random, rates or Rates.draw(random)
        self.tables = Tables(self.rates)
        self.start = start - weekday(start)
        end = first_of(month_of(self.start) + months)
        self.weeks = int((end - self.start) // WEEK)
        self.log = self._empty_log(count)
        self.calendar = Calendar(self.log, self.start)
        self.first = np.maximum((self.log.members.join - self.start) // WEEK + 1, 0)
        self.state = self._drawn(sign_up_belief(self.calendar))
        self.debt = np.zeros(count, np.int64)
        self.bucket = np.where(self.calendar.old, 1, 2)
        self.end_day, self.end_kind = np.full(count, NEVER), np.zeros(count, np.int64)

    def _empty_log(self, count):
        events = self._events()
        return Log(
            self._members(count), NOBODY, NOBODY, NOBODY.astype(bool), NOBODY, NOBODY, NOBODY.astype(bool), NOBODY,
            *events, NOBODY, NOBODY, [str(club) for club in range(CLUBS)],
        )  # fmt: skip

    def _members(self, count):
        random, rates = self.random, self.rates
        age = np.where(random.random(count) < 0.7, random.normal(31, 8, count), random.normal(51, 11, count))
        old = random.random(count) < rates.old_share
        begins = self.start + WEEK * np.arange(1, self.weeks)
        season = rates.join_season[month_of(begins) % 12]
        joined = random.choice(begins, count, p=season / season.sum()) - WEEK
        earlier = self.start - WEEK * np.minimum(4 + random.exponential(75, count), 480).astype(np.int64)
        contract, club = random.choice(4, count, p=rates.contracts), random.choice(CLUBS, count)
        return Members(
            ids=[str(number) for number in range(1, count + 1)],
            join=np.where(old, earlier, joined) + random.integers(0, WEEK, count),
            club=club,
            months=np.array(CONTRACT_MONTHS)[contract],
            fee=np.round((30 + 5 * club) * FEE_OF_TERM[contract], 2),
            age=np.round(np.clip(age, 16, 80)),
            distance=np.round(np.clip(np.exp(random.normal(np.log(2.6), 0.75, count)), 0.1, 30), 2),
            channel=random.choice(4, count, p=[0.40, 0.30, 0.18, 0.12]),
            trainer=(random.random(count) < 0.08).astype(float),
            method=random.choice(3, count, p=[0.55, 0.25, 0.20]),
        )

    def _events(self):
        random, found = self.random, []
        for club in range(CLUBS):
            latest = max(self.weeks - 6, 16)
            for week in random.choice(np.arange(14, latest), max(1, round(self.weeks / 52)), replace=False):
                rise = random.choice([0.06, 0.10, 0.15, 0.20])
                found.append((club, PRICE, (week - 10, week - 5, week), rise))
            if random.random() < 0.6:
                week = random.integers(10, max(self.weeks - 4, 11))
                found.append((club, COMPETITOR, (week - 5, week, week), 0.0))
        club, kind, weeks, rise = (np.array(part) for part in zip(*found, strict=True))
        return club, kind, self.start + WEEK * weeks, rise

    def run(self):
        """Return the :class:`log.Log` of all weeks."""
        visits, dues = [], []
        self.open_due, self.paid_late = np.full(len(self.first), -1), {}
        self.due_count = 0
        for week in range(self.weeks):
            self._live(week, visits, dues)
        visit = [np.concatenate(part) for part in zip(*visits, strict=True)]
        member, day, failed = (np.concatenate(part) for part in zip(*dues, strict=True))
        paid = np.where(failed, NEVER, day)
        paid[list(self.paid_late)] = list(self.paid_late.values())
        return replace(
            self.log, visit_member=visit[0], visit_day=visit[1], visit_class=visit[2], due_member=member, due_day=day,
            due_failed=failed, due_paid=paid, end_day=self.end_day, end_kind=self.end_kind,
        )  # fmt: skip

    def _live(self, week, visits, dues):
        random, begin = self.random, self.calendar.begin(week)
        rows = np.flatnonzero((self.first <= week) & (self.end_day == NEVER))
        facts = Week(self.calendar, self.tables, week, rows)
        self._move(week, rows, facts)
        leaves = random.random(len(rows)) < self._leaving(rows, facts)
        settles = (self.debt[rows] > 0) & ~leaves & (random.random(len(rows)) < self._settling(rows))
        defaults = (self.debt[rows] >= self.full_debt) & ~settles & ~leaves
        billed = facts.billed & ~leaves & ~defaults
        fails = billed & (random.random(len(rows)) < self._failing(rows))
        self._pay(begin, rows, billed, fails, settles, dues)
        owed = np.where(settles, 0, np.where(self.debt[rows] > 0, self.debt[rows] + 1, 0))
        self.debt[rows] = np.where(fails, 1, owed)
        ends, day = leaves | defaults, random.integers(0, WEEK, len(rows))
        self._visit(week, rows, np.where(ends, day, WEEK), visits)
        self.end_day[rows[ends]] = begin + day[ends]
        self.end_kind[rows[ends]] = np.where(leaves[ends], LEAVES, DEFAULTS)

    def _move(self, week, rows, facts):
        """Move the hidden states into a week."""
        chance = self.tables.joint[facts.phase, self.calendar.season(week), self.bucket[rows], self.state[rows]]
        self.state[rows] = self._drawn(chance)

    def _leaving(self, rows, facts):
        return facts.hazard(self.tables)[np.arange(len(rows)), self.state[rows]]

    def _settling(self, rows):
        return self.tables.recover[self.state[rows]]

    def _failing(self, rows):
        return fail_chance(self.calendar, self.tables, rows)[np.arange(len(rows)), self.state[rows]]

    def _coming(self, week, rows):
        """P(a visit) on each day of a week."""
        return self.tables.visit[self.calendar.month(week)][self.state[rows]]

    def _class_share(self, rows):
        return self.tables.class_share[self.state[rows]]

    def _drawn(self, chance):
        total = np.cumsum(chance, 1)
        return np.minimum((self.random.random(len(chance))[:, None] * total[:, -1:] > total).sum(1), JOINT - 1)

    def _pay(self, begin, rows, billed, fails, settles, dues):
        month_day = day_of_month(begin + np.arange(WEEK))
        place = np.zeros(32, np.int64)
        place[month_day] = np.arange(WEEK)
        due = begin + place[self.calendar.bill_day[rows[billed]]]
        when = begin + self.random.integers(0, WEEK, len(rows))
        # a debt of an earlier week is settled before this week's due may open another
        self.paid_late.update(zip(self.open_due[rows[settles]].tolist(), when[settles].tolist(), strict=True))
        failed = fails[billed]
        self.open_due[rows[fails]] = self.due_count + np.flatnonzero(failed)
        self.due_count += len(due)
        dues.append((rows[billed], due, failed))

    def _visit(self, week, rows, until, visits):
        random = self.random
        came = random.random((len(rows), WEEK)) < self._coming(week, rows)
        came &= np.arange(WEEK) < until[:, None]
        is_class = random.random(came.shape) < self._class_share(rows)[:, None]
        member, day = np.nonzero(came)
        visits.append((rows[member], self.calendar.begin(week) + day, is_class[member, day]))
        self.bucket[rows] = np.minimum(came.sum(1), 3)


class DriftingWorld(World):
    """A gym of another kind: no states, but a keenness that drifts, breaks and returns, and rules of its own.

    It is here to keep the prior honest: real gyms do not follow the filter's assumptions either.
    """

    def __init__(self, random, count, **options):
        super().__init__(random, count, **options)
        self.full_debt = int(random.integers(2, 6))
        self.usual = random.normal(0, random.uniform(0.5, 1.0), count)
        self.keen = self.usual + random.normal(0, 0.5, count)
        self.poor = random.random(count) < 0.15
        self.touchy = random.lognormal(0, 0.6, count)
        self.weekdays = random.dirichlet(np.full(WEEK, random.uniform(1, 4)), count) * WEEK
        self.social = random.beta(0.4, 1.2, count)
        self.memory, self.shake = random.uniform(0.85, 0.96), random.uniform(0.15, 0.45)
        self.breaks, self.often = random.uniform(0.004, 0.02), random.uniform(0.7, 1.5)
        self.level_monthly, self.level_term = random.normal(-5.4, 0.35), random.normal(-3.0, 0.4)
        self.pull, self.price_pull = random.uniform(0.5, 1.2), random.uniform(0.2, 0.9)
        self.newcomer, self.far = random.uniform(0, 0.8), random.uniform(0, 0.08)
        self.young = random.uniform(0, 0.03)
        self.fail_base = self.rates.fail * random.uniform(0.7, 1.5)

    def _move(self, week, rows, facts):
        random = self.random
        shock = random.normal(0, self.shake, len(rows))
        broken = random.random(len(rows)) < self.breaks
        habit = 0.05 * (self.bucket[rows] - 1.5)
        drift = self.memory * (self.keen[rows] - self.usual[rows]) + shock + habit - 2.5 * broken
        self.keen[rows] = self.usual[rows] + np.clip(drift, -4, 2)
        change = random.random(len(rows)) < np.where(self.poor[rows], 0.05, 0.008)
        self.poor[rows] ^= change

    def _leaving(self, rows, facts):
        members = self.log.members
        x = np.where(facts.monthly, self.level_monthly, self.level_term) - self.pull * self.keen[rows]
        x = x + self.price_pull * self.touchy[rows] * facts.price + self.newcomer * np.exp(-facts.tenure / 10)
        x = x + self.far * (members.distance[rows] - 3) - self.young * (members.age[rows] - 36)
        return np.where(facts.locked, 0.0005, 1 / (1 + np.exp(-x)))

    def _settling(self, rows):
        return np.where(self.poor[rows], 0.25, 0.6)

    def _failing(self, rows):
        return np.minimum(self.fail_base[self.log.members.method[rows]] * np.where(self.poor[rows], 4.0, 0.6), 0.8)

    def _coming(self, week, rows):
        season = self.rates.visit_season[self.calendar.month(week)]
        return 1 - np.exp(-self.weekdays[rows] * (self.often * season / WEEK * np.exp(self.keen[rows]))[:, None])

    def _class_share(self, rows):
        return self.social[rows]
