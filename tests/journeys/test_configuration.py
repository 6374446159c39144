"""The production settings are ones that this Odoo and this PostgreSQL know."""

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

CONFIG = Path(__file__).parents[2] / "config"
KNOWN_OPTIONS = """
from odoo.tools import config
print(*(option.dest for group in config.parser.option_groups for option in group.option_list), *config.options)
"""


def test_postgresql_knows_every_setting(gym):
    lines = (CONFIG / "postgresql.conf").read_text().splitlines()
    settings = {found[1] for line in lines if (found := re.match(r"(\w+) *=", line))}
    known = {name for (name,) in gym.query("SELECT name FROM pg_settings")}
    assert settings
    assert settings <= known


@pytest.mark.parametrize("name", ["odoo.conf", "docker.conf"])
def test_odoo_knows_every_option(gym, name):
    parser = ConfigParser(interpolation=None)
    parser.read(CONFIG / name)
    printed = subprocess.check_output([sys.executable, "-c", KNOWN_OPTIONS], text=True)
    assert set(parser["options"]) <= set(printed.split())
