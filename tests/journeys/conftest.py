"""What ``scripts/test`` tells the journeys about the server that it has started for them."""

import json
import os
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest


@dataclass(frozen=True)
class Gym:
    """The running demo gym."""

    url: str
    database: str
    logins: list
    config: Path

    @property
    def data_dir(self):
        """Odoo's own folder of files."""
        parser = ConfigParser(interpolation=None)
        parser.read(self.config)
        return Path(parser["options"]["data_dir"])

    def query(self, sql, database=None):
        """The rows of a query, in a transaction of its own."""
        connection = psycopg2.connect(dbname=database or self.database)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@pytest.fixture(scope="session")
def gym():
    """The demo gym; a journey cannot run without the server of ``scripts/test``."""
    if "VIGOR_URL" not in os.environ:
        pytest.skip("journeys run through scripts/test, which starts the server they need")
    return Gym(
        url=os.environ["VIGOR_URL"],
        database=os.environ["VIGOR_DATABASE"],
        logins=json.loads(os.environ["VIGOR_LOGINS"]),
        config=Path(os.environ["VIGOR_ODOO_CONF"]),
    )
