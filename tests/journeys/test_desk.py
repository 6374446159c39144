"""An hour at the front desk: find somebody, have a document signed on a tablet, take cash, sign somebody up."""

import re
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

MEMBERS = "/odoo/action-gym_members.gym_member_action"
SIGN_UP = "/odoo/action-gym_join.gym_join_desk_action"


@pytest.fixture(scope="module")
def desk(page_of):
    return page_of("recepcion", "desktop")


def search(page, text):
    """Type into the search box of the list of members, as somebody would."""
    page.goto(MEMBERS)
    box = page.get_by_role("searchbox")
    box.fill(text)
    box.press("Enter")
    page.locator(".o_searchview_facet").wait_for()


def open_member(page, member_id):
    page.goto(f"{MEMBERS}/{member_id}")
    page.locator(".o_form_view .o_field_widget[name=member_number]").first.wait_for()


def wait_for(gym, sql, seconds=30):
    until = time.monotonic() + seconds
    while not (rows := gym.query(sql)):
        assert time.monotonic() < until, f"nothing within {seconds} s: {sql}"
        time.sleep(0.3)
    return rows


def test_finds_a_member_however_it_is_typed(desk, gym, picture):
    """Without accents, in capitals, family name first."""
    for typed in ("NUNEZ MARIANA", "mariana peña", "pena nunez"):
        search(desk, typed)
        expect(desk.locator(".o_data_row", has_text="Mariana Peña Núñez")).to_have_count(1)
    picture(desk, "desk-search")


def test_has_a_waiver_signed_on_a_tablet(desk, page_of, gym, picture):
    [(member,)] = gym.query(
        """SELECT member.id FROM gym_member member JOIN gym_location branch ON branch.id = member.location_id
            WHERE branch.code = 'ROMA' AND member.stage = 'active' AND member.guardian_id IS NULL AND member.active
              AND NOT EXISTS (SELECT FROM gym_consent consent
                               WHERE consent.member_id = member.id AND consent.purpose = 'waiver')
            ORDER BY member.id DESC LIMIT 1"""
    )
    open_member(desk, member)
    desk.get_by_role("button", name="Firmar en tableta").click()
    path = read_address(desk)
    picture(desk, "desk-tablet-link")
    tablet = page_of(device="tablet")
    sign_everything(tablet, path, picture)
    [(method,)] = gym.query(
        f"SELECT method FROM gym_consent WHERE member_id = {member} AND purpose = 'waiver' ORDER BY id DESC LIMIT 1"
    )
    assert method == "kiosk"
    tablet.goto(path)  # the address has been used up
    expect(tablet.get_by_text("Esta página está cerrada")).to_be_visible()


def read_address(desk):
    """The path of the address that the dialog shows for the tablet."""
    address = desk.locator(".modal .o_field_widget[name=url]")
    address.wait_for()
    return urlsplit(re.search(r"https?://\S+", address.inner_text())[0]).path


def sign_everything(tablet, path, picture=None):
    """Go through the documents as they come: agree with those that a button accepts, draw for the others."""
    tablet.goto(path)
    for _document in range(10):
        if "/thanks" in tablet.url:
            break
        if tablet.locator(".o_gym_sign").count():
            draw(tablet)
            if picture:
                picture(tablet, "tablet-sign")
            button = tablet.get_by_role("button", name="Aceptar y firmar")
        else:
            button = tablet.get_by_role("button", name="Lo he leído y estoy de acuerdo")
        with tablet.expect_navigation():
            button.tap()
    expect(tablet.get_by_role("heading", name="Gracias")).to_be_visible()


def draw(page):
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Aceptar y firmar")).to_be_visible()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] * 0.6)
    page.mouse.down()
    for step in range(1, 15):
        page.mouse.move(box["x"] + 60 + 25 * step, box["y"] + box["height"] * (0.75 if step % 2 else 0.35))
    page.mouse.up()


def test_takes_cash_and_the_subscription_runs_again(desk, gym, picture):
    [(member, subscription, owed)] = gym.query(
        """SELECT member.id, one.id, sum(move.amount_residual) FROM gym_subscription one
             JOIN gym_member member ON member.id = one.member_id
             JOIN gym_location branch ON branch.id = one.location_id
             JOIN account_move move ON move.partner_id = one.payer_id AND move.state = 'posted'
              AND move.move_type = 'out_invoice' AND move.amount_residual > 0
            WHERE one.state IN ('past_due', 'suspended') AND branch.code = 'ROMA' AND one.payer_id = member.partner_id
            GROUP BY member.id, one.id ORDER BY one.id LIMIT 1"""
    )
    open_member(desk, member)
    desk.get_by_role("button", name="Recibir pago").first.click()
    dialog = desk.locator(".modal")
    dialog.locator("[name=journal]").wait_for()
    dialog.locator("[name=journal]").get_by_text("Efectivo").click()
    picture(desk, "desk-payment")
    dialog.get_by_role("button", name="Recibido", exact=True).click()
    started = time.monotonic()
    expect(dialog.get_by_role("button", name="Imprimir 80 mm")).to_be_visible()
    picture(desk, "desk-receipt")
    dialog.get_by_role("button", name="Listo").click()
    dialog.wait_for(state="detached")
    wait_for(gym, f"SELECT 1 FROM gym_subscription WHERE id = {subscription} AND state = 'active'")
    print(f"active {time.monotonic() - started:.1f} s after the cash")
    [(left,)] = gym.query(
        f"""SELECT coalesce(sum(move.amount_residual), 0) FROM account_move move
              JOIN gym_subscription one ON one.payer_id = move.partner_id
             WHERE one.id = {subscription} AND move.state = 'posted' AND move.move_type = 'out_invoice'"""
    )
    assert (left, owed > 0) == (0, True)


def test_signs_up_somebody_new_who_pays_cash(desk, page_of, gym, picture):
    email = f"wanda-{int(time.time()):x}@example.com"
    desk.goto(SIGN_UP)
    desk.locator("[name=name] input").fill("Wanda Ávila Cantú")
    desk.get_by_label("Teléfono").fill(f"55 {time.time_ns() // 1000 % 10**8:08d}")
    desk.get_by_label("Correo electrónico").fill(email)
    go_on(desk, "[name=plan_id] input")
    desk.locator("[name=plan_id] input").click()
    desk.locator(".o-autocomplete--dropdown-item").get_by_text("Total", exact=True).click()
    expect(desk.get_by_text("A pagar ahora")).to_be_visible()
    picture(desk, "desk-sign-up-plan")
    go_on(desk, "button[name=action_sign_on_tablet]")
    desk.get_by_role("button", name="Firmar en tableta").click()
    sign_everything(page_of(device="tablet"), read_address(desk))
    desk.locator(".modal").get_by_role("button", name="Cerrar", exact=True).last.click()
    go_on(desk, "[name=journal]")
    desk.locator("[name=journal]").get_by_text("Efectivo").click()
    picture(desk, "desk-sign-up-pay")
    desk.locator("button[name=action_finish]").click()
    [(state, total, residual)] = wait_for(
        gym,
        f"""SELECT one.state, move.amount_total, move.amount_residual FROM gym_subscription one
              JOIN gym_member member ON member.id = one.member_id
              JOIN res_partner partner ON partner.id = member.partner_id
              JOIN account_move move ON move.partner_id = partner.id AND move.move_type = 'out_invoice'
             WHERE partner.email = '{email}'""",
    )
    assert (state, residual) == ("active", 0)
    [(cash,)] = gym.query(
        f"""SELECT payment.amount FROM account_payment payment
              JOIN account_journal journal ON journal.id = payment.journal_id AND journal.type = 'cash'
              JOIN res_partner partner ON partner.id = payment.partner_id WHERE partner.email = '{email}'"""
    )
    assert cash == total


def go_on(page, selector):
    """Go to the next step of the wizard, which has what ``selector`` finds."""
    page.locator("button[name=action_next]").click()
    page.locator(selector).first.wait_for()
