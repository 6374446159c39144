import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.search import normalise, query_tokens, search_key

KEY = search_key("José Ángel López Muñoz", "jose.lopez@correo.mx", "000123", "LOMJ850101AB1", phone="+52 55 1234 5678")


@pytest.mark.parametrize(
    "typed",
    ["jose lopez", "LÓPEZ josé", "munoz", "Muñoz", "jo lo", "55 1234 5678", "+52 (55) 1234", "12345678", "lomj85"]
    + ["jose.lopez@correo", "000123", "123", "  angel  "],
)
def test_finds_whatever_way_it_is_typed(typed):
    assert all(token in KEY for token in query_tokens(typed))


@pytest.mark.parametrize("typed", ["jose perez", "opez lo x", "ez", "99 1234", "lomj86"])
def test_does_not_find_someone_else(typed):
    assert not all(token in KEY for token in query_tokens(typed))


def test_nothing_typed_asks_for_nothing():
    assert query_tokens("") == query_tokens(None) == query_tokens(" ¡! ") == []


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(st.text(alphabet="abcñéÜ ", min_size=1), min_size=1, max_size=4))
def test_every_word_of_the_name_finds_it(words):
    key = search_key(" ".join(words))
    assert all(token in key for word in words for token in query_tokens(word))
