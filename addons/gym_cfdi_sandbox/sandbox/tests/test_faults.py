"""Failing on demand, and what stays true while it fails."""

import http.client
import time
from urllib.error import HTTPError

import pytest
from gym_cfdi.domain import tfd
from gym_cfdi.domain.errors import CfdiError

from gym_cfdi_sandbox.sandbox.tests.callers import Caller, sealed


def stamp(server, data, headers=None):
    return Caller(server.url).sw_upload("/v4/cfdi33/stamp/v4", data, headers)


@pytest.mark.parametrize(
    "kind, stamps, failure",
    [
        ("drop_before", 0, "dropped"),
        ("http_500", 0, "unreadable"),
        ("http_503", 0, "unreadable"),
        ("drop_after_stamping", 1, "dropped"),
        ("http_500_after_stamping", 1, "unreadable"),
        ("malformed", 1, "unreadable"),
    ],
)
@pytest.mark.parametrize("how", ["asked", "header"])
def test_no_good_answer(server, control, kind, stamps, failure, how):
    document = sealed()
    if how == "asked":
        control.fail(kind)
    with pytest.raises(http.client.HTTPException if failure == "dropped" else ValueError):
        stamp(server, document, {"X-Sandbox-Fault": kind} if how == "header" else None)
    assert len(control.stamps()) == stamps
    _status, answer = stamp(server, document)
    assert answer["data"]["uuid"]
    assert answer["status"] == ("error" if stamps else "success")
    assert len(control.stamps()) == 1


def test_http_503_asks_for_patience(server, control):
    control.fail("http_503")
    caller = Caller(server.url)
    caller.connection.request("GET", "/management/v2/api/users/balance")
    assert caller.connection.getresponse().headers["Retry-After"] == "1"


@pytest.mark.parametrize("kind", ["delay", "slow"])
def test_late_answers_are_right(server, control, kind):
    control.fail(kind, seconds=0.4)
    started = time.monotonic()
    status, answer = stamp(server, sealed())
    assert (status, answer["status"]) == (200, "success")
    assert time.monotonic() - started >= 0.4
    started = time.monotonic()
    stamp(server, sealed())
    assert time.monotonic() - started < 0.3


@pytest.mark.parametrize("kind", ["wrong_tfd", "wrong_uuid"])
def test_wrong_stamps_do_not_pass_for_right_ones(server, control, kind):
    control.fail(kind)
    document = sealed()
    wrong = stamp(server, document)[1]["data"]["cfdi"].encode()
    with pytest.raises(CfdiError):
        tfd.accept(document, wrong)
    right = stamp(server, document)[1]["data"]["cfdi"].encode()
    assert tfd.accept(document, right).timbre.uuid == control.stamps()[0]["uuid"]
    assert len(control.stamps()) == 1


def test_a_pac_that_stamps_twice(server, control):
    document = sealed()
    stamp(server, document)
    control.fail("duplicate")
    assert stamp(server, document)[1]["status"] == "success"
    uuids = [row["uuid"] for row in control.stamps()]
    assert len(set(uuids)) == 2
    assert len({row["sha256"] for row in control.stamps()}) == 1
    assert stamp(server, document)[1]["data"]["uuid"] == uuids[0]


def test_a_refusal_of_any_code(server, control):
    control.fail("refuse", code="701", text="Suspendido")
    assert stamp(server, sealed())[1]["message"] == "701 - Suspendido"
    control.fail("refuse", protocol="finkok")
    assert Caller(server.url).finkok("stamp", "stamp", xml=sealed())["codes"] == ["709"]
    assert control.stamps() == []


def test_faults_are_counted_and_aimed(server, control):
    control.fail("http_500", protocol="sw_sapien", operation="stamp", calls=2)
    caller = Caller(server.url)
    assert caller.sw("GET", "/management/v2/api/users/balance")[0] == 200
    assert caller.finkok("stamp", "stamp", xml=sealed())["codes"] == []
    path = "/cfdi33/stamp/v4"
    assert [caller.request("POST", path)[0] for _ in range(3)] == [500, 500, 401]
    control.fail("http_500", calls=None)
    assert [caller.request("POST", path)[0] for _ in range(3)] == [500, 500, 500]
    control.heal()
    assert caller.request("POST", path)[0] == 401
    assert control.state()["faults"] == []


@pytest.mark.parametrize("wrong", [{"kind": "flood"}, {"kind": "delay", "protocol": "x"}, {"kind": "delay", "x": 1}])
def test_there_are_no_other_faults(control, wrong):
    with pytest.raises(HTTPError) as error:
        control.fail(**wrong)
    assert error.value.code == 400
    assert control.state()["faults"] == []
