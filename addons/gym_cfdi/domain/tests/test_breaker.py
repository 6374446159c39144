from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym_cfdi.domain.breaker import CLOSED, HALF_OPEN, LONGEST, OPEN, SHORTEST, THRESHOLD, Breaker

NOW = datetime(2026, 11, 21, 12)
A_SECOND = timedelta(seconds=1)


def test_stays_closed_below_the_threshold_and_opens_at_it():
    breaker = Breaker()
    for _call in range(THRESHOLD - 1):
        breaker = breaker.failed(NOW)
        assert breaker.state(NOW) == CLOSED
    breaker = breaker.failed(NOW)
    assert breaker.state(NOW) == OPEN
    assert breaker.open_until == NOW + SHORTEST


def test_failures_of_one_batch_count_one_by_one():
    assert Breaker().failed(NOW, THRESHOLD).state(NOW) == OPEN
    assert Breaker().failed(NOW, THRESHOLD - 1).state(NOW) == CLOSED


def test_an_answer_forgets_failures():
    breaker = Breaker().failed(NOW, THRESHOLD - 1).succeeded().failed(NOW)
    assert breaker.state(NOW) == CLOSED


def test_half_open_at_the_end_of_the_period_and_not_before():
    breaker = Breaker().failed(NOW, THRESHOLD)
    assert breaker.state(NOW + SHORTEST - A_SECOND) == OPEN
    assert breaker.state(NOW + SHORTEST) == HALF_OPEN


def test_only_one_probe_at_a_time():
    later = NOW + SHORTEST
    breaker = Breaker().failed(NOW, THRESHOLD).probing(later)
    assert breaker.state(later) == OPEN


def test_a_probe_that_fails_doubles_the_period():
    breaker, now = Breaker().failed(NOW, THRESHOLD), NOW
    for doubled in (2, 4, 8):
        now = breaker.open_until
        breaker = breaker.probing(now).failed(now)
        assert breaker.open_until == now + doubled * SHORTEST


def test_a_probe_that_succeeds_closes():
    now = NOW + SHORTEST
    assert Breaker().failed(NOW, THRESHOLD).probing(now).succeeded().state(now) == CLOSED


def test_a_refused_account_opens_at_once():
    assert Breaker().refused_account(NOW).state(NOW) == OPEN


@given(st.lists(st.sampled_from(["failed", "refused_account", "probing"]), max_size=40))
def test_is_never_open_longer_than_the_limit(events):
    breaker, now = Breaker(), NOW
    for event in events:
        breaker = getattr(breaker, event)(now)
        if breaker.open_until:
            assert breaker.open_until <= now + LONGEST
            now = max(now, breaker.open_until)
