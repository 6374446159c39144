"""The page that a browser shows while the gym is made: it counts what the logs count, and leaves the port to Odoo."""

import http.client
import json
import socket
import time
from contextlib import closing

from vigor import console, system, waiting


def _step(stage=None, log=None):
    return console.Step("Doing something", log, time.monotonic(), stage)


def _ask(port, path="/", method="GET"):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer, answer.read().decode()


def test_the_shares_of_the_stages_make_a_whole():
    assert sum(share for _name, _title, share in waiting.STAGES) == 100


def test_before_anything_begins_nothing_is_done():
    assert waiting.state([])["percent"] == 0
    assert [stage["state"] for stage in waiting.state([])["stages"]] == ["now", "later", "later", "later"]


def test_a_stage_is_as_far_as_the_last_count_of_its_log(tmp_path):
    log = tmp_path / "log"
    steps = [_step(), _step("install", log)]
    log.write_text("Loading module web (1/20)\n")
    assert waiting.state(steps)["percent"] == 32
    log.write_text("Loading module web (1/20)\nLoading module gym_join (20/20)\n")
    assert waiting.state(steps)["percent"] == 60
    assert [stage["state"] for stage in waiting.state(steps)["stages"]] == ["done", "now", "later", "later"]


def test_a_stage_without_a_count_moves_and_never_ends_by_itself():
    early, late = _step(), _step()
    late.started -= 3600
    assert waiting.state([early])["percent"] < waiting.state([late])["percent"] <= 30


def test_the_address_answers_with_the_page_and_is_free_again_afterwards():
    port = system.free_port(18500)
    with waiting.page(port):
        answer, text = _ask(port, "/web/login")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5"), "nobody takes it for the gym"
        assert "Vigor se está preparando" in text
        assert all(title in text for _name, title, _share in waiting.STAGES)
        assert "{" + "state}" not in text
        answer, text = _ask(port, waiting.STATE)
        assert answer.status == 200
        assert 0 <= json.loads(text)["percent"] <= 100
        assert _ask(port, "/", "HEAD")[1] == ""
    assert system.port_is_free(port, "0.0.0.0")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port))
