"""What decides about one person at one branch, with the instants at which it changes. All instants are naive UTC."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .days import day_bounds, is_in
from .reasons import Reason, reason


@dataclass(frozen=True)
class Bar:
    """A reason while it holds.

    :param datetime start: from when on; ``None`` from ever
    :param datetime end: until before when; ``None`` for ever
    """

    reason: Reason
    start: datetime | None = None
    end: datetime | None = None

    def holds_at(self, at):
        """Tell whether the reason holds at ``at``."""
        return is_in((self.start, self.end), at)

    @property
    def edges(self):
        """The instants at which it begins and ends."""
        return self.start, self.end


@dataclass(frozen=True)
class Allowance:
    """How many visits a right has in a span of time.

    :param str code: of the reason when none is left
    :param datetime free_until: entering again before it takes no further visit
    """

    code: str
    limit: int
    used: int
    start: datetime | None = None
    end: datetime | None = None
    free_until: datetime | None = None

    @property
    def left(self):
        """Visits that are left, 0 or more."""
        return max(0, self.limit - self.used)

    def holds_at(self, at):
        """Tell whether this is the allowance of ``at``."""
        return is_in((self.start, self.end), at)

    def is_free_at(self, at):
        """Tell whether entering at ``at`` takes no visit."""
        return self.free_until is not None and at < self.free_until

    def get_reason(self, at):
        """Return what it says against entering at ``at``, or ``None``."""
        if not self.holds_at(at) or self.left or self.is_free_at(at):
            return None
        return reason(self.code, used=self.used, limit=self.limit, **({"at": self.end} if self.end else {}))

    @property
    def edges(self):
        """The instants at which it may begin or cease to speak."""
        return self.start, self.end, self.free_until


@dataclass(frozen=True)
class Right:
    """By what somebody may enter: a subscription or a pass.

    :param str key: kind and id, for example ``subscription:12``
    :param str name: of the plan or pass, for people
    :param hours: spans in which it opens; ``None`` at all hours
    :param zones: names of the zones it opens; ``None`` opens all
    :param int free_minutes: after a visit, for how long coming back takes no other; ``None`` is the rest of that day
    """

    key: str
    name: str = ""
    bars: tuple[Bar, ...] = ()
    hours: tuple | None = None
    allowances: tuple[Allowance, ...] = ()
    zones: frozenset | None = None
    free_minutes: int | None = 0


@dataclass(frozen=True)
class Facts:
    """All that is known of a person at a branch for some time ahead.

    :param bars: about the person and the branch
    :param datetime until: before when all of it is known
    """

    until: datetime
    bars: tuple[Bar, ...] = ()
    rights: tuple[Right, ...] = ()
    open_hours: tuple | None = None

    @property
    def edges(self):
        """The instants at which a decision may change, in order, without those that are in no span."""
        found = {self.until}
        for bar in (*self.bars, *(bar for right in self.rights for bar in right.bars)):
            found.update(bar.edges)
        for right in self.rights:
            found.update(edge for span in right.hours or () for edge in span)
            found.update(edge for allowance in right.allowances for edge in allowance.edges)
        found.update(edge for span in self.open_hours or () for edge in span)
        return sorted(found - {None})


@dataclass(frozen=True)
class Policy:
    """What a branch makes of those who are inside already, and of how many they are.

    :param str anti_passback: ``off``, ``warn``, ``block`` or ``timed``
    :param int timed_minutes: with ``timed``, minutes that must lie between two entries
    :param int capacity: people; 0 has no limit
    :param str capacity_severity: of reasons
    """

    anti_passback: str = "off"
    timed_minutes: int = 0
    capacity: int = 0
    capacity_severity: str = "warn"


@dataclass(frozen=True)
class Context:
    """What is so at the instant somebody stands there.

    :param datetime at: when
    :param bool is_exit: leaves; nobody is ever locked in
    :param str zone: that the door opens; ``None`` is the branch
    :param str code_problem: of the code that was shown, a code of reasons
    :param datetime inside_since: since when this person has been inside; ``None`` is outside
    :param datetime entered_at: when this person last entered
    :param bool is_guardian_inside: a minor is not alone
    :param bool is_stale: what is known may have been overtaken
    """

    at: datetime
    is_exit: bool = False
    zone: str | None = None
    code_problem: str | None = None
    inside_since: datetime | None = None
    entered_at: datetime | None = None
    inside_count: int = 0
    is_guardian_inside: bool = False
    is_stale: bool = False
    policy: Policy = field(default_factory=Policy)

    @property
    def edges(self):
        """The instants at which what is so here changes by itself."""
        if self.policy.anti_passback == "timed" and self.entered_at:
            return (self.entered_at + timedelta(minutes=self.policy.timed_minutes),)
        return ()


def bars_of_days(by_day, zone):
    """Return reasons of civil days as bars; what says the same on days in a row is one.

    :param dict by_day: civil day to reasons, with no day missing in between
    :param str zone: IANA name of the branch's
    """
    bars = []
    for day in sorted(by_day):
        start, end = day_bounds(day, zone)
        for one in by_day[day]:
            before = next((bar for bar in bars if bar.reason == one and bar.end == start), None)
            if before:
                bars[bars.index(before)] = Bar(one, before.start, end)
            else:
                bars.append(Bar(one, start, end))
    return tuple(bars)


def widen(spans, before, after):
    """Return spans that begin ``before`` earlier and end ``after`` later (timedeltas), joined where they touch."""
    wide = [(start - before, end + after) for start, end in sorted(spans)]
    joined = wide[:1]
    for start, end in wide[1:]:
        if start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def next_start(spans, at):
    """Return when the first of these spans after ``at`` begins, or ``None``."""
    return min((start for start, _end in spans if start > at), default=None)
