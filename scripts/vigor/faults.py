"""Fault tests: pytest with workers that are killed, on a database with PostgreSQL's own durability."""

import json

from vigor import paths, postgres, scratch, testing

FOLDER = paths.ROOT / "tests" / "faults"
ADDONS = ["l10n_mx", "gym_cfdi", "gym_collection"]


def run(python, store, files, results):
    """Make a database and run the tests; what they need to know is in the environment.

    VIGOR_SHELL (JSON, the words that start ``odoo shell``), VIGOR_DATABASE, VIGOR_ODOO_CONF, libpq's variables, and
    VIGOR_PRIVATE_CLUSTER when the PostgreSQL cluster is this clone's own and may be crashed.
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
            **({} if postgres.configured() else {"VIGOR_PRIVATE_CLUSTER": "1"}),
        }
        testing.run_pytest(odoo.python, "faults", files, results, environment)
