"""Runs the tests of addons with Odoo's own runner, each addon on a copy of a template database."""

from pathlib import Path

from vigor import cache, console, odoo_cli, paths, python_env, system
from vigor.database import Databases, cached

RUNNER = Path(__file__).with_name("odoo_testing.py")
# Parts of an hour choose at once, each among ports of its own
FIRST_PORT = 8169 if not paths.PART else 8469 + 20 * int(paths.PART)
BROWSER_TAG = "vigor_browser"
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
COLUMNS = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'"
KNOWN_TABLES = """
SELECT replace(model, '.', '_') FROM ir_model
UNION SELECT name FROM ir_model_relation
UNION SELECT relation_table FROM ir_model_fields WHERE relation_table IS NOT NULL
UNION SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    JOIN pg_class parent ON parent.oid = inhparent JOIN ir_model ON replace(model, '.', '_') = parent.relname
"""
KNOWN_COLUMNS = "SELECT replace(model, '.', '_') || '.' || name FROM ir_model_fields"

# Before accounting comes, so that it brings the chart of accounts that the suite is made for
MEXICAN_COMPANY = """
env.company.write({"country_id": env.ref("base.mx").id, "currency_id": env.ref("base.MXN").id})
env.cr.commit()
"""


def run(odoo, store, known, addon, tags, results):
    """Run the tests of ``addon`` that Odoo's ``tags`` name, and count them."""
    databases = Databases(odoo)
    prepared = template(odoo, databases, store, _foreign(addon, known), [_foreign(other, known) for other in known])
    whole = tags == f"/{addon}"
    database = f"test_{paths.CLONE_ID}_{addon}"
    databases.copy(prepared, database)
    try:
        _install_own_dependencies(odoo, database, addon, known)
        without_addon = contents(odoo.server, database)
        ran = _run_one(odoo, database, addon, tags, results)
        if whole and ran:
            check_reinstall(odoo, without_addon, database, addon, results)
        elif whole:
            results.add(f"{addon}: has tests", "failed", "Odoo's runner found no test in this addon.")
    finally:
        databases.drop(database)


def _foreign(addon, known):
    """The modules of Odoo and the OCA that the tests of an addon need, sorted."""
    return sorted({*odoo_cli.foreign_dependencies([addon], known), *odoo_cli.test_modules(addon, known)})


def _install_own_dependencies(odoo, database, addon, known):
    if needed := sorted(odoo_cli.own_dependencies(addon, known) - {addon}):
        log = paths.log_file(f"test-{addon}-dependencies")
        with console.step(f"Installing {', '.join(needed)}", log):
            what = f"What {addon} depends on could not be installed."
            # a bridge would install itself with what it joins
            odoo.install(database, needed, log, what, "--skip-auto-install")


def _run_one(odoo, database, addon, tags, results):
    log = paths.log_file(f"test-{addon}")
    report = log.with_suffix(".jsonl")
    report.unlink(missing_ok=True)
    command = odoo.command(
        *("server", "-d", database, "-i", addon, "--test-tags", tags, "--stop-after-init"),
        *("--without-demo=all", "--max-cron-threads=0", f"--http-port={system.free_port(FIRST_PORT)}"),
        program=RUNNER,
    )
    environment = {**odoo.environment, "VIGOR_TEST_REPORT": str(report), "VIGOR_TEST_BROWSER": BROWSER_TAG}
    with console.step(f"Tests of {addon}", log):
        code = console.run_logged(command, log, env=environment)
        return results.add_odoo_report(report, code, log)


def template(odoo, databases, store, modules, others=(), preparation=MEXICAN_COMPANY):
    """The name of a template database that has these modules of Odoo and the OCA, in Spanish too.

    :param others: the modules of other templates; one that has some of these and nothing else is what is built upon
    :param preparation: Python lines with ``env`` that run before the modules come
    """
    major = odoo.server.query("SHOW server_version_num")[0][0][:2]
    made_from = (preparation, odoo.source.identity, python_env.requirement_digest(), major, odoo_cli.LANGUAGE)
    ground = largest_within(modules, others)
    key = cache.digest(*layers(modules, others), *made_from)
    name = f"vigor_t_{key}"

    def build(database, log):
        what = "The addons of Odoo and the OCA could not be installed."
        # without the addons of this clone, whose bridges would install themselves before their tests run
        foreign = "--addons-path=" + ",".join(map(str, odoo.source.addons_path))
        if ground:
            databases.copy(template(odoo, databases, store, ground, others, preparation), database)
        with console.step(f"Preparing a database with {', '.join(modules)}", log):
            if not ground:
                odoo.install(database, ["base"], log, what, foreign)
                odoo.run_script(database, preparation, log, what)
            if more := sorted({*modules} - {"base", *ground}):
                odoo.install(database, more, log, what, foreign)

    with cache.locked(store.root / "locks" / f"database-{name}", "a template database"):
        if not databases.exists(name):
            cached(databases, store, "template", key, name, build)
    return name


def largest_within(modules, others):
    """The largest of ``others`` that has a part of these modules and nothing else, or an empty list."""
    return max((other for other in others if {*other} < {*modules}), key=lambda other: (len(other), other), default=[])


def layers(modules, others):
    """The modules of a template, then of the one it is built upon, and so on."""
    while modules:
        yield ",".join(modules)
        modules = largest_within(modules, others)


# --- uninstalling and installing again, as an administrator may


def check_reinstall(odoo, without_addon, database, addon, results):
    """Uninstall the addon from a database that has it, see that nothing is left, and install it again: two tests.

    :param without_addon: the :func:`contents` of the database before the addon was installed
    """
    log = paths.log_file(f"reinstall-{addon}")
    with console.step(f"Uninstalling and reinstalling {addon}", log):
        complaint = _module(odoo, "uninstall", database, addon, log) or _leftovers(odoo.server, without_addon, database)
        complaint = complaint or _expect_state(odoo.server, database, addon, "uninstalled")
        results.add(f"{addon}: can be uninstalled", "failed" if complaint else "passed", complaint)
        complaint = _module(odoo, "install", database, addon, log)
        complaint = complaint or _expect_state(odoo.server, database, addon, "installed")
        results.add(f"{addon}: can be installed again", "failed" if complaint else "passed", complaint)


def _module(odoo, verb, database, addon, log):
    """What went wrong, or nothing."""
    start = log.stat().st_size
    command = odoo.command(f"module {verb}", "-d", database, addon)
    code = console.run_logged(command, log, env=odoo.environment)
    lines = log.read_bytes()[start:].decode(errors="replace").splitlines()
    bad = [line for line in lines if " ERROR " in line or " CRITICAL " in line]
    return "\n".join(bad) or (console.tail(log) if code else "")


def _expect_state(server, database, addon, state):
    found = server.query(f"SELECT state FROM ir_module_module WHERE name = '{addon}'", database)
    return "" if found == [[state]] else f"The state of {addon} is {found}, not {state}."


def _leftovers(server, without_addon, database):
    """Tables and columns that the addon brought and did not take away."""
    tables_before, columns_before = without_addon
    tables, columns = contents(server, database)
    tables -= tables_before | _column(server, KNOWN_TABLES, database)
    columns -= columns_before | _column(server, KNOWN_COLUMNS, database)
    left = sorted(tables) + sorted(name for name in columns if name.split(".")[0] in tables_before)
    return "Left behind after uninstalling: " + ", ".join(left) if left else ""


def contents(server, database):
    """The names of the tables of a database, and of their columns."""
    return _column(server, TABLES, database), _column(server, COLUMNS, database)


def _column(server, sql, database):
    return {row[0] for row in server.query(sql, database)}
