import zoneinfo
from datetime import date
from decimal import Decimal

import pytest

from gym_cfdi.domain import catalogs
from gym_cfdi.domain.rfc import PersonType

TODAY = date(2026, 11, 2)


def test_validity_has_both_ends_included():
    entry = catalogs.Entry("1", "one", date(2024, 1, 1), date(2024, 12, 31))
    catalog = catalogs.Catalog([entry])
    days = {date(2023, 12, 31): False, date(2024, 1, 1): True, date(2024, 12, 31): True, date(2025, 1, 1): False}
    assert {day: catalog.is_valid("1", day) for day in days} == days
    assert not catalog.is_valid("2", date(2024, 6, 1))


def test_a_key_is_refused_before_the_sat_published_it():
    assert not catalogs.tax_objects().is_valid("04", date(2022, 10, 6))
    assert catalogs.tax_objects().is_valid("04", date(2022, 10, 7))
    assert catalogs.tax_objects().is_valid("02", date(2021, 12, 20))


def test_keys_of_the_schema_that_the_catalogue_retired_are_refused():
    assert not catalogs.uses().is_valid("P01", TODAY)
    assert "08" not in catalogs.relation_types()
    assert "628" not in catalogs.regimes()


def test_regime_and_person():
    regimes = catalogs.regimes()
    assert regimes.get("601").persons == {PersonType.LEGAL}
    assert regimes.get("605").persons == {PersonType.NATURAL}
    assert regimes.get("626").persons == {PersonType.NATURAL, PersonType.LEGAL}


@pytest.mark.parametrize(
    "use, person, regime, admitted",
    [
        ("G03", PersonType.LEGAL, "601", True),
        ("G03", PersonType.NATURAL, "605", False),
        ("S01", PersonType.NATURAL, "605", True),
        ("D01", PersonType.NATURAL, "605", True),
        ("D01", PersonType.LEGAL, "601", False),
        ("G02", PersonType.NATURAL, "616", True),
        ("G03", PersonType.NATURAL, "616", False),
        ("P01", PersonType.LEGAL, "601", False),
    ],
)
def test_uses_that_bite_gyms(use, person, regime, admitted):
    assert catalogs.admits_use(use, person, regime) is admitted


@pytest.mark.parametrize(
    "kind, tax, factor, rate, allowed",
    [
        ("traslado", "002", "Tasa", "0.160000", True),
        ("traslado", "002", "Tasa", "0.1600000", True),
        ("traslado", "002", "Tasa", "0.08", True),
        ("traslado", "002", "Tasa", "0", True),
        ("traslado", "002", "Tasa", "0.18", False),
        ("traslado", "002", "Cuota", "0.16", False),
        ("traslado", "001", "Tasa", "0.10", False),
        ("retencion", "001", "Tasa", "0.0125", True),
        ("retencion", "001", "Tasa", "0.36", False),
        ("retencion", "002", "Tasa", "0.106667", True),
        ("traslado", "003", "Tasa", "0.08", True),
        ("traslado", "003", "Cuota", "3.000000", True),
        ("traslado", "003", "Cuota", "80", False),
    ],
)
def test_rates(kind, tax, factor, rate, allowed):
    assert catalogs.is_rate(kind, tax, factor, Decimal(rate)) is allowed


@pytest.mark.parametrize(
    "code, state, border, zone",
    [
        ("06700", "CMX", "0", "America/Mexico_City"),
        ("22000", "BCN", "1", "America/Tijuana"),
        ("77500", "ROO", "0", "America/Cancun"),
        ("82000", "SIN", "0", "America/Mazatlan"),
        ("83000", "SON", "0", "America/Hermosillo"),
        ("32000", "CHH", "1", "America/Ciudad_Juarez"),
        ("88500", "TAM", "1", "America/Matamoros"),
    ],
)
def test_postal_codes(code, state, border, zone):
    place = catalogs.postal_code(code)
    assert (place.state, place.border_stimulus) == (state, border)
    assert catalogs.time_zone(code) == zone
    zoneinfo.ZoneInfo(zone)


def test_every_postal_code_has_a_zone():
    zones = {catalogs.time_zone(code) for code in catalogs._postal_lines()}
    assert len(catalogs._postal_lines()) == 95749
    assert len(zones) == 7


def test_unknown_postal_code():
    assert not catalogs.is_postal_code("12345x")
    assert catalogs.postal_code("12345x") is None
    assert catalogs.time_zone("12345x") is None


def test_currency_decimals():
    currencies = catalogs.currencies()
    assert {key: currencies.get(key).decimals for key in ("MXN", "JPY", "KWD", "XXX")} == {
        "MXN": 2,
        "JPY": 0,
        "KWD": 3,
        "XXX": 0,
    }


def test_products_are_found_by_words_without_accents_and_by_key():
    products = catalogs.products()
    assert len(products) == len(catalogs.product_keys()) == 52747
    assert products.get("91101501").name == "Gimnasios o centros de salud"
    assert [entry.key for entry in products.search("aerobicos clases")] == ["91101504"]
    assert products.search("9110150")[0].key == "91101500"
    assert products.search("") == []
    assert len(products.search("de", limit=5)) == 5


def test_units_and_payment_forms():
    assert catalogs.units().get("E48").name == "Unidad de servicio"
    transfer, cash = catalogs.payment_forms().get("03"), catalogs.payment_forms().get("01")
    assert transfer.is_banked and transfer.has_chain and transfer.payer_account
    assert not cash.is_banked and cash.payer_account is None
