"""``scripts/bench``: runs a benchmark of ``tests/performance`` and prints its figures."""

import argparse
import ast

from vigor import cache, console, odoo_addon_tests, odoo_cli, odoo_source, paths, postgres, python_env
from vigor.database import Databases

FOLDER = paths.ROOT / "tests" / "performance"
PREFIX = "bench_"

RUN = """
import runpy, sys
sys.path.insert(0, {folder!r})
sys.argv = {argv!r}
runpy.run_path(sys.argv[0])["main"](env)
"""


def main(arguments):
    """Run the named benchmark, or list them."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("name", nargs="?", help="without it, the benchmarks are listed")
    parser.add_argument("options", nargs=argparse.REMAINDER, help="handed over to the benchmark")
    options = parser.parse_args(arguments)
    if not options.name:
        for file in sorted(FOLDER.glob(f"{PREFIX}*.py")):
            console.say(f"{file.stem.removeprefix(PREFIX):<20} {_summary(file)}")
        return 0
    file = FOLDER / f"{PREFIX}{options.name}.py"
    if not file.exists():
        raise console.Problem(f"There is no benchmark named {options.name}.", "scripts/bench lists them.")
    store = cache.Cache()
    python = python_env.prepare(store, with_tests=True)
    addons = _addons(file)
    return _run_in_database(python, store, file, addons, options.options) if addons else _run(python, file, options)


def _summary(file):
    return ast.get_docstring(ast.parse(file.read_text())).splitlines()[0]


def _addons(file):
    """The addons in whose database a benchmark runs, as its constant ``ADDONS`` tells; none: it needs no database."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "ADDONS":
            return ast.literal_eval(node.value)
    return []


def _run(python, file, options):
    return console.run_shown([python, file, *options.options])


def _run_in_database(python, store, file, addons, options):
    """Run it in a scratch database on a cluster with PostgreSQL's own durability (fsync on)."""
    known = odoo_cli.manifests()
    with postgres.available("postgresql-bench") as server:
        odoo = odoo_cli.Odoo(python, odoo_source.find(store), server, paths.STATE / "bench-data")
        databases = Databases(odoo)
        prepared = odoo_addon_tests.template(odoo, databases, store, odoo_cli.foreign_dependencies(addons, known))
        database = f"bench_{paths.CLONE_ID}"
        databases.copy(prepared, database)
        server.query(f'ALTER DATABASE "{database}" RESET synchronous_commit')
        try:
            log = paths.log_file("bench-install")
            with console.step(f"Installing {', '.join(addons)}", log):
                odoo.install(database, addons, log, "The addons could not be installed.")
            script = paths.log_file("bench").with_suffix(".py")
            script.write_text(RUN.format(folder=str(FOLDER), argv=[str(file), *options]))
            with script.open("rb") as lines:
                command = odoo.command("shell", "-d", database, "--no-http", "--log-level=error")
                return console.run_shown(command, env=odoo.environment, stdin=lines)
        finally:
            databases.drop(database)
