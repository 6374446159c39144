"""What tells one person from another: RFC, CURP and a name that does not depend on its order or accents."""

from enum import Enum

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.mx import curp as stdnum_curp
from stdnum.mx import rfc as stdnum_rfc

from .search import normalise

GENERIC_RFCS = frozenset({"XAXX010101000", "XEXX010101000"})  # general public and foreigners (RMF 2.7.1.23)


class Verdict(Enum):
    """``DOUBTFUL`` has the right shape but a wrong check digit, which some genuine RFCs have; it only warns."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    IMPOSSIBLE = "impossible"


def compact(text):
    """Return an RFC or CURP as typed in upper case without spaces, dashes or underscores."""
    return stdnum_rfc.compact(text or "")


def check_rfc(text):
    """Judge an RFC; empty is good, and so are the two generic ones, which have no check digit."""
    rfc = compact(text)
    if not rfc or rfc in GENERIC_RFCS:
        return Verdict.GOOD
    if len(rfc) == 10:
        return Verdict.IMPOSSIBLE  # stdnum accepts an RFC without homoclave; no invoice does
    return _judge(lambda: stdnum_rfc.validate(rfc), lambda: stdnum_rfc.validate(rfc, validate_check_digits=True))


def check_curp(text):
    """Judge a CURP; empty is good."""
    curp = compact(text)
    if not curp:
        return Verdict.GOOD
    return _judge(lambda: stdnum_curp.validate(curp, validate_check_digits=False), lambda: stdnum_curp.validate(curp))


def _judge(shape, digits):
    try:
        shape()
    except ValidationError:
        return Verdict.IMPOSSIBLE
    try:
        digits()
    except (InvalidChecksum, ValidationError):
        return Verdict.DOUBTFUL
    return Verdict.GOOD


def birthdate_of_curp(text):
    """Return the birth date that a well-formed CURP holds, else ``None``."""
    curp = compact(text)
    if not curp or check_curp(curp) is Verdict.IMPOSSIBLE:
        return None
    return stdnum_curp.get_birth_date(curp)


def name_key(name):
    """Return the words of a name in alphabetical order, so that "López, José" equals "Jose Lopez"."""
    return " ".join(sorted(normalise(name).split()))
