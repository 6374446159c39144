"""The program itself, as one file and a process of its own: paired, killed by ``kill -9``, asked at the desk."""

import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta

import pytest

from odoo.addons.gym_access.domain.facts import Allowance, Facts, Right

from ...emulators.server import Branch, BranchServer
from ...emulators.shelly import Shelly
from ...services import program
from ..clock import utc_now

CODE, OTHER = "91" + "1" * 16, "91" + "2" * 16
WAIT_S = 40  # for what takes a fraction of a second on a machine that is not shared


class Process:
    """A gate that runs as at a branch, between emulated door and server."""

    def __init__(self, folder):
        self.folder, self.running = folder, None
        self.relay = Shelly().start()
        self.branch = Branch(points=[self._door()])
        self.server = BranchServer(self.branch).start()
        facts = Facts(utc_now() + timedelta(hours=72), rights=(self._right(),))
        self.branch.put("member:1", facts, CODE)
        self.branch.put("member:2", Facts(utc_now() + timedelta(hours=72)), OTHER, name="Beto L.")
        self.file = folder / "gate.pyz"
        self.file.write_bytes(program.build())

    @staticmethod
    def _right():
        return Right("subscription:1", "Full", allowances=(Allowance("visits_used", 5, 0),))

    def _door(self):
        door = {"id": 5, "name": "In", "kind": "shelly", "direction": "in", "address": self.relay.address}
        return door | {"channel": 0, "seconds": 2, "reader": "stdin", "serial": "", "username": "", "password": ""}

    def run(self, *arguments):
        command = [sys.executable, "-I", "-S", str(self.file), "--file", str(self.folder / "gate.sqlite"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S)

    def start(self):
        command = [sys.executable, "-I", "-S", str(self.file), "--file", str(self.folder / "gate.sqlite"), "run"]
        ports = ["--desk", "0", "--lan", "127.0.0.1:0"]
        with (self.folder / "log").open("ab") as log:
            self.running = subprocess.Popen(
                [*command, *ports], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self.url = self.running.stdout.readline().strip()
        self.until(lambda: "member:2" in dict(self.rows("SELECT key, version FROM entry")))
        time.sleep(1.5)  # the door is made once a second

    def rows(self, sql):
        with sqlite3.connect(self.folder / "gate.sqlite", timeout=10) as file:
            return file.execute(sql).fetchall()

    def scan(self, code):
        self.running.stdin.write(f"{code}\n")
        self.running.stdin.flush()

    def until(self, holds):
        end = time.monotonic() + WAIT_S
        while not holds():
            assert time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.05)

    def kill(self, number=signal.SIGKILL):
        self.running.send_signal(number)
        self.running.wait(WAIT_S)

    def ask(self, path, form=None, host=None):
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.url + path, data, {"Host": host} if host else {})
        with urllib.request.urlopen(request, timeout=WAIT_S) as response:
            return response.read().decode()

    def close(self):
        if self.running and self.running.poll() is None:
            self.kill()
        for one in (self.relay, self.server):
            one.shutdown()
            one.server_close()


@pytest.fixture
def gate(tmp_path):
    found = Process(tmp_path)
    assert found.run("pair", found.server.url, found.branch.code).returncode == 0
    yield found
    found.close()


def test_a_gate_killed_between_writing_and_opening_hands_the_event_over_once_and_opens_nothing_later(gate):
    gate.start()
    gate.scan(CODE)
    gate.until(lambda: gate.relay.openings)
    gate.relay.fault = "silent"  # the command goes out and no answer comes back
    time.sleep(6)  # not the same act
    gate.scan(CODE)
    gate.until(lambda: gate.rows("SELECT seq FROM event WHERE door = 0 AND seq = 2"))
    gate.kill()
    gate.relay.fault = None
    gate.start()
    gate.until(lambda: len(gate.branch.events) == 2)
    assert [(event.seq, event.opened) for event in gate.branch.events] == [(1, True), (2, None)]
    assert len(gate.relay.openings) == 1
    gate.kill(signal.SIGTERM)
    assert gate.running.returncode == 0


def test_the_desk_page_lets_in_when_the_server_is_gone(gate):
    gate.start()
    gate.branch.is_down = True
    gate.until(lambda: "The server is away" in gate.ask("/"))
    [token] = re.findall(r'name="token" value="([^"]+)"', gate.ask("/"))
    assert "Beto L." in gate.ask("/find", {"token": token, "text": "beto"})
    page = gate.ask("/person?key=member:2")
    assert 'data-outcome="refuse"' in page and "Courtesy" in page
    assert not gate.rows("SELECT seq FROM event"), "looking writes nothing"
    assert 'data-outcome="override"' in gate.ask(
        "/enter", {"token": token, "key": "member:2", "door": "5", "override": "7"}
    )
    assert len(gate.relay.openings) == 1
    assert 'data-outcome="allow"' in gate.ask("/find", {"token": token, "text": CODE})
    gate.branch.is_down = False
    gate.until(lambda: len(gate.branch.events) == 2)
    assert [(event.method, event.outcome, event.opened) for event in gate.branch.events] == [
        ("desk", "override", True),
        ("desk", "allow", True),
    ]


def test_a_kiosk_lets_in_by_a_code_and_tells_nobody_why_not(gate):
    gate.start()
    page = gate.ask("/kiosk?door=5")
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    assert 'data-outcome=""' in page
    page = gate.ask("/kiosk", {"token": token, "door": "5", "text": CODE})
    assert 'data-outcome="allow"' in page and "María G." in page
    assert len(gate.relay.openings) == 1
    page = gate.ask("/kiosk", {"token": token, "door": "5", "text": OTHER})
    assert 'data-outcome="refuse"' in page and "Beto" not in page and "no_plan" not in page
    with pytest.raises(urllib.error.HTTPError, match="404"):
        gate.ask("/kiosk?door=99")


def test_the_desk_page_answers_neither_other_sites_nor_other_names(gate):
    gate.start()
    for form in ({"key": "member:1"}, {"key": "member:1", "token": "x"}):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            gate.ask("/enter", form)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        gate.ask("/", host="evil.example:8471")
    assert not gate.rows("SELECT seq FROM event")


def test_pairing_says_what_is_wrong(tmp_path):
    found = Process(tmp_path)
    try:
        assert "This code is wrong" in found.run("pair", found.server.url, "WRONG").stderr
        assert "Use https" in found.run("pair", "http://gym.example", "WRONG").stderr
        assert "Pair this computer first" in found.run("run").stderr
    finally:
        found.close()
