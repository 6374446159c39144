import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_cfdi.domain.texts import plain, series_and_folio


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("INV/2026/00012", ("INV/2026", "00012")),
        ("RINV/2026/11/0003", ("RINV/2026/11", "0003")),
        ("F-17", ("F", "17")),
        ("00017", (None, "00017")),
        ("Sin número", (None, "Sin número")),
        ("", (None, None)),
        ("A" * 30 + "1", ("A" * 25, "1")),
    ],
)
def test_series_and_folio(name, expected):
    assert series_and_folio(name) == expected


def test_description_in_one_line():
    assert plain("  Mensualidad\n noviembre | 2026\t\x07", 1000) == "Mensualidad noviembre / 2026"
    assert len(plain("x" * 2000, 1000)) == 1000


@given(st.text(max_size=200), st.integers(1, 50))
def test_plain_is_admitted_by_the_schema(text, most):
    clean = plain(text, most)
    assert len(clean) <= most
    assert "|" not in clean
    assert clean == " ".join(clean.split())
    assert plain(clean, most) == clean
