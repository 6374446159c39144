"""At which hours the tests run, and how a command is moved there."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from vigor import hours, testing
from vigor.console import Problem

KNOWN = {"gym_a": {"depends": ["mail"]}, "gym_b": {"depends": ["gym_a"]}}


def test_hours_are_those_at_which_software_fails():
    moments = [hours.parse(text) for text in hours.HOSTILE]
    assert {moment.strftime("%H:%M") for moment in moments} == {"19:30", "00:10"}
    days = {moment.date() for moment in moments}
    assert {date(2027, 1, 31), date(2028, 2, 29), date(2027, 12, 31)} < days
    border = [moment.astimezone(hours.ZoneInfo("America/Ciudad_Juarez")) for moment in moments]
    assert any((here + timedelta(days=7)).dst() != (here - timedelta(days=7)).dst() for here in border)


def test_every_hour_has_its_turn_in_a_week_or_so():
    first = date(2027, 1, 1)
    assert {hours.of_the_day(first + timedelta(days=n)) for n in range(len(hours.HOSTILE))} == set(hours.HOSTILE)


def test_without_a_name_the_addons_are_tested_at_one_hostile_hour_and_once():
    usual = testing.Selection([], KNOWN, is_moved=False)
    assert (len(usual.hours), usual.odoo_tasks(KNOWN)) == (1, [])
    moved = testing.Selection([], KNOWN, is_moved=True)
    assert (len(moved.hours), len(moved.odoo_tasks(KNOWN))) == (0, 2)
    assert testing.Selection(["drills"], KNOWN).hours == hours.HOSTILE
    assert testing.Selection(["gym_a"], KNOWN).hours == ()


@pytest.mark.parametrize("text", ["", "tomorrow", "2027-02-30 10:00", "2027-01-31 25:00", "2027-01-31 10:00 Mars/Base"])
def test_what_is_no_hour_is_told(text):
    with pytest.raises(Problem, match="no date, hour and time zone"):
        hours.parse(text)


def test_a_moved_program_believes_the_hour():
    hours.want()
    code = "import datetime, os; print(datetime.datetime.now(datetime.UTC).isoformat(), os.environ['VIGOR_AT'])"
    at = hours.HOSTILE[0]
    done = subprocess.run([sys.executable, "-c", code], env=hours.environment(at), capture_output=True, text=True)
    told, _, kept = done.stdout.strip().partition(" ")
    assert kept == at
    assert abs(datetime.fromisoformat(told) - hours.parse(at)) < timedelta(minutes=1)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(told)) > timedelta(days=1), os.environ.get("VIGOR_AT")


def test_an_hour_is_done_in_parts_that_take_about_as_long_and_leave_no_addon_out():
    addons = [*testing.MINUTES, *"abcdefgh"]
    found = testing.parts(addons, 4)
    assert sorted(addon for _minutes, part in found for addon in part) == sorted(addons)
    minutes = [minutes for minutes, _part in found]
    assert max(minutes) - min(minutes) <= 1
    assert testing.parts(["gym_a"], 4) == [(1, ["gym_a"])]


def test_a_part_of_an_hour_leaves_the_plain_python_to_its_own_layer():
    selection = testing.Selection(["gym_a"], KNOWN, is_only_odoo=True)
    assert (selection.pytest_runs(), selection.odoo_tasks(KNOWN)) == ([], [("gym_a", "/gym_a")])
