from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.identity import Verdict, birthdate_of_curp, check_curp, check_rfc, compact, name_key


@pytest.mark.parametrize(
    ("rfc", "verdict"),
    [
        ("", Verdict.GOOD),
        (None, Verdict.GOOD),
        ("GODE561231GR8", Verdict.GOOD),
        ("gode 561231-gr8", Verdict.GOOD),
        ("MAB9307148T4", Verdict.GOOD),
        ("XAXX010101000", Verdict.GOOD),
        ("GODE561231GR9", Verdict.DOUBTFUL),
        ("VACE460910SX6", Verdict.DOUBTFUL),
        ("GODE561331GR8", Verdict.IMPOSSIBLE),
        ("GODE561231", Verdict.IMPOSSIBLE),
        ("12345", Verdict.IMPOSSIBLE),
    ],
)
def test_rfc(rfc, verdict):
    assert check_rfc(rfc) is verdict


@pytest.mark.parametrize(
    ("curp", "verdict"),
    [
        ("", Verdict.GOOD),
        ("BOXW310820HNERXN09", Verdict.GOOD),
        ("boxw310820-hnerxn09", Verdict.GOOD),
        ("BOXW310820HNERXN08", Verdict.DOUBTFUL),
        ("BOXW310820XNERXN09", Verdict.IMPOSSIBLE),
        ("BOXW310820HZZRXN09", Verdict.IMPOSSIBLE),
        ("BOXW310820", Verdict.IMPOSSIBLE),
    ],
)
def test_curp(curp, verdict):
    assert check_curp(curp) is verdict


def test_birth_date_in_the_curp():
    assert birthdate_of_curp("BOXW310820HNERXN09") == date(1931, 8, 20)
    assert birthdate_of_curp("not one") is None


@given(st.text())
def test_any_text_gets_a_verdict(text):
    assert check_rfc(text) in Verdict and check_curp(text) in Verdict
    assert compact(compact(text)) == compact(text)


@given(st.permutations(["José", "Ángel", "López", "de", "la", "O"]))
def test_order_and_accents_do_not_matter(words):
    assert name_key(", ".join(words)) == name_key("jose angel lopez DE LA o")
