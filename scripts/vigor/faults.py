"""Fault tests: pytest with workers that are killed, on a database with PostgreSQL's own durability."""

import json

from vigor import paths, scratch, testing

FOLDER = paths.ROOT / "tests" / "faults"
ADDONS = ["gym_cfdi"]


def run(python, store, files, results):
    """Make a database and run the tests; what they need to know is in the environment.

    VIGOR_SHELL (JSON, the words that start ``odoo shell``), VIGOR_DATABASE, VIGOR_ODOO_CONF and libpq's variables.
    """
    with scratch.database(python, store, "faults", ADDONS) as (odoo, database):
        shell = odoo.command("shell", "-d", database, "--no-http", "--log-level=error")
        environment = {
            **odoo.environment,
            **odoo.server.environment,
            "PATH": odoo.environment["PATH"],
            "VIGOR_SHELL": json.dumps([str(word) for word in shell]),
            "VIGOR_DATABASE": database,
            "VIGOR_ODOO_CONF": str(odoo.write_config()),
        }
        testing.run_pytest(odoo.python, "faults", files, results, environment)
