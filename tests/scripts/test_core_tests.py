"""What counts as broken when Odoo's own tests run without and with the suite."""

import json

from vigor import core_tests


def outcomes(**tests):
    return {name: (outcome, "") for name, outcome in tests.items()}


def test_only_what_is_worse_with_the_suite_counts():
    without = outcomes(same="passed", bad="failed", left_out="skipped", broken="passed", gone="passed", lost="passed")
    with_suite = outcomes(
        same="passed", bad="failed", left_out="skipped", broken="failed", lost="skipped", new="failed"
    )
    with_suite |= outcomes(found="passed")
    assert core_tests.differences(without, with_suite) == {
        "broken": ("passed", "failed"),
        "gone": ("passed", "not run"),
        "lost": ("passed", "skipped"),
        "new": ("not run", "failed"),
    }


def test_what_failed_without_may_pass_or_vanish():
    assert core_tests.differences(outcomes(a="failed", b="failed"), outcomes(a="passed")) == {}


def test_errors_outside_tests_are_compared_by_who_logged_them(tmp_path):
    report = tmp_path / "report.jsonl"
    lines = [
        {"test": "odoo.addons.account.tests.test_x.TestX.test_a", "outcome": "passed", "detail": ""},
        {"log": "ERROR odoo.sql_db: bad query: INSERT 2026-11-21\nmore"},
    ]
    report.write_text("\n".join(map(json.dumps, lines)))
    assert {name: outcome for name, (outcome, _detail) in core_tests.read(report).items()} == {
        "account.tests.test_x.TestX.test_a": "passed",
        "logged outside tests by ERROR odoo.sql_db": "failed",
    }
    assert core_tests.read(tmp_path / "nothing") == {}


def test_the_exit_code_says_whether_the_suite_breaks_anything(capsys):
    assert core_tests.tell(outcomes(a="passed"), outcomes(a="passed")) == 0
    assert core_tests.tell(outcomes(a="passed"), outcomes(a="failed")) == 1
    assert "WORSE WITH THE SUITE: a (passed, now failed)" in capsys.readouterr().out
