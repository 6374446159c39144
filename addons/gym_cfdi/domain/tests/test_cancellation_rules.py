"""Who must agree to a cancellation, until when it may be asked for, and what the SAT's answers mean."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_cfdi.domain import cancellation_rules, sat_words
from gym_cfdi.domain.cancellation import Motive
from gym_cfdi.domain.cancellation_rules import Case, Exemption, deadline, exemption, is_working_day, next_working_day
from gym_cfdi.domain.sat_words import RequestFate, Standing, standing

COMPANY, PERSON, PUBLIC, FOREIGN = "EKU9003173C9", "CACX7605101P8", "XAXX010101000", "XEXX010101000"
# a Friday before a Monday without work
ISSUED = date(2026, 1, 30)
INVOICE = Case("I", Decimal("1000.01"), COMPANY, PERSON, ISSUED)
LATER = date(2026, 3, 2)

DAYS = st.dates(date(2023, 1, 1), date(2035, 12, 31))
AMOUNTS = st.decimals(0, 10**6, places=2)
CASES = st.builds(
    Case,
    document_type=st.sampled_from("IEPTN"),
    total_mxn=AMOUNTS,
    issuer_rfc=st.sampled_from([COMPANY, PERSON]),
    receptor_rfc=st.sampled_from([COMPANY, PERSON, PUBLIC, FOREIGN]),
    issued_on=DAYS,
)


@pytest.mark.parametrize(
    ("changes", "today", "expected"),
    [
        ({}, LATER, None),
        ({"total_mxn": Decimal(1000)}, LATER, Exemption.AMOUNT),
        ({"document_type": "P", "total_mxn": Decimal(0)}, LATER, None),
        ({"document_type": "E"}, LATER, Exemption.EGRESO),
        ({"document_type": "T"}, LATER, Exemption.TRASLADO),
        ({"document_type": "N"}, LATER, Exemption.PAYROLL),
        ({"receptor_rfc": PUBLIC}, LATER, Exemption.PUBLIC),
        ({"receptor_rfc": FOREIGN}, LATER, Exemption.FOREIGN),
        # Saturday, Sunday and the first Monday of February do not count
        ({}, date(2026, 2, 3), Exemption.RECENT),
        ({}, date(2026, 2, 4), None),
        ({"document_type": "P"}, date(2026, 2, 3), Exemption.RECENT),
    ],
)
def test_who_need_not_be_asked(changes, today, expected):
    assert exemption(replace(INVOICE, **changes), today) is expected


@given(CASES, DAYS)
def test_a_payment_complement_is_never_exempt_by_its_amount(case, today):
    reason = exemption(replace(case, document_type="P"), today)
    assert reason in (None, Exemption.RECENT, Exemption.PUBLIC, Exemption.FOREIGN)


@given(CASES, DAYS)
def test_a_smaller_amount_never_needs_more(case, today):
    if exemption(case, today) is not None:
        assert exemption(replace(case, total_mxn=case.total_mxn / 2), today) is not None


@given(CASES, DAYS, st.integers(0, 400))
def test_waiting_never_makes_it_easier(case, today, days):
    if exemption(case, today) is None and today >= case.issued_on:
        assert exemption(case, today + timedelta(days=days)) is None


@given(DAYS, st.integers(1, 10))
def test_working_days(day, count):
    found = next_working_day(day, count)
    between = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
    assert is_working_day(found)
    assert sum(map(is_working_day, between)) == count
    assert (found - day).days <= count + 2 * (count // 5 + 2) + 3


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 2, 2),
        date(2026, 3, 16),
        date(2026, 5, 1),
        date(2026, 5, 5),
        date(2026, 9, 16),
        date(2026, 11, 16),
        date(2026, 12, 25),
        date(2030, 10, 1),
        date(2026, 11, 21),
    ],
)
def test_days_without_work(day):
    assert not is_working_day(day)


@given(CASES)
def test_the_deadline_is_the_end_of_the_month_of_the_annual_return(case):
    last = deadline(case)
    assert last.year == case.issued_on.year + 1
    assert (last.month, last.day) == ((3, 31) if case.issuer_rfc == COMPANY else (4, 30))
    assert last > case.issued_on


RESICO_GLOBAL = replace(INVOICE, issuer_rfc=PERSON, issuer_regime="626", receptor_rfc=PUBLIC, is_global=True)


@given(DAYS)
def test_a_person_in_resico_cancels_a_global_invoice_in_its_month_only(day):
    last = deadline(replace(RESICO_GLOBAL, issued_on=day))
    assert (last.year, last.month) == (day.year, day.month)
    assert (last + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    "changes", [{"issuer_rfc": COMPANY}, {"issuer_regime": "612"}, {"is_global": False}], ids=["company", "612", "own"]
)
def test_other_invoices_keep_the_term_of_the_annual_return(changes):
    case = replace(RESICO_GLOBAL, **changes)
    assert not cancellation_rules.ends_with_its_month(case)
    assert deadline(case).year == case.issued_on.year + 1


def test_the_receptor_has_three_working_days():
    assert cancellation_rules.answer_due(date(2026, 11, 13)) == date(2026, 11, 19)


GLOBAL = replace(INVOICE, receptor_rfc=PUBLIC, is_global=True)


@pytest.mark.parametrize(
    ("motive", "case", "options", "expected"),
    [
        ("01", INVOICE, {"substitute": "A", "replaces_it": True}, []),
        ("01", INVOICE, {}, ["208"]),
        ("01", INVOICE, {"substitute": "A"}, ["212"]),
        ("02", INVOICE, {}, []),
        ("02", INVOICE, {"substitute": "A"}, ["209"]),
        ("03", INVOICE, {"blocking": ["P1", "E2"]}, ["no_cancelable"]),
        ("04", GLOBAL, {}, []),
        ("04", INVOICE, {"blocking": ["E2"]}, ["204", "no_cancelable"]),
    ],
)
def test_what_stands_in_the_way(motive, case, options, expected):
    found = cancellation_rules.problems(Motive(motive), case, **options)
    assert [problem.code for problem in found] == expected
    assert all(problem.remedy("es") and problem.remedy("en") for problem in found)


S = "S - Comprobante obtenido satisfactoriamente."


@pytest.mark.parametrize(
    ("code", "state", "process", "expected"),
    [
        (S, "Vigente", "", Standing.IN_FORCE),
        (S, "Vigente", "En proceso", Standing.IN_PROCESS),
        (S, "Vigente", "Plazo vencido", Standing.IN_PROCESS),
        (S, "Vigente", "Solicitud rechazada", Standing.REFUSED),
        (S, "Cancelado", "Cancelado sin aceptación", Standing.CANCELLED),
        (S, "Cancelado", "Cancelado con aceptación", Standing.CANCELLED),
        (S, "Cancelado", "Plazo vencido", Standing.CANCELLED),
        (S, "CANCELADO", "", Standing.CANCELLED),
        ("N - 602: Comprobante no encontrado.", "No Encontrado", "", Standing.NOT_FOUND),
        ("N - 602", "", "", Standing.NOT_FOUND),
        ("N - 601: La expresión impresa proporcionada no es válida.", "", "", Standing.UNKNOWN),
        # seen from a PAC: a malformed question answered as if the CFDI were in force
        ("N 601 - La expresión impresa proporcionada no es válida.", "Vigente", "", Standing.UNKNOWN),
        (S, "Vigente", "Una palabra nueva", Standing.UNKNOWN),
        ("", "", "", Standing.UNKNOWN),
    ],
)
def test_what_the_sat_says(code, state, process, expected):
    assert standing(code, state, process) is expected


@given(st.text(), st.text(), st.text())
def test_only_the_word_cancelled_is_cancelled(code, state, process):
    if "cancelad" not in sat_words._plain(state):
        assert standing(code, state, process) is not Standing.CANCELLED


@pytest.mark.parametrize(
    ("words", "may", "acceptance"),
    [
        ("Cancelable con aceptación", True, True),
        ("Cancelable sin aceptación", True, False),
        ("Cancelable Sin Aceptacion", True, False),
        ("No cancelable", False, None),
        ("", None, None),
    ],
)
def test_whether_it_may_be_cancelled(words, may, acceptance):
    assert sat_words.may_be_cancelled(words) is may
    assert sat_words.needs_acceptance(words) is acceptance


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        ("201", RequestFate.TAKEN),
        ("202", RequestFate.TAKEN),
        ("798", RequestFate.TAKEN),
        ("205", RequestFate.NOT_YET_KNOWN),
        ("204", RequestFate.ASK),
        *((code, RequestFate.REFUSED) for code in ("203", "206", "207", "208", "209", "210", "211", "212", "799")),
        ("no_cancelable", RequestFate.REFUSED),
        ("", RequestFate.REFUSED),
    ],
)
def test_no_code_means_cancelled(code, fate):
    assert sat_words.fate_of(code) is fate
