"""Names of taxpayers as the SAT keeps them, which is how a CFDI must spell them (CFDI40138-40145).

Policy, after the Constancia de Situación Fiscal: upper case, single spaces, vowels without accent, Ñ and Ü kept, and,
for legal persons, no corporate regime at the end ("SA DE CV"). Punctuation inside the name is left alone: "J.R. GYM" is
registered with its dots.
"""

import re
import unicodedata
from functools import lru_cache

from .rfc import GENERIC, PersonType, person_type

PUBLIC_IN_GENERAL = "PUBLICO EN GENERAL"

# The issuer comes again in every document and customers in every month; judging a name takes longer than the rest
remembered = lru_cache(maxsize=4096)

_KEPT_MARKS = {("N", "\N{COMBINING TILDE}"), ("U", "\N{COMBINING DIAERESIS}")}
_PARTICLES = re.compile("AL?|CON|DEL?|E[LN]?|L[AO]S?|O|PARA|POR|SU|UNA?|Y|&")
# Corporate regimes written without spaces and dots
_REGIME = re.compile(
    "(?:SAPIB?|SAB|SAS?|SDERL(?:MI)?|SENN?C|SENCPORA|SC(?:DE[PCS]|DEAP|L)?(?:DER[LS])?|SPR(?:DER[LIS])?"
    "|SENC(?:PORA)?DERL"
    "|SOCIEDADANONIMA(?:PROMOTORADEINVERSION|BURSATIL)?"
    "|SOCIEDADPORACCIONESSIMPLIFICADA|SOCIEDADDERESPONSABILIDADLIMITADA)"
    "(?:DEIP)?(?:DECV|DECAPITALVARIABLE)?(?:MI)?(?:SOFOME(?:NR|R)|SOFOL|SFP)?"
    "|SDECV"  # on the SAT's own test certificates
    "|SCP|SNC|AC|ABP|IAP|IBP|SSS|SOFOL|SOFOME(?:NR|R)|SOCIEDADCIVIL|SOCIEDADCOOPERATIVA|ASOCIACIONCIVIL|INSTITUCIONDEASISTENCIAPRIVADA"
)
_LONGEST_REGIME = 9  # words


@remembered
def fold(text):
    """Return ``text`` in upper case with single spaces and unaccented vowels; Ñ and Ü stay."""
    if text and text.isascii():
        return " ".join(text.upper().split())
    letters = []
    for char in unicodedata.normalize("NFD", (text or "").upper()):
        if not unicodedata.combining(char) or (letters and (letters[-1], char) in _KEPT_MARKS):
            letters.append(char)
    return " ".join(unicodedata.normalize("NFC", "".join(letters)).split())


def without_corporate_regime(name):
    """Return an already folded ``name`` without the corporate regime at its end; never an empty name.

    Dots, commas and spaces within the regime do not matter: "S.A. DE C.V.", "S A DE CV".
    """
    words = name.split()
    for count in range(min(_LONGEST_REGIME, len(words) - 1), 0, -1):
        ending = "".join(words[-count:]).replace(".", "").replace(",", "")
        if _REGIME.fullmatch(ending):
            return " ".join(words[:-count]).rstrip(" ,")
    return name


def fiscal_name(name, rfc=None):
    """Return ``name`` as the Constancia has it.

    :param str name: what the customer or the company is called in the contact
    :param str rfc: its RFC when known; a natural person's name never loses its last words
    """
    folded = fold(name)
    if rfc in GENERIC or person_type(rfc) is PersonType.NATURAL:
        return folded
    return without_corporate_regime(folded)


@remembered
def is_fiscal_form(name, rfc):
    """Tell whether ``name`` could be registered as it is: upper case, single spaces, no corporate regime.

    Accents are not judged here: some registrations carry them.
    """
    tidy = " ".join(name.upper().split())
    if person_type(rfc) is PersonType.LEGAL and rfc not in GENERIC:
        return name == tidy and without_corporate_regime(fold(name)) == fold(name)
    return name == tidy


@remembered
def may_belong(name, rfc):
    """Tell whether some word of ``name`` begins with one of the letters from which the SAT built ``rfc``.

    Deliberately loose, since companies change their names and keep their RFC: only a name that shares no initial at
    all, as when the data of two customers were mixed, gives ``False``.
    """
    if rfc in GENERIC:
        return True
    letters = rfc[:3] if person_type(rfc) is PersonType.LEGAL else rfc[:1] + rfc[2:4]
    words = [word for word in re.split(r"[\s.,-]+", fold(name)) if word and not _PARTICLES.fullmatch(word)]
    return not words or any(word[0] in letters for word in words)
