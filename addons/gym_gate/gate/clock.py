"""The time of a gate: the server's as of the last contact, carried on by a clock that nobody sets."""

import time
from datetime import UTC, datetime, timedelta

DRIFT_S = 30  # by which the computer's clock may move against the one that nobody sets


def utc_now():
    """Return what the computer's clock says, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


class Clock:
    """Tells the time to decide by.

    :param datetime floor: before which it cannot be: the last instant that the gate wrote down
    :param float offset_s: by which the server was ahead of this computer at the last contact
    :param wall: the computer's clock
    :param ticks: seconds of a clock that only goes forward
    """

    def __init__(self, floor=None, offset_s=0.0, wall=utc_now, ticks=time.monotonic):
        self._wall, self._ticks = wall, ticks
        self.offset_s = offset_s
        self.problem = None
        start = wall() + timedelta(seconds=offset_s)
        if floor and start < floor:
            self.problem = "The clock of this computer went back. Set it, or connect it to the internet."
            start = floor
        self._start, self._ticked = start, ticks()

    def now(self):
        """Return the instant, naive UTC."""
        return self._start + timedelta(seconds=self._ticks() - self._ticked)

    def set(self, server_now, took_s=0.0):
        """Take the time of the server, whose answer took so long."""
        self._start, self._ticked = server_now + timedelta(seconds=took_s / 2), self._ticks()
        self.offset_s = (self._start - self._wall()).total_seconds()
        self.problem = None

    def get_problem(self):
        """Return what is wrong with the computer's clock, or ``None``; the gate goes on by its own."""
        if self.problem:
            return self.problem
        moved = (self._wall() + timedelta(seconds=self.offset_s) - self.now()).total_seconds()
        if abs(moved) > DRIFT_S:
            return (
                f"The clock of this computer was moved by {moved:.0f} s. The gate goes on with the time of the server."
            )
        return None
