from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import pass_code

PHONE, SECRET = 7, bytes(range(16))
SEAM = datetime(2026, 11, 30)  # midnight of UTC, 18:00 in Mexico City
DAY = pass_code.step_of(SEAM) // pass_code.STEPS
CHAINS = {day: pass_code.make_chain(PHONE, day, SECRET) for day in (DAY - 1, DAY)}


def _code(at):
    day, step = divmod(pass_code.step_of(at), pass_code.STEPS)
    return pass_code.write(PHONE, day, step, CHAINS[day][step + 1])


def _is_good(code, at):
    shown = pass_code.read(code)
    step = pass_code.find_step(shown, pass_code.step_of(at))
    day = step // pass_code.STEPS if step is not None else None
    return step is not None and pass_code.leads_to(shown, day, CHAINS[day][0])


@pytest.mark.parametrize("seconds", [-86400, -45, -15, -1, 0, 1, 15, 40000, 86399])
def test_a_code_opens_around_its_time_at_the_seam_of_days_too(seconds):
    at = SEAM + timedelta(seconds=seconds)
    assert _is_good(_code(at), at)


@pytest.mark.parametrize(("late_s", "is_good"), [(-16, False), (-15, True), (0, True), (30, True), (45, False)])
def test_a_picture_of_a_code_is_dead_within_a_minute(late_s, is_good):
    at = SEAM - timedelta(seconds=30)
    assert _is_good(_code(at), at + timedelta(seconds=late_s)) == is_good


def test_a_code_is_digits_of_a_fixed_length():
    code = _code(SEAM)
    assert len(code) == 56 and code.isdigit() and code.startswith("90")


@given(st.integers(0, 2**32 - 1), st.integers(0, 5759), st.binary(min_size=16, max_size=16))
def test_what_is_written_is_read(phone, step, value):
    shown = pass_code.read(pass_code.write(phone, DAY, step, value))
    assert shown == pass_code.Shown(phone, DAY % 16, step, value)


@given(st.text())
def test_what_is_no_code_is_told_apart(text):
    assert pass_code.read(text) is None or len(text) >= 56


def test_another_phone_day_or_step_does_not_lead_to_the_anchor():
    shown = pass_code.read(_code(SEAM + timedelta(seconds=150)))
    anchor = CHAINS[DAY][0]
    assert pass_code.leads_to(shown, DAY, anchor)
    for wrong in (shown._replace(phone=8), shown._replace(step=11), shown._replace(value=anchor)):
        assert not pass_code.leads_to(wrong, DAY, anchor)
    assert not pass_code.leads_to(shown, DAY - 1, anchor)


def test_who_has_anchors_and_used_codes_cannot_make_the_next():
    used = CHAINS[DAY][11]
    guesses = [pass_code.down(PHONE, DAY, step, used) for step in (10, 11, 12)]
    assert CHAINS[DAY][12] not in guesses


def test_a_known_vector():
    """The page of the phone makes the same: static/tests/pass_code.test.js."""
    chain = pass_code.make_chain(7, 20787, bytes(range(16)))
    assert chain[0].hex() == "aee892cbfa557e87951d4eaf27a5523e"
    shown = pass_code.write(7, 20787, 4321, chain[4322])
    assert shown == "90000000000322043615416168382211740357220093879493907260"
