"""Money is ``Decimal``: the lint rule that nothing reckons with an amount as a float.

In ``domain/`` there is no float at all. Elsewhere what a field gives, a float, becomes a ``Decimal`` before anything is
added, compared or rounded: by ``to_decimal`` or ``add_up`` of ``addons/gym_subscriptions/models/money.py``.
"""

import ast

# Addons that reckon with what is owed and paid
ADDONS = (
    "gym_account_reconcile",
    "gym_collection",
    "gym_conekta",
    "gym_join",
    "gym_pos",
    "gym_referrals",
    "gym_revenue",
    "gym_subscriptions",
    "gym_subscriptions_cfdi",
    "vigor_invoice_batch",
)
# Plain Python in them, and elsewhere, of which money is the subject; the rest of it reckons with chances
DOMAINS = (
    "gym_cfdi/domain",
    "gym_collection/domain",
    "gym_join/domain",
    "gym_pos/domain",
    "gym_referrals/domain/ledger.py",
    "gym_referrals/domain/rewards.py",
    "gym_revenue/domain",
    "gym_subscriptions/domain",
    "payment_conekta/domain",
    "vigor_invoice_batch/domain",
)
# Files in which a float is right, and why
EXCEPTIONS = {
    "addons/gym_cfdi/domain/pace.py": "reckons with seconds",
    "addons/gym_cfdi/domain/printed.py": "measures a page",
    "addons/gym_subscriptions/models/money.py": "is the edge",
    "addons/vigor_invoice_batch/models/account_move_batch.py": "gives invoices to Odoo's create, for any addon",
    "addons/payment_conekta/domain/money.py": "turns what Odoo's payment has into the provider's cents",
}
# Amounts of Odoo's own models; those of the addons are found in them
ODOO_FIELDS = frozenset(
    {
        *("amount_currency", "amount_residual", "amount_residual_signed", "amount_tax", "amount_tax_signed", "balance"),
        *(
            "amount_total",
            "amount_total_signed",
            "amount_untaxed",
            "amount_untaxed_signed",
            "balance",
            "credit",
            "debit",
        ),
        *("list_price", "price_subtotal", "price_total", "price_unit"),
    }
)
SUMS = ("sum", "min", "max", "abs")


def find_fields(text):
    """Return the names of the Monetary fields that a Python file declares."""
    return {
        target.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign) and _get_function(node.value) == "Monetary"
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def complaints(path, text, fields=ODOO_FIELDS):
    """Return the lines of a Python file that reckon with money as a float, each as ``path:line: what``.

    :param str path: below the project's root
    :param fields: names of Monetary fields
    """
    _addons, _, inside = path.partition("addons/")
    if path in EXCEPTIONS or "/tests/" in path or "/migrations/" in path:
        return []
    if inside.startswith(DOMAINS):
        found = _find(text, _is_float)
    elif inside.startswith(tuple(f"{addon}/" for addon in ADDONS)) and "/domain/" not in inside:
        found = _find(text, lambda node: _reckons(node, fields))
    else:
        return []
    return [f"{path}:{line}: {what}; money is Decimal: to_decimal, add_up" for line, what in found]


def _find(text, judge):
    return sorted({(node.lineno, what) for node in ast.walk(ast.parse(text)) if (what := judge(node))})


def _is_float(node):
    if isinstance(node, ast.Name) and node.id == "float":
        return "float"
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return f"the float {node.value}"
    return "round()" if _get_function(node) == "round" and isinstance(node.func, ast.Name) else None


def _reckons(node, fields):
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in ("float", "round"):
            return f"{node.func.id}()"
        if _get_function(node) == "round" and _last_name(node.func.value) in ("currency", "currency_id"):
            return "currency.round()"
        if _get_function(node) in SUMS and isinstance(node.func, ast.Name) and len(node.args) != 1:
            return f"{node.func.id}() of a field" if any(_is_money(one, fields) for one in node.args) else None
        if _get_function(node) == "sum" and any(_is_money(one, fields) for one in node.args):
            return "sum() of a field"
    if isinstance(node, ast.BinOp | ast.AugAssign):
        parts = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
        return "arithmetic with a field" if any(_is_money(part, fields) for part in parts) else None
    return "a field compared" if isinstance(node, ast.Compare) and _compares(node, fields) else None


def _compares(node, fields):
    """Tell whether a field is compared with anything but a number that is written there; an id is no amount."""
    parts = (node.left, *node.comparators)
    is_in = any(isinstance(one, ast.In | ast.NotIn) for one in node.ops)
    is_number = any(isinstance(one, ast.Constant) or _last_name(one) == "id" for one in parts)
    return not is_in and not is_number and any(_is_money(one, fields) for one in parts)


def _is_money(node, fields):
    """Tell whether an expression is what a Monetary field gives."""
    if isinstance(node, ast.Attribute):
        return node.attr in fields
    if isinstance(node, ast.UnaryOp):
        return _is_money(node.operand, fields)
    if isinstance(node, ast.BoolOp):
        return any(_is_money(value, fields) for value in node.values)
    if isinstance(node, ast.IfExp):
        return _is_money(node.body, fields) or _is_money(node.orelse, fields)
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return _is_money(node.elt, fields)
    if _get_function(node) == "mapped":
        return any(isinstance(one, ast.Constant) and one.value in fields for one in node.args)
    return _get_function(node) in SUMS and any(_is_money(one, fields) for one in node.args)


def _get_function(node):
    return _last_name(node.func) if isinstance(node, ast.Call) else None


def _last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
