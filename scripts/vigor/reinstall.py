"""Uninstalling and installing an addon again, as an administrator may; counted as two tests."""

from vigor import console, paths

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


def check_reinstall(odoo, without_addon, database, addon, results):
    """Uninstall the addon from a database that has it, see that nothing is left, and install it again.

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
