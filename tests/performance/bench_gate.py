"""What a gate takes from the code that was read to the command of the relay, and what it keeps of 5,000 members.

    scripts/bench gate

The gate writes to a file on this machine's disk with full durability, before each opening; the relay is the emulated
one on the loopback. Required are 50 ms at the 95th percentile, and 60 s for 10,000 visits that were made without the
server.
"""

import gzip
import json
import sys
import tempfile
import time
import types
from datetime import timedelta
from pathlib import Path

ADDONS_FOLDER = Path(__file__).parents[2] / "addons"
MEMBERS, READINGS, OFFLINE = 5000, 200, 2000


def load_gate():
    """Enter the addons without their models, which need Odoo."""
    for name, folder in (
        ("odoo", ADDONS_FOLDER),
        ("odoo.addons", ADDONS_FOLDER),
        ("odoo.addons.gym_access", ADDONS_FOLDER / "gym_access"),
        ("odoo.addons.gym_gate", ADDONS_FOLDER / "gym_gate"),
    ):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


def make_world(folder):
    """Return a gate that knows 5,000 members with a plan of opening hours and an allowance, and their codes."""
    from odoo.addons.gym_access.domain.facts import Allowance, Facts, Right
    from odoo.addons.gym_gate.gate.tests.world import World

    world = World(folder / "gate.sqlite")
    start = world.time.now - timedelta(hours=6)
    hours = tuple((start + timedelta(days=day), start + timedelta(days=day, hours=17)) for day in range(5))
    codes = [f"91{number:016d}" for number in range(MEMBERS)]
    for number, code in enumerate(codes, 1):
        allowance = Allowance("visits_used", 30, number % 9, start, start + timedelta(days=30))
        right = Right(f"subscription:{number}", "Mensual", (), hours, (allowance,), free_minutes=120)
        world.branch.put(f"member:{number}", Facts(start + timedelta(hours=90), (), (right,), hours), code)
    return world, codes


def main():
    """Print the figures."""
    load_gate()
    from harness import show

    from odoo.addons.gym_gate.emulators.shelly import Shelly
    from odoo.addons.gym_gate.gate.devices.shelly import Relay
    from odoo.addons.gym_gate.gate.passage import Door

    with tempfile.TemporaryDirectory() as folder, Shelly().start() as device:
        world, codes = make_world(Path(folder))
        began = time.perf_counter()
        world.sync.run_once()
        print(f"snapshot of {MEMBERS} members, fetched and kept: {time.perf_counter() - began:.1f} s")
        size = len(gzip.compress(json.dumps(list(world.branch.people.items())).encode()))
        print(f"its size on the wire: {size / 1000:.0f} kB compressed")
        world.door = Door(5, "In", "in", Relay(device.address))
        took = []
        for code in codes[:READINGS]:
            world.time.go(seconds=2)
            before = time.time()
            world.scan(code)
            took.append(device.openings[-1] - before)
        show("code read to the command of the relay", took)
        world.sync.run_once()
        offline(world, codes)
        device.shutdown()
        world.store.close()


def offline(world, codes):
    """Time visits without the server, and handing them over."""
    from harness import show

    world.branch.is_down = True
    world.sync.run_once()
    took = []
    for code in codes[-OFFLINE:]:
        world.time.go(seconds=20)
        before = time.perf_counter()
        world.scan(code)
        took.append(time.perf_counter() - before)
    show("a visit without the server, after thousands", took[-READINGS:])
    world.branch.is_down = False
    began = time.perf_counter()
    world.sync.run_once()
    seconds = time.perf_counter() - began
    print(f"{OFFLINE} visits handed over by the gate: {seconds:.1f} s; the server's part is not in it")
    assert len({event.seq for event in world.branch.events}) == len(world.branch.events) >= OFFLINE


if __name__ == "__main__":
    main()
