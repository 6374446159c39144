"""The code that a member's phone shows: another one every 15 seconds, which nobody but that phone can make.

For each UTC day the phone makes a secret and hashes it 5,760 times; the server and the doors keep the last hash of the
day, the *anchor*, and nothing from which a code follows. A code carries a value that hashes to the anchor, one step
nearer to the secret than the code before (T/Key: Kogan, Manohar, Boneh, CCS 2017; hashing the position keeps the cost
of inverting at 2^128). Digits only: a numeric QR of 25 x 25 modules that any reader types alike.
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import NamedTuple

STEP_S = 15
STEPS = 86400 // STEP_S  # of a day
VALUE_BYTES = 16
DAYS_AHEAD = 7  # for which a phone makes codes without the server
PREFIX, DIGITS = "90", 54
STEPS_LATE, STEPS_EARLY = 2, 1  # how far the clock of a phone may be off
REPEAT_S = 5  # a reader that reads a code twice within it means one act
_CODE = re.compile(rf"{PREFIX}[0-9]{{{DIGITS}}}")
_VALUE_BITS, _STEP_BITS, _DAY_BITS, _PHONE_BITS = 8 * VALUE_BYTES, 13, 4, 32


class Shown(NamedTuple):
    """What a code says: the number of the phone, the last bits of the day, the step of the day and the value."""

    phone: int
    day_bits: int
    step: int
    value: bytes


def step_of(at):
    """Return the step of the naive UTC instant ``at``, counted since 1970; a day begins with a multiple of 5,760."""
    return int((at.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) // STEP_S


def down(phone, day, step, value):
    """Return the value one step nearer to the anchor."""
    position = phone.to_bytes(4, "big") + day.to_bytes(2, "big") + step.to_bytes(2, "big")
    return hashlib.sha256(position + value).digest()[:VALUE_BYTES]


def make_chain(phone, day, secret):
    """Return the values of a day: the anchor first, the secret last."""
    chain = [secret]
    for step in reversed(range(STEPS)):
        chain.append(down(phone, day, step, chain[-1]))
    return chain[::-1]


def write(phone, day, step, value):
    """Return the code of a step: 56 digits.

    :param int day: since 1970
    :param int step: of the day
    :param bytes value: of the chain at ``step + 1``
    """
    number = phone << _DAY_BITS | day % (1 << _DAY_BITS)
    number = (number << _STEP_BITS | step) << _VALUE_BITS | int.from_bytes(value, "big")
    return f"{PREFIX}{number:0{DIGITS}d}"


def read(text):
    """Return what a code says, as :class:`Shown`; ``None`` for what is no code."""
    digits = re.sub(r"[\s-]", "", text or "")
    if not _CODE.fullmatch(digits):
        return None
    number = int(digits[len(PREFIX) :])
    value = (number & (1 << _VALUE_BITS) - 1).to_bytes(VALUE_BYTES, "big")
    number >>= _VALUE_BITS
    step = number & (1 << _STEP_BITS) - 1
    number >>= _STEP_BITS
    phone = number >> _DAY_BITS
    if step >= STEPS or phone >> _PHONE_BITS:
        return None
    return Shown(phone, number & (1 << _DAY_BITS) - 1, step, value)


def find_step(shown, now):
    """Return the step since 1970 that a code claims, when it is of now; else ``None``.

    :param int now: of :func:`step_of`
    """
    day = now // STEPS
    claimed = [one * STEPS + shown.step for one in (day - 1, day, day + 1) if one % (1 << _DAY_BITS) == shown.day_bits]
    return next((step for step in claimed if now - STEPS_LATE <= step <= now + STEPS_EARLY), None)


def leads_to(shown, day, anchor):
    """Tell whether the value of a code hashes to the anchor of the phone for ``day``; up to 5,760 hashes."""
    value = shown.value
    for step in range(shown.step, -1, -1):
        value = down(shown.phone, day, step, value)
    return value == anchor


def is_anchor(text):
    """Tell whether a text is an anchor as 32 hexadecimal digits."""
    return bool(re.fullmatch(r"[0-9a-f]{32}", text))
