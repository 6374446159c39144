"""What the sandbox remembers, in one SQLite file.

A transaction is over before anybody is answered. The journal is a write-ahead log with ``synchronous=NORMAL``: a
killed process loses nothing, a machine that loses power may lose the last moments, which a sandbox may.
"""

import json
import sqlite3
import threading
from contextlib import contextmanager

_TABLES = """
CREATE TABLE IF NOT EXISTS stamp (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    pac TEXT NOT NULL,
    sha256 TEXT NOT NULL,          -- of the bytes received, base64 undone
    seal TEXT NOT NULL,            -- Sello: the same one means the same document
    custom_id TEXT,
    kind TEXT NOT NULL,            -- TipoDeComprobante
    issuer TEXT NOT NULL,
    receptor TEXT NOT NULL,
    total TEXT NOT NULL,
    total_mxn TEXT NOT NULL,
    is_global INTEGER NOT NULL,
    issued_at REAL NOT NULL,       -- seconds since the epoch, as all instants here
    stamped_at REAL NOT NULL,
    xml BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS stamp_sha256 ON stamp (sha256);
CREATE INDEX IF NOT EXISTS stamp_seal ON stamp (seal);
CREATE INDEX IF NOT EXISTS stamp_custom_id ON stamp (custom_id);
CREATE TABLE IF NOT EXISTS relation (
    uuid TEXT NOT NULL,            -- of the document that points
    related TEXT NOT NULL,         -- at this one
    kind TEXT NOT NULL             -- TipoRelacion, or 'pago'
);
CREATE INDEX IF NOT EXISTS relation_related ON relation (related);
CREATE TABLE IF NOT EXISTS cancellation (
    uuid TEXT PRIMARY KEY,
    motive TEXT NOT NULL,
    substitute TEXT NOT NULL,
    needs_acceptance INTEGER NOT NULL,
    requested_at REAL NOT NULL,
    term_ends_at REAL NOT NULL,
    answer TEXT,                   -- 'accept', 'reject'
    answered_at REAL,
    acuse TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_CONTENT = ("stamp", "relation", "cancellation", "setting")


class Register:
    """One file, one connection, one transaction at a time."""

    def __init__(self, file):
        """:param file: path of the file, made when it is not there"""
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_TABLES)

    def close(self):
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self):
        """Keep others out, and write everything or nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query, *parameters):
        with self._lock:
            return self._connection.execute(query, parameters).fetchall()

    def row(self, query, *parameters):
        """Return the first row, or ``None``."""
        with self._lock:
            return self._connection.execute(query, parameters).fetchone()

    def insert(self, table, values, replace=False):
        """Write one row.

        :param dict values: by column
        :param bool replace: the row of the same key, if any
        """
        names = ", ".join(values)
        places = ", ".join("?" * len(values))
        verb = "INSERT OR REPLACE" if replace else "INSERT"
        with self._lock:
            self._connection.execute(f"{verb} INTO {table} ({names}) VALUES ({places})", tuple(values.values()))

    def change(self, query, *parameters):
        """Run a statement and return how many rows it changed."""
        with self._lock:
            return self._connection.execute(query, parameters).rowcount

    def setting(self, name, default=None):
        row = self.row("SELECT value FROM setting WHERE name = ?", name)
        return default if row is None else json.loads(row["value"])

    def set(self, name, value):
        self.insert("setting", {"name": name, "value": json.dumps(value)}, replace=True)

    def forget(self):
        """Throw everything away."""
        with self.transaction():
            for table in _CONTENT:
                self.change(f"DELETE FROM {table}")
