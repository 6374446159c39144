from datetime import date

import pytest

from gym_cfdi.domain import fiscal_form
from gym_cfdi.domain.fiscal_form import FiscalData

DAY = date(2026, 11, 20)
GOOD = {
    "rfc": "cacx-760510.1p8",
    "name": "  Xochilt   Casas Chávez ",
    "zip": "36257",
    "regime": "612",
    "use": "G03",
}


def test_what_was_typed_is_tidied_up():
    data, errors, doubts = fiscal_form.read(GOOD, DAY)
    assert data == FiscalData("CACX7605101P8", "XOCHILT CASAS CHAVEZ", "36257", "612", "G03")
    assert not errors
    assert not doubts


@pytest.mark.parametrize("field", GOOD)
def test_an_empty_field_is_named(field):
    _data, errors, _doubts = fiscal_form.read(GOOD | {field: " "}, DAY)
    assert list(errors) == [field]
    assert errors[field].text("es") and errors[field].remedy("en")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rfc", "CACX76"),
        ("rfc", "XAXX010101000"),
        ("zip", "00001"),
        ("regime", "601"),  # of companies
        ("regime", "999"),
        ("use", "CP01"),
        ("use", "Z99"),
    ],
)
def test_what_the_sat_would_refuse_is_named(field, value):
    _data, errors, _doubts = fiscal_form.read(GOOD | {field: value}, DAY)
    assert field in errors


def test_a_use_that_the_regime_does_not_admit():
    _data, errors, _doubts = fiscal_form.read(GOOD | {"regime": "605", "use": "G03"}, DAY)
    assert list(errors) == ["use"]


def test_a_wrong_check_digit_is_only_a_doubt():
    _data, errors, doubts = fiscal_form.read(GOOD | {"rfc": "CACX7605101P9"}, DAY)
    assert not errors
    assert "rfc" in doubts


def test_only_what_a_customer_may_choose_is_offered():
    assert ("612", "Personas Físicas con Actividades Empresariales y Profesionales") in fiscal_form.offered_regimes(DAY)
    uses = {key: name for key, name, _regimes in fiscal_form.offered_uses(DAY)}
    assert {"G03", "S01"} <= uses.keys()
    assert not fiscal_form.NOT_OFFERED_USES & uses.keys()


def test_the_corporate_regime_is_taken_off():
    company = {"rfc": "EKU9003173C9", "name": "Escuela Kemper Urgate S.A. de C.V.", "regime": "601", "zip": "42501"}
    data, errors, _doubts = fiscal_form.read(GOOD | company, DAY)
    assert data.name == "ESCUELA KEMPER URGATE"
    assert not errors


@pytest.mark.parametrize(
    ("regime", "use", "proposed"),
    [
        ("", "", "G03"),
        ("612", "", "G03"),
        ("612", "D01", "D01"),
        ("605", "", "S01"),
        ("605", "G03", "S01"),
        ("616", "G03", "S01"),
        ("605", "D01", "D01"),
    ],
)
def test_the_use_proposed_is_one_that_the_regime_admits(regime, use, proposed):
    assert fiscal_form.proposed_use(regime, use) == proposed
    admitting = dict((key, regimes) for key, _name, regimes in fiscal_form.offered_uses(DAY))
    assert not regime or regime in admitting[proposed]
