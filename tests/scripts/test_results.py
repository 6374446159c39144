"""The closing line is the truth: each test once, every kind of failure, and nothing is not success."""

import json

import pytest
from vigor.results import Results

JUNIT = """<testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure>because</failure></testcase>
<testcase classname="a" name="broken"><error>at setup</error></testcase>
<testcase classname="a" name="skipped"><skipped message="no browser"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "test.log"
    file.write_text("the last line\n")
    return file


def close(results, capsys):
    code = results.close()
    return code, capsys.readouterr().out.splitlines()[-1]


def test_pytest_outcomes_are_counted(tmp_path, log, capsys):
    report = tmp_path / "report.xml"
    report.write_text(JUNIT)
    results = Results()
    assert results.add_junit(report, 1, log) == 4
    assert close(results, capsys) == (1, "1 passed, 2 failed, 1 skipped")


def test_nothing_ran_is_a_failure(tmp_path, log, capsys):
    results = Results()
    results.add_junit(tmp_path / "missing.xml", 5, log)
    assert close(results, capsys) == (1, "0 passed, 0 failed")


def test_only_skipped_is_a_failure(capsys):
    results = Results()
    results.add("one", "skipped", "no browser")
    assert close(results, capsys) == (1, "0 passed, 0 failed, 1 skipped")


def test_a_crash_of_pytest_is_a_failure(tmp_path, log, capsys):
    results = Results()
    results.add("earlier", "passed")
    results.add_junit(tmp_path / "missing.xml", 4, log)
    assert close(results, capsys) == (1, "1 passed, 1 failed")


def report_of(tmp_path, *lines):
    report = tmp_path / "test-gym.jsonl"
    report.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return report


PASSED = {"test": "odoo.addons.gym.tests.test_a.T.test_one", "outcome": "passed", "detail": ""}


def test_odoo_outcomes_are_counted(tmp_path, log, capsys):
    failed = {**PASSED, "test": "odoo.addons.gym.tests.test_a.T.test_two", "outcome": "failed", "detail": "why"}
    results = Results()
    assert results.add_odoo_report(report_of(tmp_path, PASSED, failed), 1, log) == 2
    assert results.failures == ["gym.tests.test_a.T.test_two"]
    assert close(results, capsys) == (1, "1 passed, 1 failed")


def test_an_error_logged_outside_tests_is_a_failure(tmp_path, log, capsys):
    results = Results()
    results.add_odoo_report(report_of(tmp_path, PASSED, {"log": "ERROR odoo.x: broken view"}), 0, log)
    assert close(results, capsys) == (1, "1 passed, 1 failed")


def test_a_crash_of_odoo_after_its_tests_is_a_failure(tmp_path, log, capsys):
    results = Results()
    results.add_odoo_report(report_of(tmp_path, PASSED), 255, log)
    assert close(results, capsys) == (1, "1 passed, 1 failed")


def test_green_is_exit_code_zero(tmp_path, log, capsys):
    results = Results()
    results.add_odoo_report(report_of(tmp_path, PASSED), 0, log)
    assert close(results, capsys) == (0, "1 passed, 0 failed")
