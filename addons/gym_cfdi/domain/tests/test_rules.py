"""One spoiled document for every rule, clean ones for all of them."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from hypothesis import given, settings

from gym_cfdi.domain import model as m
from gym_cfdi.domain.rules import INFO, WARNING, check, check_receptor, check_seal, note, rules

from . import clean_documents as docs
from .clean_documents import (
    GLOBAL,
    INVOICE,
    PAYMENT,
    related,
    spoiled,
)
from .documents import arbitrary
from .spoiled import CONCEPT, DR_TAX, P_TAX, PAID, REL, SPOILED, TAX, TOTALS

OF_THE_SEAL = {"CFDI40102", "CFDI40106"}


def codes(document, at=None):
    return [failure.code for failure in check(document, at)]


@pytest.mark.parametrize("name", docs.CLEAN)
def test_a_clean_document_breaks_no_rule_and_gives_no_note(name):
    assert check(docs.CLEAN[name]) == note(docs.CLEAN[name]) == []


@pytest.mark.parametrize(
    "code, document, path, changes", SPOILED, ids=[f"{number}-{case[0]}" for number, case in enumerate(SPOILED)]
)
def test_a_spoiled_document_is_caught(code, document, path, changes):
    found = spoiled(document, path, **changes)
    assert code in [failure.code for failure in check(found) + note(found)]


def test_every_rule_has_a_case():
    assert {item.code for item in rules()} - OF_THE_SEAL == {case[0] for case in SPOILED}


def test_every_rule_speaks_both_languages_and_says_what_to_do():
    for item in rules():
        for text in (item.es, item.en):
            assert len(text.rule) > 15 and len(text.remedy) > 5, item.code
            assert text.rule.endswith(".") and text.remedy.endswith("."), item.code


def test_all_failures_are_collected_in_order_with_observed_values():
    document = spoiled(spoiled(INVOICE, TAX, importe=D("17.00")), "", total=D("1.00"), lugar_expedicion="x")
    failures = check(document)
    assert [failure.code for failure in failures] == ["CFDI40119", "CFDI40126", "CFDI40180", "CFDI40221"]
    limits = failures[2]
    assert (limits.path, limits.field) == ("Concepto[1]/Traslado[1]", "Importe")
    assert limits.observed["Importe"] == "17.00"
    assert (limits.observed["límite inferior"], limits.observed["límite superior"]) == ("15.99", "16.01")
    in_english = json.loads(json.dumps(limits.as_dict("en")))
    assert in_english["remedy"] == "Compute it from the base."
    assert in_english["observed"]["upper limit"] == "16.01"


def test_the_day_decides_what_is_in_force():
    document = spoiled(GLOBAL, "informacion_global", anio=2024)
    assert codes(document, date(2025, 6, 1)) == []
    assert codes(document, date(2026, 6, 1)) == ["CFDI40136"]
    assert "CFDI40170" in codes(spoiled(INVOICE, CONCEPT, objeto_imp="06"), date(2024, 1, 1))


@pytest.mark.parametrize("amount", ["15.99", "16.00", "16.01", "16.0000", "15.9992"])
def test_taxes_at_their_limits_pass(amount):
    tax = {"importe": D(amount)}
    assert "CFDI40180" not in codes(spoiled(INVOICE, TAX, **tax))


@pytest.mark.parametrize("amount, passes", [("149.26", True), ("149.27", False), ("49.74", True), ("49.73", False)])
def test_amount_of_a_whole_quantity_has_wide_limits(amount, passes):
    document = spoiled(INVOICE, CONCEPT, importe=D(amount), valor_unitario=D("99.50"))
    assert ("CFDI40167" in codes(document)) is not passes


def test_a_credit_note_against_a_global_invoice_needs_no_period():
    document = replace(GLOBAL, tipo_de_comprobante="E", informacion_global=None)
    assert check(document) == []


def test_a_stamped_document_keeps_its_confirmation():
    document = replace(docs.CLEAN["stamped"], confirmacion="ABC12")
    assert check(document) == []


def test_two_months_are_for_regime_621():
    issuer = replace(INVOICE.emisor, rfc="CACX7605101P8", nombre="XOCHILT CASAS CHAVEZ", regimen_fiscal="621")
    document = replace(GLOBAL, emisor=issuer)
    assert check(spoiled(document, "informacion_global", periodicidad="05", meses="16")) == []


def test_local_taxes_count_in_the_total():
    local = m.ImpuestosLocales(totalde_retenciones=D("2.00"), totalde_traslados=D("5.00"))
    assert codes(replace(INVOICE, complementos=(local,))) == ["CFDI40119"]
    assert check(replace(INVOICE, complementos=(local,), total=D("109.00"))) == []


def test_a_payment_in_another_currency_has_a_rounding_margin():
    tax = m.ImpuestosDR(
        traslados_dr=(
            m.TrasladoDR(
                base_dr=D("100.00"),
                impuesto_dr="002",
                tipo_factor_dr="Tasa",
                tasa_o_cuota_dr=D("0.160000"),
                importe_dr=D("16.00"),
            ),
        )
    )
    usd = related(
        moneda_dr="USD",
        equivalencia_dr=D("0.0540540541"),
        imp_saldo_ant=D("116.00"),
        imp_pagado=D("116.00"),
        impuestos_dr=tax,
    )
    base, amount = D("100.00") / D("0.0540540541"), D("16.00") / D("0.0540540541")
    paid = replace(
        PAYMENT.complementos[0].pagos[0],
        monto=D("2146.00"),
        docto_relacionado=(usd,),
        impuestos_p=m.ImpuestosP(
            traslados_p=(
                m.TrasladoP(
                    base_p=round(base, 6),
                    impuesto_p="002",
                    tipo_factor_p="Tasa",
                    tasa_o_cuota_p=D("0.160000"),
                    importe_p=round(amount, 6),
                ),
            )
        ),
    )
    totals = m.PagosTotales(
        total_traslados_base_iva16=D("1850.00"),
        total_traslados_impuesto_iva16=D("296.00"),
        monto_total_pagos=D("2146.00"),
    )
    assert check(replace(PAYMENT, complementos=(m.Pagos(totales=totals, pagos=(paid,)),))) == []


def test_a_base_cut_short_is_refused_since_the_sat_compares_exact_sums():
    document = spoiled(PAYMENT, DR_TAX, base_dr=D("100.006000"), importe_dr=D("16.000960"))
    document = spoiled(document, P_TAX, importe_p=D("16.000960"))
    document = spoiled(document, TOTALS, total_traslados_base_iva16=D("100.00"))
    assert codes(document, date(2026, 9, 14)) == []
    assert codes(document, date(2026, 9, 15)) == ["CRP20268"]


def test_a_tax_object_published_after_the_payment_is_refused():
    document = spoiled(PAYMENT, PAID, fecha_pago=datetime(2021, 12, 20, 12, 0))
    assert "CRP20245" in codes(spoiled(document, REL, objeto_imp_dr="04"))
    assert "CRP20245" not in codes(document)


# --- A customer without document --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, []),
        ({"uso_cfdi": "D01"}, ["CFDI40161"]),
        ({"rfc": "URE180429TM7", "nombre": "Gym Uno SA"}, ["CFDI40143", "CFDI40144"]),
        ({"regimen_fiscal_receptor": "605"}, ["CFDI40158", "CFDI40161"]),
        ({"domicilio_fiscal_receptor": "0670"}, ["CFDI40147"]),
    ],
)
def test_customers_are_checked_before_they_are_billed(changes, expected):
    receptor = replace(INVOICE.receptor, **changes)
    assert [failure.code for failure in check_receptor(receptor, date(2026, 11, 1))] == expected


# --- Whatever comes ---------------------------------------------------------------------------------------------------

ODD_AMOUNTS = [D(0), D(-1), D("1E+40"), D("1E-25"), D("-0.000001"), D("9" * 32 + ".99"), D("1E-10")]
ODD_TEXTS = ["", "x", "Ñ" * 30, "XAXX010101000"]


def neighbours(node):
    """Every document that differs from ``node`` in one absurd value."""
    for field in fields(node):
        for value in _odd_values(getattr(node, field.name), field.default is None):
            yield replace(node, **{field.name: value})


def _odd_values(value, is_optional):
    if is_optional:
        yield None
    if isinstance(value, D):
        yield from ODD_AMOUNTS
    elif isinstance(value, str):
        yield from ODD_TEXTS
    elif isinstance(value, tuple):
        yield ()
        for index, item in enumerate(value):
            if is_dataclass(item):
                yield from ((*value[:index], other, *value[index + 1 :]) for other in neighbours(item))
    elif is_dataclass(value):
        yield from neighbours(value)


@pytest.mark.parametrize("name", docs.CLEAN)
def test_no_absurd_value_stops_the_check(name):
    for document in neighbours(docs.CLEAN[name]):
        check(document)
        note(document)


@settings(deadline=None)
@given(arbitrary(m.Comprobante))
def test_no_document_stops_the_check(document):
    check(document)
    note(document)


# --- The seal ---------------------------------------------------------------------------------------------------------


def verdict(is_valid=True, holder="ESCUELA KEMPER URGATE SA DE CV", problems=()):
    problems = [SimpleNamespace(code=code, text=lambda language: "no sirve") for code in problems]
    return SimpleNamespace(
        is_valid=is_valid, certificate=SimpleNamespace(rfc="EKU9003173C9", holder=holder), problems=problems
    )


@pytest.mark.parametrize(
    "found, expected",
    [
        (verdict(), []),
        (verdict(is_valid=None), []),
        (verdict(is_valid=False, problems=["SEAL"]), ["CFDI40102"]),
        (verdict(problems=["CSD"]), ["CFDI40106"]),
        (verdict(is_valid=False, problems=["SEAL", "CSD"]), ["CFDI40102", "CFDI40106"]),
        (verdict(holder="OTRA EMPRESA SA DE CV"), ["CFDI40139"]),
    ],
)
def test_what_the_seal_tells(found, expected):
    assert [failure.code for failure in check_seal(INVOICE, found)] == expected


def test_an_unreadable_certificate_is_a_matter_of_the_certificate():
    found = SimpleNamespace(is_valid=False, certificate=None, problems=verdict(problems=["CSD"]).problems)
    assert [failure.code for failure in check_seal(INVOICE, found)] == ["CFDI40106"]


def test_suspicions_are_warnings():
    suspected = {item.code for item in rules() if item.severity == WARNING}
    assert suspected == {f"CFDI{number}" for number in (40129, 40138, 40139, 40142, 40143, 40144, 40145, 40999)}


# --- Notes ------------------------------------------------------------------------------------------------------------


def test_notes_are_apart_from_what_the_sat_says():
    assert {item.code for item in rules() if item.severity == INFO} == {f"NOTE{number:02}" for number in range(1, 12)}
    for code, document, path, changes in SPOILED:
        found = spoiled(document, path, **changes)
        assert all(failure.severity != INFO for failure in check(found)), code
        assert all(failure.severity == INFO for failure in note(found)), code


@pytest.mark.parametrize(
    "document, path, changes",
    [
        (GLOBAL, "informacion_global", {"meses": "10"}),
        (GLOBAL, "informacion_global", {"periodicidad": "05", "meses": "18"}),
        (GLOBAL, "informacion_global", {"meses": "12", "anio": 2025}),
        (GLOBAL, "informacion_global", {"meses": "99"}),
        (PAYMENT, PAID, {"fecha_pago": datetime(2026, 11, 10, 23, 59)}),
        (PAYMENT, REL, {"imp_pagado": D("110.97")}),
        (PAYMENT, REL, {"impuestos_dr": None}),
        (INVOICE, "receptor", {"nombre": "PESAS & MAS; BARRAS"}),
        (INVOICE, "", {"tipo_cambio": D("1")}),
        (docs.DOLLARS, "", {"tipo_cambio": D("18.50")}),
    ],
)
def test_what_is_as_it_should_be_gives_no_note(document, path, changes):
    assert note(spoiled(document, path, **changes)) == []
