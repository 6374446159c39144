"""Documents that public bug reports tell of, sealed with the SAT's test certificates: what the checker says."""

from decimal import Decimal
from pathlib import Path

import pytest

from gym_cfdi.domain.report import report_file
from gym_cfdi.domain.rules.document import USUAL_RATES, is_rate_beyond_limits

REPORTED = Path(__file__).parent / "data" / "reported"


@pytest.mark.parametrize(
    "name, code",
    [
        ("A12_usd_rate_1", "CFDI40118"),
        ("B02_trasladop_without_importe", "CRP20273"),
        ("C02_egreso_with_informacionglobal", "CFDI40130"),
        ("L10_name_of_another", "CFDI40144"),
        ("A20_iva8_outside_border", "CFDI40999"),
    ],
)
def test_a_reported_document_is_caught(name, code):
    assert code in [failure["code"] for failure in report_file(REPORTED / f"{name}.xml")["failures"]]


@pytest.mark.parametrize("currency", USUAL_RATES)
def test_rates_far_above_below_or_inverted_are_beyond_limits(currency):
    usual = USUAL_RATES[currency]
    for rate in (Decimal(1), 1 / usual, usual * 7, usual / 7):
        assert is_rate_beyond_limits(currency, rate)
    for rate in (usual, usual * 6, usual / 5):
        assert not is_rate_beyond_limits(currency, rate)
