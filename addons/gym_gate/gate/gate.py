"""A gate put together: what it knows, its doors, the server, in one process."""

import logging
import socket
import threading
from datetime import datetime

from ..domain import protocol
from . import readers
from .clock import Clock
from .devices import hikvision, shelly, zkteco
from .passage import Door, Passage
from .people import People
from .store import Store
from .sync import Sync

_logger = logging.getLogger(__name__)
CARE_S = 30  # how often devices are looked after
DESK = Door(0, "Desk")


class Gate:
    """What runs at a branch.

    :param path: of its file
    :param server: of :class:`~.server.Server`
    :param listener: of :class:`~.lan.Listener` for terminals, or ``None``
    """

    def __init__(self, path, server, program, listener=None):
        self.store = store = path if isinstance(path, Store) else Store(path)
        last = store.get("last_at")
        self.clock = Clock(last and datetime.fromisoformat(last), store.get("offset_s", 0.0))
        self.people = People(store)
        self.sync = Sync(store, server, self.clock, program, self.get_health)
        self.passage = Passage(store, self.people, self.clock, self.sync.ask)
        self.listener = listener
        self.doors, self.read_doors = {}, set()
        self._points, self._health, self._terminals = None, {}, []
        self._stop = threading.Event()

    # --- doors

    def refresh_doors(self):
        """Make the doors anew when the server says others than before."""
        points = self.store.get("points", [])
        if points == self._points:
            return
        self._points, self._terminals = points, []
        self.doors = {point["id"]: self._make_door(point) for point in points}
        self._make_terminals([point for point in points if point["kind"] == "zkteco"])

    def _make_door(self, point):
        door = Door(point["id"], point["name"], point["direction"], None, point["seconds"])
        if point["kind"] == "shelly":
            relay = shelly.Relay(point["address"], point["channel"], point["seconds"], point["password"])
            door = Door(door.id, door.name, door.direction, relay, door.seconds)
        elif point["kind"] == "hikvision":
            given = (point["address"], point["username"], point["password"])
            terminal = hikvision.Terminal(*given, door, self.passage, self.clock, point["channel"])
            self._terminals.append(terminal)
            if self.listener:
                self.listener.posting[str(door.id)] = terminal
            door = Door(door.id, door.name, door.direction, terminal, door.seconds)
        if point["reader"] and point["id"] not in self.read_doors:
            self.read_doors.add(point["id"])
            readers.start(point["reader"], lambda text, id_=point["id"]: self.take(id_, text))
        return door

    def _make_terminals(self, points):
        for serial in {point["serial"] for point in points}:
            mine = [point for point in points if point["serial"] == serial]
            doors = {point["channel"] or 1: self.doors[point["id"]] for point in mine}
            terminal = zkteco.Terminal(serial, doors, self.passage, self.clock)
            self._terminals.append(terminal)
            for point in mine:
                old = self.doors[point["id"]]
                self.doors[point["id"]] = Door(old.id, old.name, old.direction, terminal, old.seconds)
            if self.listener:
                self.listener.terminals[serial] = terminal
                self.listener.hosts[serial] = mine[0]["address"].partition(":")[0]

    def take(self, door_id, text):
        """Handle a code that the reader of a door read; return the verdict, or ``None`` for a door that is gone."""
        door = self.doors.get(door_id)
        return self.passage.scan(door, text) if door else None

    # --- looking after

    def get_health(self):
        """Return triples of a door's number, whether it works, and what it says."""
        return [[id_, *said] for id_, said in self._health.items() if id_ in self.doors]

    def care(self):
        """Ask devices how they are, and keep the lists of those that have one."""
        self.refresh_doors()
        self._health = {id_: door.device.get_health() for id_, door in self.doors.items() if door.device}
        people = self._get_list() if self._terminals else []
        for terminal in self._terminals:
            try:
                if isinstance(terminal, hikvision.Terminal):
                    terminal.set_up(_own_address(terminal.host), self.listener.server_address[1])
                terminal.keep_list(people)
            except (OSError, ValueError) as error:
                _logger.warning("A terminal could not be set up: %s", error)

    def _get_list(self):
        """Return pairs of a member's number and whether they may enter now."""
        now = self.clock.now()
        keys = [key for key, _version in self.store.get_versions()]
        members = [number for kind, number in map(protocol.read_key, keys) if kind == "member"]
        return [(one, self.people.decide(f"member:{one}", None, now).decision.lets_in) for one in sorted(members)]

    # --- for ever

    def start(self):
        """Keep in step and look after devices, in threads."""
        self.sync.start()
        threading.Thread(target=self._run, name="care", daemon=True).start()
        return self

    def stop(self):
        """End the threads."""
        self.sync.stop()
        self._stop.set()

    def _run(self):
        waited = CARE_S
        while not self._stop.wait(1):
            waited += 1
            try:
                before = self._points
                self.refresh_doors()
                if waited >= CARE_S or self._points is not before:
                    waited = 0
                    self.care()
            except Exception:  # noqa: BLE001 - doors go on, whatever a device does
                _logger.exception("Devices could not be looked after")


def _own_address(host):
    """Return the address of this computer in the network of a device."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((host, 9))
        return probe.getsockname()[0]
