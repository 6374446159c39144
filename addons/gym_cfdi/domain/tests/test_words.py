from decimal import Decimal

import pytest

from gym_cfdi.domain.words import amount_in_words


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0", "Cero pesos 00/100 M.N."),
        ("1", "Un peso 00/100 M.N."),
        ("0.99", "Cero pesos 99/100 M.N."),
        ("16.50", "Dieciséis pesos 50/100 M.N."),
        ("21", "Veintiún pesos 00/100 M.N."),
        ("101.05", "Ciento un pesos 05/100 M.N."),
        ("599.00", "Quinientos noventa y nueve pesos 00/100 M.N."),
        ("599.995", "Seiscientos pesos 00/100 M.N."),
        ("1001", "Mil un pesos 00/100 M.N."),
        ("21031.10", "Veintiún mil treinta y un pesos 10/100 M.N."),
        ("1000000", "Un millón de pesos 00/100 M.N."),
        ("21000000", "Veintiún millones de pesos 00/100 M.N."),
        ("1000001", "Un millón un pesos 00/100 M.N."),
    ],
)
def test_pesos(amount, expected):
    assert amount_in_words(Decimal(amount)) == expected


def test_other_currencies():
    assert amount_in_words(Decimal("1.50"), "USD") == "Un dólar 50/100 USD"
    assert amount_in_words(Decimal("2"), "EUR") == "Dos euros 00/100 EUR"
    assert amount_in_words(Decimal("2"), "CAD") == "Dos CAD 00/100 CAD"
