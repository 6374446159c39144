"""The database that ``scripts/run`` serves: the whole suite in Spanish, with the demo gym."""

import json

from vigor import cache, console, odoo_cli, paths, python_env
from vigor.database import Databases, cached

LOADER = paths.DATA / "demo" / "load.py"
LOGINS = paths.DATA / "demo" / "logins.json"
DEMO_MODULES = ["payment_demo"]  # the cards of the demo gym
DATABASE_MB = 800
KEY_PARAMETER = "vigor.prepared_from"

LOAD_DEMO = """
import runpy
runpy.run_path({loader!r})["main"](env, {size!r})
env.cr.commit()
"""


def content_key():
    """What tells one state of the addons from another."""
    return cache.digest(paths.ADDONS)


def prepare(odoo, store, name, demo="small"):
    """Make the database ``name``, which must not exist: from the cache when it was made before.

    :param str demo: size of the demo gym, ``small``, ``big`` or ``none``
    :raise Problem: when an addon cannot be installed or the demo gym cannot be loaded
    """
    cache.require_space(odoo.data_dir, DATABASE_MB, "the gym's database")
    major = odoo.server.query("SHOW server_version_num")[0][0][:2]
    made_from = [odoo.source.identity, python_env.requirement_digest(), major, paths.ADDONS, odoo.vault_key]
    with_demo = demo != "none"
    modules = [*odoo_cli.manifests(), *(DEMO_MODULES if with_demo else [])]
    key = cache.digest(*made_from, demo, *([paths.DATA, paths.AT] if with_demo else []))

    def build(database, log):
        with console.step(f"Installing {', '.join(modules) or 'Odoo'}", log, "install"):
            what = "The suite could not be installed."
            odoo.install(database, modules or ["base", "web"], log, what)
        if with_demo and LOADER.exists():
            demo_log = paths.log_file("demo-gym")
            with console.step("Loading the demo gym", demo_log, "live"):
                script = LOAD_DEMO.format(loader=str(LOADER), size=demo)
                odoo.run_script(database, script, demo_log, "The demo gym could not be loaded.")
        remember_content(odoo.server, database)

    cached(Databases(odoo), store, "gym", key, name, build)


def remember_content(server, database):
    """Note in the database from which state of the addons it was made."""
    server.query(
        f"""DELETE FROM ir_config_parameter WHERE key = '{KEY_PARAMETER}';
        INSERT INTO ir_config_parameter (key, value) VALUES ('{KEY_PARAMETER}', '{content_key()}')""",
        database,
    )


def tell_address(server, database, url):
    """Let the links in mails and on paper lead to where this database is served."""
    server.query(f"UPDATE ir_config_parameter SET value = '{url}' WHERE key = 'web.base.url'", database)


def content_of(server, database):
    """What :func:`remember_content` noted, or nothing."""
    rows = server.query(f"SELECT value FROM ir_config_parameter WHERE key = '{KEY_PARAMETER}'", database)
    return rows[0][0] if rows else ""


def logins(demo=True):
    """The demo users as ``data/demo/logins.json`` tells them: role, login, password; administrator without it."""
    if demo and LOGINS.exists():
        return json.loads(LOGINS.read_text())
    return [{"role": "administrador", "login": "admin", "password": "admin"}]
