"""An Odoo with all that it needs on this machine, for as long as one command runs."""

import contextlib
from functools import partial

from vigor import lanes, odoo_cli, odoo_source, paths, postgres, python_env, system, vault


@contextlib.contextmanager
def odoo(store, with_tests=False):
    """An Odoo to serve people with; what is missing is got first, from several places at once.

    :param with_tests: its Python also has what the tests and the linters need
    """
    with contextlib.ExitStack() as stack:

        def start_postgres():
            system.want_program(["wkhtmltopdf"], "wkhtmltopdf", "PDF files cannot be printed")
            return stack.enter_context(postgres.available())

        wanted = [partial(python_env.prepare, store, with_tests), partial(odoo_source.find, store), start_postgres]
        python, source, server = lanes.run(wanted, len(wanted))
        yield odoo_cli.Odoo(python, source, server, vault.development_key(store))


def get(store):
    """Have all that tests need from elsewhere: the clock by which servers are trusted is still the right one."""
    odoo_source.find(store)
    system.want_program(["wkhtmltopdf"], "wkhtmltopdf", "tests that print PDF files fail or are skipped")
    system.want_program(["chromium", "google-chrome"], "chromium", "browser tests are skipped")
    postgres.have_binaries()


@contextlib.contextmanager
def odoo_for_tests(store):
    """An Odoo with its own files and, when it is private, its own PostgreSQL, which waits for no disk."""
    python = python_env.prepare(store, with_tests=True)
    get(store)
    source = odoo_source.find(store)
    with postgres.available("postgresql-test", postgres.TEST_SETTINGS) as server:
        yield odoo_cli.Odoo(python, source, server, vault.development_key(store), paths.STATE / "test-data")
