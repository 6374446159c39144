"""The PAC sandbox as ``scripts/run`` starts it."""

import json
import sys
import urllib.request

import pytest
from vigor import server
from vigor.console import Problem

_JSON = {"Content-Type": "application/json"}


def test_it_serves_while_it_is_wanted_and_remembers(tmp_path):
    state, log = tmp_path / "pac.sqlite", tmp_path / "log"
    with server.pac_sandbox(sys.executable, state, log) as (process, url):
        request = urllib.request.Request(f"{url}/sandbox/balance", json.dumps({"stamps": 3}).encode(), _JSON)
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer) == {"balance": 3}
    assert process.poll() is not None
    with server.pac_sandbox(sys.executable, state, log) as (_process, url):
        with urllib.request.urlopen(f"{url}/sandbox", timeout=10) as answer:
            assert json.load(answer)["balance"] == 3


def test_why_it_does_not_start_is_told(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(Problem, match="ended at once"):
        with server.pac_sandbox(sys.executable, tmp_path / "folder", tmp_path / "log"):
            pass
