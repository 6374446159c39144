"""The table of transitions, said once more by hand: each pair of state and event."""

import pytest

from gym_cfdi.domain.document_state import EVENTS, LIVE, NOT_STAMPED, PENDING, STATES, ForbiddenEvent, next_state

# event: what becomes of each state, in the order of the columns; "=" stays as it is, "-" is refused
COLUMNS = ["to_seal", "sealed", "sent", "stamped", "rejected", "cancel_requested", "cancelled", "cancel_refused"]
TABLE = """
seal            sealed    =       -         -         -         -                 -          -
send            -         sent    =         -         -         -                 -          -
not_stamped     -         =       sealed    -         -         -                 -          -
stamp           -         -       stamped   =         -         -                 -          -
reject          rejected  -       rejected  -         =         -                 -          -
redate          =         to_seal -         -         -         -                 -          -
retry           =         -       -         -         to_seal   -                 -          -
release         =         -       to_seal   -         -         -                 -          -
withdraw        cancelled cancelled -       -         cancelled -                 =          -
request_cancel  -         -       -         cancel_requested -  =                 -          cancel_requested
cancel          -         -       -         cancelled -         cancelled         =          cancelled
cancel_failed   -         -       -         =         -         stamped           -          -
refuse_cancel   -         -       -         -         -         cancel_refused    -          =
"""
CASES = [
    (event, state, outcome)
    for event, *outcomes in map(str.split, TABLE.strip().splitlines())
    for state, outcome in zip(COLUMNS, outcomes, strict=True)
]


def test_the_table_is_exhaustive():
    assert {(event, state) for event, state, _outcome in CASES} == {(e, s) for e in EVENTS for s in STATES}


@pytest.mark.parametrize(("event", "state", "outcome"), CASES)
def test_each_event_in_each_state(event, state, outcome):
    if outcome == "-":
        with pytest.raises(ForbiddenEvent) as refused:
            next_state(state, event)
        assert (refused.value.state, refused.value.event) == (state, event)
    else:
        assert next_state(state, event) == (None if outcome == "=" else outcome)


def test_an_unknown_event_is_an_error_of_the_program():
    with pytest.raises(KeyError):
        next_state("to_seal", "cancell")


def test_what_may_be_stamped_is_never_sealed_anew_nor_withdrawn():
    """Two seals of one document out at once could become two UUIDs."""
    for event in ("redate", "withdraw", "retry", "seal"):
        with pytest.raises(ForbiddenEvent):
            next_state("sent", event)


def test_a_stamped_document_never_goes_back_to_the_outbox():
    after_stamp, seen = {"stamped"}, set()
    while after_stamp - seen:
        state = (after_stamp - seen).pop()
        seen.add(state)
        for event in EVENTS:
            try:
                after_stamp.add(next_state(state, event) or state)
            except ForbiddenEvent:
                continue
    assert seen == LIVE | {"cancelled"}
    assert not seen & (PENDING | NOT_STAMPED)
