from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym_collection.domain.awaiting import LONGEST, awaited_until

instants = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1))


@given(instants, st.none() | instants)
def test_a_voucher_is_awaited_until_it_expires_and_no_longer(asked_at, expires_at):
    assert awaited_until(asked_at, expires_at) == (expires_at or asked_at + LONGEST)


def test_one_that_never_says_when_is_not_awaited_for_ever():
    assert awaited_until(datetime(2026, 3, 10, 18)) == datetime(2026, 3, 17, 18)
    assert timedelta(days=7) == LONGEST
