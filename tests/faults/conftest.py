"""A database with CFDI, a sandbox PAC as a process of its own, and workers that can be killed."""

import hashlib
import json
import os
import subprocess
import sys
import time
import types
from configparser import ConfigParser
from multiprocessing.connection import Client
from pathlib import Path

import psycopg2
import pytest
from vigor import postgres, prepared

ADDONS = Path(__file__).parents[2] / "addons"
DRIVER = Path(__file__).with_name("outbox_driver.py")
START_S = 60
ADDONS_NEEDED = ["l10n_mx", "gym_cfdi", "gym_collection"]


@pytest.fixture(scope="session", autouse=True)
def installed(store, standing_in):
    """A database with PostgreSQL's own durability.

    What the tests start finds in its environment: VIGOR_SHELL (JSON, the words that start ``odoo shell``),
    VIGOR_DATABASE, VIGOR_ODOO_CONF, and VIGOR_PRIVATE_CLUSTER when the PostgreSQL cluster may be crashed.
    """
    with prepared.scratch(store, "faults", ADDONS_NEEDED) as (odoo, name):
        shell = odoo.command("shell", "-d", name, "--no-http", "--log-level=error")
        variables = {
            "VIGOR_SHELL": json.dumps([str(word) for word in shell]),
            "VIGOR_DATABASE": name,
            "VIGOR_ODOO_CONF": odoo.write_config(),
            **({} if postgres.configured() else {"VIGOR_PRIVATE_CLUSTER": "1"}),
        }
        with standing_in(odoo, **variables):
            yield


class Workers:
    """What ``outbox_driver.py`` can be asked to do."""

    def __init__(self, connection):
        self._connection = connection

    def _run(self, name, **command):
        self._connection.send({"name": name, **command})
        answer = self._connection.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def company(self, url, *providers):
        """A company whose documents these PACs stamp, the first of them first."""
        return self._run("set_up", url=url, providers=providers)[0]

    def record(self, company, count):
        return self._run("record", company_id=company, count=count)[0]

    def stamp(self, ids, **options):
        """Run the job; return the steps it took, or ``None`` when it died."""
        return self._run("stamp", ids=ids, **options)[0]

    def stamp_at_once(self, ids, workers, **options):
        return self._run("stamp", ids=ids, workers=workers, **options)

    def close(self):
        self._connection.send(None)


class Database:
    """The database as it is on disk, seen from outside of Odoo."""

    def __init__(self, name, filestore):
        self._connection = psycopg2.connect(dbname=name)
        self._connection.autocommit = True
        self._filestore = filestore

    def query(self, sql, *parameters):
        with self._connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def documents(self, ids):
        return self.query("SELECT id, state, uuid, xml_sha256 FROM gym_cfdi_document WHERE id = ANY(%s)", list(ids))

    def stored_xml(self, ids):
        """Return {document: bytes of its stamped XML}."""
        rows = self.query(
            """SELECT res_id, store_fname FROM ir_attachment
                WHERE res_model = 'gym.cfdi.document' AND res_field = 'xml' AND res_id = ANY(%s)""",
            list(ids),
        )
        found = {document: (self._filestore / name).read_bytes() for document, name in rows}
        assert len(found) == len(rows), "a document has two files"
        return found

    def close(self):
        self._connection.close()


@pytest.fixture(scope="session")
def workers(tmp_path_factory):
    """Workers of the outbox."""
    socket = tmp_path_factory.mktemp("faults") / "socket"
    environment = {**os.environ, "VIGOR_FAULTS_SOCKET": str(socket)}
    with DRIVER.open("rb") as script:
        process = subprocess.Popen(json.loads(os.environ["VIGOR_SHELL"]), stdin=script, env=environment)
    with _connected(str(socket), process) as connection:
        yield (asked := Workers(connection))
        asked.close()
        process.wait(START_S)


def _connected(socket, process):
    """The connection to the driver, as soon as it listens."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            return Client(socket)
        except (FileNotFoundError, ConnectionRefusedError):
            time.sleep(0.05)
    raise RuntimeError("the driver does not listen; see its output above")


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    """The sandbox PAC as a process of its own."""
    sys.path.insert(0, str(ADDONS))
    package = types.ModuleType("gym_cfdi")  # entered without its models, which need Odoo
    package.__path__ = [str(ADDONS / "gym_cfdi")]
    sys.modules.setdefault("odoo.addons.gym_cfdi", package)
    from gym_cfdi_sandbox.sandbox.process import Process

    with Process(tmp_path_factory.mktemp("pac") / "state.db") as running:
        yield running


@pytest.fixture
def pac(sandbox):
    """The sandbox's own door, the sandbox being as new."""
    from gym_cfdi_sandbox.sandbox.control_client import Control

    control = Control(sandbox.url)
    control.reset()
    control.heal()
    return control


@pytest.fixture(scope="session")
def database(workers):
    parser = ConfigParser(interpolation=None)
    parser.read(os.environ["VIGOR_ODOO_CONF"])
    name = os.environ["VIGOR_DATABASE"]
    opened = Database(name, Path(parser["options"]["data_dir"]) / "filestore" / name)
    yield opened
    opened.close()


@pytest.fixture
def assert_one_uuid_each(database, pac):
    """Check that the PAC stamped each document once, and that the database has that stamp, whole."""

    def check(ids):
        rows = database.documents(ids)
        assert {state for _id, state, _uuid, _sha in rows} == {"stamped"}
        assert sorted(uuid for _id, _state, uuid, _sha in rows) == sorted(stamp["uuid"] for stamp in pac.stamps())
        assert len({uuid for _id, _state, uuid, _sha in rows}) == len(ids)
        files = database.stored_xml(ids)
        assert {id_: sha for id_, _state, _uuid, sha in rows} == {
            id_: hashlib.sha256(content).hexdigest() for id_, content in files.items()
        }
        for id_, _state, uuid, _sha in rows:
            assert uuid.encode() in files[id_].upper()

    return check
