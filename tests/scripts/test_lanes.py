"""Several things at once: all of them, no more than the lanes, and nothing after one that failed."""

import sys
import time

import pytest
from vigor import console, system


def test_everything_runs_and_two_at_a_time():
    running, most, done = set(), [], []

    def task(name):
        running.add(name)
        most.append(len(running))
        time.sleep(0.05)
        running.discard(name)
        done.append(name)

    console.run_lanes([lambda name=name: task(name) for name in range(6)], 2)
    assert sorted(done) == list(range(6))
    assert max(most) == 2


def test_a_failure_ends_what_runs_beside_it_and_begins_nothing_else(tmp_path):
    begun = []

    def fail():
        time.sleep(0.5)
        raise console.Problem("It broke.", "Mend it.")

    def sleep():
        begun.append("beside")
        console.run_logged(["sleep", "60"], tmp_path / "log")
        console.run_logged(["sleep", "60"], tmp_path / "log")

    started = time.monotonic()
    with pytest.raises(console.Problem, match="It broke"):
        console.run_lanes([fail, sleep, lambda: begun.append("after")], 2)
    assert begun == ["beside"]
    assert time.monotonic() - started < 20
    assert console.run_logged(["true"], tmp_path / "log") == 0, "what cleans up afterwards may run"


def test_no_port_is_given_twice():
    ports = [system.free_port(8169) for _time in range(5)]
    assert len(set(ports)) == 5


def test_what_tasks_return_comes_in_their_order():
    assert console.run_lanes([lambda: time.sleep(0.1) or "slow", lambda: "quick"], 2) == ["slow", "quick"]


def test_a_step_knows_what_its_commands_took_of_a_processor(tmp_path):
    with console.step("Counting", tmp_path / "log"):
        count = "for number in range(20_000_000): pass"
        console.run_logged([sys.executable, "-c", count], tmp_path / "log")
    assert 0.1 < console.steps[-1].cpu < 20
