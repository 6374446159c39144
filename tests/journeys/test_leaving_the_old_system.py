"""Leaving the old system: its export comes in, is looked at, taken back, and brought in for good; then dues are billed.

The exports are those of ``data/import_samples``, made as of today and with people of their own, so that what is to come
there is to come here, and the journey can be gone again and again in one gym.
"""

import base64
import io
import runpy
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from playwright.sync_api import expect
from staff import Person, wait_until

make_sample = runpy.run_path(str(Path(__file__).parents[2] / "data" / "import_samples" / "make_samples.py"))["make"]
TODAY = datetime.now(ZoneInfo("America/Mexico_City")).date()
BRANCH = "GDL"
PLANS = {
    "Mensual": "Básico",
    "Unlimited": "Total",
    "Ilimitado": "Total",
    "Anual": "Total anual",
    "CrossFit": "Total Plus",
}
# What becomes of each export: rows that are new, that are somebody twice, that have an error; subscriptions made, of
# these paused, waiting as drafts, with a cancellation to come; and which remarks its traps have to bring.
SAMPLES = {
    "mindbody.csv": ((26, 1, 0), (23, 0, 1, 1), {"repeated", "pause_open", "pack_left_out", "end_kept"}),
    "glofox.csv": ((26, 0, 0), (0, 0, 0, 0), {"paused", "email_placeholder", "phone_invalid"}),
    "gymmaster.xlsx": (
        (24, 0, 0),
        (22, 1, 0, 1),
        {"pause_kept", "end_kept", "next_bill_moved", "price_kept", "plan_unmapped"},
    ),
    "wodify.csv": ((27, 0, 0), (0, 0, 0, 0), {"paused", "guardian_unknown"}),
    "pushpress.csv": ((25, 0, 0), (22, 0, 1, 1), {"pause_open", "end_kept", "next_bill_guessed", "plan_unmapped"}),
    "generic_mx.csv": (
        (23, 0, 1),
        (20, 0, 1, 1),
        {"date_impossible", "branch_unknown", "rfc_invalid", "next_bill_moved", "pause_open", "end_kept"},
    ),
}


@pytest.fixture(scope="module")
def owner():
    return Person("propietaria")


def new_tag():
    """Digits that no other run of this journey has used."""
    return str(time.time_ns() // 1000 % 10**9)


# --- the steps of the wizard


def upload(owner, name, content, branch=BRANCH):
    """Upload a file and have it read; return the import's id."""
    [place] = owner.ask("gym.location", "search", [("code", "=", branch)])
    values = {"name": name, "file": base64.b64encode(content).decode(), "location_id": place}
    [job] = owner.ask("gym.member.import", "create", [values])
    owner.ask("gym.member.import", "action_read", [job])
    return job


def look(owner, job, *names):
    [values] = owner.ask("gym.member.import", "read", [job], names)
    return values if len(names) > 1 else values[names[0]]


def choose_plans(owner, job):
    """Say which plan here each plan of the file becomes; the others stay without a subscription."""
    known = {plan["name"]: plan["id"] for plan in owner.ask("gym.plan", "search_read", [], ["name"])}
    rows = owner.ask("gym.member.import.plan", "search_read", [("import_id", "=", job)], ["name"])
    for row in rows:
        if row["name"] in PLANS:
            owner.ask("gym.member.import.plan", "write", [row["id"]], {"plan_id": known[PLANS[row["name"]]]})


def check(owner, job):
    """The dry run; dates that can be read both ways are asked about first."""
    if not look(owner, job, "date_order"):
        refusal = owner.call("gym.member.import", "action_check", [job])
        assert refusal["error"]["data"]["name"] == "odoo.exceptions.UserError"
        owner.ask("gym.member.import", "write", [job], {"date_order": "dmy"})
    owner.ask("gym.member.import", "action_check", [job])
    wait_until(lambda: look(owner, job, "state") == "checked", "the check")


def bring_in(owner, job):
    owner.ask("gym.member.import", "action_run", [job])
    wait_until(lambda: look(owner, job, "state") == "done", "the import")


def undo(owner, job):
    owner.ask("gym.member.import", "action_undo", [job])
    wait_until(lambda: look(owner, job, "state") == "undone", "undoing")


# --- what the journey looks at


def lines_of(owner, job):
    return owner.ask("gym.member.import.line", "search_read", [("import_id", "=", job)], [])


def codes_of(lines):
    return {issue["code"] for line in lines for issue in line["issues"] or ()}


def subscriptions_of(owner, job):
    ids = [line["subscription_id"][0] for line in lines_of(owner, job) if line["subscription_id"]]
    return owner.ask("gym.subscription", "read", ids, [])


def everybody(gym):
    return gym.query(
        "SELECT (SELECT count(*) FROM gym_member), (SELECT count(*) FROM res_partner),"
        " (SELECT count(*) FROM gym_subscription)"
    )


def read_report(owner, job):
    """Download the report and open it; return its rows as dicts by their Spanish headers."""
    action = owner.ask("gym.member.import", "action_download_report", [job])
    sheet = openpyxl.load_workbook(io.BytesIO(owner.download(action["url"]))).active
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=False)) for row in rows]


def check_report(report, lines):
    """Every row of the file is in the report, and each remark has its reason and what to do about it."""
    assert {row["Renglón"] for row in report} == {line["line_number"] for line in lines}
    remarks = [row for row in report if row["Motivo"]]
    assert len(remarks) == sum(len(line["issues"] or ()) for line in lines)
    assert all(row["Qué hacer"] for row in remarks)


def check_subscriptions(made, expected):
    """Bills lie ahead, pauses and ends to come are kept, and nothing agreed to elsewhere counts as consent."""
    assert not [one["name"] for one in made if one["next_bill_date"] and one["next_bill_date"] < TODAY.isoformat()]
    assert not [one["name"] for one in made if one["mandate_ids"] or one["token_id"] or one["period_ids"]]
    states = [one["state"] for one in made]
    found = len(made), states.count("frozen"), states.count("draft"), sum(bool(one["date_end"]) for one in made)
    assert found == expected
    assert not [one["name"] for one in made if one["state"] == "draft" and one["next_bill_date"]]


@pytest.mark.parametrize("name", SAMPLES)
def test_an_export_comes_in_and_goes_out_again(gym, owner, name):
    counts, subscriptions, traps = SAMPLES[name]
    before = everybody(gym)
    job = upload(owner, name, make_sample(name, TODAY, new_tag()))
    choose_plans(owner, job)
    check(owner, job)
    assert everybody(gym) == before, "the check wrote something"
    lines = lines_of(owner, job)
    assert tuple(look(owner, job, f"{what}_count") for what in ("create", "skip", "error")) == counts
    assert traps <= codes_of(lines)
    check_report(read_report(owner, job), lines)
    bring_in(owner, job)
    check_subscriptions(subscriptions_of(owner, job), subscriptions)
    undo(owner, job)
    assert everybody(gym) == before
    assert not look(owner, job, "kept_count")


def test_families_find_each_other(owner):
    """Children without an e-mail of their own come in under who pays for them."""
    job = upload(owner, "wodify.csv", make_sample("wodify.csv", TODAY, new_tag()))
    check(owner, job)
    bring_in(owner, job)
    ids = [line["member_id"][0] for line in lines_of(owner, job)]
    children = owner.ask("gym.member", "search_read", [("id", "in", ids), ("email", "=", False)], ["payer_id"])
    assert len(children) == 3
    assert sum(bool(child["payer_id"]) for child in children) == 2  # the third one's guardian is nowhere
    undo(owner, job)


# --- the first bills


def bill(owner):
    """Look at what a run of the branch would invoice, then start it; return its id when it is done."""
    places = owner.ask("gym.location", "search", [("code", "=", BRANCH)])
    [run] = owner.ask("gym.billing.run", "create", [{"location_ids": [(6, 0, places)]}])
    owner.ask("gym.billing.run", "action_preview", [run])
    owner.ask("gym.billing.run", "action_start", [run])
    wait_until(lambda: owner.ask("gym.billing.run", "read", [run], ["state"])[0]["state"] == "done", "the billing run")
    return run


def billed(gym, subscriptions):
    """What was invoiced of each subscription: (id, first day, day of the invoice, its run, attempts to charge it)."""
    ids = ", ".join(str(one["id"]) for one in subscriptions)
    return gym.query(
        f"""SELECT period.subscription_id, period.date_start, move.invoice_date, move.gym_billing_run_id,
                   (SELECT count(*) FROM gym_charge charge WHERE charge.move_id = move.id AND charge.state <> 'refused')
              FROM gym_subscription_period period JOIN account_move move ON move.id = period.move_id
             WHERE period.subscription_id IN ({ids}) ORDER BY period.subscription_id"""
    )


def test_first_bills_after_the_move_charge_nobody_who_has_not_agreed(gym, owner):
    job = upload(owner, "gymmaster.xlsx", make_sample("gymmaster.xlsx", TODAY, new_tag()))
    choose_plans(owner, job)
    check(owner, job)
    bring_in(owner, job)
    made = subscriptions_of(owner, job)
    due = {one["id"] for one in made if one["next_bill_date"] == TODAY.isoformat()}
    assert len(due) == 3
    bill(owner)
    bill(owner)  # once more: there is nothing left to bill
    rows = billed(gym, made)
    assert {row[0] for row in rows} == due and len(rows) == len(due), "billed, and once"
    assert {row[1:3] for row in rows} == {(TODAY, TODAY)}, "never for a day that is past"
    assert not [row for row in rows if row[4]], "a card was charged"
    for run in {row[3] for row in rows}:
        check_it_says_so(owner, run, due)
    undo(owner, job)
    kept = [line for line in lines_of(owner, job) if line["state"] == "kept"]
    assert {line["subscription_id"][0] for line in kept} == due
    assert all("subscription_kept" in codes_of([line]) for line in kept)


def check_it_says_so(owner, run, due):
    """The run tells for how many no card is charged, and of each of them why and what to do."""
    [told] = owner.ask("gym.billing.run", "read", [run], ["name", "uncharged_count", "message_ids"])
    assert told["name"].startswith("Cuotas hasta el")
    assert told["uncharged_count"] >= len(due)
    messages = owner.ask("mail.message", "read", told["message_ids"], ["body"])
    assert any("No se carga a ninguna tarjeta" in message["body"] for message in messages)
    action = owner.ask("gym.billing.run", "action_open_uncharged", [run])
    rows = owner.ask("gym.subscription", "search_read", action["domain"], ["uncharged_reason"])
    reasons = {row["id"]: row["uncharged_reason"] for row in rows}
    assert due <= reasons.keys()
    for reason in reasons.values():
        assert "Pida la autorización" in reason and "enlace de pago" in reason


# --- the same in the browser


def test_owner_does_it_on_the_screen(gym, page_of, picture):
    page = page_of("propietaria", "desktop")
    before = everybody(gym)
    page.goto("/odoo/action-gym_members.gym_member_import_action/new")
    file = {"name": "socios.csv", "mimeType": "text/csv", "buffer": make_sample("generic_mx.csv", TODAY, new_tag())}
    page.locator("[name=file] input[type=file]").set_input_files(file)
    page.locator("[name=location_id] input").fill("Guadalajara")
    page.locator(".o-autocomplete--dropdown-item", has_text="Guadalajara").first.click()
    page.get_by_role("button", name="Leer archivo").click()
    expect(page.locator("[name=column_ids] .o_data_row").first).to_be_visible()
    picture(page, "import-columns")
    map_plans(page)
    page.get_by_role("button", name="Revisar", exact=True).click()
    wait_for_state(page, "Revisada")
    assert everybody(gym) == before, "the check wrote something"
    see_remarks(page, picture)
    say_yes(page, "Importar")
    wait_for_state(page, "Terminado")
    picture(page, "import-done")
    say_yes(page, "Deshacer importación")
    wait_for_state(page, "Deshecho")
    assert everybody(gym) == before


def map_plans(page):
    """Say on the screen that the old system's monthly plan is the basic one here."""
    page.get_by_role("tab", name="Planes").click()
    row = page.locator("[name=import_plan_ids] .o_data_row", has_text="Mensual")
    row.locator("[name=plan_id]").click()
    page.locator("[name=import_plan_ids] [name=plan_id] input").fill("Básico")
    page.locator(".o-autocomplete--dropdown-item", has_text="Básico").first.click()


def see_remarks(page, picture):
    """Open the rows that stay out and those with a remark: each says why and what to do."""
    rows = page.locator(".o_data_row")
    page.get_by_role("button", name="Errores").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("sucursal")
    picture(page, "import-errors")
    page.go_back()
    page.get_by_role("button", name="Con observaciones").click()
    expect(rows.filter(has_text="31/02/1990")).to_contain_text("calendario")
    page.go_back()
    picture(page, "import-checked")


def say_yes(page, button):
    page.get_by_role("button", name=button, exact=True).click()
    page.locator(".modal-footer .btn-primary").click()


def wait_for_state(page, label):
    """The screen follows the work in the background by itself."""
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_contain_text(label, timeout=60_000)
