"""Single values of a member's row: from the text of a cell to what is stored.

Each parser returns the value, or None for an empty cell, and raises :class:`~.issues.UnreadableValue` with the code of
the reason.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import phonenumbers

from .. import identity
from ..search import normalise
from .issues import UnreadableValue

NOTHING = {"", "-", "--", "n a", "na", "null", "none", "nan", "s n", "s d", "sin dato", "no tiene"}

_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]*[a-z0-9])*\.[a-z]{2,}"
)
_NO_EMAIL = re.compile(
    r"(no|sin|na|none|not?email|no-?tiene|sin-?correo|no-?correo|no-?reply|test)@.*|.*@(example|noemail)\..*"
)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_OLD_MOBILE_PREFIX = re.compile(r"^(?:\+?52)?\s*(?:044|045)\s*")
_AMOUNT_NOISE = re.compile(r"(?i)mxn|m\.n\.|mn|usd|us|pesos|\$|\s|\u00a0|'")
TRUE = {"1", "true", "yes", "y", "si", "s", "x", "verdadero", "t"}
FALSE = {"0", "false", "no", "n", "falso", "f"}

GENDERS = {
    "female": "f female femenino femenina mujer woman w fem",
    "male": "male masculino hombre h man masc",
    "other": "other otro otra x non binary no binario nb prefer not to say",
}


def parse_text(text):
    """Return the text without superfluous blanks, None when it says "nothing"."""
    text = " ".join((text or "").split())
    return None if normalise(text) in NOTHING and not any(sign.isdigit() for sign in text) else text


def parse_email(text):
    """Return the first e-mail address in ``text``, in lower case."""
    text = (text or "").strip().lower().removeprefix("mailto:")
    if normalise(text) in NOTHING:
        return None
    first = re.split(r"[;,\s]+", text.strip(";, "))[0].strip("<>")
    if _NO_EMAIL.fullmatch(first):
        raise UnreadableValue("email_placeholder")
    if not _EMAIL.fullmatch(first) or ".." in first:
        raise UnreadableValue("email_invalid")
    return first


@lru_cache(maxsize=8192)
def parse_phone(text, region="MX"):
    """Return the first phone number of ``text`` as ``+52 55 1234 5678``; ten digits are taken as Mexican."""
    text = (text or "").strip()
    if normalise(text) in NOTHING or not text.strip("0 "):
        return None
    if _SCIENTIFIC.fullmatch(text):
        text = str(int(Decimal(text.replace(",", "."))))
    first = _OLD_MOBILE_PREFIX.sub("", re.split(r"\s*[/;,]\s*|\s+[oy]\s+", text)[0])
    digits = re.sub(r"\D", "", first)
    if len(digits) == 13 and digits.startswith("521"):
        first = "+52" + digits[3:]
    elif len(digits) in (11, 12) and not first.startswith("+"):
        first = "+" + digits
    try:
        number = phonenumbers.parse(first, region)
    except phonenumbers.NumberParseException as error:
        raise UnreadableValue("phone_invalid") from error
    if not phonenumbers.is_valid_number(number):
        raise UnreadableValue("phone_invalid")
    number.extension = None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def phone_key(phone):
    """Return the digits that two spellings of one number share: ``+52 55 1234 5678`` is ``+525512345678``."""
    return "+" + re.sub(r"\D", "", phone) if phone else ""


def parse_rfc(text):
    """Return the RFC, compact; the generic ones are no one's and give None."""
    rfc = identity.compact(text)
    if normalise(text) in NOTHING or rfc in identity.GENERIC_RFCS:
        return None
    if identity.check_rfc(rfc) is identity.Verdict.IMPOSSIBLE:
        raise UnreadableValue("rfc_invalid")
    return rfc


def parse_curp(text):
    """Return the CURP, compact; a wrong check digit is refused, since the official paper has the right one."""
    if normalise(text) in NOTHING:
        return None
    curp = identity.compact(text)
    if identity.check_curp(curp) is not identity.Verdict.GOOD:
        raise UnreadableValue("curp_invalid")
    return curp


def parse_amount(text):
    """Return a :class:`~decimal.Decimal` from "$1,234.00", "1.234,50", "(99)", "MXN 499".

    With both signs the last one is the decimal point; a comma before exactly three digits groups thousands, a single
    point is decimal, as written in Mexico.
    """
    cleaned = _AMOUNT_NOISE.sub("", text or "")
    if normalise(cleaned) in NOTHING:
        return None
    is_negative = cleaned.startswith(("(", "-")) or cleaned.endswith("-")
    cleaned = cleaned.strip("()-")
    try:
        amount = Decimal(_with_decimal_point(cleaned))
    except InvalidOperation as error:
        raise UnreadableValue("amount_invalid") from error
    if not amount.is_finite():
        raise UnreadableValue("amount_invalid")
    return -amount if is_negative else amount


def _with_decimal_point(text):
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        group = "," if point > comma else "."
    elif text.count(",") > 1 or re.search(r",\d{3}$", text):
        group = ","
    elif text.count(".") > 1:
        group = "."
    else:
        group = ""
    return (text.replace(group, "") if group else text).replace(",", ".")


def parse_integer(text):
    """Return a whole number; "99999" is one too, whoever reads the column decides what it means."""
    amount = parse_amount(text)
    if amount is None:
        return None
    if amount != amount.to_integral_value():
        raise UnreadableValue("number_not_whole")
    return int(amount)


def parse_boolean(text):
    """Return True or False from yes/no in English or Spanish."""
    word = normalise(text)
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    if word in NOTHING:
        return None
    raise UnreadableValue("boolean_unknown")


def m_means(texts):
    """Return what "M" means in a column of genders: "female" beside an H (hombre), "male" beside an F, else None."""
    words = {normalise(text) for text in texts}
    if words & {"h", "hombre"}:
        return "female"
    if words & {"f", "female", "femenino"}:
        return "male"
    return None


def parse_gender(text, meaning_of_m=None):
    """Return "female", "male" or "other"."""
    word = normalise(text)
    if word in NOTHING:
        return None
    if word == "m":
        if meaning_of_m:
            return meaning_of_m
        raise UnreadableValue("gender_ambiguous")
    for gender, words in GENDERS.items():
        if word in words.split() or word == words:
            return gender
    raise UnreadableValue("gender_unknown")
