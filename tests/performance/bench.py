"""``scripts/bench``: runs a benchmark of ``tests/performance`` and prints its figures."""

import argparse
import ast

from vigor import cache, console, paths, prepared, python_env

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
    if addons := _constant(file, "ADDONS", []):
        return _run_in_database(python, store, file, addons, options.options)
    return console.run_shown([python, file, *options.options])


def _summary(file):
    return ast.get_docstring(ast.parse(file.read_text())).splitlines()[0]


def _constant(file, name, default):
    """A constant of a benchmark: ``ADDONS`` to install (none: it needs no database), ``RIVALS`` to compare with."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
            return ast.literal_eval(node.value)
    return default


def _fetch(python, store, requirements):
    """The folder of addons of pip packages that only a benchmark needs, kept out of the environment of the product."""

    def build(folder):
        log = paths.log_file("bench-packages")
        with console.step(f"Getting {', '.join(requirements)}", log):
            pip = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-deps"]
            console.must([*pip, "--target", folder, *requirements], log, "pip could not get the packages.")

    return store.entry("bench-packages", cache.digest(*requirements), build) / "odoo" / "addons"


def _run_in_database(python, store, file, addons, options):
    rivals = _constant(file, "RIVALS", {})
    folders = (_fetch(python, store, list(rivals.values())),) if rivals else ()
    with prepared.scratch(store, "bench", [*addons, *rivals], folders) as (odoo, database):
        script = paths.log_file("bench").with_suffix(".py")
        script.write_text(RUN.format(folder=str(FOLDER), argv=[str(file), *options]))
        with script.open("rb") as lines:
            command = odoo.command("shell", "-d", database, "--no-http", "--log-level=error")
            return console.run_shown(command, env=odoo.environment, stdin=lines)
