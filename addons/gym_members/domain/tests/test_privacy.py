from datetime import date
from itertools import product

import pytest

from gym_members.domain.privacy import ANSWERS, STATES, Clock, is_allowed

ALLOWED = {
    ("received", "verified", None),
    ("received", "verified", "granted"),
    ("received", "verified", "partial"),
    ("received", "verified", "denied"),
    ("received", "answered", "denied"),
    ("received", "withdrawn", None),
    ("received", "withdrawn", "granted"),
    ("received", "withdrawn", "partial"),
    ("received", "withdrawn", "denied"),
    ("verified", "answered", "granted"),
    ("verified", "answered", "partial"),
    ("verified", "answered", "denied"),
    ("verified", "withdrawn", None),
    ("verified", "withdrawn", "granted"),
    ("verified", "withdrawn", "partial"),
    ("verified", "withdrawn", "denied"),
    ("answered", "executed", "granted"),
    ("answered", "executed", "partial"),
    ("answered", "withdrawn", "granted"),
    ("answered", "withdrawn", "partial"),
    ("answered", "closed", "denied"),
    ("executed", "closed", None),
    ("executed", "closed", "granted"),
    ("executed", "closed", "partial"),
    ("executed", "closed", "denied"),
}


@pytest.mark.parametrize("case", product(STATES, STATES, (None, *ANSWERS)))
def test_gate(case):
    assert is_allowed(*case) == (case in ALLOWED)


def test_unknown_state_is_an_error():
    with pytest.raises(ValueError):
        is_allowed("received", "lost")


def test_deadlines():
    clock = Clock(date(2026, 7, 1))
    assert clock.answer_due == date(2026, 7, 29)
    assert clock.execution_due is None
    assert Clock(date(2026, 7, 1), date(2026, 7, 10)).execution_due == date(2026, 7, 31)


def test_an_extension_doubles_its_own_clock_only():
    clock = Clock(date(2026, 7, 1), date(2026, 7, 10), is_answer_extended=True)
    assert clock.answer_due == date(2026, 8, 26)
    assert clock.execution_due == date(2026, 7, 31)
    assert Clock(date(2026, 7, 1), date(2026, 7, 10), is_execution_extended=True).execution_due == date(2026, 8, 21)


@pytest.mark.parametrize(
    ("state", "answer", "due"),
    [
        ("received", None, date(2026, 7, 29)),
        ("verified", None, date(2026, 7, 29)),
        ("answered", "granted", date(2026, 7, 31)),
        ("answered", "partial", date(2026, 7, 31)),
        ("answered", "denied", None),
        ("executed", "granted", None),
        ("closed", "denied", None),
        ("withdrawn", None, None),
    ],
)
def test_which_clock_runs(state, answer, due):
    assert Clock(date(2026, 7, 1), date(2026, 7, 10)).due(state, answer) == due
