"""What the old system's word for a status means; an unknown one means nothing until somebody says what it means."""

import re

from ..search import normalise
from .issues import UnreadableValue
from .values import NOTHING

ACTIVE, TRIAL, FROZEN, FORMER, PROSPECT, PAST_DUE = "active", "trial", "frozen", "former", "prospect", "past_due"
STATUSES = (ACTIVE, TRIAL, PAST_DUE, FROZEN, FORMER, PROSPECT)
# People with a membership in the old system; prospects and former members have none.
MEMBERS = frozenset((ACTIVE, TRIAL, PAST_DUE, FROZEN))

_WHOLE = {
    ACTIVE: "active|activo|activa|vigente|current|current member|member|miembro|al corriente|al dia|socio|socia|"
    "socio activo|socia activa|socio vigente|miembro activo|active member|alta|activated|live|enrolled|inscrito|"
    "inscrita|pagado|pagada|al corriente de pago|good standing|in good standing|si|activo si|"
    "yes|true|verdadero",
    TRIAL: "trial|prueba|on trial|free trial|clase muestra|trialing|periodo de prueba|en prueba|a prueba",
    FROZEN: "frozen|freeze|on freeze|congelado|congelada|suspended|suspendido|suspendida|paused|pausado|pausada|"
    "on hold|hold|pausa|en pausa|baja temporal|suspension temporal|congelamiento|inactivo temporal|inactiva temporal|"
    "temporarily inactive|cancelacion temporal|licencia|incapacidad|lesionado|lesionada|en suspension",
    FORMER: "alumni|alumnus|deceased|finado|finada|fallecido|fallecida|difunto|difunta|defuncion|no activo|no activa|"
    "no vigente|not active|non active|ex|no renovo|no renovado|no renovada|not renewed|non renewed|did not renew|"
    "no continua|ya no viene|se fue|left|quit|gone|moved|moved away|se mudo|no es socio|no socio|past|past member|"
    "ya no asiste|no asiste|no viene|dejo de venir|se retiro|se dio de baja|qepd|q e p d|"
    "previous|previous member|lapsed|lost|dropped|dropped out|withdrawn|ended|closed|no|false|falso",
    PROSPECT: "lead|prospect|prospecto|prospecta|non member|interesado|interesada|visitor|visita|visitante|nuevo lead|"
    "prospective|invitado|invitada|guest|candidato|candidata|potential|potencial|espera|"
    "en espera|lista de espera|waiting list",
    PAST_DUE: "past due|overdue|adeudo|moroso|morosa|declined|con adeudo|delinquent|en adeudo|atrasado|atrasada|"
    "pago pendiente|pago vencido|cuota vencida|unpaid|in arrears",
}
_BY_WORD = {word: status for status, words in _WHOLE.items() for word in words.split("|")}
# Beginnings of words of which one is enough: "baja definitiva", "dado de baja por falta de pago", "cancelled (2024)".
_LEFT_STEMS = (
    "baja", "cancel", "inactiv", "desactiv", "deactiv", "former", "terminat", "terminad", "expir", "vencid",
    "archivad", "archived", "retirad", "renunci", "fallec", "finad", "difunt", "deceas", "egresad", "desert",
    "eliminad", "delet", "caduc", "exsoci", "exmiemb", "exclient", "exalumn", "expuls", "baned", "banned", "abandon",
    "withdraw", "lapsed", "anulad", "finaliz", "concluid", "disabled", "deshabilit",
)  # fmt: skip
_EX = frozenset(("ex", "former"))
_DEAD = frozenset(("qepd", "q e p d", "rip", "r i p", "d e p", "murio"))
_MARKS_OF_LEFT = frozenset(
    ("baja", "qepd", "q e p d", "rip", "finado", "finada", "inactivo", "inactiva", "cancelado", "cancelada", "vencido",
     "vencida")
)  # fmt: skip
_MOST_TITLE_WORDS = 6
_COUNT = re.compile(r":\s*\d+\s*$")
_NEGATIONS = frozenset(("no", "sin", "excepto", "menos", "not", "without", "alta"))
# Whom a list is of says nothing of whether they left.
_OF_A_LIST = frozenset(("socio", "socia", "miembro", "member", "si", "ye"))
# Words that speak of a membership going on, of a pause, or of a day to come: with them a stem decides nothing.
_DOUBT = frozenset(
    (
        "activo",
        "activa",
        "active",
        "vigente",
        "temporal",
        "temporary",
        "temporarily",
        "pausa",
        "pausado",
        "paused",
        "hold",
        "congelado",
        "frozen",
        "freeze",
        "suspendido",
        "suspended",
        "programada",
        "programado",
        "scheduled",
        "pendiente",
        "pending",
        "proceso",
        "solicitada",
        "sin",
        "nunca",
        "never",
        "not",
        "no",
        "reactivado",
        "reactivada",
        "reactivated",
    )
)


def parse_status(text, meanings=None):
    """Return which of :data:`STATUSES` a cell means, None when it is empty.

    :param dict meanings: normalised word to status, as somebody chose for the words of this file; they come first
    :raise UnreadableValue: ``status_unknown``; nobody whose status is not understood may be billed
    """
    word = normalise(text)
    key = status_key(text)
    if key in (meanings or {}):
        return meanings[key]
    if word in NOTHING and not (text or "").strip(" -–—./"):
        return None
    if word in _BY_WORD:
        return _BY_WORD[word]
    if word in NOTHING and word:
        return None
    found = word and _by_stem(word.split())
    if not found:
        raise UnreadableValue("status_unknown")
    return found


def says_left(title):
    """Return whether those who stand below ``title`` are no members: True, False, or None when it does not say.

    Sentences, counts and titles of lists that have both say nothing.
    """
    words = [word.removesuffix("s") for word in normalise(title).split()]
    if not 0 < len(words) <= _MOST_TITLE_WORDS or _COUNT.search(title) or not _NEGATIONS.isdisjoint(words):
        return None
    found = {_BY_WORD.get(word) for word in words if word not in _OF_A_LIST}
    is_left = bool(found & {FORMER, PROSPECT}) or words[0] in _EX or any(word.startswith(_LEFT_STEMS) for word in words)
    if is_left == bool(found & MEMBERS):
        return None
    return is_left


def means_left(text):
    """Tell whether a whole text says that somebody left: "ya no viene", "Baja 2024", "q.e.p.d."."""
    word = normalise(text)
    return bool(word) and (_BY_WORD.get(word) == FORMER or word in _DEAD or bool(says_left(text)))


def marks_left(name):
    """Tell whether somebody has written into a name that its bearer left: "BAJA Ana", "Ana Ríos QEPD".

    There are people called Baja: a mark comes first, or in capitals among words that are not.
    """
    words = name.split()
    in_capitals = [] if name.isupper() else [word for word in words if word.isupper()]
    found = {normalise(word) for word in in_capitals}
    return normalise(words[0]) == "baja" or not _MARKS_OF_LEFT.isdisjoint(found)


def status_key(text):
    """Return by what two spellings of one word are the same; words in other alphabets keep their letters."""
    return normalise(text) or " ".join((text or "").casefold().split())


def _by_stem(words):
    has_left = any(word.startswith(_LEFT_STEMS) for word in words) or words[0] in _EX
    return FORMER if has_left and not _DOUBT & set(words) else None
