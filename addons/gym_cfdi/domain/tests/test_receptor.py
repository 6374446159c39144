from datetime import date

import pytest

from gym_cfdi.domain.catalogs import regimes
from gym_cfdi.domain.countries import sat_country
from gym_cfdi.domain.receptor import Customer, default_use, problems_of, receptor_of, rfc_of

PLACE = "42501"
TODAY = date(2026, 11, 20)


def codes(receptor):
    return [failure.code for failure in problems_of(receptor, TODAY) if failure.severity == "error"]


@pytest.mark.parametrize(
    ("vat", "country", "rfc"),
    [
        ("eku-900317-3c9", "MX", "EKU9003173C9"),
        ("MXEKU9003173C9", "MX", "EKU9003173C9"),
        ("MXEKU9003173C9", "", "EKU9003173C9"),
        ("", "", "XAXX010101000"),
        (None, "MX", "XAXX010101000"),
        ("123456789", "US", "XEXX010101000"),
        ("", "US", "XEXX010101000"),
        ("EKU9003173C9", "US", "EKU9003173C9"),
        ("EKU90", "MX", "EKU90"),
        # An RFC that begins with MX keeps it
        ("MXA900317AB1", "MX", "MXA900317AB1"),
    ],
)
def test_rfc_of_a_contact(vat, country, rfc):
    assert rfc_of(vat, country) == rfc


def test_customer_with_rfc_is_as_in_the_constancia():
    customer = Customer("eku9003173c9", "Escuela Kemper Urgate, S.A. de C.V.", "MX", " 42501 ", "601")
    receptor = receptor_of(customer, "06000")
    assert receptor.nombre == "ESCUELA KEMPER URGATE"
    assert receptor.domicilio_fiscal_receptor == "42501"
    assert receptor.uso_cfdi == "G03"
    assert not codes(receptor)


def test_foreigner_states_residence_only_with_its_number():
    receptor = receptor_of(Customer("12-3456789", "John Smith", "US", "90210", "612", "G03"), PLACE)
    assert (receptor.rfc, receptor.residencia_fiscal, receptor.num_reg_id_trib) == ("XEXX010101000", "USA", "123456789")
    assert (receptor.regimen_fiscal_receptor, receptor.uso_cfdi) == ("616", "S01")
    assert receptor.domicilio_fiscal_receptor == PLACE
    assert not codes(receptor)
    without_number = receptor_of(Customer("", "John Smith", "US"), PLACE)
    assert (without_number.residencia_fiscal, without_number.num_reg_id_trib) == (None, None)
    assert not codes(without_number)


def test_customer_without_rfc_keeps_a_name_other_than_that_of_the_global_invoice():
    assert receptor_of(Customer("", "Ana Pérez"), PLACE).nombre == "ANA PEREZ"
    assert receptor_of(Customer("", "Público en General"), PLACE).nombre == "CLIENTE SIN NOMBRE"


@pytest.mark.parametrize("regime", [regime.key for regime in regimes()])
@pytest.mark.parametrize("rfc", ["EKU9003173C9", "FUNK671228PH6"])
@pytest.mark.parametrize("is_credit", [False, True])
def test_default_use_is_admitted_by_every_regime(rfc, regime, is_credit):
    receptor = receptor_of(Customer(rfc, "FUNK ESCUELA", "MX", PLACE, regime), PLACE, is_credit=is_credit)
    assert "CFDI40161" not in codes(receptor)


def test_wage_earner_gets_no_general_expenses():
    assert default_use("FUNK671228PH6", "605") == "S01"
    assert default_use("FUNK671228PH6", "616", is_credit=True) == "G02"


def test_document_may_have_a_use_of_its_own():
    customer = Customer("EKU9003173C9", "ESCUELA KEMPER URGATE", "MX", PLACE, "601", "G01")
    assert receptor_of(customer, PLACE).uso_cfdi == "G01"
    assert receptor_of(customer, PLACE, use="I04").uso_cfdi == "I04"
    # The customer's habit is about purchases, not about returns
    assert receptor_of(customer, PLACE, is_credit=True).uso_cfdi == "G02"


def test_countries():
    assert sat_country("us") == "USA"
    assert sat_country("MX") == "MEX"
    assert sat_country("ZZ") is None


def test_text_that_is_no_rfc_is_named():
    receptor = receptor_of(Customer("EKU90", "Escuela", "MX", PLACE, "601"), PLACE)
    (problem,) = problems_of(receptor, TODAY)
    assert problem.code == "RFC"
    assert "EKU90" in problem.text("en")
