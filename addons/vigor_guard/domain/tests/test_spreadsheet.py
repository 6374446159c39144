import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..spreadsheet import STARTS, as_csv_text, is_formula


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1",
        "\xa0@x",
        "\u200b=1",
        "\ufeff+1",
        "\u202e-1",
    ],
)
def test_what_a_spreadsheet_would_calculate(text):
    assert is_formula(text)
    assert as_csv_text(text) == "'" + text


@pytest.mark.parametrize("text", ["Ana", "José-María", "a=b", "ana@example.com", "", None, 5, "(=1)"])
def test_what_it_would_not(text):
    assert not is_formula(text)
    assert as_csv_text(text) == text


@pytest.mark.parametrize("text", ["-5", "+52.5", "-1,234.50", "+52 55 1234 5678"])
def test_numbers_stay_numbers(text):
    assert as_csv_text(text) == text


@given(st.text() | st.text(alphabet="\t\n =+-@.,5A"))
def test_no_text_begins_a_formula_after_it(text):
    made = as_csv_text(text)
    assert made == text or made == "'" + text
    assert not made.startswith(("=", "@", "\t", "\r", "\n"))


@given(st.sampled_from(STARTS), st.text())
def test_every_beginning_is_known(start, rest):
    assert is_formula(start + rest)
