"""Who must agree to a cancellation, until when it may be asked for, and what stands in its way.

CFF 29-A, LISR 113-G and RMF 2.7.1.34, 2.7.1.35, 2.7.1.47. The SAT has the last word (its status service says whether a
CFDI is "Cancelable sin aceptación"); these rules let a person know beforehand, also when the SAT cannot be reached.
"""

import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache

from .cancellation import Motive
from .errors import CfdiError
from .payment_method import month_end
from .rfc import GENERIC_FOREIGN, GENERIC_NATIONAL, PersonType, person_type

# RMF 2.7.1.35: up to this total, in MXN, inclusive, nobody is asked; payment complements are never in it
MOST_WITHOUT_ACCEPTANCE = Decimal(1000)
# RMF 2.7.1.34: the receptor's days to answer; silence is consent
ANSWER_WORKING_DAYS = 3

RESICO = "626"
_COMPANY_MONTH, _PERSON_MONTH = 3, 4
# How long the SAT may take to show a request that it has taken
SHOWS_WITHIN = timedelta(hours=72)
# Finkok answers 799 to more requests than these for one CFDI
MOST_REQUESTS = 5
_FIRST_WAIT = timedelta(minutes=2)
_LONGEST_WAIT = timedelta(hours=6)
# CFF 12 has it and the public holidays do not
_TAX_HOLIDAYS = {(5, 5)}


class Exemption(str, Enum):
    """Why the receptor is not asked."""

    AMOUNT = "amount"
    EGRESO = "egreso"
    TRASLADO = "traslado"
    PAYROLL = "payroll"
    PUBLIC = "public"
    FOREIGN = "foreign"
    RECENT = "recent"


@dataclass(frozen=True)
class Case:
    """What the rules need to know of a CFDI.

    :param str document_type: I, E, P, T or N
    :param Decimal total_mxn: its total in pesos; of a payment complement, anything
    :param date issued_on: the day of Fecha at the place of issue
    """

    document_type: str
    total_mxn: Decimal
    issuer_rfc: str
    receptor_rfc: str
    issued_on: date
    is_global: bool = False
    issuer_regime: str = ""


class CancellationError(CfdiError):
    """A cancellation that the SAT would refuse."""

    code = "CANCEL"


def exemption(case, today):
    """Return why the receptor need not agree to a cancellation asked for ``today``, or ``None`` when it must.

    :return: :class:`Exemption`
    """
    by_type = {"E": Exemption.EGRESO, "T": Exemption.TRASLADO, "N": Exemption.PAYROLL}
    by_receptor = {GENERIC_NATIONAL: Exemption.PUBLIC, GENERIC_FOREIGN: Exemption.FOREIGN}
    if case.document_type in by_type:
        return by_type[case.document_type]
    if case.receptor_rfc in by_receptor:
        return by_receptor[case.receptor_rfc]
    if case.document_type != "P" and case.total_mxn <= MOST_WITHOUT_ACCEPTANCE:
        return Exemption.AMOUNT
    return Exemption.RECENT if today <= next_working_day(case.issued_on) else None


def deadline(case):
    """Return the last day, inclusive, to cancel without a fine: of the month of the annual return of the year of issue.

    March of the following year for companies, April for persons (CFF 29-A). The global invoice of a person in RESICO
    only has the month of its Fecha: RMF 2.7.1.47 excepts it, and later the SAT answers 211.
    """
    if ends_with_its_month(case):
        return month_end(case.issued_on)
    month = _COMPANY_MONTH if person_type(case.issuer_rfc) is PersonType.LEGAL else _PERSON_MONTH
    return date(case.issued_on.year + 1, month + 1, 1) - timedelta(days=1)


def ends_with_its_month(case):
    """Tell whether a CFDI is the global invoice of a person in RESICO, which LISR 113-G V lets be cancelled so long."""
    is_person = person_type(case.issuer_rfc) is PersonType.NATURAL
    return case.is_global and is_person and case.issuer_regime == RESICO


def answer_due(requested_on):
    """Return the day, inclusive, until which the receptor may answer a request of that day."""
    return next_working_day(requested_on, ANSWER_WORKING_DAYS)


def next_working_day(day, count=1):
    """Return the ``count``-th working day after ``day``; the SAT's holiday weeks, which it decrees, are not known."""
    for _time in range(count):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def is_working_day(day):
    """Tell whether ``day`` counts in terms of days (CFF 12)."""
    return day.weekday() < 5 and day not in _holidays(day.year) and (day.month, day.day) not in _TAX_HOLIDAYS


@cache
def _holidays(year):
    with warnings.catch_warnings():
        # on import it advertises its version 1.0; ours is pinned
        warnings.simplefilter("ignore")
        import holidays  # slow to import, and only who cancels needs it
    return frozenset(holidays.country_holidays("MX", years=year))


def problems(motive, case, *, substitute=None, replaces_it=False, blocking=()):
    """Return what keeps a cancellation from being asked for, as a list of :class:`CancellationError`.

    :param Motive motive: :class:`~.cancellation.Motive`
    :param str substitute: UUID of the stamped CFDI that replaces it, or ``None``
    :param bool replaces_it: the substitute was issued with relation 04 to this one
    :param blocking: names of CFDI in force that depend on this one, without the substitute
    """
    found = [*_substitute_problems(motive, substitute, replaces_it)]
    if motive is Motive.NOMINATIVE_IN_GLOBAL and not case.is_global:
        found.append(_not_global())
    if blocking:
        names = ", ".join(blocking)
        found.append(
            CancellationError(
                code="no_cancelable",
                es=(f"Otros CFDI vigentes dependen de este: {names}.", "Cancele primero esos."),
                en=(f"Other CFDI in force depend on this one: {names}.", "Cancel those first."),
            )
        )
    return found


def _substitute_problems(motive, substitute, replaces_it):
    if motive is not Motive.ERRORS_WITH_RELATION:
        if substitute:
            yield CancellationError(
                code="209",
                es=("Solo el motivo 01 lleva un CFDI sustituto.", "Quite el sustituto o elija el motivo 01."),
                en=("Only motive 01 has a substitute.", "Take the substitute out, or choose motive 01."),
            )
    elif not substitute:
        yield CancellationError(
            code="208",
            es=(
                "El motivo 01 necesita el CFDI que sustituye a este.",
                "Emita y timbre primero el sustituto, con la relación 04; o elija otro motivo.",
            ),
            en=(
                "Motive 01 needs the CFDI that replaces this one.",
                "Issue and stamp the substitute first, with relation 04; or choose another motive.",
            ),
        )
    elif not replaces_it:
        yield CancellationError(
            code="212",
            es=(
                "El sustituto no dice que sustituye a este CFDI (relación 04).",
                "Elija el que lo sustituye, o emítalo con la relación 04 a este.",
            ),
            en=(
                "The substitute does not say that it replaces this CFDI (relation 04).",
                "Choose the one that does, or issue one with relation 04 to this one.",
            ),
        )


def _not_global():
    return CancellationError(
        code="204",
        es=(
            "El motivo 04 es para una factura global de la que un cliente pide su factura.",
            "Elija otro motivo, normalmente 02 o 03.",
        ),
        en=(
            "Motive 04 is for a global invoice of which a customer asks for an invoice in their name.",
            "Choose another motive, usually 02 or 03.",
        ),
    )


def wait_before_asking(asked):
    """Return how long to wait before asking the SAT for the result of a request again, after ``asked`` times.

    A cancellation without acceptance shows within minutes, one with acceptance within days.
    """
    return min(_FIRST_WAIT * 2 ** min(asked, 10), _LONGEST_WAIT)
