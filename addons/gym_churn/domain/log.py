"""A gym's event log as arrays, read from CSV files, and cut at a day so that nothing later can be seen.

A folder holds ``members.csv`` and ``visits.csv``; ``payments.csv``, ``club_events.csv`` and ``churn.csv`` may be
absent. Columns are found by name; what is not named here (gender among it) is not read.
"""

from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np

from .days import parse_day
from .errors import ChurnError
from .files import columns_of
from .rates import CHANNELS, CONTRACT_MONTHS, METHODS

NEVER = 10**6
CHUNK = 200_000
CONTRACTS = dict(zip(("monthly", "quarter", "half", "annual"), CONTRACT_MONTHS, strict=True))
LEAVES, DEFAULTS = 1, 2
KINDS = {"voluntary": LEAVES, "payment": DEFAULTS}
PRICE, COMPETITOR = 0, 1
EVENTS = {"price_increase": PRICE, "competitor_open": COMPETITOR}
COLUMNS = {
    "members.csv": ("member_id", "join_date", "club", "contract", "monthly_fee", "age", "distance_km", "channel")
    + ("personal_training", "payment_method"),
    "visits.csv": ("member_id", "date", "kind"),
    "payments.csv": ("member_id", "due_date", "amount", "first_try", "paid_date"),
    "club_events.csv": ("club", "kind", "planned", "announced", "effective", "pct"),
    "churn.csv": ("member_id", "churn_date", "kind"),
}
REQUIRED = ("members.csv", "visits.csv")


@dataclass(frozen=True)
class Members:
    """Sign-up facts, one entry for each member; days are numbers of :mod:`days`."""

    ids: list
    join: np.ndarray
    club: np.ndarray
    months: np.ndarray
    fee: np.ndarray
    age: np.ndarray
    distance: np.ndarray
    channel: np.ndarray
    trainer: np.ndarray
    method: np.ndarray

    def __len__(self):
        return len(self.ids)

    def take(self, rows):
        """The members at these positions."""
        arrays = {name: getattr(self, name)[rows] for name in self.__dataclass_fields__ if name != "ids"}
        return Members(ids=[self.ids[row] for row in rows], **arrays)


@dataclass(frozen=True)
class Log:
    """Members and what happened to them; every other array names the member by position."""

    members: Members
    visit_member: np.ndarray
    visit_day: np.ndarray
    visit_class: np.ndarray
    due_member: np.ndarray
    due_day: np.ndarray
    due_failed: np.ndarray
    due_paid: np.ndarray  # NEVER while open
    event_club: np.ndarray
    event_kind: np.ndarray
    event_days: np.ndarray  # planned, announced, effective
    event_rise: np.ndarray
    end_day: np.ndarray  # by member, NEVER while a member
    end_kind: np.ndarray
    clubs: list = field(default_factory=list)

    def before(self, day):
        """What was known when ``day`` began: nothing dated on it or later, and payments made later are open."""
        joined = np.flatnonzero(self.members.join < day)
        place = np.full(len(self.members), -1)
        place[joined] = np.arange(len(joined))
        visit = (self.visit_day < day) & (place[self.visit_member] >= 0)
        due = (self.due_day < day) & (place[self.due_member] >= 0)
        event = self.event_days[:, 0] < day
        ended = self.end_day[joined] < day
        return replace(
            self,
            members=self.members.take(joined),
            visit_member=place[self.visit_member[visit]],
            visit_day=self.visit_day[visit],
            visit_class=self.visit_class[visit],
            due_member=place[self.due_member[due]],
            due_day=self.due_day[due],
            due_failed=self.due_failed[due],
            due_paid=np.where(self.due_paid[due] < day, self.due_paid[due], NEVER),
            event_club=self.event_club[event],
            event_kind=self.event_kind[event],
            event_days=self.event_days[event],
            event_rise=self.event_rise[event],
            end_day=np.where(ended, self.end_day[joined], NEVER),
            end_kind=np.where(ended, self.end_kind[joined], 0),
        )

    @property
    def first_day(self):
        """When the log begins: its first visit."""
        return int(self.visit_day.min()) if len(self.visit_day) else int(self.members.join.min())

    @property
    def last_day(self):
        """The last day on which something happened."""
        ends = self.end_day[self.end_day < NEVER]
        return int(max(part.max() for part in (self.members.join, self.visit_day, self.due_day, ends) if len(part)))


def read_log(folder):
    """Read a folder of CSV files.

    :raise ChurnError: for a missing file or column, an unknown member or a value that cannot be read, naming the row
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ChurnError(f"There is no folder {folder}; --logs names the folder that holds members.csv and visits.csv.")
    clubs = {}
    members = _members(folder, clubs)
    place = {name: row for row, name in enumerate(members.ids)}
    ends = _ends(folder, place, len(members))
    return Log(members, *_visits(folder, place), *_dues(folder, place), *_events(folder, clubs), *ends, list(clubs))


def _members(folder, clubs):
    found = list(columns_of(folder / "members.csv", COLUMNS["members.csv"]))
    if not found:
        raise ChurnError(f"{folder / 'members.csv'} has no members; it needs one row for each.")
    ids, join, club, contract, fee, age, distance, channel, trainer, method = map(list, zip(*found, strict=True))
    read = _Values("members.csv")
    if len(set(ids)) < len(ids):
        seen = set()
        twice = next(name for name in ids if name in seen or seen.add(name))
        raise ChurnError(f"members.csv: member {twice} stands there twice; each member needs one row.")
    return Members(
        ids=ids,
        join=read.days(join, "join_date"),
        club=np.array([clubs.setdefault(name, len(clubs)) for name in club]),
        months=read.mapped(contract, "contract", CONTRACTS),
        fee=read.numbers(fee, "monthly_fee", low=0),
        age=read.numbers(age, "age", low=0, empty=36),
        distance=read.numbers(distance, "distance_km", low=0, empty=3),
        channel=np.array([CHANNELS.index(name) if name in CHANNELS else -1 for name in channel]),
        trainer=read.numbers(trainer, "personal_training", low=0, empty=0),
        method=np.array([METHODS.index(name) if name in METHODS else -1 for name in method]),
    )


def _visits(folder, place):
    rows = _Rows(folder, "visits.csv", place)
    for member, day, kind in rows.chunks():
        rows.add(rows.known(member), rows.days(day, "date"), np.array([name == "class" for name in kind], bool))
    return rows.arrays(np.int64, np.int64, bool)


def _dues(folder, place):
    rows = _Rows(folder, "payments.csv", place)
    for member, due, _amount, first, paid in rows.chunks():
        days = rows.days([text or "open" for text in paid], "paid_date", {"open": NEVER})
        rows.add(rows.known(member), rows.days(due, "due_date"), np.array([name != "ok" for name in first], bool), days)
    return rows.arrays(np.int64, np.int64, bool, np.int64)


def _events(folder, clubs):
    rows = _Rows(folder, "club_events.csv", {})
    for club, kind, planned, announced, effective, rise in rows.chunks():
        at = np.array([clubs.get(name, -1) for name in club])
        dates = [rows.days(column, name) for column, name in ((planned, "planned"), (announced, "announced"))]
        days = np.stack([*dates, rows.days(effective, "effective")], 1)
        rows.add(at, rows.mapped(kind, "kind", EVENTS), days, rows.numbers(rise, "pct", low=-1, empty=0))
    club, kind, days, rise = rows.arrays(np.int64, np.int64, np.int64, float)
    return club, kind, days.reshape(-1, 3), rise


def _ends(folder, place, count):
    day, kind = np.full(count, NEVER), np.zeros(count, np.int64)
    rows = _Rows(folder, "churn.csv", place)
    for member, when, why in rows.chunks():
        at = rows.known(member)
        day[at], kind[at] = rows.days(when, "churn_date"), rows.mapped(why, "kind", KINDS)
    return day, kind


class _Values:
    """Reads columns of text; what cannot be read is told with its file, row and column."""

    def __init__(self, file):
        self.file, self.row = file, 2
        self.known_days = {}

    def _refuse(self, texts, column, is_bad, remedy):
        at = next(row for row, text in enumerate(texts) if is_bad(text))
        raise ChurnError(f"{self.file}, line {self.row + at}: {column} is '{texts[at]}'. {remedy}")

    def days(self, texts, column, extra=None):
        known = self.known_days
        known.update(extra or {})
        for text in set(texts).difference(known):
            try:
                known[text] = parse_day(text)
            except ChurnError:
                self._refuse(texts, column, lambda found, bad=text: found == bad, "Write it as YYYY-MM-DD.")
        return np.array([known[text] for text in texts], np.int64)

    def mapped(self, texts, column, values):
        if not set(texts) <= set(values):
            self._refuse(texts, column, lambda text: text not in values, f"Write one of: {', '.join(values)}.")
        return np.array([values[text] for text in texts], np.int64)

    def numbers(self, texts, column, low, empty=None):
        def number(text):
            if text == "" and empty is not None:
                return float(empty)
            try:
                return float(text)
            except ValueError:
                return float("nan")

        found = np.array([number(text) for text in texts], float)
        if not (np.isfinite(found) & (found >= low)).all():
            remedy = f"Write a number from {low} on."
            self._refuse(texts, column, lambda text: not low <= number(text) < float("inf"), remedy)
        return found


class _Rows(_Values):
    """Reads a long file in parts and puts the arrays of the parts together."""

    def __init__(self, folder, file, place):
        super().__init__(file)
        self.path, self.place, self.parts = folder / file, place, []

    def chunks(self):
        if self.file not in REQUIRED and not self.path.exists():
            return
        rows = columns_of(self.path, COLUMNS[self.file])
        while part := list(islice(rows, CHUNK)):
            yield list(zip(*part, strict=True))
            self.row += len(part)

    def known(self, members):
        if not set(members) <= self.place.keys():
            remedy = "It is not in members.csv; add its row there or leave this one out."
            self._refuse(members, "member_id", lambda name: name not in self.place, remedy)
        return np.array([self.place[name] for name in members], np.int64)

    def add(self, *arrays):
        self.parts.append(arrays)

    def arrays(self, *types):
        if not self.parts:
            return tuple(np.zeros(0, kind) for kind in types)
        return tuple(
            np.concatenate(found).astype(kind) for found, kind in zip(zip(*self.parts, strict=True), types, strict=True)
        )
