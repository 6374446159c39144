"""Runs Odoo's own test runner and writes down the result of each test.

Started by the project's Python with Odoo on its path: ``odoo_testing.py server -c ...``. The file named by
VIGOR_TEST_REPORT gets one JSON object per line: a test with its outcome, or an error that was logged outside tests.
With VIGOR_TEST_INSTALLED, tests that Odoo would run while it installs their addon run too, on the finished database.
With VIGOR_TEST_BROWSER, asset bundles are made beforehand for tests of that tag alone.
"""

import json
import logging
import os
import sys
from pathlib import Path

sys.path.pop(0)

import odoo.cli  # noqa: E402
import odoo.tests.common  # noqa: E402
import odoo.tests.loader  # noqa: E402
from odoo.tests.result import OdooTestResult  # noqa: E402
from odoo.tests.suite import OdooSuite  # noqa: E402

if os.environ.get("VIGOR_AT"):
    # Python between fork and exec can wait for ever for a lock of faketime; moved/bin/chromium lifts the limit instead
    odoo.tests.common._preexec = None
# The runner's own closing lines repeat what was reported test by test.
CLOSING_LOGGERS = ("odoo.tests.result", "odoo.tests.stats", "odoo.tests.runner")
CLOSING_WORDS = ("error(s) of", "At least one test failed")


class Report:
    """The state of each test of the process; a test that ran twice counts once, with its worse outcome."""

    def __init__(self, path):
        self.file = path.open("a", buffering=1)  # noqa: SIM115 - lives as long as the process
        self.running = None
        self.outcome = {}
        self.details = {}

    def write(self, **line):
        self.file.write(json.dumps(line) + "\n")

    def started(self, test):
        self.running = test.id()
        self.outcome.setdefault(self.running, "passed")

    def ended(self, test):
        name, self.running = test.id(), None
        self.write(test=name, outcome=self.outcome[name], detail="\n".join(self.details.pop(name, [])))

    def failed(self, test, text):
        name = getattr(test, "test_case", test).id()
        self.outcome[name] = "failed"
        self.details.setdefault(name, []).append(f"{test.id()}\n{text}")
        if self.running is None:
            # the class could not be set up or torn down, so none of its tests has a start or an end
            self.ended(test)

    def skipped(self, test, reason):
        name = getattr(test, "test_case", test).id()
        if self.outcome.get(name) != "failed":
            self.outcome[name] = "skipped"
        self.details.setdefault(name, []).append(reason)
        if self.running is None:
            self.ended(test)


class LoggedErrors(logging.Handler):
    """Errors that are logged while no test runs: a broken view, a failed installation, a crash at the end."""

    def __init__(self, report):
        super().__init__(logging.ERROR)
        self.report = report

    def emit(self, record):
        text = self.format(record)
        closing = record.name in CLOSING_LOGGERS or any(words in text for words in CLOSING_WORDS)
        if self.report.running is None and not closing and not getattr(record, "test_outcome", False):
            self.report.write(log=f"{record.levelname} {record.name}: {text}")


def listen(report):
    """Hook the report into Odoo's test results."""

    def hook(name, tell):
        original = getattr(OdooTestResult, name)

        def hooked(self, test, *arguments):
            if not self._soft_fail:
                tell(self, test, *arguments)
            return original(self, test, *arguments)

        setattr(OdooTestResult, name, hooked)

    def stop(result, test):
        report.ended(test)

    hook("startTest", lambda result, test: report.started(test))
    hook("stopTest", stop)
    hook("addFailure", lambda result, test, err: report.failed(test, result._exc_info_to_string(err, test)))
    hook("addError", lambda result, test, err: report.failed(test, result._exc_info_to_string(err, test)))
    hook("addSkip", lambda result, test, reason: report.skipped(test, reason))
    log = OdooTestResult.log

    def log_as_outcome(self, level, msg, *arguments, extra=None, **options):
        return log(self, level, msg, *arguments, extra={**(extra or {}), "test_outcome": True}, **options)

    OdooTestResult.log = log_as_outcome
    logging.getLogger().addHandler(LoggedErrors(report))


def test_what_is_installed():
    """Let tests of the time of installation run when all is loaded.

    Odoo would run them while their addon loads, which the columns of addons that are not loaded yet make fail.
    """
    make_suite = odoo.tests.loader.make_suite

    def make_whole_suite(module_names, position="at_install"):
        if position == "at_install":
            return make_suite([], position)
        suite = make_suite(module_names, position)
        suite.addTests(make_suite(module_names, "at_install"))
        return suite

    odoo.tests.loader.make_suite = make_whole_suite


def make_bundles_for(tag):
    """Let Odoo compile all bundles of scripts and styles only when a browser will ask for them.

    A page that a test reads links to bundles; unless something loads them, nothing has to be in them.
    """
    OdooSuite.has_http_case = lambda suite: any(tag in test.test_tags for test in suite)


if __name__ == "__main__":
    if os.environ.pop("VIGOR_TEST_INSTALLED", None):
        test_what_is_installed()
    if browser_tag := os.environ.pop("VIGOR_TEST_BROWSER", None):
        make_bundles_for(browser_tag)
    listen(Report(Path(os.environ.pop("VIGOR_TEST_REPORT"))))
    odoo.cli.main()
