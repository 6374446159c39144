"""What a gate keeps: one SQLite file that survives the power going at any instant.

Everything is in transactions that reach the disk before they end. An event is in the file before a door opens for it.
"""

import contextlib
import json
import sqlite3
import threading
from datetime import datetime, timedelta

from ..domain import protocol

WAITS, OPENED, NOT_OPENED, UNKNOWN = 0, 1, 2, 3  # what is known of the door of an event
KEPT_DAYS = 7  # for the desk page, after the server has them
TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    key TEXT PRIMARY KEY, version INTEGER NOT NULL, data TEXT NOT NULL,
    through INTEGER NOT NULL, round INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS code (hash TEXT PRIMARY KEY, key TEXT NOT NULL, pass INTEGER NOT NULL, problem TEXT);
CREATE INDEX IF NOT EXISTS code_of ON code (key);
CREATE TABLE IF NOT EXISTS phone (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, anchors TEXT NOT NULL, used INTEGER NOT NULL, revoked INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS phone_of ON phone (key);
CREATE TABLE IF NOT EXISTS step (phone INTEGER PRIMARY KEY, step INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT, way TEXT, door INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_of ON event (who, seq);
"""


class Taken(Exception):
    """The code was taken at another door between reading and writing."""


class Store:
    """The file of a gate; its methods may be called from any thread."""

    def __init__(self, path):
        self._lock = threading.RLock()
        self._db = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(TABLES)
        with self.changing():
            # a gate that died between writing and opening does not know whether anybody went in
            self._db.execute("UPDATE event SET door = ? WHERE door = ?", (UNKNOWN, WAITS))

    def close(self):
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextlib.contextmanager
    def changing(self):
        """A transaction, on the disk when it ends; nested ones belong to the outer one."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, sql, *values):
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # --- settings

    def get(self, name, default=None):
        """Return a kept value."""
        rows = self._rows("SELECT value FROM meta WHERE name = ?", name)
        return json.loads(rows[0]["value"]) if rows else default

    def put(self, **values):
        """Keep values, all or none."""
        with self.changing():
            for name, value in values.items():
                self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))

    def begin_anew(self, **values):
        """Forget everything, for another pairing, and keep these values."""
        with self.changing():
            for table in ("meta", "entry", "code", "phone", "step", "event"):
                self._db.execute(f"DELETE FROM {table}")
            self.put(**values)

    # --- people

    def apply(self, answer):
        """Keep what a poll answered, in one transaction.

        :return: whether everything that the server holds is here now; ``False`` asks for everything again
        """
        with self.changing():
            round_ = self.get("round", 0) + int(answer["full"])
            for key, version, data in answer["entries"]:
                self._keep_entry(key, version, data, answer["accepted"], round_)
            same = True
            if not answer["more"]:
                if self.get("filling") or answer["full"]:
                    self._drop_people("SELECT key FROM entry WHERE round < ?", round_)
                same = protocol.digest(self.get_versions()) == answer["digest"]
            self.put(
                round=round_,
                filling=bool(answer["more"] and (answer["full"] or self.get("filling"))),
                version=answer["version"] if same else 0,
                accepted=max(answer["accepted"], self.get("accepted", 0)),
                presence=answer["presence"],
                presence_through=answer["accepted"],
                branch=answer["branch"],
                points=answer["points"],
                heard_at=answer["now"],
            )
            return same

    def _keep_entry(self, key, version, data, through, round_):
        self._drop_people("SELECT ?", key)
        body = {name: data[name] for name in ("name", "number", "facts", "guardians")}
        row = (key, version, json.dumps(body), through, round_)
        self._db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", row)
        codes = [(digest, key, pass_id or 0, problem) for digest, pass_id, problem in data["codes"]]
        self._db.executemany("INSERT OR REPLACE INTO code VALUES (?, ?, ?, ?)", codes)
        phones = [(one["id"], key, json.dumps(one["anchors"]), one["used"], one["revoked"]) for one in data["phones"]]
        self._db.executemany("INSERT OR REPLACE INTO phone VALUES (?, ?, ?, ?, ?)", phones)

    def _drop_people(self, which, *values):
        for table in ("code", "phone", "entry"):
            self._db.execute(f"DELETE FROM {table} WHERE key IN ({which})", values)

    def forget_people(self):
        """Remove everybody: a gate whose key is no good lets nobody in."""
        with self.changing():
            self._drop_people("SELECT key FROM entry")
            self.put(version=0, presence={"inside": {}, "entered": {}})

    def get_versions(self):
        """Return pairs of key and version of everybody."""
        return [(row["key"], row["version"]) for row in self._rows("SELECT key, version FROM entry")]

    def get_entry(self, key):
        """Return ``(data, through)`` of a person: events up to ``through`` are in the facts; ``None`` when unknown."""
        rows = self._rows("SELECT data, through FROM entry WHERE key = ?", key)
        return (json.loads(rows[0]["data"]), rows[0]["through"]) if rows else None

    def find_people(self, text, limit=8):
        """Return people whose number is ``text`` or whose short name begins with it: triples of key, name, number."""
        words = text.strip().lower()
        found = []
        for row in self._rows("SELECT key, data FROM entry") if words else ():
            data = json.loads(row["data"])
            if data["number"].lower() == words or data["name"].lower().startswith(words):
                found.append((row["key"], data["name"], data["number"]))
        return sorted(found, key=lambda one: one[1])[:limit]

    def find_code(self, digest):
        """Return key, pass and problem of a code by its digest; ``None`` when nobody has it."""
        rows = self._rows("SELECT key, pass, problem FROM code WHERE hash = ?", digest)
        return tuple(rows[0]) if rows else None

    def find_phone(self, id_):
        """Return a phone as a dict with the step of the last code that was taken, here or elsewhere; ``None`` else."""
        rows = self._rows(
            """SELECT key, anchors, revoked, max(used, coalesce((SELECT step FROM step WHERE phone = id), 0)) AS used
                 FROM phone WHERE id = ?""",
            id_,
        )
        if not rows:
            return None
        anchors = {int(day): value for day, value in json.loads(rows[0]["anchors"]).items()}
        return {"key": rows[0]["key"], "anchors": anchors, "revoked": rows[0]["revoked"], "used": rows[0]["used"]}

    # --- events

    def write_event(self, body, at, phone=None):
        """Write an event, which is on the disk when this returns, and take the step of a code with it.

        :param dict body: of :class:`~..domain.protocol.Event` without ``seq`` and ``opened``
        :param phone: pair of a phone and a step
        :return: its number
        :raise Taken: when the step was taken meanwhile; then nothing is written
        """
        with self.changing():
            if phone:
                self._take_step(*phone)
            seq = max(self.get("seq", 0), self.get("accepted", 0)) + 1
            way = body["direction"] if body["outcome"] in protocol.LET_IN else None
            row = (seq, at.isoformat(), body["who"], way, WAITS, json.dumps(body))
            self._db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", row)
            self.put(seq=seq, last_at=at.isoformat())
            return seq

    def _take_step(self, phone, step):
        known = self.find_phone(phone)
        if known and step <= known["used"]:
            raise Taken
        self._db.execute("INSERT OR REPLACE INTO step VALUES (?, ?)", (phone, step))

    def end_event(self, seq, door):
        """Write what became of the door of an event."""
        with self.changing():
            self._db.execute("UPDATE event SET door = ? WHERE seq = ?", (door, seq))

    def get_waiting(self, limit=protocol.EVENTS_PAGE):
        """Return events that the server does not have, in order; none behind one whose door is still opening."""
        found = []
        for row in self._rows(
            "SELECT seq, body, door FROM event WHERE seq > ? ORDER BY seq LIMIT ?", self.get("accepted", 0), limit
        ):
            if row["door"] == WAITS:
                break
            opened = {OPENED: True, NOT_OPENED: False}.get(row["door"])
            found.append(json.loads(row["body"]) | {"seq": row["seq"], "opened": opened})
        return found

    def count_waiting(self):
        """Return how many events the server does not have."""
        return self._rows("SELECT count(*) AS n FROM event WHERE seq > ?", self.get("accepted", 0))[0]["n"]

    def accept(self, seq, now):
        """Note that the server has all events up to ``seq``, and forget old ones that it has."""
        with self.changing():
            self.put(accepted=max(seq, self.get("accepted", 0)))
            limit = (now - timedelta(days=KEPT_DAYS)).isoformat()
            self._db.execute("DELETE FROM event WHERE seq <= ? AND at < ?", (self.get("accepted", 0), limit))

    def get_events(self, after, who):
        """Return the events of a person after a number: dicts with ``seq``, ``at`` and ``door``."""
        rows = self._rows("SELECT * FROM event WHERE seq > ? AND who = ? ORDER BY seq", after, who)
        return [_as_event(row) for row in rows]

    def get_passages(self, after):
        """Return who went in or out after an event, in order: triples of key, ``in`` or ``out``, and when.

        Somebody whose door is opening this moment counts as in: the same card at two doors at once is one person.
        """
        rows = self._rows(
            """SELECT who, way, at FROM event
                WHERE seq > ? AND who IS NOT NULL AND (way = 'out' OR (way = 'in' AND door IN (?, ?))) ORDER BY seq""",
            after,
            WAITS,
            OPENED,
        )
        return [(row["who"], row["way"], datetime.fromisoformat(row["at"])) for row in rows]

    def is_passing(self, who):
        """Tell whether a door is opening for somebody this moment."""
        return bool(self._rows("SELECT 1 FROM event WHERE who = ? AND door = ? LIMIT 1", who, WAITS))

    def get_last_events(self, limit=20):
        """Return the newest events, newest first."""
        return [_as_event(row) for row in self._rows("SELECT * FROM event ORDER BY seq DESC LIMIT ?", limit)]


def _as_event(row):
    return json.loads(row["body"]) | {"seq": row["seq"], "at": datetime.fromisoformat(row["at"]), "door": row["door"]}
