"""One clock: the lint rule that no code asks the machine, or Odoo's user, what day it is.

A civil date comes from ``gym.location._today()``, else ``res.company._today()`` (``addons/vigor_clock``); an instant is
UTC, from ``fields.Datetime.now()``.
"""

import ast

# Files that may, and why
EXCEPTIONS = {
    "addons/gym_revenue/models/account_move.py": "decides as Odoo's own _post does",
    "addons/vigor_test/menus.py": "evaluates Odoo's own context_today of actions",
    "addons/vigor_clock/tests/test_res_company.py": "tests Odoo's own day",
}
DAYS = {"date", "Date", "datetime", "Datetime"}
REMEDY = "take the day of the branch or company: record._today(); instants: fields.Datetime.now()"


def complaints(path, text):
    """Return the lines of a Python file that read another clock, each as ``path:line: what``.

    :param str path: below the project's root
    """
    if path in EXCEPTIONS:
        return []
    found = [(node.lineno, what) for node in ast.walk(ast.parse(text)) if (what := _reads_clock(node))]
    return [f"{path}:{line}: {what}; {REMEDY}" for line, what in sorted(found)]


def _reads_clock(node):
    if isinstance(node, ast.Attribute):
        if node.attr in ("context_today", "utcnow"):
            return node.attr
        if node.attr == "today" and _last_name(node.value) in DAYS:
            return f"{_last_name(node.value)}.today"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if node.func.attr == "now" and _last_name(owner) == "datetime" and not node.args and not node.keywords:
            return "datetime.now() without a zone"
        if node.func.attr == "date" and not node.args and _is_utc_now(owner):
            return "the day of UTC"
    return None


def _last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None


def _is_utc_now(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "now"
        and _last_name(node.func.value) in ("Datetime", "cr")
    )
