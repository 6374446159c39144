"""``scripts/core-tests``: Odoo's own tests without and with the suite; only what the suite breaks counts."""

import argparse
import json
from collections import Counter

from vigor import cache, console, odoo_addon_tests, odoo_cli, paths, prepared, system
from vigor.database import Databases

ADDONS = ("account", "payment", "portal", "account_payment")
# The company stays as Odoo leaves it: its tests make companies of their own with the charts that they need. They read
# texts in English, which a database that begins in Spanish does not even have.
IN_ENGLISH = """
env["res.lang"]._activate_lang("en_US")
env["ir.default"].set("res.partner", "lang", "en_US")
env["res.partner"].with_context(active_test=False).search([]).lang = "en_US"
env.cr.commit()
"""
# How long the passwords of Odoo's own tests are
EIGHT_SIGNS = "UPDATE ir_config_parameter SET value = '8' WHERE key = 'auth_password_policy.minlength'"


def main(arguments):
    """Run the tests of Odoo's addons twice and tell the differences; 0 when the suite breaks nothing."""
    parser = argparse.ArgumentParser(prog="scripts/core-tests", description=__doc__)
    what = f"addons of Odoo, or a part of one as ADDON:CLASS.TEST; {', '.join(ADDONS)} when none"
    parser.add_argument("addons", nargs="*", default=ADDONS, help=what)
    addons = parser.parse_args(arguments).addons
    store = cache.Cache()
    with prepared.odoo_for_tests(store) as odoo:
        return Comparison(odoo, store, addons).run()


class Comparison:
    """The same tests of Odoo on the same database, without the suite and with it."""

    def __init__(self, odoo, store, addons):
        self.odoo, self.store, self.addons = odoo, store, addons
        self.databases = Databases(odoo)
        self.suite = odoo_cli.manifests()

    def run(self):
        """Return 0 when what passes without the suite passes with it."""
        needed = odoo_cli.foreign_dependencies(self.suite, self.suite)
        modules = sorted({*needed, *(addon.partition(":")[0] for addon in self.addons)})
        template = odoo_addon_tests.template(self.odoo, self.databases, self.store, modules, preparation=IN_ENGLISH)
        without = self._outcomes("without", template, [])
        with_suite = self._outcomes("with", template, sorted(self.suite))
        return tell(without, with_suite)

    def _outcomes(self, title, template, addons):
        """Return {test: (outcome, detail)} of a run on a copy of ``template`` with ``addons`` besides."""
        database = f"core_{title}_{paths.CLONE_ID}"
        log = paths.log_file(f"core-tests-{title}")
        self.databases.copy(template, database)
        try:
            if addons:
                with console.step(f"Installing {', '.join(addons)}", log):
                    self.odoo.install(database, addons, log, "The suite could not be installed.")
                self.odoo.server.query(EIGHT_SIGNS, database)
            return self._test(title, database, log, bool(addons))
        finally:
            self.databases.drop(database)

    def _test(self, title, database, log, has_suite):
        report = log.with_suffix(".jsonl")
        report.unlink(missing_ok=True)
        own = () if has_suite else ("--addons-path=" + ",".join(map(str, self.odoo.source.addons_path)),)
        command = self.odoo.command(
            *("server", "-d", database, "--stop-after-init", "--max-cron-threads=0", *own),
            *("--test-tags", ",".join(f"/{addon}" for addon in self.addons)),
            f"--http-port={system.free_port(odoo_addon_tests.FIRST_PORT)}",
            program=odoo_addon_tests.RUNNER,
        )
        environment = {**self.odoo.environment, "VIGOR_TEST_REPORT": str(report), "VIGOR_TEST_INSTALLED": "1"}
        with console.step(f"Odoo's tests of {', '.join(self.addons)} {title} the suite", log):
            console.run_logged(command, log, env=environment)
        outcomes = read(report)
        if not outcomes:
            raise console.Problem("Odoo ran no test.", console.tail(log))
        return outcomes


def read(report):
    """Return {test: (outcome, detail)} of what ``odoo_testing`` wrote; errors outside tests count as tests."""
    lines = [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
    outcomes = {}
    for line in lines:
        if "log" in line:
            outcomes[f"logged outside tests by {line['log'].split(':')[0]}"] = ("failed", line["log"])
        else:
            outcomes[line["test"].removeprefix("odoo.addons.")] = (line["outcome"], line["detail"])
    return outcomes


def differences(without, with_suite):
    """Return what is worse with the suite, as {test: (outcome without, outcome with)}.

    A test that passes without has to pass with; one that is skipped may be skipped. One that is new may not fail.
    """
    rank = {"passed": 2, "skipped": 1, "failed": 0}
    worse = {}
    for test in without.keys() | with_suite.keys():
        before, after = (outcomes.get(test, ("not run", ""))[0] for outcomes in (without, with_suite))
        if rank.get(after, 0) < rank.get(before, 1):
            worse[test] = (before, after)
    return worse


def tell(without, with_suite):
    """Print counts, what fails in both and what differs; return the exit code."""
    for title, outcomes in (("without", without), ("with", with_suite)):
        counts = Counter(outcome for outcome, _detail in outcomes.values())
        console.say(f"{title:<8}" + ", ".join(f"{counts[name]} {name}" for name in ("passed", "failed", "skipped")))
    worse = differences(without, with_suite)
    for test in sorted(test for test, (outcome, _detail) in with_suite.items() if outcome == "failed"):
        if test not in worse:
            console.say(f"  fails in both: {test}")
    for test, (before, after) in sorted(worse.items()):
        console.say(f"\n  WORSE WITH THE SUITE: {test} ({before}, now {after})")
        console.say("    " + with_suite.get(test, ("", ""))[1].rstrip().replace("\n", "\n    "))
    console.say(f"Worse with the suite: {len(worse)}")
    return 1 if worse else 0
