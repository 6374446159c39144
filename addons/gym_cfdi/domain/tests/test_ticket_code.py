import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..ticket_code import ALPHABET, LENGTH, code_of, is_same, read_code, spellings_of


@given(st.text(max_size=40), st.integers(min_value=1))
def test_a_code_is_six_signs_that_are_read_back_however_they_are_typed(secret, entry):
    code = code_of(secret, entry)
    assert len(code) == LENGTH and set(code) <= set(ALPHABET)
    assert code == code_of(secret, entry)
    for typed in (code, code.lower(), f" {code[:3]}-{code[3:]} ", f"{code[:3]} {code[3:]}"):
        assert is_same(code, typed)


@given(st.text(max_size=40), st.text(alphabet=st.characters(codec="utf-8"), max_size=12))
def test_nothing_else_is_the_code(secret, typed):
    code = code_of(secret, 7)
    for other in ("", code[:-1], code + "X"):
        assert not is_same(code, other)
    assert is_same(code, typed) == (read_code(typed) == code)


def test_codes_of_neighbours_and_of_other_databases_have_nothing_in_common():
    codes = {code_of(secret, entry) for secret in ("a", "b") for entry in range(2000)}
    assert len(codes) > 3995
    assert len({code[0] for code in codes}) == len(ALPHABET)


def test_signs_that_look_alike_are_not_used():
    assert not set(ALPHABET) & set("01258OILZSBUAE")


@pytest.mark.parametrize(
    "typed", ["INV/2026/01035", "inv/2026/01035", " Inv 2026 01035 ", "inv-2026-01035", "INV 2026/01035"]
)
def test_a_number_is_found_however_it_is_typed(typed):
    assert "INV/2026/01035" in spellings_of(typed)


def test_a_number_that_says_nothing_has_no_spelling():
    assert spellings_of(" ") == []
    assert spellings_of(None) == []
