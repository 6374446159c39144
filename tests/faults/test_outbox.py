"""Whatever dies, whenever: one UUID for each document, at the PAC and in the database."""

import pytest

PROTOCOLS = ("finkok", "sw_sapien")
# More than the outbox has; a worker that gets through tells that there are no more
MOST_STEPS = 60


@pytest.fixture(params=PROTOCOLS)
def company(request, workers, sandbox, pac):
    return workers.company(sandbox.url, request.param)


def test_death_at_every_step_leaves_one_uuid(workers, company, assert_one_uuid_each):
    stamped, died_at = [], []
    for step in range(1, MOST_STEPS):
        ids = workers.record(company, 2)
        stamped += ids
        if workers.stamp(ids, die_at=step) is not None:
            break
        died_at.append(step)
        workers.stamp(ids)
        assert_one_uuid_each(stamped)
    assert len(died_at) >= 16, "the steps of the outbox were not met"
    assert len(died_at) < MOST_STEPS - 1


def test_a_second_death_while_making_up_for_the_first_leaves_one_uuid(workers, company, pac, assert_one_uuid_each):
    """The first worker dies when the PAC has stamped and nobody here knows it yet."""
    stamped = workers.record(company, 1)
    die_at = workers.stamp(stamped).index("after stamp") + 1
    for step in range(1, MOST_STEPS):
        ids = workers.record(company, 1)
        stamped += ids
        assert workers.stamp(ids, die_at=die_at) is None
        if workers.stamp(ids, die_at=step) is not None:
            break
        workers.stamp(ids)
        assert_one_uuid_each(stamped)
    assert 8 <= step < MOST_STEPS - 1


def test_workers_killed_at_random_among_many_documents_leave_one_uuid_each(workers, company, assert_one_uuid_each):
    ids = workers.record(company, 60)
    for tenths in range(1, 7):
        workers.stamp_at_once(ids, 2, kill_after_s=tenths / 10)
    workers.stamp(ids)
    assert_one_uuid_each(ids)


def test_many_workers_at_once_stamp_each_document_once(workers, company, assert_one_uuid_each):
    ids = workers.record(company, 40)
    steps = workers.stamp_at_once(ids, 4)
    assert_one_uuid_each(ids)
    assert sum(worker.count("before stamp") for worker in steps) == len(ids)
    assert sum(worker.count("before recover") for worker in steps) == 0


@pytest.mark.parametrize(
    "fault",
    [
        "drop_before",
        "drop_after_stamping",
        "http_500",
        "http_500_after_stamping",
        "http_503",
        "malformed",
        "wrong_tfd",
        "wrong_uuid",
        "duplicate",
    ],
)
def test_a_pac_that_fails_in_any_way_leaves_one_uuid(workers, company, pac, assert_one_uuid_each, fault):
    ids = workers.record(company, 3)
    pac.fail(fault, operation="stamp", calls=3)
    for _run in range(4):
        workers.stamp(ids)
    assert_one_uuid_each(ids)


def test_a_pac_that_dies_after_stamping_and_comes_back_is_asked_before_the_next_one(
    workers, sandbox, pac, database, assert_one_uuid_each
):
    company = workers.company(sandbox.url, "sw_sapien", "finkok")
    ids = workers.record(company, 3)
    pac.fail("drop_after_stamping", protocol="sw_sapien", operation="stamp", calls=3)
    workers.stamp(ids)
    assert {state for _id, state, _uuid, _sha in database.documents(ids)} == {"sent"}
    sandbox.kill()
    workers.stamp(ids)
    assert {state for _id, state, _uuid, _sha in database.documents(ids)} == {"sent"}
    sandbox.start()
    database.query("UPDATE gym_cfdi_pac SET breaker_open_until = NULL WHERE company_id = %s", company)
    workers.stamp(ids)
    assert_one_uuid_each(ids)
    assert {stamp["pac"] for stamp in pac.stamps()} == {"sw_sapien"}


def test_what_was_surely_not_stamped_goes_to_the_next_pac(workers, sandbox, pac, assert_one_uuid_each):
    company = workers.company(sandbox.url, "sw_sapien", "finkok")
    ids = workers.record(company, 3)
    pac.fail("http_503", protocol="sw_sapien", calls=None)
    workers.stamp(ids)
    assert_one_uuid_each(ids)
    assert {stamp["pac"] for stamp in pac.stamps()} == {"finkok"}


def test_a_request_that_may_still_be_under_way_frees_nothing(workers, sandbox, pac, database, assert_one_uuid_each):
    """The worker died before it called, which nobody knows: a call of its could still reach the PAC."""
    company = workers.company(sandbox.url, "finkok", "sw_sapien")
    first = workers.record(company, 1)
    die_at = workers.stamp(first).index("before stamp") + 1
    ids = workers.record(company, 1)
    assert workers.stamp(ids, die_at=die_at) is None
    workers.stamp(ids, settled=False)
    ((_id, state, _uuid, _sha),) = database.documents(ids)
    assert state == "sent"
    assert len(pac.stamps()) == 1
    workers.stamp(ids)
    assert_one_uuid_each(first + ids)
