"""The commands of ``docs/operator.md``: its fenced blocks ``sh NAME``."""

import re
import textwrap

from vigor import paths

FILE = paths.ROOT / "docs" / "operator.md"
BLOCK = re.compile(r"^(?P<indent> *)```sh (?P<name>\S+)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)


def blocks():
    """Lines of bash by the name of their block, in the order of the page."""
    found = [(block["name"], textwrap.dedent(block["text"])) for block in BLOCK.finditer(FILE.read_text())]
    named = dict(found)
    assert len(named) == len(found), "two blocks of the page have one name"
    return named
