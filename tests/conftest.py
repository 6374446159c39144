"""What tests of the whole share: an Odoo, and this process in its environment."""

import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from vigor import cache, prepared  # noqa: E402


def pytest_configure(config):
    """Servers that fixtures have started end with the tests, whoever ends those."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def store():
    """The cache."""
    return cache.Cache()


@pytest.fixture(scope="session")
def odoo(store):
    """An Odoo whose PostgreSQL waits for no disk."""
    with prepared.odoo_for_tests(store) as made:
        yield made


@pytest.fixture(scope="session")
def standing_in():
    """``with standing_in(odoo, NAME=value):`` this process, and what it starts, has the environment of that Odoo."""

    @contextlib.contextmanager
    def stand_in(odoo, **variables):
        environment = odoo.server.environment | odoo.environment | variables
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.keys() - environment.keys():
                patch.delenv(name)  # of another Odoo
            for name, value in environment.items():
                patch.setenv(name, str(value))
            yield

    return stand_in
