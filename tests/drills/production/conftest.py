"""A gym installed by docs/operator.md on a machine of its own; the tests go on with it in the order of their files."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from vigor import console, odoo_source, paths

sys.path.insert(0, str(Path(__file__).parent))  # what the drill shares lies beside it

import machine as machine_of_its_own  # noqa: E402
from machine import Machine  # noqa: E402
from operator_machine import OperatorMachine, Page  # noqa: E402

MACHINES = paths.STATE / "machines"
ODOO = "opt/odoo"
REPOSITORY = "srv/vigor.git"


@pytest.fixture(scope="session")
def machines():
    """The folder of the machines' files; without the means to boot one, the drill is skipped and says why."""
    if reason := machine_of_its_own.why_not():
        pytest.skip(f"no machine can be booted here: {reason}")
    shutil.rmtree(MACHINES, ignore_errors=True)
    MACHINES.mkdir(parents=True)
    yield MACHINES
    shutil.rmtree(MACHINES, ignore_errors=True)


@pytest.fixture(scope="session")
def outside(machines):
    """The files of a layer over a bare Debian: the way to the mirrors, and what tests add."""
    folder = machines / "outside"
    for path in (ODOO, REPOSITORY):
        (folder / path).parent.mkdir(parents=True)
    machine_of_its_own.tell_the_way_out(folder)
    return folder


@pytest.fixture(scope="session")
def layers(store, outside, commits):
    """What lies below the first machine: this repository and Odoo over a bare Debian 12."""
    with console.step("Copying Odoo"):
        # with what its links point to: Debian's package keeps fonts and scripts elsewhere
        subprocess.run(["cp", "-rL", "--", odoo_source.find(store).root, outside / ODOO], check=True)
    if not (outside / ODOO / "odoo-bin").exists():
        shutil.copy(outside / ODOO / "setup" / "odoo", outside / ODOO / "odoo-bin")
    return [outside, machine_of_its_own.bare(store)]


@pytest.fixture(scope="session")
def commits(outside):
    """Two commits of the machine's repository, a bare clone of this one.

    :return: the one on the main branch before, and what is in the folder now, committed or not: the clone's branch
    """
    now = _git("stash", "create") or _git("rev-parse", "HEAD")
    main = _git("rev-parse", "--verify", "-q", "main", allowed=(0, 1)) or now
    former = _git("merge-base", main, now)
    if former == now:
        former = _git("rev-parse", f"{now}^1")
    folder = outside / REPOSITORY
    subprocess.run(["git", "clone", "-q", "--bare", paths.ROOT, folder], check=True)
    for words in (["update-ref", "refs/heads/gym", now], ["symbolic-ref", "HEAD", "refs/heads/gym"]):
        subprocess.run(["git", "-C", folder, *words], check=True)
    return former, now


def _git(*words, allowed=(0,)):
    done = subprocess.run(["git", *words], cwd=paths.ROOT, capture_output=True, text=True)
    assert done.returncode in allowed, f"git {' '.join(words)}: {done.stderr.strip()}"
    return done.stdout.strip()


@pytest.fixture(scope="session")
def page():
    """The blocks of the page, which remembers which of them were done."""
    return Page()


@pytest.fixture(scope="session")
def packed(machines, layers, page):
    """The files after the first two steps, as layers: what every installation begins with."""
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
