"""How often somebody may ask, kept in memory."""

from collections import deque


class RateLimit:
    """At most ``limit`` requests per ``window_s`` seconds and key, in a sliding window.

    Each server process counts for itself: with N workers a client gets at most N times the limit, which is enough
    against guessing and costs no query. Keys not seen for a window are forgotten.
    """

    def __init__(self, limit, window_s):
        self.limit = limit
        self.window_s = window_s
        self._seen = {}

    def allows(self, key, now_s):
        """Tell whether ``key`` may go on at ``now_s`` (seconds of any clock that only goes forward), and count it.

        A refused request is not counted: who waits gets in.
        """
        self._forget(now_s)
        times = self._seen.setdefault(key, deque())
        while times and times[0] <= now_s - self.window_s:
            times.popleft()
        if len(times) >= self.limit:
            return False
        times.append(now_s)
        return True

    def _forget(self, now_s):
        if len(self._seen) > 10000:
            self._seen = {
                key: times for key, times in self._seen.items() if times and times[-1] > now_s - self.window_s
            }
