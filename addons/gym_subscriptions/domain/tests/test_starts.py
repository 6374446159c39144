from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.starts import MANAGER_DAYS, refusal

TODAY = date(2026, 4, 10)


@pytest.mark.parametrize(
    ("days", "code"),
    [(-32, "start_too_early"), (-31, None), (0, None), (90, None), (91, "start_too_late")],
)
def test_the_desk_keeps_to_the_days_of_the_company(days, code):
    found = refusal(TODAY + timedelta(days=days), TODAY, 31, 90)
    assert (found and found.code) == code


@given(st.integers(-40000, 40000), st.integers(0, 500), st.integers(0, 500))
def test_a_manager_may_go_further_but_not_beyond_all_bounds(days, back, ahead):
    start = TODAY + timedelta(days=days)
    found = refusal(start, TODAY, back, ahead, is_manager=True)
    assert (found is None) == (-max(back, MANAGER_DAYS) <= days <= max(ahead, MANAGER_DAYS))
    if found:
        assert refusal(start, TODAY, back, ahead)
        assert len(found.values) == 1
