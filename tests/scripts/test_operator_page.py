"""The commands of docs/operator.md are such as the drill finds; ``scripts/test production`` does them."""

import ast
import re
import subprocess

import operator_page
import pytest
from vigor import paths

DRILL = paths.ROOT / "tests" / "drills" / "production"


def test_the_drill_does_every_block():
    told = "".join(file.read_text() for file in DRILL.glob("*.py"))
    assert {name for name in operator_page.blocks() if f'"{name}"' not in told} == set()


@pytest.mark.parametrize("name", operator_page.blocks())
def test_a_block_is_bash(name):
    assert not subprocess.run(["bash", "-n"], input=operator_page.blocks()[name], text=True).returncode


def test_no_command_of_the_page_is_left_out_of_the_blocks():
    """From the installation to the symptoms nothing is indented code, which nobody would do."""
    text = operator_page.FILE.read_text().split("## Installing for a gym")[1].split("## When something is wrong")[0]
    lines = operator_page.BLOCK.sub("", text).splitlines()
    assert [line for line in lines if re.match(r" {4,}\S", line)] == []


def test_an_upgrade_updates_every_addon():
    """Odoo updates what is named and what depends on it; an addon below those named would keep its former tables."""
    files = paths.ADDONS.glob("*/__manifest__.py")
    needs = {file.parent.name: set(ast.literal_eval(file.read_text())["depends"]) for file in files}
    del needs["vigor_test"]  # of tests alone
    updated = set(re.search(r"-u (\S+)", operator_page.blocks()["upgrade-database"])[1].split(","))
    for _level in needs:
        updated |= {addon for addon, those in needs.items() if those & updated}
    assert set(needs) - updated == set()
