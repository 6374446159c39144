"""When a machine cannot be booted here, the drill says why and fails nobody."""

import shutil

import machine
import pytest
from vigor import system


@pytest.fixture
def able(monkeypatch, tmp_path):
    """As if this machine could."""
    monkeypatch.setattr(system, "is_root", lambda: True)
    monkeypatch.setattr(shutil, "which", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr(machine, "_control_groups", lambda: tmp_path)
    monkeypatch.setattr(system, "debian_sources", lambda: [{"URIs": "http://mirror.example/debian"}])


def test_a_machine_that_can_has_no_reason(able):
    assert machine.why_not() == ""


@pytest.mark.parametrize(
    ("module", "name", "without", "reason"),
    [
        (system, "is_root", lambda: False, "it takes root"),
        (shutil, "which", lambda program: None if program == "debootstrap" else program, "debootstrap is missing"),
        (machine, "_control_groups", lambda: None, "no control groups of version 2"),
        (system, "debian_sources", list, "no Debian mirror"),
    ],
)
def test_what_is_missing_is_the_reason_to_skip(able, monkeypatch, module, name, without, reason):
    monkeypatch.setattr(module, name, without)
    assert reason in machine.why_not()


def test_the_way_out_tells_no_path_of_this_machine(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "60")
    told = machine._outward(tmp_path)
    assert "PIP_FIND_LINKS" not in told
    assert told["PIP_DEFAULT_TIMEOUT"] == "60"
