from dataclasses import replace

import pytest

from gym_cfdi.domain.taxpayer import codes_of, errors_of, key_of
from gym_cfdi.services.pac import Taxpayer

from .clean_documents import CUSTOMER


@pytest.mark.parametrize(
    "answer, expected",
    [
        (Taxpayer(is_listed=True), []),
        (Taxpayer(is_listed=True, is_name_right=True, is_postal_code_right=True), []),
        (Taxpayer(is_listed=False), ["CFDI40143"]),
        (Taxpayer(is_listed=False, is_name_right=False), ["CFDI40143"]),
        (Taxpayer(is_listed=True, is_name_right=False), ["CFDI40145"]),
        (Taxpayer(is_listed=True, is_postal_code_right=False), ["CFDI40148"]),
        (Taxpayer(is_listed=True, is_name_right=False, is_postal_code_right=False), ["CFDI40145", "CFDI40148"]),
    ],
)
def test_what_a_pac_tells_of_a_taxpayer(answer, expected):
    assert codes_of(answer) == expected


@pytest.mark.parametrize(
    "code, datum, field",
    [
        ("CFDI40143", CUSTOMER.rfc, "Rfc (Receptor)"),
        ("CFDI40145", CUSTOMER.nombre, "Nombre (Receptor)"),
        ("CFDI40148", CUSTOMER.domicilio_fiscal_receptor, "DomicilioFiscalReceptor"),
    ],
)
def test_an_error_names_the_datum_and_the_way_out(code, datum, field):
    (error,) = errors_of([code], CUSTOMER)
    for language in ("es", "en"):
        told = error.as_dict(language)
        assert (told["code"], told["field"], told["severity"]) == (code, field, "error")
        assert datum in told["text"]
        assert "Constancia" in told["remedy"]


@pytest.mark.parametrize("name", ["rfc", "nombre", "domicilio_fiscal_receptor"])
def test_a_change_of_what_was_asked_makes_another_question(name):
    assert key_of(replace(CUSTOMER, **{name: "X"})) != key_of(CUSTOMER)


def test_what_the_list_does_not_have_is_no_other_question():
    assert key_of(replace(CUSTOMER, uso_cfdi="S01", regimen_fiscal_receptor="616")) == key_of(CUSTOMER)
