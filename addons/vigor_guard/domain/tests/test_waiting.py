from hypothesis import given
from hypothesis import strategies as st

from ..waiting import Patience

PATIENCE = Patience(free=5, first_s=30, longest_s=900, window_s=86400)


def test_the_wait_doubles_up_to_the_longest():
    waits = [PATIENCE.wait_s(failures, 0) for failures in range(4, 13)]
    assert waits == [0, 30, 60, 120, 240, 480, 900, 900, 900]


def test_who_waited_goes_on():
    assert PATIENCE.wait_s(5, 29.5) == 0.5
    assert PATIENCE.wait_s(5, 30) == 0


@given(st.integers(0, 10**6), st.floats(0, 10**6))
def test_a_wait_is_within_its_limits(failures, since_s):
    assert 0 <= PATIENCE.wait_s(failures, since_s) <= PATIENCE.longest_s
