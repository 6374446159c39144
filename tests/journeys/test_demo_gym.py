"""The demo gym as each of its people meets it, on a running server."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from staff import Person

FIELD = re.compile(r'<field name="(\w+)"')
NAME_OF = {"fields": {"display_name": {}}}
LOADER = Path(__file__).parents[2] / "data" / "demo" / "load.py"


@pytest.mark.parametrize(
    ("login", "branches"),
    [
        ("propietaria", {"ROMA", "GDL", "TIJ"}),
        ("contadora", {"ROMA", "GDL", "TIJ"}),
        ("gerente", {"ROMA"}),
        ("recepcion", {"ROMA"}),
    ],
)
def test_staff_sees_the_members_of_their_branches(login, branches):
    person = Person(login)
    seen = person.call("gym.location", "search_read", [], ["code"])["result"]
    assert {branch["code"] for branch in seen} == branches
    total = person.call("gym.member", "search_count", [])["result"]
    assert total >= 300 if len(branches) == 3 else 100 < total < 200
    assert person.result["user_context"]["lang"] == "es_MX"


def test_member_meets_her_card_and_no_table(gym):
    member = Person("miembro")
    assert "error" in member.call("gym.member", "search_read", [], ["name"])
    page = member.http.get(gym.url + "/my/gym", timeout=60)
    assert page.status_code == 200
    assert "Mariana Peña Núñez" in page.text
    assert "Roma Norte" in page.text


def test_loading_the_gym_again_changes_nothing(gym):
    script = f"""
import runpy
tables = ("gym_member", "gym_location", "res_users", "res_partner", "resource_calendar", "utm_source", "ir_model_data")
def counts():
    env.flush_all()
    return [env.execute_query_dict(__import__("odoo").tools.SQL("SELECT count(*), max(write_date) FROM %s",
        __import__("odoo").tools.SQL.identifier(table))) for table in tables]
before = counts()
runpy.run_path({str(LOADER)!r})["main"](env)
print("SAME" if counts() == before else "CHANGED")
"""
    command = [sys.executable, "-m", "odoo", "shell", "-c", gym.config, "-d", gym.database, "--no-http"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split()[-1] == "SAME"


# --- the gym has lived


def test_the_ledger_is_balanced_and_says_what_was_billed(gym):
    unbalanced = """SELECT move_id FROM account_move_line WHERE parent_state = 'posted'
                     GROUP BY move_id HAVING sum(balance) <> 0"""
    assert not gym.query(unbalanced)
    billed = """SELECT m.id, m.amount_total, coalesce(p.amount, 0) + coalesce(c.amount, 0)
                  FROM account_move m
                  LEFT JOIN (SELECT move_id, sum(amount) amount FROM gym_subscription_period GROUP BY move_id) p
                    ON p.move_id = m.id
                  LEFT JOIN (SELECT move_id, sum(amount) amount FROM gym_due
                              WHERE date_start IS NULL GROUP BY move_id) c ON c.move_id = m.id
                 WHERE m.move_type = 'out_invoice' AND m.state = 'posted' AND m.gym_location_id IS NOT NULL"""
    rows = gym.query(billed)
    assert len(rows) > 600
    assert not [row for row in rows if row[1] != row[2]]


def test_recurring_revenue_is_the_base_that_the_ledger_has(gym):
    """What a billed period counts is what its invoice posted without IVA; the dues of a month count as just that."""
    rows = gym.query(
        """SELECT m.name, period.base, line.base FROM account_move m
             JOIN (SELECT move_id, sum(amount_untaxed) base FROM gym_subscription_period GROUP BY move_id) period
               ON period.move_id = m.id
             JOIN (SELECT move_id, -sum(balance) base FROM account_move_line WHERE display_type = 'product'
                    GROUP BY move_id) line ON line.move_id = m.id
            WHERE m.state = 'posted' AND m.move_type = 'out_invoice' AND NOT EXISTS (
                  SELECT FROM gym_due fee WHERE fee.move_id = m.id AND fee.date_start IS NULL)"""
    )
    assert len(rows) > 600
    assert not [row for row in rows if row[1] != row[2]]
    months = gym.query(
        """SELECT monthly_value, amount_untaxed FROM gym_subscription_period period
             JOIN gym_plan plan ON plan.id = period.plan_id AND plan.period_unit = 'month' AND plan.period_count = 1
            WHERE period.kind = 'dues' AND amount > 0 AND period.date_end = period.date_start + interval '1 month'"""
    )
    assert len(months) > 600
    assert not [row for row in months if row[0] != row[1]]


def test_running_subscriptions_are_billed_up_to_today(gym):
    behind = """SELECT name FROM gym_subscription WHERE state = 'active' AND NOT is_comp AND date_end IS NULL
                   AND (next_bill_date IS NULL OR next_bill_date < (SELECT max(date) FROM gym_billing_run))"""
    assert not gym.query(behind)


def test_no_card_was_charged_without_consent(gym):
    without = """SELECT charge.id FROM gym_charge charge
                   JOIN gym_subscription_period period ON period.move_id = charge.move_id
                  WHERE charge.state IN ('sent', 'in_doubt', 'done')
                    AND NOT EXISTS (SELECT FROM gym_charge_mandate mandate
                                      JOIN gym_consent consent ON consent.id = mandate.consent_id
                                     WHERE mandate.subscription_id = period.subscription_id
                                       AND consent.occurred_at <= charge.sent_at)"""
    assert not gym.query(without)
    twice = """SELECT move_id FROM gym_charge WHERE state = 'done' GROUP BY move_id HAVING count(*) > 1"""
    assert not gym.query(twice)


def test_the_gym_looks_like_a_gym(gym):
    states = dict(gym.query("SELECT state, count(*) FROM gym_subscription GROUP BY state"))
    total = sum(states.values())
    assert 0.55 * total < states["active"] < 0.95 * total
    assert 0 < states.get("past_due", 0) + states.get("suspended", 0) < 0.15 * total
    assert states["cancelled"] > 10
    charges = dict(gym.query("SELECT state, count(*) FROM gym_charge GROUP BY state"))
    assert charges["done"] > 5 * charges["failed"] > 0
    [(withdrawn,)] = gym.query("SELECT count(*) FROM gym_subscription WHERE is_withdrawal")
    assert withdrawn
    [(frozen,)] = gym.query("SELECT count(*) FROM gym_subscription_freeze WHERE state = 'done'")
    assert frozen
    kinds = {kind for (kind,) in gym.query("SELECT DISTINCT kind FROM gym_subscription_change WHERE state = 'done'")}
    assert {"upgrade", "downgrade"} <= kinds
    months = gym.query("SELECT count(DISTINCT date_trunc('month', invoice_date)) FROM account_move")
    assert months[0][0] >= 12


def test_every_list_of_the_gym_opens(gym):
    person = Person("propietaria")
    rows = gym.query(
        """SELECT DISTINCT action.res_model FROM ir_act_window action
             JOIN ir_model_data known ON known.model = 'ir.actions.act_window' AND known.res_id = action.id
            WHERE known.module LIKE 'gym_%' AND action.view_mode LIKE '%list%' ORDER BY 1"""
    )
    models = [model for (model,) in rows]
    assert len(models) > 15
    failing = []
    for model in models:
        if "error" in (views := person.call(model, "get_views", [[False, "list"], [False, "search"]])):
            continue  # of a group that the owner is not in
        shown = FIELD.findall(views["result"]["views"]["list"]["arch"])
        known = views["result"]["models"][model]["fields"]
        columns = {name: NAME_OF if known[name]["type"] == "many2one" else {} for name in shown if name in known}
        answer = person.call(model, "web_search_read", [], columns | {"display_name": {}}, limit=40)
        if "error" in answer:
            failing.append((model, answer["error"]["data"]["message"]))
    assert not failing
