"""Dates as people and systems write them, and which comes first in a file, the day or the month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ..search import normalise
from .issues import UnreadableValue
from .values import is_nothing

DMY = "dmy"
MDY = "mdy"
EMPTY = {
    "",
    "-",
    "--",
    "n a",
    "na",
    "null",
    "none",
    "nan",
    "s d",
    "s f",
    "sin dato",
    "sin datos",
    "sin fecha",
    "no aplica",
    "no tiene",
    "nat",
    "n d",
    "nd",
    "ninguna",
    "no",
    "0000 00 00",
    "00 00 0000",
    "0",
}

# Day 0 of Excel's calendar, moved so that serials from March 1900 on are right (Excel believes in 29 February 1900).
_EXCEL_EPOCH = date(1899, 12, 30)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "ene enero jan january",
            "feb febrero february",
            "mar marzo march",
            "abr abril apr april",
            "may mayo",
            "jun junio june",
            "jul julio july",
            "ago agosto aug august",
            "sep sept septiembre setiembre september",
            "oct octubre october",
            "nov noviembre november",
            "dic diciembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_CLOCK = re.compile(r"[T ]+\d{1,2}:\d{2}.*$")
_NUMERIC = re.compile(r"(\d{1,2})(?: ?[/.\-] ?| )(\d{1,2})(?: ?[/.\-] ?| )(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_REMARK = re.compile(r"\s*\(.*?\)\s*$")
_WEEKDAYS = frozenset(
    {
        "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo", "lun", "mar", "mie",
        "jue", "vie", "sab", "dom", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday", "mon", "tue", "wed", "thu", "fri", "sat", "sun"
    }
)  # fmt: skip
# What programs write for a date they do not have.
_PLACEHOLDERS = frozenset((date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1, 1, 1)))
# From this year on a day means "never" (31/12/9999); before the other one nobody of today was born.
_NEVER_YEAR, _FIRST_YEAR = 2100, 1900
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")


@dataclass(frozen=True)
class DateOrder:
    """What the dates of a file say about their own order.

    :param order: :data:`DMY`, :data:`MDY`, or None when nothing or too much speaks
    :param int day_first: dates that can only be read with the day first (13/02/1990)
    :param int month_first: dates that can only be read with the month first (02/13/1990)
    :param int ambiguous: dates that can be read both ways and mean different days (03/04/1990)
    :param str example: one ambiguous date, to show when asking
    """

    order: str | None
    day_first: int = 0
    month_first: int = 0
    ambiguous: int = 0
    example: str = ""

    @property
    def must_ask(self):
        """Whether a person has to choose: some dates can be read both ways and the others do not decide."""
        return self.order is None and bool(self.ambiguous or self.day_first)


def detect_order(texts):
    """Return the :class:`DateOrder` of all the dates of a file; one clear date decides for the ambiguous ones.

    When some dates can only be read one way and some only the other, nothing is decided.
    """
    day_first = month_first = ambiguous = 0
    example = ""
    for text in texts:
        match = _NUMERIC.fullmatch(_CLOCK.sub("", text.strip()))
        if not match:
            continue
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second:
            day_first += 1
        elif second > 12 >= first:
            month_first += 1
        elif first != second:
            ambiguous += 1
            example = example or text
    if bool(day_first) == bool(month_first):
        order = None
    else:
        order = DMY if day_first else MDY
    return DateOrder(order, day_first, month_first, ambiguous, example)


def parse_date(text, order=DMY, *, today):
    """Return the civil date that ``text`` means, or None when it says that there is none.

    :param str order: :data:`DMY` or :data:`MDY`, for dates like 03/04/1990
    :param date today: years of two digits are taken as the latest that is not after this year plus ten
    :raise UnreadableValue: ``date_unreadable`` when it is no date, ``date_impossible`` when there is no such day,
        ``date_placeholder`` when it is a day that programs write for none, ``date_implausible`` before 1900
    """
    text = _CLOCK.sub("", _REMARK.sub("", (text or "").strip())).rstrip(" .")
    if is_nothing(text, EMPTY):
        return None
    try:
        found = (
            _parse_iso(text)
            or _parse_numeric(text, order, today)
            or _parse_compact(text, order)
            or _parse_serial(text)
            or _parse_words(text, today)
        )
    except ValueError as error:
        raise UnreadableValue("date_impossible") from error
    if not found:
        raise UnreadableValue("date_unreadable")
    if found in _PLACEHOLDERS or found.year >= _NEVER_YEAR:
        raise UnreadableValue("date_placeholder")
    if found.year < _FIRST_YEAR:
        raise UnreadableValue("date_implausible")
    return found


def _parse_iso(text):
    match = _ISO.fullmatch(text)
    return date(int(match[1]), int(match[2]), int(match[3])) if match else None


def _parse_numeric(text, order, today):
    match = _NUMERIC.fullmatch(text)
    if not match:
        return None
    day, month = (match[1], match[2]) if order == DMY else (match[2], match[1])
    return date(_full_year(match[3], today), int(month), int(day))


def _parse_compact(text, order):
    """Read "19900305", and "05031990" when it cannot be the other; what may be both is refused."""
    if not re.fullmatch(r"\d{8}(?:\.0+)?", text):
        return None
    digits = text[:8]
    day, month = (digits[:2], digits[2:4]) if order == DMY else (digits[2:4], digits[:2])
    found = set()
    for parts in ((digits[:4], digits[4:6], digits[6:]), (digits[4:], month, day)):
        try:
            read = date(*map(int, parts))
        except ValueError:
            continue
        if _FIRST_YEAR <= read.year < _NEVER_YEAR:
            found.add(read)
    return found.pop() if len(found) == 1 else None


def _parse_serial(text):
    match = _SERIAL.fullmatch(text)
    if not match or int(match[1]) > 80_000:
        return None
    return _EXCEL_EPOCH + timedelta(days=int(match[1]))


def _parse_words(text, today):
    """Read "5 de marzo de 1990", "12-ene-90", "Mar 5, 1990"."""
    words = [word for word in normalise(text).split() if word not in ("de", "del")]
    if len(words) > 3 and words[0] in _WEEKDAYS:
        words = words[1:]
    if len(words) != 3:
        return None
    month = next((_MONTHS[word] for word in words if word in _MONTHS), None)
    numbers = [word for word in words if word.isdigit()]
    if not month or len(numbers) != 2:
        return None
    day, year = numbers
    return date(_full_year(year, today), month, int(day))


def _full_year(text, today):
    if len(text) == 4:
        return int(text)
    limit = today.year + 10
    year = limit - limit % 100 + int(text)
    return year if year <= limit else year - 100
