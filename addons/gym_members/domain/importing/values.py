"""Single values of a member's row: from the text of a cell to what is stored.

Each parser returns the value, or None for an empty cell, and raises :class:`~.issues.UnreadableValue` with the code of
the reason.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import phonenumbers

from .. import identity
from ..search import normalise
from .issues import UnreadableValue

NOTHING = frozenset({
    "", "-", "--", "n a", "na", "n d", "nd", "null", "none", "nan", "nat", "s n", "s d", "sin dato", "no tiene",
    "no aplica", "sin datos",
})  # fmt: skip
# What people put into a cell that they leave empty
_MARKS = " \t\r\n\u00a0-–—−./\\_…*:;,'\""
# What spreadsheets show where a formula failed: #N/D, #¡REF!, #VALUE!, #¿NOMBRE?
_SHEET_ERROR = re.compile(r"#[¡¿]?[A-ZÁÉÍÓÚÑ/0÷ ]+[!?]?")
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)

_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]*[a-z0-9])*\.[a-z]{2,}"
)
_NO_EMAIL = re.compile(
    r"(no|sin|na|none|not?email|no-?tiene|sin-?correo|no-?correo|no-?reply|test)@.*|.*@(example|noemail)\..*"
)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_ROUNDED = re.compile(r"\d[.,]\d+[eE]\+?\d+")
_EXTENSION = re.compile(r"(?i)\s*(?:\bext(?:ensi[oó]n)?\b|\bx(?=\s*\d)|#).*$")
# Words that only say what kind of phone it is, and how many digits may stand before a number: 0052 1.
_PHONE_WORDS = frozenset(
    ("t", "tel", "telefono", "c", "cel", "celular", "movil", "mobile", "phone", "casa", "whatsapp", "whats", "whatsap",
     "wa", "app", "mx", "mex", "lada", "num", "numero", "no")
)  # fmt: skip
_MOST_PREFIX = 5
# What an amount may look like, and the sign that groups its thousands. Three digits after a lone point are refused:
# 1.200 may be twelve hundred or little more than one; and so is 499,000, which no gym charges. Databases write four
# decimals.
_AMOUNTS = (
    (re.compile(r"(?!\d{3},000$)\d{1,3}(?:,\d{3})+(?:\.(?:\d{0,2}|\d{4}))?"), ","),
    (re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}"), "."),
    (re.compile(r"\d{1,3}(?:\.\d{3}){2,}"), "."),
    (re.compile(r"\d+(?:\.(?:\d{0,2}|\d{4}))?|\.\d{1,2}|\d+,\d{1,2}|,\d{1,2}"), " "),
)
_AMOUNT_NOISE = re.compile(r"(?i)mxn|m\.n\.|mn|pesos|(?<!s)\$|\s|\u00a0|'")
# A blank or an apostrophe groups thousands or is a slip: "49 9" is neither 499 nor 49.
_SPLIT_DIGITS = re.compile(r"\d[\s\u00a0']+(?!\d{3}(?!\d))\d")
_NO_CENTS = re.compile(r"[.,]-$")
# Signs that join letters or emoji and belong to the text.
_JOINERS = frozenset("\u200c\u200d")
_BROKEN = re.compile(r"[ÃÂâÐðÅÄ].")
TRUE = {"1", "true", "yes", "y", "si", "s", "x", "verdadero", "t"}
FALSE = {"0", "false", "no", "n", "falso", "f"}

GENDERS = {
    "female": "f female femenino femenina mujer woman w fem",
    "male": "male masculino hombre h man masc",
    "other": "other otro otra x non binary no binario nb prefer not to say",
}


def is_nothing(text, words=NOTHING):
    """Tell whether a cell says that there is nothing; letters of another alphabet and pictures are something.

    :param words: what says so, as ``normalise`` writes it
    """
    word = normalise(text)
    return word in words if word else not (text or "").strip(_MARKS)


def clean_cell(text):
    """Return the text of a cell without what spreadsheets add: ``="..."``, a leading ', invisible signs, errors."""
    text = "".join(sign for sign in text or "" if unicodedata.category(sign) != "Cf" or sign in _JOINERS).strip()
    if wrapped := _AS_TEXT.fullmatch(text):
        text = wrapped[1].strip()
    if text.startswith("'"):
        text = text[1:].lstrip()
    return "" if _SHEET_ERROR.fullmatch(text) else text


def repair(text):
    """Return the text whose UTF-8 somebody took for Windows' code page ("PeÃ±a" is "Peña"), or the same text."""
    try:
        return _to_bytes(text).decode() if _BROKEN.search(text) else text
    except ValueError:
        return text


def _to_bytes(text):
    """Return the bytes of Windows' code page, those that it lacks as they are."""
    return b"".join(sign.encode("latin-1") if "\x80" <= sign < "\xa0" else sign.encode("cp1252") for sign in text)


def parse_text(text):
    """Return the text without superfluous blanks, None when it says "nothing"."""
    text = " ".join((text or "").split())
    return None if is_nothing(text) else text


def parse_code(text):
    """Return an id; "1001.0" is 1001, a number that a program took for a fraction, and "1.23457E+11" is none."""
    text = parse_text(text)
    if text and _ROUNDED.fullmatch(text):
        raise UnreadableValue("code_rounded")
    return re.sub(r"(?<=\d)\.0+$", "", text) if text else None


def parse_zip(text):
    """Return a postal code; four digits have lost the zero that those of Mexico City begin with."""
    text = parse_code(text)
    return text.zfill(5) if text and re.fullmatch(r"\d{4}", text) else text


def parse_email(text):
    """Return the first e-mail address in ``text``, in lower case."""
    if is_nothing(text):
        return None
    first = _emails(text)[0]
    if _NO_EMAIL.fullmatch(first):
        raise UnreadableValue("email_placeholder")
    if not _EMAIL.fullmatch(first) or ".." in first:
        raise UnreadableValue("email_invalid")
    return first


def _emails(text):
    """Return the pieces of a cell that are addresses, or else the first one, which is none."""
    pieces = re.split(r"[;,\s]+", text.strip().lower().removeprefix("mailto:").strip(";, "))
    pieces = [piece.strip("<>()") for piece in pieces]
    return [piece for piece in pieces if "@" in piece] or pieces[:1]


def is_email_shortened(text):
    """Tell whether ``text`` has more than one address."""
    return len(_emails(text)) > 1


@lru_cache(maxsize=8192)
def parse_phone(text, region="MX"):
    """Return the first phone number of ``text`` as ``+52 55 1234 5678``; ten digits are taken as Mexican.

    The prefixes that Mexico gave up in 2019 (01, 044, 045 and the 1 after +52) go; words and extensions are left out.
    A number that Excel has rounded (5.51235E+09) is none: its last digits are lost.
    """
    text = (text or "").strip()
    if is_nothing(text) or not text.strip("0 "):
        return None
    if _SCIENTIFIC.fullmatch(text):
        text = _unrounded(text)
    text = re.sub(r"(?<=\d)[.,]0+$", "", text)
    parts = re.split(r"\s*[/;,|\n]\s*|\s+[oóy]\s+|(?<=\d{10})\s+(?=\d{10})", _EXTENSION.sub("", text))
    first = next((part for part in parts if len(re.sub(r"\D", "", part)) >= 7), parts[0])
    try:
        number = phonenumbers.parse(_international(first), region)
    except phonenumbers.NumberParseException as error:
        raise UnreadableValue("phone_invalid") from error
    if not phonenumbers.is_valid_number(number) or len(set(str(number.national_number))) == 1:
        raise UnreadableValue("phone_invalid")
    number.extension = None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _unrounded(text):
    """Return the digits of "5.512345678E+09" when all of them are there."""
    mantissa, exponent = re.split("[eE]", text.replace(",", "."))
    if len(re.sub(r"\D", "", mantissa)) < int(exponent) + 1:
        raise UnreadableValue("phone_invalid")
    return str(int(Decimal(f"{mantissa}E{exponent}")))


def _international(text):
    """Return the digits of a number with + and its country, without the prefixes that Mexico has given up."""
    digits = re.sub(r"\D", "", text)
    has_plus = "+" in text.split(digits[:1] or " ")[0]
    if digits.startswith("00"):
        digits, has_plus = digits[2:], True
    is_mexican = digits.startswith("52") and len(digits) >= 12
    if is_mexican:
        digits = digits[2:]
    if is_mexican or not has_plus:
        for prefix in ("044", "045", "01", *(["1"] if is_mexican else [])):
            if digits.startswith(prefix) and len(digits) == 10 + len(prefix):
                digits = digits[len(prefix) :]
                break
    if len(digits) == 10 and (is_mexican or not has_plus):
        return "+52" + digits
    if (
        len(digits) > 10
        and not (is_mexican or has_plus)
        and (_is_of_mexico(digits[:10]) or _is_of_mexico(digits[-10:]))
    ):
        return ""  # one of Mexico with a digit too many, or one of another country: nobody knows
    return "+" + ("52" + digits if is_mexican else digits) if has_plus or len(digits) > 10 else digits


def _is_of_mexico(digits):
    return phonenumbers.is_valid_number(phonenumbers.parse("+52" + digits))


def is_phone_shortened(text, phone):
    """Tell whether ``text`` has more than the number ``phone``: another number, an extension, somebody's name."""
    more = len(re.sub(r"\D", "", re.sub(r"[.,]0+$", "", text))) - len(re.sub(r"\D", "", phone))
    words = set(re.findall(r"[a-z]+", normalise(text))) - _PHONE_WORDS
    return more > _MOST_PREFIX or bool(words and not _SCIENTIFIC.fullmatch(text.strip()))


def phone_key(phone):
    """Return the digits that two spellings of one number share: ``+52 55 1234 5678`` is ``+525512345678``."""
    return "+" + re.sub(r"\D", "", phone) if phone else ""


def parse_rfc(text):
    """Return the RFC, compact; the generic ones are no one's and give None."""
    rfc = identity.compact(text)
    if is_nothing(text) or rfc in identity.GENERIC_RFCS:
        return None
    if identity.check_rfc(rfc) is identity.Verdict.IMPOSSIBLE:
        raise UnreadableValue("rfc_invalid")
    return rfc


def parse_curp(text):
    """Return the CURP, compact; a wrong check digit is refused, since the official paper has the right one."""
    if is_nothing(text):
        return None
    curp = identity.compact(text)
    if identity.check_curp(curp) is not identity.Verdict.GOOD:
        raise UnreadableValue("curp_invalid")
    return curp


def parse_amount(text):
    """Return a :class:`~decimal.Decimal` from "$1,234.00", "1.234,50", "(99)", "MXN 499".

    With both signs the last one is the decimal point; a comma before exactly three digits groups thousands, a single
    point is decimal, as written in Mexico. What may be read in two ways, or is in another currency, is refused.
    """
    cleaned = _NO_CENTS.sub("", _AMOUNT_NOISE.sub("", text or ""))
    if is_nothing(cleaned):
        return None
    if _SPLIT_DIGITS.search(text):
        raise UnreadableValue("amount_invalid")
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
    """Return ``text`` as Decimal reads it; groups that are not of three digits are refused, not guessed at."""
    for pattern, group in _AMOUNTS:
        if pattern.fullmatch(text):
            return text.replace(group, "").replace(",", ".")
    raise UnreadableValue("amount_invalid")


def parse_integer(text):
    """Return a whole number; "99999" is one too: the reader of the column decides what it means."""
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
    if is_nothing(text):
        return None
    raise UnreadableValue("boolean_unknown")


def m_means(texts):
    """Return what "M" means in a column of genders: "female" beside an H (hombre), "male" beside an F, else None."""
    words = {normalise(text) for text in texts}
    is_woman, is_man = words & {"h", "hombre"}, words & {"f", "female", "femenino"}
    if is_woman and is_man:
        return None
    return "female" if is_woman else "male" if is_man else None


def parse_gender(text, meaning_of_m=None):
    """Return "female", "male" or "other"."""
    word = normalise(text)
    if is_nothing(text):
        return None
    if word == "m":
        if meaning_of_m:
            return meaning_of_m
        raise UnreadableValue("gender_ambiguous")
    for gender, words in GENDERS.items():
        if word in words.split() or word == words:
            return gender
    raise UnreadableValue("gender_unknown")
