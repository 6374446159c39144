"""The rule that money is ``Decimal`` between Odoo's fields."""

import pytest
from vigor import money_rule, paths

MODEL = "addons/gym_subscriptions/models/x.py"
DOMAIN = "addons/gym_subscriptions/domain/x.py"


@pytest.mark.parametrize(
    "line",
    [
        "def pay(amount: float): ...",
        "amount = float(paid)",
        "rate = 0.16",
        "amount = round(amount, 2)",
        "is_float = isinstance(amount, float)",
    ],
)
def test_domain_has_no_floats(line):
    [complaint] = money_rule.complaints(DOMAIN, f"\n{line}\n")
    assert complaint.startswith(f"{DOMAIN}:2: ")


@pytest.mark.parametrize(
    "line",
    [
        "left = move.amount_total - paid",
        "left -= line.amount_residual",
        "move.amount_total += fee",
        "owed = sum(moves.mapped('amount_residual'))",
        "owed = sum(move.amount_residual for move in moves)",
        "owed = -sum([line.balance for line in lines]) + fee",
        "most = max(0.0, move.amount_total)",
        "paid = move.currency_id.round(paid)",
        "paid = round(paid, 2)",
        "paid = float(paid)",
        "is_less = amount < move.amount_total",
        "owed = (move.amount_residual or due) * 2",
        "owed = fee + (move.amount_residual if move else due)",
    ],
)
def test_nothing_is_reckoned_with_what_a_field_gives(line):
    assert money_rule.complaints(MODEL, line)


@pytest.mark.parametrize(
    "line",
    [
        "left = to_decimal(move.amount_total) - paid",
        "owed = add_up(moves.mapped('amount_residual'))",
        "vals = {'amount': -add_up(moves.mapped('amount_residual'))}",
        "is_owed = move.amount_residual > 0",
        "text = currency.format(move.amount_residual)",
        "move.amount_total = owed",
        "most = max(ZERO, owed)",
        "day = max(days.mapped('date'))",
        "is_open = move in moves.credit",
        "is_own = part.due == line.id",
    ],
)
def test_decimals_and_questions_are_fine(line):
    assert not money_rule.complaints(MODEL, line)


def test_fields_of_the_addons_are_found():
    fields = money_rule.find_fields("amount_fees = fields.Monetary(string='Fees')\nname = fields.Char()\n")
    assert fields == {"amount_fees"}
    assert money_rule.complaints(MODEL, "total = record.amount_fees + 1", fields)


@pytest.mark.parametrize(
    "path",
    [
        "addons/gym_subscriptions/tests/test_x.py",
        "addons/gym_subscriptions/domain/tests/test_x.py",
        "addons/gym_access/models/x.py",
        "addons/gym_churn/domain/x.py",
        "scripts/vigor/x.py",
        next(iter(money_rule.EXCEPTIONS)),
    ],
)
def test_elsewhere_floats_are_fine(path):
    assert not money_rule.complaints(path, "left = float(move.amount_total) - 0.5")


def test_what_the_rule_names_exists():
    named = [*money_rule.EXCEPTIONS, *(f"addons/{name}" for name in (*money_rule.ADDONS, *money_rule.DOMAINS))]
    assert [name for name in named if not (paths.ROOT / name).exists()] == []
