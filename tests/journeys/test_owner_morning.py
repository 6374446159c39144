"""An owner's morning at a desk: what comes in each month, who owes, what was billed, and a branch that has to close."""

import re
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from staff import Person

TODAY = datetime.now(ZoneInfo("America/Mexico_City")).date()
BRANCH = "Tijuana"


@pytest.fixture(scope="module")
def page(page_of):
    return page_of("propietaria", "desktop")


@pytest.fixture(scope="module")
def owner():
    return Person("propietaria")


def choose(page, *menus):
    """Go where the menus of the gym lead, as a hand does with a mouse."""
    page.goto("/odoo/action-gym_members.gym_member_action")
    for menu in menus:
        page.locator(".o_menu_sections, .o-dropdown--menu").get_by_text(menu, exact=True).first.click()
    expect(page.locator(".o_breadcrumb .active, .o_last_breadcrumb_item")).to_contain_text(menus[-1])


def amount(text):
    return float(re.sub(r"[^\d.-]", "", text))


def add_up(page, column):
    """The sum of a column of the list, as it reads."""
    return round(sum(amount(text) for text in page.locator(f".o_data_row [name={column}]").all_inner_texts()), 2)


# --- reports


def test_recurring_revenue_is_what_the_billed_periods_say(page, gym, picture):
    choose(page, "Reportes", "Ingreso recurrente")
    expect(page.locator(".o_graph_canvas_container canvas")).to_be_visible()
    picture(page, "owner-mrr")
    page.locator(".o_switch_view.o_pivot").click()
    total = page.locator(".o_pivot tbody tr").last.locator("td").first  # of this month, in the first column
    [(worth,)] = gym.query(
        """SELECT sum(monthly_value) FROM gym_subscription_period period
             JOIN gym_location location ON location.id = period.location_id
            WHERE date_start <= (now() AT TIME ZONE location.tz)::date
              AND date_until > (now() AT TIME ZONE location.tz)::date"""
    )
    expect(total).to_be_visible()
    assert amount(total.inner_text()) == pytest.approx(float(worth), abs=0.05)


def test_movements_and_cohorts_read_well(page, picture):
    choose(page, "Reportes", "Movimientos del ingreso")
    expect(page.locator(".o_pivot table")).to_contain_text("Baja")
    choose(page, "Reportes", "Retención de cohortes")
    expect(page.locator(".o_pivot table")).to_contain_text("100.00")
    picture(page, "owner-cohorts")


def test_who_owes_is_everybody_who_owes(page, gym, picture):
    choose(page, "Suscripciones", "Quién debe")
    expect(page.locator(".o_data_row").first).to_be_visible()
    [(cases,)] = gym.query("SELECT count(*) FROM gym_dunning_case WHERE state = 'open'")
    assert page.locator(".o_data_row").count() == min(cases, 80)
    [(owed,)] = gym.query(
        """SELECT sum(move.amount_residual_signed) FROM account_move move
             JOIN gym_location location ON location.id = move.gym_location_id
            WHERE move.move_type = 'out_invoice' AND move.state = 'posted' AND move.amount_residual > 0
              AND move.invoice_date_due < (now() AT TIME ZONE location.tz)::date
              AND EXISTS (SELECT FROM gym_dunning_case debt WHERE debt.state = 'open'
                             AND debt.partner_id = move.commercial_partner_id
                             AND debt.location_id = move.gym_location_id)"""
    )
    assert add_up(page, "amount_due") == pytest.approx(float(owed), abs=0.01)
    picture(page, "owner-who-owes")
    page.locator(".o_data_row").first.click()
    expect(page.locator(".o_form_sheet")).to_contain_text("Próximo paso")
    picture(page, "owner-dunning-case")


def test_last_billing_run_says_what_it_did(page, picture):
    choose(page, "Suscripciones", "Corridas de facturación")
    rows = page.locator(".o_data_row")
    expect(rows.first).to_be_visible()
    rows.filter(has_not=page.locator("[name=subscription_count]", has_text=re.compile(r"^0$"))).first.click()
    form = page.locator(".o_form_sheet")
    expect(form).to_contain_text(re.compile(r"100\s?%"))
    expect(page.locator(".o-mail-Message", has_text="suscripciones facturadas").first).to_be_visible()
    picture(page, "owner-billing-run")


# --- a branch closes


def test_everybody_of_a_branch_is_frozen_for_some_days_and_that_is_taken_back(page, gym, owner, picture):
    before = frozen_or_planned(gym)
    fill_in_mass_freeze(page)
    page.get_by_role("button", name="Ver a quiénes afecta").click()
    rows = page.locator(".o_field_widget[name=line_ids] .o_data_row")
    expect(rows.first).to_be_visible()
    assert frozen_or_planned(gym) == before, "the preview froze somebody"
    [(running,)] = gym.query(
        f"""SELECT count(*) FROM gym_subscription subscription JOIN gym_location location
              ON location.id = subscription.location_id WHERE location.name = '{BRANCH}'
             AND state IN ('trialing', 'active', 'past_due', 'frozen', 'suspended')"""
    )
    assert number(page, "line_count") == running
    refused = page.locator(".o_field_widget[name=line_ids] .o_data_row", has_text="Fuera de la lista").count()
    picture(page, "owner-closure-preview")
    confirm(page, "Pausar a todos")
    settle_jobs(page, gym, "pending")
    assert number(page, "done_count") == running - refused
    assert frozen_or_planned(gym) == before + running - refused
    picture(page, "owner-closure")
    confirm(page, "Deshacer")
    settle_jobs(page, gym, "done")
    assert frozen_or_planned(gym) == before
    assert bills_of(gym) == []


def fill_in_mass_freeze(page):
    """A closure of three days that begins in a fortnight."""
    choose(page, "Suscripciones", "Cierres")
    page.get_by_role("button", name="Nuevo").click()
    page.locator("[name=reason] input, [name=reason] textarea").first.fill("Cambio de caldera")
    page.locator("[name=location_id] input").fill(BRANCH)
    page.locator(".o-autocomplete--dropdown-item", has_text=BRANCH).first.click()
    page.locator("button[data-field=date_start]").click()
    for field, days in (("date_start", 14), ("date_last", 16)):
        box = page.locator(f"input[data-field={field}]")
        box.fill(f"{TODAY + timedelta(days=days):%d/%m/%Y}")
        box.press("Tab")


def confirm(page, button):
    """Press a button that asks again, and say yes."""
    page.get_by_role("button", name=button, exact=True).click()
    page.locator(".modal-footer .btn-primary").click()
    expect(page.locator(".modal")).to_have_count(0)


def settle_jobs(page, gym, state):
    """Wait until the jobs have left no line of the last closure in ``state``; show what they did."""
    sql = f"""SELECT count(*) FROM gym_mass_freeze_line WHERE state = '{state}' AND refusal IS NULL
               AND mass_freeze_id = (SELECT max(id) FROM gym_mass_freeze)"""
    until = time.monotonic() + 120
    while gym.query(sql)[0][0]:
        assert time.monotonic() < until, "the jobs of the closure did not end"
        time.sleep(0.5)
    page.reload()
    expect(page.locator(".o_field_widget[name=line_ids] .o_data_row").first).to_be_visible()


def number(page, field):
    return int(amount(page.locator(f".o_field_widget[name={field}]").first.inner_text()))


def frozen_or_planned(gym):
    return gym.query("SELECT count(*) FROM gym_subscription_freeze WHERE state IN ('running', 'planned')")[0][0]


def bills_of(gym):
    """Next bills that undoing the last closure left on another day than before."""
    return gym.query(
        """SELECT subscription.id, line.next_bill_before, subscription.next_bill_date
             FROM gym_mass_freeze_line line JOIN gym_subscription subscription ON subscription.id = line.subscription_id
            WHERE line.mass_freeze_id = (SELECT max(id) FROM gym_mass_freeze)
              AND subscription.next_bill_date IS DISTINCT FROM line.next_bill_before"""
    )
