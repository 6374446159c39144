from hypothesis import given
from hypothesis import strategies as st

from ..receipt_link import SIGNS, code_of, is_code, whatsapp_link


@given(st.text(max_size=40), st.integers(min_value=1), st.integers(min_value=1))
def test_a_code_opens_one_receipt(secret, payment, other):
    code = code_of(secret, payment)
    assert len(code) == SIGNS
    assert is_code(secret, payment, code)
    assert is_code(secret, other, code) == (other == payment)


@given(st.text(max_size=40))
def test_what_is_no_code_opens_nothing(text):
    assert not is_code("secret", 1, text)
    assert not is_code("secret", 1, None)


def test_whatsapp_opens_with_phone_and_text():
    assert (
        whatsapp_link("+52 55 1234 5678", "Su recibo: á & b")
        == "https://wa.me/525512345678?text=Su%20recibo%3A%20%C3%A1%20%26%20b"
    )


def test_without_a_phone_there_is_no_link():
    assert whatsapp_link(False, "x") is None
    assert whatsapp_link("", "x") is None
