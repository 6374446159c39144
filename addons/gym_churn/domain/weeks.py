"""Weeks counted from a day: what the calendar says of members, and what each did in each week of a log."""

import numpy as np

from .days import WEEK, day_of_month, first_of, month_of, weekday
from .log import COMPETITOR, NEVER, PRICE
from .rates import SEASON_OF_MONTH

MOST_WEEKS = 156
FULL_DEBT = 3  # weeks after which an unpaid due ends a membership
DECAY = {PRICE: 9.0, COMPETITOR: 14.0}  # weeks in which what members feel of it fades
FELT = {PRICE: 10.0, COMPETITOR: 0.55}


class Calendar:
    """Weeks of members: week ``w`` begins on ``start + 7 w``, whether it is past or to come.

    :param log: a :class:`log.Log`, of which the members and the club's events are used
    """

    def __init__(self, log, start):
        self.log, self.members, self.start = log, log.members, start
        self.old = self.members.join < start
        self.bill_day = np.minimum(day_of_month(self.members.join), 28)

    def begin(self, week):
        """The first day of a week."""
        return self.start + WEEK * week

    def month(self, week):
        """0 to 11, of the middle of a week."""
        return int(month_of(self.begin(week) + 3)) % 12

    def season(self, week):
        """Of :data:`rates.SEASON_OF_MONTH`."""
        return SEASON_OF_MONTH[self.month(week)]

    def weekday_order(self):
        """The weekday of each day of a week of the grid."""
        return (weekday(self.start) + np.arange(WEEK)) % WEEK

    def tenure(self, week, rows):
        """Weeks since joining."""
        return np.maximum(self.begin(week) - self.members.join[rows], 0) / WEEK

    def bill_in(self, week, rows):
        """Whether a due falls in a week; the first is paid when joining."""
        begin = self.begin(week)
        of_week = day_of_month(begin + np.arange(WEEK))
        falls = np.isin(self.bill_day[rows], of_week)
        return falls & (self.tenure(week, rows) >= 1.5)

    def term_left(self, week, rows):
        """Days until the current term of the contract ends."""
        begin, joined = self.begin(week), self.members.join[rows]
        months, bill_day = self.members.months[rows], self.bill_day[rows]
        joined_month = month_of(joined)
        passed = np.maximum(month_of(begin) - joined_month, 0)
        terms = np.maximum(-(-passed // months), 1)
        end = first_of(joined_month + terms * months) + bill_day - 1
        later = first_of(joined_month + (terms + 1) * months) + bill_day - 1
        return np.where(end < begin, later, end) - begin

    def felt(self, kind, week, rows, known_on):
        """How much members feel an event of their club in a week, of events planned before ``known_on``."""
        log, begin = self.log, self.begin(week)
        felt = np.zeros(max(len(log.clubs), 1))
        told = (log.event_kind == kind) & (log.event_days[:, 0] < known_on) & (log.event_days[:, 1] <= begin)
        for event in np.flatnonzero(told & (log.event_club >= 0)):
            since = (begin - log.event_days[event, 1]) / WEEK
            size = log.event_rise[event] if kind == PRICE else 1.0
            felt[log.event_club[event]] += FELT[kind] * size * np.exp(-since / DECAY[kind])
        return felt[self.members.club[rows]]


class Weeks(Calendar):
    """The weeks before a day, of a log that holds nothing dated on that day or later; the day begins week ``count``.

    Arrays have a row for each member:

    ``days``: one bit for each weekday with a visit, the first day of the week as the highest
    ``classes``: days with a class
    ``billed``, ``failed``, ``settled``: a due fell in the week, its first try failed, an open one was paid
    ``debt``: how many weeks the oldest open due is old when the week begins; it has one column more
    """

    def __init__(self, log, day):
        self.day, self.count = day, int(np.clip((day - log.first_day) // WEEK, 1, MOST_WEEKS))
        super().__init__(log, day - WEEK * self.count)
        self.first = np.maximum((self.members.join - self.start) // WEEK + 1, 0)
        self.last = np.where(log.end_day < NEVER, (log.end_day - self.start) // WEEK, self.count)
        self._lay_visits()
        self._lay_dues()

    def _lay_visits(self):
        log, shape = self.log, (len(self.members), self.count)
        self.days, self.classes = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
        after = log.visit_day - self.start
        seen = after >= 0
        member, after, is_class = log.visit_member[seen], after[seen], log.visit_class[seen]
        bit = (128 >> (after % WEEK)).astype(np.uint8)
        np.bitwise_or.at(self.days, (member, after // WEEK), bit)
        attended = np.zeros(shape, np.uint8)
        np.bitwise_or.at(attended, (member[is_class], after[is_class] // WEEK), bit[is_class])
        self.visits = np.bitwise_count(self.days)
        self.classes = np.bitwise_count(attended)

    def _lay_dues(self):
        log, shape = self.log, (len(self.members), self.count)
        self.billed, self.failed, self.settled = (np.zeros(shape, bool) for _ in range(3))
        self.debt = np.zeros((shape[0], self.count + 1), np.uint8)
        week = (log.due_day - self.start) // WEEK
        paid = np.where(log.due_paid < NEVER, (log.due_paid - self.start) // WEEK, self.count)
        is_late = log.due_failed | (log.due_paid > log.due_day)
        inside = week >= 0
        self.billed[log.due_member[inside], week[inside]] = True
        late = np.flatnonzero(inside & is_late)
        self.failed[log.due_member[late], week[late]] = True
        done = late[(paid[late] < self.count) & (paid[late] > week[late])]
        self.settled[log.due_member[done], paid[done]] = True
        for age in range(1, self.count + 1):
            late = late[week[late] + age <= np.minimum(paid[late], self.count)]
            at = (log.due_member[late], week[late] + age)
            self.debt[at] = np.maximum(self.debt[at], age)

    def at_risk(self, week, least):
        """Members at the beginning of a week who have been followed for ``least`` weeks."""
        return np.flatnonzero((self.first <= week - least) & (self.last >= week))

    def present(self, week):
        """Positions of the members of a week, those who end in it included."""
        return np.flatnonzero((self.first <= week) & (self.last >= week))
