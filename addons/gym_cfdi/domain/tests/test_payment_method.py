from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_cfdi.domain.payment_method import (
    PPD,
    PUE,
    complement_deadline,
    fecha_of,
    fecha_of_period,
    is_overdue_pue,
    is_payment_form,
    month_end,
    payment_form,
    payment_method,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("issued", "due", "form", "method"),
    [
        (date(2026, 11, 3), date(2026, 11, 3), "03", PUE),
        (date(2026, 11, 3), date(2026, 11, 30), "03", PUE),
        (date(2026, 11, 3), date(2026, 12, 1), "03", PPD),
        (date(2026, 11, 3), date(2026, 11, 3), None, PPD),
        (date(2026, 11, 3), date(2026, 11, 3), "99", PPD),
        (date(2028, 2, 1), date(2028, 2, 29), "01", PUE),
    ],
)
def test_paid_within_the_month_in_a_known_form_is_pue(issued, due, form, method):
    assert payment_method(issued, due, form) == method


def test_two_instalments_within_the_month_are_not_one_exhibition():
    assert payment_method(date(2026, 11, 3), date(2026, 11, 20), "03", instalments=2) == PPD


def test_credit_note_is_pue_and_without_form_forgives():
    assert payment_method(date(2026, 11, 3), date(2027, 1, 1), None, is_credit=True) == PUE
    assert payment_form(PUE, None, is_credit=True) == "15"
    assert payment_form(PUE, "99", is_credit=True) == "15"
    assert payment_form(PUE, "03", is_credit=True) == "03"


@given(DAYS, DAYS, st.sampled_from(["01", "03", "99", None]))
def test_ppd_and_99_go_together(issued, due, form):
    method = payment_method(issued, due, form)
    assert (method == PPD) == (payment_form(method, form) == "99")


def test_forms():
    assert is_payment_form("03")
    assert not is_payment_form("99")
    assert not is_payment_form("07")


@given(DAYS, st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31)))
def test_fecha_is_never_in_the_future_nor_near_the_end_of_its_72_hours(day, now):
    fecha = fecha_of(day, now)
    assert now - timedelta(hours=48) <= fecha <= now


def test_sealed_after_midnight_stays_in_its_month():
    assert fecha_of(date(2026, 10, 31), datetime(2026, 11, 1, 0, 10)) == datetime(2026, 10, 31, 23, 59, 59)
    assert fecha_of(date(2026, 11, 1), datetime(2026, 11, 1, 0, 10)) == datetime(2026, 11, 1, 0, 10)
    assert fecha_of(date(2026, 10, 20), datetime(2026, 11, 1, 0, 10)) == datetime(2026, 11, 1, 0, 10)


def test_the_global_of_a_month_keeps_its_month():
    end = date(2026, 10, 31)
    last_second = datetime(2026, 10, 31, 23, 59, 59)
    assert fecha_of_period(end, datetime(2026, 11, 1, 1, 0)) == last_second
    assert fecha_of_period(end, datetime(2026, 11, 2, 20, 0)) == last_second
    late = datetime(2026, 11, 3, 8, 0)  # the 72 hours of the PAC leave no day any more
    assert fecha_of_period(end, late) == late


def test_the_global_of_a_week_within_the_month_says_now():
    now = datetime(2026, 10, 19, 1, 0)
    assert fecha_of_period(date(2026, 10, 18), now) == now


@given(DAYS, st.integers(0, 47))
def test_the_global_of_a_closed_month_never_falls_into_the_next_within_two_days(day, hours):
    end = month_end(day)
    now = datetime.combine(end, time(23, 59, 59)) + timedelta(hours=hours)
    assert fecha_of_period(end, now).date() == end


@given(DAYS)
def test_complement_is_due_on_the_fifth(day):
    deadline = complement_deadline(day)
    assert deadline.day == 5
    assert timedelta(days=5) <= deadline - day <= timedelta(days=35)


def test_month_end():
    assert month_end(date(2028, 2, 10)) == date(2028, 2, 29)
    assert not is_overdue_pue(date(2026, 11, 3), date(2026, 11, 30))
    assert is_overdue_pue(date(2026, 11, 3), date(2026, 12, 1))
