import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..numbers import as_record_id, read_id


@pytest.mark.parametrize("what", ["", None, "-1", "1.0", " 1", "²", "9" * 10, "9" * 5000, "\0", [], {}, ["1"], True])
def test_what_is_no_id(what):
    assert read_id(what) == 0


@given(st.integers(0, 999_999_999))
def test_ids_are_read_as_text_and_number(number):
    assert read_id(number) == read_id(str(number)) == number


@given(st.text())
def test_no_text_is_an_error(text):
    assert 0 <= read_id(text) < 2**31


@given(st.integers(1, 999_999_999))
def test_an_id_stays_itself_as_text_or_fraction(number):
    assert as_record_id(f" {number} ") == as_record_id(float(number)) == number


@pytest.mark.parametrize("what", ["abc", "0x1", "1_0", "+1", "-1", "0", 1.5, float("nan"), float("inf"), "1e2"])
def test_what_postgresql_might_take_for_an_id_is_none(what):
    with pytest.raises(ValueError, match="is no record"):
        as_record_id(what)


def test_nothing_is_no_record():
    assert as_record_id("") is as_record_id(" ") is None
