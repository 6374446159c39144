"""How fast and how often a PAC is asked: turns within its rate limit, and pauses after calls without an answer."""

from datetime import timedelta
from typing import NamedTuple

# Turns are given out this many seconds ahead at most; what does not fit waits in the outbox
HORIZON_SECONDS = 10.0

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)


class Turns(NamedTuple):
    """``count`` calls may begin from ``start`` (POSIX time, 0 for at once), ``interval`` seconds apart.

    ``free_at`` is when the next one may.
    """

    count: int
    start: float
    interval: float
    free_at: float


def take_turns(free_at, now, rate, wanted):
    """Give out turns to call.

    :param float free_at: POSIX time of the first turn that nobody has
    :param float now: POSIX time
    :param float rate: calls per second that the PAC admits; 0 for no limit
    :param int wanted: calls to make
    :return: :class:`Turns`, whose ``count`` may be less than wanted, or 0
    """
    if rate <= 0:
        return Turns(wanted, 0.0, 0.0, now)
    start = max(free_at, now)
    count = max(0, min(wanted, int((now + HORIZON_SECONDS - start) * rate + 1e-6)))
    if not count and start == now and wanted:
        count = 1  # a rate so low that not even one call fits in the horizon
    return Turns(count, start, 1 / rate, start + count / rate)


def pause(tries):
    """How long to leave a document alone after ``tries`` calls without an answer: doubled each time, up to a limit."""
    return min(FIRST_PAUSE * 2 ** min(max(tries, 1) - 1, 10), LONGEST_PAUSE)
