from hypothesis import given
from hypothesis import strategies as st

from ..joined import join_by_keys

ROWS = st.lists(st.tuples(st.integers(), st.frozensets(st.integers(0, 12), max_size=4)), max_size=25)


def _keys(row):
    return row[1]


@given(ROWS)
def test_every_row_is_in_one_group_and_none_is_lost(rows):
    groups = join_by_keys(rows, _keys)
    assert sorted(map(repr, rows)) == sorted(repr(row) for group in groups for row in group)


@given(ROWS)
def test_two_groups_share_no_key(rows):
    seen = set()
    for group in join_by_keys(rows, _keys):
        keys = frozenset().union(*map(_keys, group))
        assert not keys & seen
        seen |= keys


@given(ROWS)
def test_a_group_does_not_fall_apart(rows):
    for first, *others in join_by_keys(rows, _keys):
        reached, left = set(_keys(first)), others
        while near := [row for row in left if _keys(row) & reached]:
            reached.update(*map(_keys, near))
            left = [row for row in left if row not in near]
        assert not left


def test_a_row_without_keys_joins_nothing():
    assert join_by_keys([(1, ()), (2, ()), (3, (7,))], _keys) == [[(1, ())], [(2, ())], [(3, (7,))]]


def test_a_long_chain_is_one_group():
    assert len(join_by_keys([(number, (number, number + 1)) for number in range(20_000)], _keys)) == 1
