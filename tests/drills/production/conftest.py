"""A gym installed by docs/operator.md on a machine of its own; the tests go on with it in the order of their files."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / "scripts"), str(Path(__file__).parent)]  # what the drill shares lies beside it

from vigor import paths  # noqa: E402
from vigor.machine import Machine  # noqa: E402

from operator_machine import OperatorMachine, Page  # noqa: E402  isort: skip


@pytest.fixture(scope="session")
def machines():
    """The folder of the machines' files."""
    if "VIGOR_MACHINES" not in os.environ:
        pytest.skip("the drill runs through scripts/test production, which makes the machine it needs")
    return Path(os.environ["VIGOR_MACHINES"])


@pytest.fixture(scope="session")
def page():
    """The blocks of the page, which remembers which of them were done."""
    return Page()


@pytest.fixture(scope="session")
def packed(machines, page):
    """The files after the first two steps, as layers: what every installation begins with."""
    layers = os.environ["VIGOR_LAYERS"].split(":")
    with Machine(machines / "packed", layers, paths.log_file("production-packed")).running() as machine:
        operator = OperatorMachine(machine, page)
        operator.do("packages", with_internet=True)
        operator.do("vigor", with_internet=True)
        machine.shut_down()
    return machine.layers


@pytest.fixture(scope="session")
def gym(machines, packed, page):
    """The gym, served by nginx, after a reboot."""
    with Machine(machines / "gym", packed, paths.log_file("production-gym")).running() as machine:
        gym = OperatorMachine(machine, page)
        for name in ("configuration", "postgresql", "database"):
            gym.do(name)
        gym.password = gym.do("first-user").split("admin: ")[1].strip()
        gym.serve()
        machine.reboot()
        gym.wait_until_served()
        yield gym
