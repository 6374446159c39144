import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..member_number import is_given

AFFIX = st.text(alphabet="ABC-/0", max_size=4)


@given(AFFIX, AFFIX, st.integers(0, 8), st.integers(1, 10**7), st.integers(1, 10**7))
def test_what_a_sequence_wrote_is_given_and_what_it_will_write_is_not(prefix, suffix, padding, counter, following):
    number = f"{prefix}{counter:0{padding}d}{suffix}"
    assert is_given(number, prefix, suffix, padding, following) == (counter < following)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "S-",
        "000001",
        "S-1",
        "S-0000001",
        "S-000000",
        "S-00000a",
        "s-000001",
        "S-000001 ",
        "S-00000\u0661",
        "S--00001",
    ],
)
def test_other_shapes_are_of_no_sequence(number):
    assert is_given("S-000001", "S-", "", 6, 10)
    assert not is_given(number, "S-", "", 6, 10)
