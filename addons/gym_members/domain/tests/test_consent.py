import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain import consent

WORDS = st.text(st.characters(whitelist_categories=("Lu", "Ll", "Nd")), min_size=1, max_size=12)


def test_canonical_text_is_what_one_reads():
    html = "<h2>1.  Riesgos</h2><p>Acepto\n los <b>riesgos</b>&nbsp;del gimnasio.<br>Firmo.</p><ul><li>Uno</li></ul>"
    assert consent.canonical_text("Deslinde", html) == (
        "Deslinde\n1. Riesgos\nAcepto los riesgos del gimnasio.\nFirmo.\nUno"
    )


def test_hash_is_reproducible_from_the_printed_text():
    printed = "Deslinde\nAcepto los riesgos."
    assert consent.content_hash("Deslinde", "<div><p>Acepto los riesgos.</p></div>") == (
        hashlib.sha256(printed.encode()).hexdigest()
    )


def test_where_a_link_leads_is_part_of_the_text():
    one, two = (f'<p>Ver <a href="https://{name}.mx">aviso</a></p>' for name in ("a", "b"))
    assert consent.content_hash("T", one) != consent.content_hash("T", two)


def test_composed_and_decomposed_accents_are_the_same_text():
    assert consent.content_hash("José", "<p>Aceptación</p>") == consent.content_hash(
        "Jose\u0301", "<p>Aceptacio\u0301n</p>"
    )


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_markup_does_not_change_the_hash(words):
    plain = f"<p>{' '.join(words)}</p>"
    bold = "\n ".join(f"<b>{word}</b>" for word in words)
    dressed = f"<div class='x'><p> {bold} </p></div>"
    assert consent.content_hash("T", plain) == consent.content_hash("T", dressed)


@given(st.lists(WORDS, min_size=1, max_size=6), WORDS)
def test_any_word_more_changes_the_hash(words, more):
    assert consent.content_hash("T", f"<p>{' '.join(words)}</p>") != consent.content_hash(
        "T", f"<p>{' '.join([*words, more])}</p>"
    )


@pytest.mark.parametrize(
    ("given_on", "months", "birthdate", "expected"),
    [
        (date(2026, 1, 31), 0, None, None),
        (date(2026, 1, 31), 1, None, date(2026, 2, 28)),
        (date(2026, 3, 10), 12, None, date(2027, 3, 10)),
        (date(2026, 3, 10), 0, date(2010, 5, 1), date(2028, 5, 1)),
        (date(2026, 3, 10), 12, date(2010, 5, 1), date(2027, 3, 10)),
        (date(2028, 4, 30), 12, date(2010, 5, 1), date(2028, 5, 1)),
        (date(2028, 5, 1), 0, date(2010, 5, 1), None),
        (date(2026, 3, 1), 0, date(2008, 2, 29), None),
        (date(2026, 2, 27), 0, date(2008, 2, 29), date(2026, 2, 28)),
    ],
)
def test_expiry(given_on, months, birthdate, expected):
    assert consent.expiry_date(given_on, months, birthdate) == expected


def test_purposes_are_consistent():
    assert len(set(consent.PURPOSES)) == len(consent.PURPOSES) == 10
    assert set(consent.PURPOSES) >= consent.SIGNED_PURPOSES | consent.OPTIONAL_PURPOSES
