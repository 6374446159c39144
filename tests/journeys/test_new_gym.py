"""A gym that has nothing yet, and an owner who knows gyms but not Odoo: to the first member paid and the first CFDI.

What she presses is counted, and how long the pages let her wait; typing is not.
"""

import re
import time

import pytest
from playwright.sync_api import expect

MOST_CLICKS = 40
MOST_SECONDS = 300  # on a machine that does other things besides
STAMP_S = 60
RFC = "LOPA850101AB7"


class Owner:
    """Her hand: presses things, and counts."""

    def __init__(self, page):
        self.page, self.clicks, self.started = page, 0, time.monotonic()

    def press(self, thing):
        thing.click()
        self.clicks += 1

    def press_button(self, name, inside=None):
        self.press((inside or self.page).get_by_role("button", name=name, exact=True).first)

    def write(self, field, text, inside=".o_form_view"):
        self.page.locator(f"{inside} .o_field_widget[name={field}] input").first.fill(text)

    def step(self, key):
        return self.page.locator(f".o_gym_start_step[data-step={key}]")

    def expect_done(self, key):
        expect(self.step(key)).to_have_attribute("data-state", "done")

    @property
    def seconds(self):
        return time.monotonic() - self.started


@pytest.fixture(scope="module")
def owner(page_of_new):
    return Owner(page_of_new("admin", "desktop"))


def test_her_first_page_says_what_to_do(owner):
    owner.clicks += 1  # signing in
    for key in ("company", "branch", "plan", "documents", "cfdi", "payment", "team", "import", "member"):
        expect(owner.step(key)).to_have_attribute("data-state", "waiting")


def test_name_rfc_and_postal_code_make_the_company(owner, new_gym, picture):
    owner.press_button("Completar", owner.step("company"))
    owner.write("name", "Fuerza Mérida SA de CV", ".modal")
    owner.write("vat", "FRO150203JO9", ".modal")
    owner.write("zip", "97000", ".modal")
    owner.page.keyboard.press("Tab")
    expect(owner.page.locator(".modal .o_field_widget[name=state_name]")).to_contain_text("Yucatán")
    picture(owner.page, "start-company")
    owner.press_button("Guardar", owner.page.locator(".modal-footer"))
    owner.expect_done("company")
    [(chart, country)] = new_gym.query(
        """SELECT chart_template, code FROM res_company company JOIN res_partner partner ON partner.id = partner_id
             JOIN res_country country ON country.id = partner.country_id"""
    )
    assert (chart, country) == ("mx", "MX")


def test_branch_and_plan_need_a_name_and_a_price(owner):
    owner.press_button("Agregar sucursal", owner.step("branch"))
    owner.write("name", "Centro", ".modal")
    owner.press_button("Guardar", owner.page.locator(".modal-footer"))
    owner.expect_done("branch")
    owner.press_button("Agregar plan", owner.step("plan"))
    owner.write("name", "Mensual", ".modal")
    owner.write("price", "599", ".modal")
    owner.press_button("Guardar", owner.page.locator(".modal-footer"))
    owner.expect_done("plan")


def test_one_click_tries_invoices_without_validity(owner):
    owner.press_button("Probar sin validez fiscal", owner.step("cfdi"))
    expect(owner.step("cfdi")).to_contain_text("NO TIENE VALIDEZ FISCAL", timeout=STAMP_S * 1000)


def test_somebody_is_invited_and_the_rest_left_for_later(owner, picture):
    owner.press_button("Invitar a alguien", owner.step("team"))
    owner.write("name", "Recepción de la mañana", ".modal")
    owner.write("email", "manana@fuerza-merida.example", ".modal")
    picture(owner.page, "staff-invite")
    owner.press_button("Enviar invitación", owner.page.locator(".modal-footer"))
    owner.expect_done("team")
    owner.press_button("Después", owner.step("import"))
    expect(owner.step("import")).to_have_attribute("data-state", "left")


def test_the_first_member_pays(owner, new_gym):
    page = owner.page
    owner.press_button("Inscribir", owner.step("member"))
    owner.write("name", "Ana López Pérez")
    owner.write("phone", "9991234567")
    owner.press(page.locator("button[name=action_next]"))
    owner.press(page.locator(".o_field_widget[name=plan_id] input"))
    owner.press(page.locator(".o-autocomplete--dropdown-item", has_text="Mensual").first)
    expect(page.locator(".o_field_widget[name=preview]")).to_contain_text("599")
    for _step in ("plan", "documents"):
        owner.press(page.locator("button[name=action_next]"))
        expect(page.locator(".o_loading_indicator")).to_have_count(0)
    owner.press(page.locator(".o_field_widget[name=journal] label", has_text="Efectivo"))
    owner.press_button("Empezar")
    expect(page.locator(".o_field_widget[name=member_number]").first).to_be_visible()
    assert new_gym.query("SELECT state FROM gym_subscription") == [("active",)]
    assert new_gym.query("SELECT payment_state, amount_total FROM account_move WHERE move_type = 'out_invoice'") == [
        ("paid", 599)
    ]


def test_the_first_payment_gets_its_cfdi(owner, new_gym, picture):
    page = owner.page
    page.goto(f"{new_gym.url}/odoo")  # as somebody who comes back
    owner.expect_done("member")
    picture(page, "start-page")
    owner.press_button("Facturar el primer pago", owner.step("cfdi"))
    owner.press_button("Buscar mi ticket")
    page.get_by_label("RFC", exact=True).fill(RFC)
    page.get_by_label("Nombre o razón social").fill("ANA LOPEZ PEREZ")
    page.get_by_label("Código postal").fill("97000")
    page.get_by_label("Régimen fiscal").select_option("612")
    page.get_by_label(re.compile("[Cc]orreo")).fill("ana@example.com")
    owner.clicks += 1  # the regime is chosen in a list
    owner.press_button("Obtener mi factura")
    expect(page.get_by_text("Su factura está lista")).to_be_visible(timeout=STAMP_S * 1000)
    assert new_gym.query("SELECT count(*) FROM gym_cfdi_document WHERE uuid IS NOT NULL") == [(1,)]


def test_it_took_few_clicks_and_little_waiting(owner):
    print(f"{owner.clicks} clicks, {owner.seconds:.0f} s")
    assert owner.clicks < MOST_CLICKS
    assert owner.seconds < MOST_SECONDS
