"""``scripts/test``: everything, or the addons, files and layers that are named."""

import argparse
import contextlib
import os
from functools import partial
from pathlib import Path

from vigor import (
    cache,
    console,
    hours,
    lint,
    odoo_addon_tests,
    odoo_cli,
    odoo_source,
    paths,
    prepared,
    python_env,
)
from vigor.results import Results

LAYERS = (
    *("lint", "domain", "addons", "hours", "browser", "scripts", "conformance", "faults", "journeys", "drills"),
    "production",
)
# Without a name: the tests of the addons run at an hour of their own, see ``hours``
USUAL = {"lint", "domain", "scripts", "conformance", "faults", "journeys"}
# Folders of an addon that are plain Python; addons/conftest.py names the same
PLAIN = ("domain", "services", "sandbox", "gate", "emulators")
# How many minutes they take, roughly: what takes long begins first, after what tells soon whether all is well
MINUTES = {
    "gym_subscriptions": 5,
    "gym_collection": 5,
    "gym_access": 3,
    "gym_gate": 2,
    "gym_join": 3,
    "gym_revenue": 2,
    "gym_referrals": 3,
    "gym_cfdi": 8,
    "gym_members": 4,
    "gym_insights": 2,
    "gym_start": 2,
    "gym_start_cfdi": 2,
    "payment_conekta": 2,
}
QUICK = 100
# What pytest runs besides, and how many minutes it takes: the slow ones make an Odoo, a demo gym or a machine first
TESTS = paths.ROOT / "tests"
WITH_ODOO = {"faults", "journeys", "drills", "production"}
PYTEST_LAYERS = {
    "scripts": (TESTS / "scripts", QUICK),
    "conformance": (TESTS / "conformance", QUICK),
    "faults": (TESTS / "faults", 5),
    "journeys": (TESTS / "journeys", 15),
    "drills": (TESTS / "drills" / "test_first_of_month.py", 15),
    "production": (TESTS / "drills" / "production", 30),
}


class Selection:
    """What the names on the command line ask for."""

    def __init__(self, names, known, is_moved=bool(paths.AT), is_only_odoo=False):
        self.layers, self.addons, self.files, self.is_only_odoo = set(), [], [], is_only_odoo
        for name in names:
            self._add(name.rstrip("/"), known)
        if "drills" in self.layers:
            self.layers.add("production")
        self.hours = hours.HOSTILE if {"hours", "drills"} & self.layers else ()
        if not names:
            self.layers = {*USUAL, "addons"} if is_moved else USUAL
            self.hours = () if is_moved else (hours.of_the_day(),)

    def _add(self, name, known):
        path = Path(name).resolve()
        if name in LAYERS:
            self.layers.add(name)
        elif name in known:
            self.addons.append(name)
        elif path.parent == paths.ADDONS and path.name in known:
            self.addons.append(path.name)
        elif path.exists() and path.is_relative_to(paths.ROOT):
            self.files.append(path)
        else:
            raise console.Problem(
                f"There is no addon, file or layer named {name}.",
                f"Layers: {', '.join(LAYERS)}\nAddons: {', '.join(known) or 'none'}\nOr the path of a test file.",
            )

    def odoo_tasks(self, known):
        """Pairs of an addon and Odoo's test tags for it, once for each addon."""
        tags = {}
        for addon in [*(known if "addons" in self.layers else ()), *self.addons]:
            tags[addon] = [f"/{addon}"]
        for addon in known if "browser" in self.layers else ():
            tags.setdefault(addon, [f"{odoo_addon_tests.BROWSER_TAG}/{addon}"])
        for file in self.files:
            addon = _addon_of(file)
            if addon in known and not _is_plain(file) and tags.get(addon) != [f"/{addon}"]:
                tags.setdefault(addon, []).append(f"/{file.relative_to(paths.ADDONS)}")
        return [(addon, ",".join(found)) for addon, found in tags.items()]

    def pytest_runs(self):
        """What pytest does in runs of its own, as (title, usual minutes, paths)."""
        if self.is_only_odoo:
            return []
        addons = ["*"] if {"domain", "drills"} & self.layers else self.addons
        folders = sorted(found for addon in addons for name in PLAIN for found in paths.ADDONS.glob(f"{addon}/{name}"))
        files = [file for file in self.files if not _addon_of(file) or _is_plain(file)]
        runs = [("domain", QUICK, folders)]
        for layer, (path, minutes) in PYTEST_LAYERS.items():
            inside = [file for file in files if file.is_relative_to(path)]
            runs.append((layer, minutes, [path] if layer in self.layers else inside))
            files = [file for file in files if file not in inside]
        runs.append(("files", QUICK, files))
        return [run for run in runs if any(path.exists() for path in run[2])]

    def needs_odoo(self, known):
        """Whether something of it runs on an Odoo, in this process or in one that it starts."""
        titles = {title for title, _minutes, _paths in self.pytest_runs()}
        return bool(self.hours or self.odoo_tasks(known) or titles & WITH_ODOO)


def _addon_of(file):
    return file.relative_to(paths.ADDONS).parts[0] if file.is_relative_to(paths.ADDONS) else None


def _is_plain(file):
    return file.relative_to(paths.ADDONS).parts[1:2] in [(name,) for name in PLAIN]


def run_pytest(python, store, title, folders, results, is_drawn=False):
    """Run pytest on some paths and count what it did.

    :param is_drawn: properties are tried with examples drawn anew
    """
    log = paths.log_file(f"pytest-{title}")
    report = log.with_suffix(".xml")
    report.unlink(missing_ok=True)
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", f"--junitxml={report}", *folders]
    environment = {**os.environ, **({"VIGOR_DRAW": "1"} if is_drawn else {})}
    if title in WITH_ODOO:
        environment[cache.VARIABLE] = str(store.root)
        environment["PYTHONPATH"] = os.pathsep.join(map(str, [odoo_source.find(store).root, *paths.MOVED]))
    with console.step(f"Tests of {title}", log):
        code = console.run_logged(command, log, env=environment, cwd=paths.ROOT)
        results.add_junit(report, code, log)


def main(arguments):
    """Run the tests that are asked for and print the closing line."""
    parser = argparse.ArgumentParser(prog="scripts/test", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"an addon, a file, or {', '.join(LAYERS)}")
    parser.add_argument("--no-cache", action="store_true", help="get and prepare everything anew")
    parser.add_argument("--at", metavar="HOUR", help='at another hour: "2027-01-31 19:30 America/Mexico_City"')
    parser.add_argument("--lanes", type=int, default=console.count_lanes(), help="how many things to do at once")
    parser.add_argument("--only-odoo", action="store_true", help="of the addons, only what needs Odoo")
    parser.add_argument("--report", type=Path, help="also write the results into this file, as JSON")
    options = parser.parse_args(arguments)
    known = odoo_cli.manifests()
    selection = Selection(options.names, known, is_only_odoo=options.only_odoo)
    results = Results()
    store = cache.Cache(bare=options.no_cache)
    python = python_env.prepare(store, with_tests=True)
    if selection.hours or options.at:
        hours.want()
    if selection.needs_odoo(known):
        prepared.get(store)  # once, before several begin to look for it
    if options.at and not paths.AT:
        hours.begin_again(options.at)
    with contextlib.ExitStack() as stack:
        tasks = plain_tasks(selection, python, store, results)
        if selection.odoo_tasks(known):
            odoo = stack.enter_context(prepared.odoo_for_tests(store))
            tasks += odoo_tasks(selection, odoo, store, known, results)
        tasks += hour_tasks(selection, known, options.lanes, results)
        console.run_lanes([task for _minutes, task in sorted(tasks, key=lambda pair: -pair[0])], options.lanes)
    return results.close(options.report)


def plain_tasks(selection, python, store, results):
    """What is to be done that needs no Odoo, or an Odoo of its own: pairs of the usual minutes and a callable."""
    tasks = []
    if "lint" in selection.layers:
        tasks.append((QUICK, partial(run_lint, python, store, results)))
    is_drawn = "drills" in selection.layers
    tasks += [
        (minutes, partial(run_pytest, python, store, title, found, results, is_drawn))
        for title, minutes, found in selection.pytest_runs()
    ]
    return tasks


def odoo_tasks(selection, odoo, store, known, results):
    """What is to be done with ``odoo``: pairs of the usual minutes and a callable."""
    return [
        (MINUTES.get(addon, 1), partial(odoo_addon_tests.run, odoo, store, known, addon, tags, results))
        for addon, tags in selection.odoo_tasks(known)
    ]


def hour_tasks(selection, known, count, results):
    """The tests of the addons at the hours that are chosen: pairs of the usual minutes and a callable.

    An hour is done in parts, in processes of one lane each, so that what else there is to do fills the lanes.
    """
    if not selection.hours:
        return []
    return [
        (minutes, partial(_run_part, selection.hours, number, addons, results))
        for number, (minutes, addons) in enumerate(parts(known, 2 * count))
    ]


def _run_part(chosen, number, addons, results):
    for at in chosen:
        hours.run(at, number, addons, results)


def parts(addons, count):
    """Share the addons among ``count`` parts that take about as long: pairs of the minutes and a part's addons."""
    found = [[0, []] for _ in range(count)]
    for addon in sorted(addons, key=lambda addon: (-MINUTES.get(addon, 1), addon)):
        part = min(found, key=lambda part: part[0])
        part[0] += MINUTES.get(addon, 1)
        part[1].append(addon)
    return [(minutes, part) for minutes, part in found if part]


def run_lint(python, store, results):
    """Check the style of everything."""
    source = odoo_source.find(store)
    with console.step("Lint"):
        lint.check(python, source, results)
