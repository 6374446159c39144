"""The clock of the demo: Python's and the database transaction's, moved together."""

import contextlib
from datetime import datetime, time
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.sql_db import BaseCursor

NOON = time(18)  # in UTC: the same civil day at every branch


@contextlib.contextmanager
def moved(day):
    """Let it be noon of ``day``; yields a function that moves on to another day, or to an instant in naive UTC."""
    with freeze_time(_instant(day)) as frozen, patch.object(BaseCursor, "now", lambda cursor: fields.Datetime.now()):
        yield lambda later: frozen.move_to(_instant(later))


def _instant(day):
    return day if isinstance(day, datetime) else datetime.combine(day, NOON)
