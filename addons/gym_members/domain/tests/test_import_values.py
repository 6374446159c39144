from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.importing import dates, values
from gym_members.domain.importing.issues import UnreadableValue

TODAY = date(2026, 3, 15)
ANY_DATE = st.dates(date(1920, 1, 1), date(2035, 12, 31))


@given(ANY_DATE, st.sampled_from("/-. "))
def test_a_date_written_in_either_order_comes_back(day, sign):
    dmy = sign.join((f"{day.day:02}", f"{day.month:02}", str(day.year)))
    mdy = sign.join((str(day.month), str(day.day), str(day.year)))
    assert dates.parse_date(dmy, dates.DMY, today=TODAY) == day
    assert dates.parse_date(mdy, dates.MDY, today=TODAY) == day


@given(ANY_DATE)
def test_iso_and_excel_dates_do_not_depend_on_the_order(day):
    serial = str((day - date(1899, 12, 30)).days)
    for order in (dates.DMY, dates.MDY):
        assert dates.parse_date(day.isoformat(), order, today=TODAY) == day
        assert dates.parse_date(f"{day.isoformat()}T00:00:00Z", order, today=TODAY) == day
        if len(serial) == 5:
            assert dates.parse_date(serial, order, today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 de marzo de 1990", date(1990, 3, 5)),
        ("12-ene-90", date(1990, 1, 12)),
        ("Mar 5, 1990", date(1990, 3, 5)),
        ("05/03/1990 12:30 p.m.", date(1990, 3, 5)),
        ("0000-00-00", None),
        ("N/A", None),
        ("", None),
        ("05/03/99", date(1999, 3, 5)),
        ("05/03/26", date(2026, 3, 5)),
        ("05 / 03 / 1990", date(1990, 3, 5)),
        ("05/03/1990.", date(1990, 3, 5)),
        ("no", None),
    ],
)
def test_dates_as_people_write_them(text, expected):
    assert dates.parse_date(text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/1990", "date_impossible"),
        ("2026-13-01", "date_impossible"),
        ("mañana", "date_unreadable"),
        ("1990", "date_unreadable"),
    ],
)
def test_what_is_no_date_says_why(text, code):
    with pytest.raises(UnreadableValue) as caught:
        dates.parse_date(text, today=TODAY)
    assert caught.value.code == code


def test_one_clear_date_decides_for_the_whole_file():
    assert dates.detect_order(["03/04/1990", "25/12/2020"]).order == dates.DMY
    assert dates.detect_order(["03/04/1990", "12/25/2020"]).order == dates.MDY


def test_ambiguous_or_contradictory_dates_ask():
    ambiguous = dates.detect_order(["03/04/1990", "05/05/2020", "1990-03-25"])
    assert (ambiguous.order, ambiguous.must_ask, ambiguous.example) == (None, True, "03/04/1990")
    assert dates.detect_order(["25/12/2020", "12/25/2020"]).must_ask
    assert not dates.detect_order(["05/05/2020", "1990-03-25", ""]).must_ask


@given(st.lists(ANY_DATE, min_size=1), st.sampled_from([dates.DMY, dates.MDY]))
def test_a_detected_order_is_never_wrong(days, order):
    pattern = "%d/%m/%Y" if order == dates.DMY else "%m/%d/%Y"
    assert dates.detect_order([day.strftime(pattern) for day in days]).order in (order, None)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_amounts_survive_every_notation(amount):
    english = f"{amount:,.2f}"
    european = english.translate(str.maketrans(",.", ".,"))
    for text in (english, f"$ {english}", f"MXN {english}", european, f"{amount}", f"${english} M.N."):
        assert values.parse_amount(text) == amount
    assert values.parse_amount(f"(${english})") == -amount


@pytest.mark.parametrize(
    ("text", "expected"), [("1,234", 1234), ("1234,5", Decimal("1234.5")), ("$1,234.00", 1234), ("-", None), ("", None)]
)
def test_amounts_as_written_in_mexico(text, expected):
    assert values.parse_amount(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1200.-", 1200),
        ("$1,200.-", 1200),
        ("1200,-", 1200),
        ("499.0000", 499),
        ("499.000", None),
        ("1.200", None),
        ("499,000", None),
        ("1,299,000", 1299000),
        ("499.999", None),
        ("1,200.500", None),
        ("1.200.50", None),
        ("1,200,50", None),
        ("USD 40", None),
        ("US$ 40", None),
        ("40 dólares", None),
        ("€40", None),
        ("499 MXN", 499),
        ("$499.00 M.N.", 499),
        ("499 pesos", 499),
        ("499/mes", None),
        ("499 + IVA", None),
        ("10%", None),
        ("-499", -499),
        ("(499)", -499),
        ("499-", -499),
    ],
)
def test_an_amount_that_may_be_another_is_refused(text, expected):
    try:
        found = values.parse_amount(text)
    except UnreadableValue:
        found = None
    assert found == expected


def test_what_is_no_amount_is_refused():
    for text in ("mil", "12a", "1.2.3,4,5", "NaN", "Infinity"):
        if text == "NaN":
            assert values.parse_amount(text) is None
            continue
        with pytest.raises(UnreadableValue):
            values.parse_amount(text)


@given(st.sampled_from(["55", "33", "81", "664"]), st.integers(2000000, 9999999))
def test_a_mexican_phone_is_the_same_however_it_is_written(area, rest):
    digits = f"{area}{rest}"[:10].ljust(10, "1")
    spellings = (
        digits,
        f"{digits[:2]} {digits[2:6]} {digits[6:]}",
        f"+52 {digits}",
        f"52{digits}",
        f"044{digits}",
        f"+521{digits}",
        f"({digits[:2]}) {digits[2:6]}-{digits[6:]}",
        f"{digits}.0"[:10],
        f"{digits} / 5512345678",
    )
    try:
        wanted = values.parse_phone(f"+52{digits}")
    except UnreadableValue:
        return
    assert {values.parse_phone(text) for text in spellings} == {wanted}
    assert values.phone_key(wanted) == f"+52{digits}"


def test_phones_that_are_none():
    assert values.parse_phone("0000000000") is None
    assert values.parse_phone("") is None
    assert values.parse_phone("5.512345678E9") == values.parse_phone("5512345678")
    assert values.parse_phone("+1 415 555 2671") == values.parse_phone("0014155552671") == "+1 415-555-2671"
    assert values.parse_phone("5512345678 5587654321") == values.parse_phone("5512345678 ó 5587654321")
    for text in ("123", "no sé", "55123456789012345", "551234567890", "1 55 1234 5678", "34600123456"):
        with pytest.raises(UnreadableValue):
            values.parse_phone(text)


def test_emails():
    assert values.parse_email(" Ana.Ruiz@Correo.MX ") == "ana.ruiz@correo.mx"
    assert values.parse_email("mailto:a@b.mx; c@d.mx") == "a@b.mx"
    assert values.parse_email("N/A") is None
    for text, code in (
        ("ana@correo", "email_invalid"),
        ("sincorreo@gmail.com", "email_placeholder"),
        ("a@@b.mx", "email_invalid"),
    ):
        with pytest.raises(UnreadableValue) as caught:
            values.parse_email(text)
        assert caught.value.code == code


def test_tax_and_population_ids():
    assert values.parse_rfc("gode-561231-gr8") == "GODE561231GR8"
    assert values.parse_rfc("XAXX010101000") is None
    assert values.parse_curp("BOXW310820HNERXN09") == "BOXW310820HNERXN09"
    for parse, text in (
        (values.parse_rfc, "GODE561331GR8"),
        (values.parse_rfc, "GODE561231"),
        (values.parse_curp, "BOXW310820HNERXN08"),
    ):
        with pytest.raises(UnreadableValue):
            parse(text)


def test_m_is_mujer_beside_h_and_male_beside_f():
    assert values.parse_gender("M", values.m_means(["H", "M", ""])) == "female"
    assert values.parse_gender("M", values.m_means(["F", "M"])) == "male"
    assert values.parse_gender("Femenino") == "female"
    with pytest.raises(UnreadableValue):
        values.parse_gender("M", values.m_means(["M", "M"]))


def test_excel_day_zero():
    assert dates.parse_date("45292", today=TODAY) == date(2024, 1, 1) == date(1899, 12, 30) + timedelta(days=45292)
