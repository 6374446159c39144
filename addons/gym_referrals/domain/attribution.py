"""Who brought a friend, when several ways lead there: what was said beats what was only clicked.

A referrer who may not be one is passed over, and the next way counts.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

CODE, DESK, LINK, COOKIE, PASS, LATE = WAYS = ("code", "desk", "link", "cookie", "pass", "late")
RANKS = {way: rank for rank, way in enumerate(WAYS)}
# How long before the join began a way counts, and how long after it began a late claim does
WINDOWS = {LINK: timedelta(days=30), COOKIE: timedelta(days=30), PASS: timedelta(days=60)}
LATE_WINDOW = timedelta(days=14)

SELF, STAFF, HOUSEHOLD, MEMBER, MINOR, STOPPED, WINDOW = REASONS = (
    *("self", "staff", "household", "member", "minor", "stopped", "window"),
)


class Touch(NamedTuple):
    """One way by which a friend came: how, from whom, and when."""

    way: str
    referrer: int
    at: datetime


def choose(touches, began_at, is_allowed=lambda touch: True):
    """Return the touch that counts, or None.

    Of the same rank the last one before the join began counts, of guest passes the first.

    :param touches: :class:`Touch`, in any order
    :param datetime began_at: when the join began
    :param is_allowed: whether the referrer of a touch may be one
    """
    counting = [touch for touch in touches if _is_in_time(touch, began_at) and is_allowed(touch)]
    if not counting:
        return None
    rank = min(RANKS[touch.way] for touch in counting)
    best = [touch for touch in counting if RANKS[touch.way] == rank]
    pick = min if rank == RANKS[PASS] else max
    return pick(best, key=lambda touch: (touch.at, touch.referrer))


def _is_in_time(touch, began_at):
    if touch.way == LATE:
        return began_at <= touch.at <= began_at + LATE_WINDOW
    window = WINDOWS.get(touch.way)
    return window is None or began_at - window <= touch.at <= began_at


class Pair(NamedTuple):
    """What is known of a referrer and a friend."""

    is_same: bool = False
    is_staff: bool = False
    is_household: bool = False
    was_member_days: int | None = None  # since the friend last was a member; 0 while one, None when never
    is_minor: bool = False
    is_active: bool = True  # the referrer is a member in good standing


def refusal(pair, household="none", winback_days=180):
    """Return why this is no referral of the program, one of :data:`REASONS`, or None.

    :param str household: ``none`` when relatives bring no reward, ``allowed`` when they do
    :param int winback_days: after so long without being a member a friend counts as new
    """
    was = pair.was_member_days
    found = {
        SELF: pair.is_same,
        STAFF: pair.is_staff,
        MINOR: pair.is_minor,
        MEMBER: was is not None and was < winback_days,
        HOUSEHOLD: pair.is_household and household == "none",
        STOPPED: not pair.is_active,
    }
    return next((reason for reason, is_so in found.items() if is_so), None)
