"""Codes: every slip is caught, every way to type one is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_referrals.domain.codes import LENGTH, SIGNS, new_code, read_code, show_code


def made_of(signs):
    drawn = iter(signs)
    return new_code(lambda _signs: next(drawn))


codes = st.lists(st.sampled_from(SIGNS), min_size=LENGTH - 1, max_size=LENGTH - 1).map(made_of)


@given(codes)
def test_a_code_is_read_however_it_is_typed(code):
    assert read_code(code) == read_code(show_code(code)) == read_code(f" {show_code(code).lower()} ") == code


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(SIGNS))
def test_every_slip_is_caught(code, place, sign):
    typed = code[:place] + sign + code[place + 1 :]
    assert typed == code or read_code(typed) is None


@given(codes, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_every_swap_is_caught(code, one, other):
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    typed = "".join(signs)
    assert typed == code or read_code(typed) is None


@pytest.mark.parametrize("text", [None, "", "A", "O0O0-O0O0", "7K3QM2XA7", "<script>", "7K3Q" * 1000])
def test_what_is_no_code_is_none(text):
    assert read_code(text) is None


def test_codes_differ():
    assert len({new_code() for _each in range(2000)}) == 2000
