from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_mx_entry_export.domain import aspel, contpaqi
from l10n_mx_entry_export.domain.entry import KINDS, Entry, Line, Unfit, plain

ENTRY = Entry(
    "income",
    12,
    date(2026, 3, 5),
    "INV/2026/00012 Añejo",
    (
        Line("105.01.01", Decimal("499.00"), Decimal(0), "Ánforas ñ", "INV/2026/00012"),
        Line("401.01.01", Decimal(0), Decimal("430.17"), "Dues"),
        Line("209.01.01", Decimal(0), Decimal("68.83"), "IVA"),
    ),
)
cents = st.integers(1, 10**12).map(lambda number: Decimal(number) / 100)
texts = st.text(max_size=250)


@st.composite
def entries(draw):
    debits = draw(st.lists(cents, min_size=1, max_size=5))
    lines = [Line("105.01", amount, Decimal(0), draw(texts), draw(texts)) for amount in debits]
    lines.append(Line("401.01", Decimal(0), sum(debits), draw(texts)))
    number = draw(st.integers(1, 999_999_999))
    return Entry(
        draw(st.sampled_from(KINDS)), number, draw(st.dates(min_value=date(2000, 1, 1))), draw(texts), tuple(lines)
    )


def test_contpaqi_columns():
    header, *movements = contpaqi.write([ENTRY]).decode("cp1252").split("\r\n")[:-1]
    assert len(header) == 148
    assert (header[:3], header[3:11], header[12:16], header[17:26]) == ("P  ", "20260305", "   1", "       12")
    assert (header[27], header[29:39].strip(), header[40:140].rstrip()) == ("1", "0", "INV/2026/00012 Añejo")
    assert header[140:] == " 11 0 0 "
    assert {len(movement) for movement in movements} == {206}
    first, second = movements[:2]
    assert (first[3:33].rstrip(), first[34:44], first[45], first[47:67].rstrip()) == (
        "1050101",
        "2026/00012",
        "0",
        "499.00",
    )
    assert first[100:200].rstrip() == "Ánforas ñ"
    assert (second[45], second[47:67].rstrip()) == ("1", "430.17")


@given(st.lists(entries(), max_size=3))
def test_contpaqi_lines_always_have_their_width_and_code_page(found):
    found = [Entry(one.kind, number, one.day, one.text, one.lines) for number, one in enumerate(found, 1)]
    rows = contpaqi.write(found).decode("cp1252").split("\r\n")
    assert rows.pop() == ""
    assert len(rows) == sum(len(one.lines) + 1 for one in found)
    assert all(len(row) == (148 if row.startswith("P") else 206) for row in rows)


def test_aspel_rows():
    assert aspel.rows([ENTRY]) == [
        ("Ig", 12, "INV/2026/00012 Añejo", 5, None, None, None, None, None),
        (None, "105.01.01", 0, "Ánforas ñ", 1, Decimal("499.00"), None, 0, 0),
        (None, "401.01.01", 0, "Dues", 1, None, Decimal("430.17"), 0, 0),
        (None, "209.01.01", 0, "IVA", 1, None, Decimal("68.83"), 0, 0),
        (None, "FIN_PARTIDAS", None, None, None, None, None, None, None),
    ]


@given(entries())
def test_aspel_rows_balance(entry):
    rows = aspel.rows([entry])
    assert all(len(row) == aspel.COLUMNS for row in rows)
    assert sum(row[5] or 0 for row in rows[1:-1]) == sum(row[6] or 0 for row in rows[1:-1])


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "empty"),
        ((Line("1", Decimal(5), Decimal(0)),), "unbalanced"),
        ((Line("1", Decimal(5), Decimal(5)),), "amount"),
        ((Line("1", Decimal("0.005"), Decimal(0)), Line("2", Decimal(0), Decimal("0.005"))), "amount"),
        ((Line("", Decimal(5), Decimal(0)), Line("2", Decimal(0), Decimal(5))), "no_code"),
        ((Line("1" * 31, Decimal(5), Decimal(0)), Line("2", Decimal(0), Decimal(5))), "code_too_long"),
    ],
)
def test_what_is_refused(lines, code):
    for write in (contpaqi.write, aspel.rows):
        with pytest.raises(Unfit) as caught:
            write([Entry("diary", 1, date(2026, 1, 1), "X", lines)])
        assert code in {found for found, _values in caught.value.problems}


def test_two_entries_of_a_number_are_refused():
    with pytest.raises(Unfit) as caught:
        contpaqi.write([ENTRY, ENTRY])
    assert [code for code, _values in caught.value.problems] == ["same_number"]


@given(texts, st.integers(1, 120))
def test_plain_texts_fit(text, width):
    found = plain(text, width)
    assert len(found) <= width
    assert "\n" not in found
    found.encode("cp1252")


def test_plain_keeps_spanish_and_makes_the_best_of_others():
    assert plain("  Ñandú\n ágil €  ", 40) == "Ñandú ágil €"
    assert plain("Dvořák 漢", 40) == "Dvorák ?"
