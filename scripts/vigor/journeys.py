"""Journeys: tests with pytest against a running server that has the demo gym."""

import contextlib
import json
import tempfile
from pathlib import Path

from vigor import console, gym, mail_catcher, pac_sandbox, paths, server, system, testing
from vigor.database import Databases

FOLDER = paths.ROOT / "tests" / "journeys"
FIRST_PORT = 8269


def run(odoo, store, files, results):
    """Serve the demo gym and run the journeys; what they need to know is in the environment.

    VIGOR_URL, VIGOR_DATABASE, VIGOR_LOGINS (JSON), VIGOR_ODOO_CONF, VIGOR_MAILS (a folder of ``.eml`` files),
    VIGOR_PAC_SANDBOX_URL and libpq's variables.
    """
    database = f"journeys_{paths.CLONE_ID}"
    databases = Databases(odoo)
    databases.drop(database, f"{database}__new")
    gym.prepare(odoo, store, database)
    log = paths.log_file("journeys-server")
    port = system.free_port(FIRST_PORT)
    gym.tell_address(odoo.server, database, f"http://127.0.0.1:{port}")
    try:
        with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
            pac_log = paths.log_file("journeys-pac-sandbox")
            _process, pac_url = stack.enter_context(
                pac_sandbox.serving(odoo.python, Path(scratch) / "pac.sqlite", pac_log)
            )
            pac = {pac_sandbox.VARIABLE: pac_url}
            mails = Path(scratch) / "mails"
            smtp_port = stack.enter_context(mail_catcher.serving(mails))
            running = stack.enter_context(
                server.serving(odoo, database, port, log, smtp_port=smtp_port, environment=pac)
            )
            environment = {
                **odoo.environment,
                **odoo.server.environment,
                **pac,
                "PATH": odoo.environment["PATH"],
                "VIGOR_URL": running.url,
                "VIGOR_MAILS": str(mails),
                "VIGOR_DATABASE": database,
                "VIGOR_LOGINS": json.dumps(gym.logins()),
                "VIGOR_ODOO_CONF": str(odoo.write_config()),
            }
            testing.run_pytest(odoo.python, "journeys", files, results, environment)
    except console.Problem as problem:
        results.add("journeys: the demo gym can be served", "failed", problem.what)
    finally:
        databases.drop(database)
