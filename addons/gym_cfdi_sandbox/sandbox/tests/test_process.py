"""The sandbox as a process: killed at any moment, it has lost nothing that it answered."""

import http.client
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gym_cfdi_sandbox.sandbox import Control, Process, Server
from gym_cfdi_sandbox.sandbox.tests.callers import Caller, sealed

MAIN = Path(__file__).parents[1] / "__main__.py"


def test_nothing_answered_is_lost_when_it_is_killed(tmp_path):
    documents = [sealed() for _ in range(120)]
    answered = {}
    with Process(tmp_path / "state") as process:
        url = process.url

        def send(some):
            caller = Caller(url)
            for document in some:
                try:
                    answered[document] = caller.sw_stamp(document)[1]["data"]["uuid"]
                except (OSError, http.client.HTTPException, ValueError):
                    return

        threads = [threading.Thread(target=send, args=(documents[at::4],)) for at in range(4)]
        for thread in threads:
            thread.start()
        while len(answered) < 40:
            time.sleep(0.005)
        process.restart()
        for thread in threads:
            thread.join()
        assert process.url == url
        before = dict(answered)
        assert 40 <= len(before) < 120
        caller = Caller(url)
        for document in documents:
            _status, answer = caller.sw_stamp(document)
            uuid = answer["data"]["uuid"]
            assert before.get(document, uuid) == uuid
        stamps = Control(url).stamps()
        assert len(stamps) == len({stamp["sha256"] for stamp in stamps}) == 120


def test_settings_survive(tmp_path):
    with Server(tmp_path / "state") as server:
        control = Control(server.url)
        control.set_balance(7)
        control.advance(3600)
        now = control.state()["now"]
    with Server(tmp_path / "state") as server:
        state = Control(server.url).state()
    assert state["balance"] == 7
    assert state["now"] >= now


def test_a_port_that_is_taken_is_told(tmp_path):
    with Server(tmp_path / "one") as server:
        port = server.url.rpartition(":")[2]
        command = [sys.executable, str(MAIN), "--port", port, "--state", str(tmp_path / "two")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_ends_in_good_order(tmp_path):
    command = [sys.executable, str(MAIN), "--port", "0", "--state", str(tmp_path / "folder" / "state")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        assert "SIN VALIDEZ FISCAL" in process.stdout.readline()
        process.terminate()
        assert process.wait(10) == 0
        assert process.stderr.read() == ""


def test_connections_end_with_the_server(tmp_path):
    with Server(tmp_path / "state") as server:
        caller = Caller(server.url)
        assert caller.request("GET", "/sandbox")[0] == 200
    with pytest.raises((OSError, http.client.HTTPException)):
        caller.connection.request("GET", "/sandbox")
        caller.connection.getresponse()
