from hypothesis import given
from hypothesis import strategies as st

from ..secret import is_same


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_is_compared(secret, other):
    assert is_same(secret, other) == (secret == other and secret != "")


def test_no_secret_is_nobody_s():
    assert not is_same("", "") and not is_same(None, None) and not is_same("x", None)
