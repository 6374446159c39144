import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_conekta.domain.errors import InDoubt, Never, TryAgain, error_of_answer, reason_of

from .examples import DECLINED_402, KEY_401

BODY = st.one_of(st.none(), st.dictionaries(st.text(), st.one_of(st.text(), st.none(), st.lists(st.integers()))))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, KEY_401, Never),
        (402, DECLINED_402, Never),
        (404, {}, Never),
        (422, {}, Never),
        (428, {}, Never),
        (429, {}, TryAgain),
        (409, {}, InDoubt),
        (408, {}, InDoubt),
        (500, {}, InDoubt),
        (503, None, InDoubt),
        (404, None, InDoubt),  # not theirs: a proxy that knows nothing
        (200, None, InDoubt),
        (302, None, InDoubt),
    ],
)
def test_what_is_known_after_a_request_that_may_change_something(status, body, kind):
    assert type(error_of_answer(False, status, body)) is kind


@given(st.integers(100, 599), BODY)
def test_reading_is_never_in_doubt_and_writing_is_unless_it_was_refused(status, body):
    assert not isinstance(error_of_answer(True, status, body), InDoubt)
    writing = error_of_answer(False, status, body)
    assert isinstance(writing, InDoubt) or (400 <= status < 500 and body is not None)


def test_an_error_keeps_their_words_codes_and_log():
    error = error_of_answer(False, 402, DECLINED_402)
    assert str(error) == "The card could not be processed."
    assert error.codes == ("conekta.errors.processing.tokenization.used",)
    assert (error.log_id, error.reason) == ("641b6d073cd9a50001515007", "gone")
    assert error_of_answer(True, 401, KEY_401).reason == "key"


def test_the_order_that_a_declined_charge_leaves_behind_is_known():
    declined = DECLINED_402 | {"data": {"object": "order", "id": "ord_1"}}
    assert error_of_answer(False, 402, declined).order_id == "ord_1"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("conekta.errors.processing.bank.insufficient_funds", "funds"),
        ("insufficient_funds", "funds"),
        ("suspected_fraud", "fraud"),
        ("something_new", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_code_has_the_same_reason_alone_and_in_full(code, reason):
    assert reason_of(code) == reason
