import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..heat import STEPS, percent, step

STYLES = Path(__file__).resolve().parents[2] / "static" / "src" / "cohorts" / "cohorts.scss"
COLOR = re.compile(r"o_gym_heat_(\d) \{\s*background: (#\w{6});\s*color: (#\w{6});")


@given(st.integers(0, 100), st.integers(0, 100))
def test_more_is_never_colder(one, other):
    assert 0 <= step(min(one, other)) <= step(max(one, other)) < STEPS


def test_only_everybody_is_the_last_class():
    assert [step(share) for share in (0, 19, 20, 99, 100)] == [0, 0, 1, 4, 5]


def test_of_nobody_there_is_no_share():
    assert percent(3, 0) is None
    assert percent(2, 3) == 67


def luminance(color):
    """Of WCAG 2.1, relative to white."""
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("number", range(STEPS))
def test_figures_stand_out_from_every_color(number):
    back, front = {int(found[0]): found[1:] for found in COLOR.findall(STYLES.read_text())}[number]
    dark, light = sorted((luminance(back), luminance(front)))
    assert (light + 0.05) / (dark + 0.05) >= 4.5
