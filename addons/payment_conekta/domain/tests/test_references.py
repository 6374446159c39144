import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_conekta.domain.order_reading import Malformed
from payment_conekta.domain.references import CASH, SPEI, Source, read_source

CASH_SOURCE = {
    "id": "off_ref_2jP5P8huCTWqcTtro",
    "reference": "93000262276908",
    "barcode_url": "https://s3.example.com/x.png",
}
SPEI_SOURCE = {"id": "src_1", "reference": "646180111805034237", "expires_at": "none"}


def test_a_number_for_the_store_and_a_clabe():
    assert read_source(CASH_SOURCE, CASH) == Source(*CASH_SOURCE.values())
    assert read_source(SPEI_SOURCE, SPEI) == Source("src_1", "646180111805034237", "")


@given(st.integers(0, 17), st.integers(1, 9))
def test_no_clabe_with_a_wrong_digit_is_given_out(place, off):
    clabe = SPEI_SOURCE["reference"]
    wrong = clabe[:place] + str((int(clabe[place]) + off) % 10) + clabe[place + 1 :]
    with pytest.raises(Malformed, match="wrong digit"):
        read_source(SPEI_SOURCE | {"reference": wrong}, SPEI)


@pytest.mark.parametrize("missing", [{"id": None}, {"reference": ""}, {"reference": 7}])
def test_what_has_no_number_is_no_reference(missing):
    with pytest.raises(Malformed, match="no number"):
        read_source(CASH_SOURCE | missing, CASH)
