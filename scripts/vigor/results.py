"""Counting tests, whatever ran them, and the closing line."""

import json
import threading
import xml.etree.ElementTree as ElementTree

from vigor import console

SHOWN_DETAIL_LINES = 60


class Results:
    """What passed, failed and was skipped so far."""

    def __init__(self):
        self.passed = 0
        self.skipped = []
        self.failures = []
        self._told = []
        self._counting = threading.RLock()

    def add(self, name, outcome, detail=""):
        """Count one test, from any thread; a failure is shown at once."""
        with self._counting:
            self._add(name, outcome, detail)

    def _add(self, name, outcome, detail):
        self._told.append((name, outcome, detail if outcome != "passed" else ""))
        if outcome == "passed":
            self.passed += 1
        elif outcome == "skipped":
            self.skipped.append((name, detail))
        else:
            self.failures.append(name)
            lines = detail.rstrip().splitlines()
            cut = len(lines) > SHOWN_DETAIL_LINES
            shown = lines[:10] + ["..."] + lines[10 - SHOWN_DETAIL_LINES :] if cut else lines
            console.say("\n    ".join([f"\n  FAILED {name}", *shown]) + "\n")

    def add_odoo_report(self, path, exit_code, log):
        """Count what ``odoo_testing`` wrote; a crash of the process is a failure of its own.

        :return: how many tests there were
        """
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        tests = [line for line in lines if "test" in line]
        for test in tests:
            self.add(test["test"].removeprefix("odoo.addons."), test["outcome"], test["detail"])
        logged = [line["log"] for line in lines if "log" in line]
        for number, line in enumerate(logged, 1):
            self.add(f"{path.stem}: error {number} logged outside tests", "failed", line)
        if exit_code and not logged and all(test["outcome"] != "failed" for test in tests):
            self.add(f"{path.stem}: Odoo ended with code {exit_code}", "failed", console.tail(log))
        return len(tests)

    def add_junit(self, path, exit_code, log):
        """Count a pytest run from its report. Exit code 5 means that it found no test.

        :return: how many tests there were
        """
        cases = list(ElementTree.parse(path).iter("testcase")) if path.exists() else []
        is_explained = False
        for case in cases:
            name = f"{case.get('classname')}.{case.get('name')}"
            bad = [element for element in case if element.tag in ("failure", "error")]
            skip = case.find("skipped")
            is_explained |= bool(bad)
            if bad:
                self.add(name, "failed", "\n".join(element.text or "" for element in bad))
            elif skip is not None:
                self.add(name, "skipped", skip.get("message", ""))
            else:
                self.add(name, "passed")
        if exit_code not in (0, 5) and not is_explained:
            self.add(f"{path.stem}: pytest ended with code {exit_code}", "failed", console.tail(log))
        return len(cases)

    def add_report(self, path, prefix, exit_code, log):
        """Count what another process wrote by :meth:`close`; a crash of it is a failure of its own."""
        told = json.loads(path.read_text()) if path.exists() else []
        for name, outcome, detail in told:
            self.add(prefix + name if outcome != "passed" else name, outcome, detail)
        if exit_code and all(outcome != "failed" for _name, outcome, _detail in told):
            self.add(f"{prefix}ended with code {exit_code}", "failed", console.tail(log))

    def close(self, report=None):
        """Print the closing line.

        :param Path report: file for :meth:`add_report` of another process
        :return: the exit code: 0 only when something ran and nothing failed
        """
        if report:
            report.write_text(json.dumps(self._told))
        for name, reason in self.skipped:
            console.say(f"  skipped {name}: {reason.strip()}")
        for name in self.failures:
            console.say(f"  failed  {name}")
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        if not self.passed and not self.failures:
            console.say("Nothing ran.")
        console.say(f"{self.passed} passed, {len(self.failures)} failed{skipped}")
        return 0 if self.passed and not self.failures else 1
