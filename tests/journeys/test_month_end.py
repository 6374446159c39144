"""An accountant's month end at a desk: the bank, a rejected CFDI, complements, the global invoice, the closing list.

What it needs it makes: an invoice of dues to a company with RFC, and a sale to the public in the month that ended.
"""

import json
import os
import re
import time
import urllib.request
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from staff import Person, wait_until

TODAY = datetime.now(ZoneInfo("America/Mexico_City")).date()
LAST_MONTH = TODAY.replace(day=1) - timedelta(days=1)
REASON = "El código postal del receptor no es el de su domicilio fiscal."


@pytest.fixture(scope="module")
def page(page_of):
    return page_of("contadora", "desktop")


@pytest.fixture(scope="module")
def accountant():
    return Person("contadora")


def rig_pac(body, path="faults", method="POST"):
    """Speak to the PAC sandbox through its back door."""
    url = f"{os.environ['VIGOR_PAC_SANDBOX_URL']}/sandbox/{path}"
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=10):
        pass


def invoice(accountant, partner, day, **values):
    """Make and post an invoice of a month's dues, IVA included; return its id."""
    [place] = accountant.ask("gym.location", "search", [("code", "=", "ROMA")])
    [product] = accountant.ask("product.product", "search", [("sale_ok", "=", True)], limit=1)
    [tax] = accountant.ask(
        "account.tax",
        "search",
        [("type_tax_use", "=", "sale"), ("amount", "=", 16), ("price_include", "=", False)],
        limit=1,
    )
    line = {"product_id": product, "name": "Mensualidad", "quantity": 1, "price_unit": 1000, "tax_ids": [(6, 0, [tax])]}
    vals = {
        "move_type": "out_invoice",
        "partner_id": partner,
        "invoice_date": day.isoformat(),
        "gym_location_id": place,
        "invoice_line_ids": [(0, 0, line)],
    }
    [move] = accountant.ask("account.move", "create", [vals | values])
    accountant.ask("account.move", "action_post", [move])
    return move


def customer(accountant):
    """The company that pays for its people."""
    return accountant.ask("res.partner", "search", [("vat", "=", "TAN160428KO0"), ("parent_id", "=", False)])[0]


def read(accountant, model, record, *names):
    [values] = accountant.ask(model, "read", [record], names)
    return values


def is_stamped(accountant, move):
    return read(accountant, "account.move", move, "cfdi_state")["cfdi_state"] == "stamped"


@pytest.fixture(scope="module")
def rejected(accountant):
    """An invoice to be paid in a month's time, whose CFDI the PAC has rejected; the customer's postal code is wrong."""
    partner = customer(accountant)
    right = read(accountant, "res.partner", partner, "zip")["zip"]
    accountant.ask("res.partner", "write", [partner], {"zip": "06700"})
    rig_pac({"kind": "refuse", "operation": "stamp", "code": "CFDI40147", "text": REASON, "calls": None})
    try:
        move = invoice(accountant, partner, TODAY, invoice_date_due=(TODAY + timedelta(days=30)).isoformat())
        wait_until(
            lambda: read(accountant, "account.move", move, "cfdi_state")["cfdi_state"] == "rejected", "the rejection"
        )
    finally:
        rig_pac(None, method="DELETE")
        accountant.ask("res.partner", "write", [partner], {"zip": right})
    return move


# --- before the month is closed


def test_overview_counts_what_is_open(page, accountant, rejected, picture):
    page.goto("/odoo/cfdi")
    overview = page.locator(".o_cfdi_overview")
    expect(overview).to_contain_text("CFDI rechazados")
    told = accountant.ask("gym.cfdi.overview", "get_overview", f"{TODAY:%Y-%m}")
    for check in told["checks"]:
        row = overview.locator(".list-group-item", has_text=check["label"]).first
        assert int(row.inner_text().split()[-1]) == check["count"], check["label"]
        assert check["count"] == accountant.ask(check["action"]["res_model"], "search_count", check["action"]["domain"])
    assert next(check["count"] for check in told["checks"] if check["code"] == "rejected") >= 1
    picture(page, "accountant-overview")


def test_rejected_cfdi_is_corrected_and_stamped(page, accountant, rejected, picture):
    page.goto("/odoo/cfdi")
    page.locator(".o_cfdi_overview .list-group-item", has_text="CFDI rechazados").locator("button").click()
    name = read(accountant, "account.move", rejected, "cfdi_document_id")["cfdi_document_id"][1]
    page.locator(".o_data_row", has_text=name).first.click()
    expect(page.locator(".o_form_view")).to_contain_text("código postal")
    picture(page, "accountant-rejected")
    page.get_by_role("button", name="Timbrar ahora").click()
    wait_until(lambda: is_stamped(accountant, rejected), "the stamp")
    page.reload()
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_contain_text("Timbrado")


def test_transfer_pays_by_the_reference_it_carries_and_has_its_complement(page, accountant, rejected, picture):
    move = read(accountant, "account.move", rejected, "name", "amount_total", "cfdi_payment_method")
    assert move["cfdi_payment_method"] == "PPD"
    accountant.ask("account.move", "action_cfdi_stamp", [rejected])  # if nobody has mended it before
    wait_until(lambda: is_stamped(accountant, rejected), "the stamp")
    [bank] = accountant.ask("account.journal", "search", [("type", "=", "bank")], limit=1)
    text = f"SPEI RECIBIDO BANORTE {time.time_ns() % 10**7} {move['name'].replace('/', ' ').lower()}"
    values = {"journal_id": bank, "date": TODAY.isoformat(), "payment_ref": text, "amount": move["amount_total"]}
    [line] = accountant.ask("account.bank.statement.line", "create", [values])
    assert read(accountant, "account.bank.statement.line", line, "is_reconciled")["is_reconciled"]
    assert read(accountant, "account.move", rejected, "payment_state")["payment_state"] == "paid"
    parts = [("invoice_id", "=", rejected), ("document_id.state", "=", "stamped")]
    wait_until(lambda: accountant.ask("gym.cfdi.payment.part", "search_count", parts), "the complement")
    page.goto("/odoo/action-gym_cfdi.gym_cfdi_payment_part_action")
    page.locator(".o_facet_remove").click()  # those that lack theirs are shown first
    expect(page.locator(".o_data_row", has_text=move["name"]).first).to_be_visible()
    picture(page, "accountant-complements")


@pytest.fixture
def since_last_month(gym):
    """The gym has issued its CFDI with us since the month that ended; the demo has only since the day it was made.

    Since its last day: what was sold before, and fills more than a page, is stated by nobody.
    """
    mine = "id = (SELECT company_id FROM res_users WHERE login = 'contadora')"
    [(before,)] = gym.query(f"SELECT cfdi_since FROM res_company WHERE {mine}")
    gym.query(f"UPDATE res_company SET cfdi_since = '{LAST_MONTH}' WHERE {mine}")
    yield
    gym.query(f"UPDATE res_company SET cfdi_since = '{before}' WHERE {mine}")


@pytest.mark.usefixtures("since_last_month")
def test_global_invoice_of_the_month_that_ended(page, accountant, picture):
    public = accountant.ask("res.partner", "search", [("vat", "=", False), ("name", "=", "Paola Aguilar Lozano")])[0]
    sale = invoice(accountant, public, LAST_MONTH)
    [wizard] = accountant.ask("gym.cfdi.global.make", "create", [{"day": LAST_MONTH.isoformat()}])
    draft = accountant.ask("gym.cfdi.global.make", "action_preview", [wizard])["res_id"]
    page.goto(f"/odoo/action-gym_cfdi.gym_cfdi_global_action/{draft}")
    name = read(accountant, "account.move", sale, "name")["name"]
    expect(page.locator(".o_data_row", has_text=name).first).to_be_visible()
    picture(page, "accountant-global")
    page.get_by_role("button", name="Emitir", exact=True).click()
    page.locator(".modal-footer .btn-primary").click()
    wait_until(
        lambda: read(accountant, "gym.cfdi.global", draft, "cfdi_state")["cfdi_state"] == "stamped",
        "the global invoice",
    )


# --- the books


def test_unearned_dues_are_the_balance_of_their_account(page, gym, picture):
    page.goto("/odoo/action-gym_revenue.gym_unearned_report_action")
    total = page.locator(".o_pivot tbody tr").first.locator("td").last
    expect(total).to_be_visible()
    [(balance,)] = gym.query(
        """SELECT -sum(line.balance) FROM account_move_line line
             JOIN res_company company ON company.id = line.company_id
              AND line.account_id = company.gym_deferred_account_id
            WHERE line.parent_state = 'posted' AND line.date <= (now() AT TIME ZONE 'America/Mexico_City')::date"""
    )
    assert float(re.sub(r"[^\d.-]", "", total.inner_text())) == pytest.approx(float(balance), abs=0.005)
    picture(page, "accountant-unearned")


def test_entries_for_contpaqi_are_downloaded(page, picture):
    page.goto("/odoo/action-l10n_mx_entry_export.l10n_mx_entry_export_action")
    expect(page.locator(".modal .o_form_view")).to_be_visible()
    picture(page, "accountant-export")
