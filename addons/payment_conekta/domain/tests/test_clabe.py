import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_conekta.domain.clabe import check_digit, is_clabe

DIGITS = st.text("0123456789", min_size=17, max_size=17)


@pytest.mark.parametrize(
    "clabe", ["646180111805034237", "032180000118359719", "002010077777777771", "646180157000000004"]
)
def test_published_clabes_are_right(clabe):
    assert is_clabe(clabe)


@given(DIGITS, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(first_17, place, off):
    clabe = first_17 + check_digit(first_17)
    wrong = clabe[:place] + str((int(clabe[place]) + off) % 10) + clabe[place + 1 :]
    assert is_clabe(clabe)
    assert not is_clabe(wrong)


@pytest.mark.parametrize(
    "text", [None, "", "64618011180503423", "6461801118050342370", "64618011180503423x", "²" * 18, 1]
)
def test_what_is_no_account_number_is_no_clabe(text):
    assert not is_clabe(text)
