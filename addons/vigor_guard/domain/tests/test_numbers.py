import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..numbers import read_id


@pytest.mark.parametrize("what", ["", None, "-1", "1.0", " 1", "²", "9" * 10, "9" * 5000, "\0", [], {}, ["1"], True])
def test_what_is_no_id(what):
    assert read_id(what) == 0


@given(st.integers(0, 999_999_999))
def test_ids_are_read_as_text_and_number(number):
    assert read_id(number) == read_id(str(number)) == number


@given(st.text())
def test_no_text_is_an_error(text):
    assert 0 <= read_id(text) < 2**31
