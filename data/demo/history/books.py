"""Bookkeeping of many payments in one go; the entries are the same as one by one."""

import contextlib
from unittest.mock import patch

from odoo.addons.account.models.account_move_line import AccountMoveLine


@contextlib.contextmanager
def matched_together(env):
    """Match the payments entered meanwhile with their invoices at the end, all at once.

    Nobody who pays twice may be among them: what they paid first would look like credit for the second.
    """
    plans = []
    with patch.object(AccountMoveLine, "reconcile", lambda lines: plans.append(lines)):
        yield
    if plans := [lines for lines in plans if lines]:
        env["account.move.line"]._reconcile_plan(plans)
