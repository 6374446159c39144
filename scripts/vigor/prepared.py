"""An Odoo with all that it needs here, for as long as one command runs; ``scripts/odoo``, ``scripts/python``."""

import base64
import contextlib
import json
import os
import secrets
import subprocess
from functools import partial

from vigor import cache, console, odoo_addon_tests, odoo_cli, odoo_source, paths, postgres, python_env, system
from vigor.database import Databases, cached

CLONE_KEY = paths.STATE / "vault-key"
LOADER = paths.DATA / "demo" / "load.py"
LOGINS = paths.DATA / "demo" / "logins.json"
DEMO_MODULES = ["payment_demo"]  # the cards of the demo gym
GYM_MB = 800
KEY_PARAMETER = "vigor.prepared_from"

# Owners would get a code by mail at each new device
NOBODY_READS_MAIL = """INSERT INTO ir_config_parameter (key, value) VALUES ('gym_members.second_factor', 'optional')
    ON CONFLICT (key) DO UPDATE SET value = excluded.value"""

LOAD_DEMO = """
import runpy
runpy.run_path({loader!r})["main"](env, {size!r})
env.cr.commit()
"""


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
        python, source, server = console.run_lanes(wanted, len(wanted))
        yield odoo_cli.Odoo(python, source, server, development_key(store))


def get(store):
    """Have all that tests need from elsewhere: the clock by which servers are trusted is still the right one.

    :return: the Python with what the tests need, and the source of Odoo
    """

    def get_programs():
        system.want_program(["wkhtmltopdf"], "wkhtmltopdf", "tests that print PDF files fail or are skipped")
        system.want_program(["chromium", "google-chrome"], "chromium", "browser tests are skipped")
        postgres.have_binaries()

    wanted = [partial(python_env.prepare, store, True), partial(odoo_source.find, store), get_programs]
    python, source, _programs = console.run_lanes(wanted, len(wanted))
    return python, source


@contextlib.contextmanager
def odoo_for_tests(store):
    """An Odoo with its own files and, when it is private, its own PostgreSQL, which waits for no disk."""
    python, source = get(store)
    with postgres.available("postgresql-test", postgres.TEST_SETTINGS) as server:
        yield odoo_cli.Odoo(python, source, server, development_key(store), paths.STATE / "test-data")


@contextlib.contextmanager
def scratch(store, purpose, addons, more_addons=()):
    """An Odoo and the name of a database that has ``addons``, on a cluster with PostgreSQL's own durability.

    :param more_addons: folders of addons that are not of this project
    """
    known = odoo_cli.manifests()
    python, source = python_env.prepare(store, with_tests=True), odoo_source.find(store)
    with postgres.available(f"postgresql-{purpose}", {"autovacuum": "off"}) as server:
        key, files = development_key(store), paths.STATE / f"{purpose}-data"
        made = odoo_cli.Odoo(python, source, server, key, files, more_addons)
        databases = Databases(made)
        foreign = odoo_cli.foreign_dependencies(addons, known)
        name = f"{purpose}_{paths.CLONE_ID}"
        databases.copy(odoo_addon_tests.template(made, databases, store, foreign), name)
        databases.set_patience(name, is_patient=True)
        try:
            log = paths.log_file(f"{purpose}-install")
            with console.step(f"Installing {', '.join(addons)}", log):
                made.install(name, addons, log, "The addons could not be installed.")
            yield made, name
        finally:
            databases.drop(name)


# --- the database that scripts/run serves


def content_key():
    """What tells one state of the addons from another."""
    return cache.digest(paths.ADDONS)


def gym(odoo, store, name, demo="small"):
    """Make the database ``name``, which must not exist: from the cache when it was made before.

    :param str demo: size of the demo gym, ``small``, ``big`` or ``none``
    :raise Problem: when an addon cannot be installed or the demo gym cannot be loaded
    """
    cache.require_space(odoo.data_dir, GYM_MB, "the gym's database")
    major = odoo.server.query("SHOW server_version_num")[0][0][:2]
    made_from = [odoo.source.identity, python_env.requirement_digest(), major, paths.ADDONS, odoo.vault_key]
    with_demo = demo != "none"
    key = cache.digest(*made_from, demo, paths.AT, *([paths.DATA] if with_demo else []))

    def build(database, log):
        if with_demo:
            _build_demo(odoo, store, database, size=demo)
        else:
            _build_empty(odoo, database, log)
        remember_content(odoo.server, database)

    cached(Databases(odoo), store, "gym", key, name, build)


def _build_empty(odoo, database, log):
    """Install the suite: a gym that has nothing yet."""
    modules = list(odoo_cli.manifests())
    with console.step(f"Installing the {len(modules)} addons of the suite", log, "install"):
        odoo.install(database, modules or ["base", "web"], log, "The suite could not be installed.")
    odoo.server.query(NOBODY_READS_MAIL, database)


def _build_demo(odoo, store, database, size):
    """Load the demo gym into a gym that has nothing yet, which is prepared for its own sake too."""
    Databases(odoo).drop(database)
    gym(odoo, store, database, demo="none")
    if not LOADER.exists():
        return
    log = paths.log_file("demo-gym")
    with console.step("Loading the demo gym", log, "live"):
        odoo.install(database, DEMO_MODULES, log, "What the demo gym needs could not be installed.")
        script = LOAD_DEMO.format(loader=str(LOADER), size=size)
        odoo.run_script(database, script, log, "The demo gym could not be loaded.")


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


# --- the key of the encrypted fields


def development_key(store):
    """This clone's key of the encrypted fields; the user's other clones have it too, unless the cache was removed.

    A prepared gym is shared by the clones of one user, so they share the key that it was encrypted with. Each clone
    keeps its own copy, because its databases have to outlive the cache.
    """
    if not CLONE_KEY.exists():
        shared = store.root / "vault-key"
        if not shared.exists():
            _write_private(shared, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        _write_private(CLONE_KEY, shared.read_text())
    return CLONE_KEY.read_text()


def _write_private(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text)
    aside.rename(path)


# --- commands


def main_python(arguments):
    """The project's Python, with Odoo, the addons' libraries and the test tools on its path."""
    store = cache.Cache()
    executable = python_env.prepare(store, with_tests=True)
    environment = {**os.environ, "PYTHONPATH": str(odoo_source.find(store).root)}
    os.execve(executable, [executable, *arguments], environment)


def main_odoo(arguments):
    """Odoo's command line with this clone's configuration; PostgreSQL runs as long as it does.

    The configuration goes through the environment, because subcommands differ in where they take ``-c``.
    """
    with odoo(cache.Cache(), with_tests=True) as command:
        environment = {**command.environment, "ODOO_RC": str(command.write_config())}
        return subprocess.call([command.python, odoo_cli.PROGRAM, *arguments], env=environment)
