"""``scripts/bench``: runs a benchmark of ``tests/performance`` and prints its figures."""

import argparse
import ast

from vigor import cache, console, paths, python_env, scratch

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
    with scratch.database(python, store, "bench", addons) as (odoo, database):
        script = paths.log_file("bench").with_suffix(".py")
        script.write_text(RUN.format(folder=str(FOLDER), argv=[str(file), *options]))
        with script.open("rb") as lines:
            command = odoo.command("shell", "-d", database, "--no-http", "--log-level=error")
            return console.run_shown(command, env=odoo.environment, stdin=lines)
