from hypothesis import given
from hypothesis import strategies as st

from ..codes import CARD, PASS, fingerprint, new_code, read_code, show_code


def test_a_code_has_its_prefix_and_sixteen_digits():
    code = new_code(PASS)
    assert len(code) == 18 and code.startswith("92") and code.isdigit()
    assert read_code(show_code(code)) == code
    assert new_code(CARD) != new_code(CARD)


@given(st.text())
def test_a_member_number_or_anything_else_is_no_code(text):
    assert read_code(text) is None or (len(read_code(text)) == 18 and read_code(text)[:2] in (CARD, PASS))


def test_member_numbers_are_no_codes():
    for number in ("000123", "T-ROMA-12", "9112", "", None):
        assert read_code(number) is None


def test_a_fingerprint_does_not_hold_the_code():
    code = new_code(CARD)
    assert code not in fingerprint(code) and len(fingerprint(code)) == 64
