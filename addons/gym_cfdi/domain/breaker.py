"""When to leave a PAC alone: a circuit breaker, pure arithmetic over plain values.

Closed, calls pass. After :data:`THRESHOLD` failures in a row it opens for a while, then lets one call through as a
probe (half open): an answer closes it, another failure opens it for twice as long, up to :data:`LONGEST`.
An answer that refuses a document counts as health; one that refuses the account opens at once, since every further
call would be refused as well.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

THRESHOLD = 5
SHORTEST = timedelta(seconds=30)
LONGEST = timedelta(minutes=30)

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


@dataclass(frozen=True)
class Breaker:
    """``failures`` in a row since the last answer; ``open_until`` is UTC, ``None`` while closed.

    ``openings`` counts how often it has opened since the last answer.
    """

    failures: int = 0
    openings: int = 0
    open_until: datetime | None = None

    def state(self, now):
        """Tell whether calls pass (closed), none does (open), or one may try (half open)."""
        if self.open_until is None:
            return CLOSED
        return OPEN if now < self.open_until else HALF_OPEN

    def succeeded(self):
        """The breaker after any answer."""
        return Breaker()

    def failed(self, now, count=1):
        """The breaker after ``count`` calls without an answer."""
        failures = self.failures + count
        if self.open_until is None and failures < THRESHOLD:
            return replace(self, failures=failures)
        return self._opened(now, failures)

    def refused_account(self, now, count=1):
        """The breaker after ``count`` calls failed and the PAC turned away the account itself."""
        return self._opened(now, self.failures + count)

    def probing(self, now):
        """The breaker while a probe is under way: anyone who comes meanwhile finds it open."""
        return replace(self, open_until=now + SHORTEST)

    def _opened(self, now, failures):
        period = min(SHORTEST * 2 ** min(self.openings, 10), LONGEST)
        return Breaker(failures, self.openings + 1, now + period)
