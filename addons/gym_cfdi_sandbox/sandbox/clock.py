"""The sandbox's clock, which tests move forward to let terms lapse."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

# What a PAC writes in FechaTimbrado, wherever the document was issued
CENTRAL = ZoneInfo("America/Mexico_City")
_SETTING = "clock_offset_s"
_SATURDAY = 5


class Clock:
    """Real time plus an offset that is remembered."""

    def __init__(self, register):
        self._register = register
        self.reload()

    def reload(self):
        """Take the offset from the register anew."""
        self._offset = timedelta(seconds=self._register.setting(_SETTING, 0))

    def now(self):
        """Return the aware instant that the sandbox believes in."""
        return datetime.now(timezone.utc) + self._offset

    def local(self):
        """Return :meth:`now` as PACs write it: naive time of central Mexico, whole seconds."""
        return self.now().astimezone(CENTRAL).replace(tzinfo=None, microsecond=0)

    def advance(self, seconds):
        """Move forward (or back, when negative); ``None`` returns to real time."""
        offset = 0 if seconds is None else self._offset.total_seconds() + seconds
        self._register.set(_SETTING, offset)
        self.reload()


def end_of_working_day(instant, days):
    """Return the last instant of the working day that comes ``days`` working days after ``instant``.

    Saturdays and Sundays do not count (CFF art. 12); holidays do, unlike at the SAT.
    """
    day = instant.astimezone(CENTRAL).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return datetime.combine(day, time.max, CENTRAL)
