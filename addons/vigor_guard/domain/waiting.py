"""How long somebody waits who got it wrong too often."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """``free`` failures cost nothing; the wait then doubles from ``first_s`` to ``longest_s`` seconds.

    Failures older than ``window_s`` seconds are forgotten.
    """

    free: int
    first_s: int
    longest_s: int
    window_s: int

    def wait_s(self, failures, since_last_s):
        """Return how many seconds are left to wait, 0 when none.

        :param int failures: within the window
        :param float since_last_s: seconds since the last of them
        """
        if failures < self.free:
            return 0
        doublings = min(failures - self.free, 20)
        return max(0, min(self.first_s * 2**doublings, self.longest_s) - since_last_s)
