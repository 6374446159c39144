from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.rate import RateLimit


def test_the_limit_is_per_key_and_slides():
    limit = RateLimit(2, 60)
    assert [limit.allows("a", second) for second in (0, 10, 20, 59.9, 60, 61)] == [
        True,
        True,
        False,
        False,
        True,
        False,
    ]
    assert limit.allows("b", 20)


@given(st.lists(st.floats(0, 300), max_size=60).map(sorted))
def test_no_window_holds_more_than_the_limit(seconds):
    limit = RateLimit(5, 60)
    passed = [second for second in seconds if limit.allows("a", second)]
    assert all(sum(start < second <= start + 60 for second in passed) <= 5 for start in [-1, *passed])


def test_keys_of_long_ago_are_forgotten():
    limit = RateLimit(1, 60)
    for number in range(10050):
        limit.allows(number, 0)
    limit.allows("now", 100)
    assert len(limit._seen) == 1
