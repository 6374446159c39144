"""A gate, a server and a door of tests, with a clock that is moved by hand."""

from datetime import datetime, timedelta

from odoo.addons.gym_access.domain.facts import Allowance, Facts, Right

from ...emulators.server import Branch
from ..clock import Clock
from ..passage import Door, Passage
from ..people import People
from ..store import Store
from ..sync import Sync

START = datetime(2026, 11, 30, 18)
CODE = "91" + "1234567890123456"
MEMBER = "member:1"


class Time:
    """The time of a test: the computer's clock, the one that nobody sets, and the server's."""

    def __init__(self):
        self.now = START
        self.wall_off = timedelta(0)

    def go(self, **ahead):
        self.now += timedelta(**ahead)

    def wall(self):
        return self.now + self.wall_off

    def ticks(self):
        return (self.now - START).total_seconds()


class FakeDoor:
    """Opens, or does what a test says."""

    def __init__(self):
        self.opened = []
        self.on_open = lambda: True

    def open(self):
        result = self.on_open()
        self.opened.append(result)
        return result


class World:
    """A gate with one way in and one way out, in step with its server."""

    def __init__(self, path=":memory:", policy=None):
        self.time = Time()
        self.branch = Branch(lambda: self.time.now, policy)
        self.device = FakeDoor()
        self.door, self.exit = Door(5, "In", "in", self.device), Door(6, "Out", "out", self.device)
        self.path = path
        self.start()

    def start(self):
        """Begin as after a restart of the computer: what is in the file is all there is."""
        self.store = Store(self.path)
        last = self.store.get("last_at")
        floor = last and datetime.fromisoformat(last)
        self.clock = Clock(floor, self.store.get("offset_s", 0.0), self.time.wall, self.time.ticks)
        self.people = People(self.store)
        self.sync = Sync(self.store, self.branch, self.clock, "test")
        self.sync.patience_s = 60  # the machine of tests may be busy
        self.passage = Passage(self.store, self.people, self.clock, self.sync.ask)

    def restart(self):
        self.store.close()
        self.start()

    def member(self, key=MEMBER, code=CODE, visits=None, hours=720, **values):
        """Make somebody known who may enter, so many times, for so many hours."""
        allowances = (Allowance("visits_used", visits, 0),) if visits is not None else ()
        right = Right("subscription:1", "Full", allowances=allowances, **values)
        self.branch.put(key, Facts(self.time.now + timedelta(hours=hours), rights=(right,)), code)

    def scan(self, code=CODE, door=None):
        return self.passage.scan(door or self.door, code)
