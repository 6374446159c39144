from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym_cfdi.domain.pace import HORIZON_SECONDS, LONGEST_PAUSE, pause, take_turns

TIMES = st.floats(0, 1e6)
RATES = st.floats(0.01, 1000)


def test_without_a_limit_everything_goes_at_once():
    assert take_turns(0, 100.0, 0, 50) == (50, 0.0, 0.0, 100.0)


def test_turns_follow_those_of_other_workers():
    first = take_turns(0.0, 100.0, 10, 50)
    second = take_turns(first.free_at, 100.0, 10, 60)
    assert (first.count, first.start, first.free_at) == (50, 100.0, 105.0)
    assert (second.count, second.start, second.free_at) == (50, 105.0, 110.0)
    assert take_turns(second.free_at, 100.0, 10, 1).count == 0


def test_a_rate_below_one_call_in_the_horizon_lets_one_through():
    turns = take_turns(0.0, 100.0, 0.05, 3)
    assert (turns.count, turns.free_at) == (1, 120.0)
    assert take_turns(turns.free_at, 101.0, 0.05, 3).count == 0


@given(TIMES, TIMES, RATES, st.lists(st.integers(0, 200), max_size=10))
def test_the_rate_is_never_exceeded_however_many_ask(free_at, now, rate, wanted):
    given_out, first = 0, max(free_at, now)
    for count in wanted:
        turns = take_turns(free_at, now, rate, count)
        assert 0 <= turns.count <= count
        given_out += turns.count
        free_at = turns.free_at
    assert given_out <= max(rate * HORIZON_SECONDS + 1, 1)
    if given_out:
        assert free_at >= first + given_out / rate - 1e-3


def test_pauses_double_up_to_the_limit():
    minutes = [pause(tries) / timedelta(minutes=1) for tries in range(8)]
    assert minutes == [1, 1, 2, 4, 8, 16, 30, 30]
    assert pause(10**6) == LONGEST_PAUSE
