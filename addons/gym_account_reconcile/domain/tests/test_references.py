import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_account_reconcile.domain.references import MIN_LENGTH, find_references, normalise

REFERENCE = "INV/2026/00012"


@pytest.mark.parametrize(
    "text",
    [
        "INV/2026/00012",
        "SPEI RECIBIDO BBVA 0193 inv 2026 00012 ANA RIOS",
        "TRASPASO inv202600012",
        "PAGO MENSUALIDAD Inv-2026-00012.",
        "PAGO\nINV/2026\n/00012",
        "FAC: INV/2026/00012, GRACIAS",
        "2026INV/2026/00012GYM",
    ],
)
def test_reference_is_found_however_the_bank_writes_it(text):
    assert find_references(text, [REFERENCE]) == [REFERENCE]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "INV/2026/000123",
        "INV/2026/00013",
        "XINV/2026/00012",
        "INV/2026 0001",
        "SPEI RECIBIDO 499.00",
    ],
)
def test_what_is_another_reference_or_none_is_not_found(text):
    assert find_references(text, [REFERENCE]) == []


def test_longest_reference_wins():
    assert find_references("PAGO INV/2026/0001 2", ["INV/2026/0001", REFERENCE[:-1] + "2", "INV/2026/00012"]) == [
        "INV/2026/00012"
    ]


def test_several_are_found_in_the_order_of_the_text_and_once():
    references = ["INV/2026/00001", "INV/2026/00002"]
    text = "INV/2026/00002 Y INV/2026/00001 Y INV/2026/00002"
    assert find_references(text, references) == references[::-1]


def test_short_references_and_mere_words_are_left_alone():
    assert find_references("PAGO 12345 GIMNASIO", ["12345", "GIMNASIO", None, ""]) == []


@given(st.text(), st.lists(st.text(max_size=20), max_size=5))
def test_whatever_is_found_is_wanted_and_in_the_text(text, references):
    plain = normalise(text)
    for found in find_references(text, references):
        assert found in references
        assert normalise(found) in plain
        assert len(normalise(found)) >= MIN_LENGTH


@given(st.from_regex(r"[A-Z]{3}/20[0-9]{2}/[0-9]{5}", fullmatch=True), st.sampled_from([" ", "-", "", ".", "\n"]))
def test_separators_do_not_matter(reference, separator):
    written = reference.replace("/", separator)
    assert find_references(f"SPEI {written} ANA", [reference]) == [reference]
