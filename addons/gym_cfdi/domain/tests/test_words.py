from decimal import Decimal

import pytest

from gym_cfdi.domain.words import amount_in_words


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0", "CERO PESOS 00/100 M.N."),
        ("1", "UN PESO 00/100 M.N."),
        ("0.99", "CERO PESOS 99/100 M.N."),
        ("16.50", "DIECISÉIS PESOS 50/100 M.N."),
        ("21", "VEINTIÚN PESOS 00/100 M.N."),
        ("101.05", "CIENTO UN PESOS 05/100 M.N."),
        ("599.00", "QUINIENTOS NOVENTA Y NUEVE PESOS 00/100 M.N."),
        ("599.995", "SEISCIENTOS PESOS 00/100 M.N."),
        ("1001", "MIL UN PESOS 00/100 M.N."),
        ("21031.10", "VEINTIÚN MIL TREINTA Y UN PESOS 10/100 M.N."),
        ("1000000", "UN MILLÓN DE PESOS 00/100 M.N."),
        ("21000000", "VEINTIÚN MILLONES DE PESOS 00/100 M.N."),
        ("1000001", "UN MILLÓN UN PESOS 00/100 M.N."),
    ],
)
def test_pesos(amount, expected):
    assert amount_in_words(Decimal(amount)) == expected


def test_other_currencies():
    assert amount_in_words(Decimal("1.50"), "USD") == "UN DÓLAR 50/100 USD"
    assert amount_in_words(Decimal("2"), "EUR") == "DOS EUROS 00/100 EUR"
    assert amount_in_words(Decimal("2"), "CAD") == "DOS CAD 00/100 CAD"
