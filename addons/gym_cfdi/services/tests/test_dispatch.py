"""The calls to a PAC, with a PAC that is a function."""

import threading
import time

import pytest

from gym_cfdi.services.dispatch import STOP_AFTER, THREADS, Call, dispatch
from gym_cfdi.services.pac import InDoubt, Refused, Stamped, TryAgain


def calls(count):
    return [Call(number, f"<xml{number}/>".encode(), f"request-{number}") for number in range(count)]


def echo(xml, request_id):
    return Stamped(xml, request_id)


def test_each_call_gets_its_own_answer_in_order():
    outcomes = dispatch(echo, calls(20))
    assert [outcome.call.key for outcome in outcomes] == list(range(20))
    assert all(outcome.answer == Stamped(outcome.call.xml, outcome.call.request_id) for outcome in outcomes)
    assert all(outcome.was_made and outcome.error is None and not outcome.is_failure for outcome in outcomes)


def test_a_few_calls_are_under_way_at_once_and_no_more():
    running, most, lock = 0, 0, threading.Lock()

    def slow(xml, request_id):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return echo(xml, request_id)

    dispatch(slow, calls(20))
    assert most == THREADS


@pytest.mark.parametrize("error", [TryAgain("down"), InDoubt("reset"), Refused("no stamps", scope="account")])
def test_a_pac_that_fails_is_not_asked_for_the_whole_batch(error):
    def fail(xml, request_id):
        raise error

    outcomes = dispatch(fail, calls(50), threads=1)
    assert [outcome.was_made for outcome in outcomes] == [True] * STOP_AFTER + [False] * (50 - STOP_AFTER)
    assert all(outcome.error is error for outcome in outcomes[:STOP_AFTER])
    assert all(outcome.error is None and outcome.answer is None for outcome in outcomes[STOP_AFTER:])


def test_refused_documents_do_not_stop_the_others():
    def refuse(xml, request_id):
        raise Refused("CFDI40108")

    outcomes = dispatch(refuse, calls(30))
    assert all(outcome.was_made and not outcome.is_failure for outcome in outcomes)


def test_failures_between_answers_do_not_stop_the_batch():
    def every_other(xml, request_id):
        if int(request_id.split("-")[1]) % 2:
            raise TryAgain("busy")
        return echo(xml, request_id)

    assert all(outcome.was_made for outcome in dispatch(every_other, calls(30), threads=1))


def test_a_client_with_a_fault_of_its_own_leaves_the_call_in_doubt():
    def broken(xml, request_id):
        raise KeyError("uuid")

    (outcome,) = dispatch(broken, calls(1))
    assert isinstance(outcome.error, InDoubt)
    assert outcome.was_made


def test_calls_begin_one_interval_apart_and_not_before_the_start():
    begun = []

    def note(xml, request_id):
        begun.append(time.time())
        return echo(xml, request_id)

    start = time.time() + 0.05
    dispatch(note, calls(4), start=start, interval=0.03)
    begun.sort()
    for number, moment in enumerate(begun):
        assert moment >= start + 0.03 * number - 0.005


def test_an_empty_batch_makes_no_call():
    assert dispatch(echo, []) == []
