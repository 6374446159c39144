from datetime import timedelta

from odoo.tools import format_date


def format_days(env, start, end):
    """Return the days from ``start`` to ``end`` (exclusive) as the user writes them, from the first to the last."""
    return f"{format_date(env, start)} – {format_date(env, end - timedelta(days=1) if end else end)}"
