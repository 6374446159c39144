"""The rule that nothing asks the machine what day it is."""

import pytest
from vigor import lint, paths


@pytest.mark.parametrize(
    "line",
    [
        "day = fields.Date.today()",
        "day = date.today()",
        "day = datetime.date.today()",
        "day = datetime.today()",
        "day = fields.Datetime.today()",
        "day = fields.Date(default=fields.Date.today)",
        "day = fields.Date(default=fields.Date.context_today)",
        "day = fields.Date.context_today(self)",
        "day = datetime.now().date()",
        "day = datetime.datetime.now()",
        "day = datetime.utcnow()",
        "day = fields.Datetime.now().date()",
        "day = self.env.cr.now().date()",
    ],
)
def test_another_clock_is_refused(line):
    [complaint] = lint.clock_complaints("addons/gym_x/models/x.py", f"\n{line}\n")
    assert complaint.startswith("addons/gym_x/models/x.py:2: ")


@pytest.mark.parametrize(
    "line",
    [
        "day = self.env.company._today()",
        "day = member.location_id._today()",
        "now = fields.Datetime.now()",
        "now = datetime.now(UTC)",
        "now = datetime.now(tz=zone)",
        "day = location._to_local(fields.Datetime.now()).date()",
        "text = 'date.today()'",
    ],
)
def test_the_one_clock_is_fine(line):
    assert not lint.clock_complaints("addons/gym_x/models/x.py", line)


def test_an_exception_is_named():
    assert not lint.clock_complaints(next(iter(lint.CLOCK_EXCEPTIONS)), "day = date.today()")


def test_exceptions_exist():
    assert [name for name in lint.CLOCK_EXCEPTIONS if not (paths.ROOT / name).is_file()] == []
