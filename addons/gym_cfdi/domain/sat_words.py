"""What the SAT's status service means: its texts vary in accents, case and points, its few words do not."""

import unicodedata
from enum import Enum


class Standing(str, Enum):
    """What a CFDI is before the SAT."""

    IN_FORCE = "in_force"
    IN_PROCESS = "in_process"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


def standing(codigo_estatus, estado, estatus_cancelacion):
    """Judge an answer of ConsultaCFDIService.

    - ``IN_FORCE``: in force, and no request to cancel it is open.
    - ``IN_PROCESS``: in force, and a request to cancel it waits for the receptor or for the SAT.
    - ``REFUSED``: in force, because the receptor refused the last request.
    - ``CANCELLED``: cancelled, with acceptance or without; a term that ran out is consent.
    - ``NOT_FOUND``: the SAT does not know it, or knows it with another RFC or total than it was asked for (602). A
      stamp may take up to 48 hours to arrive.
    - ``UNKNOWN``: the question was malformed (601), or the words are new ones.

    :return: :class:`Standing`
    """
    code, state, process = map(_plain, (codigo_estatus, estado, estatus_cancelacion))
    if state == "cancelado":
        return Standing.CANCELLED
    if state == "no encontrado" or "602" in code:
        return Standing.NOT_FOUND
    if state != "vigente" or code.startswith("n"):
        return Standing.UNKNOWN
    if process in ("en proceso", "plazo vencido"):
        # the term has run out: the SAT is about to cancel
        return Standing.IN_PROCESS
    if process == "solicitud rechazada":
        return Standing.REFUSED
    return Standing.IN_FORCE if not process else Standing.UNKNOWN


def may_be_cancelled(es_cancelable):
    """Return ``True`` with acceptance or without, ``False`` when not, ``None`` when the SAT does not say."""
    words = _plain(es_cancelable)
    if words.startswith("no"):
        return False
    return True if words.startswith("cancelable") else None


def needs_acceptance(es_cancelable):
    """Tell whether the SAT says that the receptor must agree; ``None`` when it does not say."""
    words = _plain(es_cancelable)
    return words.startswith("cancelable con") if words.startswith("cancelable") else None


class RequestFate(str, Enum):
    """What the code of a folio says of a request to cancel it."""

    TAKEN = "taken"
    NOT_YET_KNOWN = "not_yet_known"
    ASK = "ask"
    REFUSED = "refused"


# 201 taken, 202 asked for before, 798 Finkok's: a former request exists
_TAKEN = {"201", "202", "798"}
# The SAT does not know the CFDI yet
_NOT_YET_KNOWN = {"205"}
# "Not applicable" for some PACs, "in process" for others: the status service decides
_ASK = {"204"}


def fate_of(code):
    """Return what the code of a folio means; none of them means "cancelled"."""
    if code in _TAKEN:
        return RequestFate.TAKEN
    if code in _NOT_YET_KNOWN:
        return RequestFate.NOT_YET_KNOWN
    return RequestFate.ASK if code in _ASK else RequestFate.REFUSED


def _plain(text):
    """Lower case, without accents, surrounding space and final points."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip(" .").lower()
