"""A member's evening on a phone: joins, pays, gets the CFDI, freezes, goes up a plan and leaves, all by tapping.

The tests are one story and run in this order; each leg begins where the one before ended.
"""

import html
import re
import time
from datetime import datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import staff
from lxml import etree
from playwright.sync_api import expect

PASSWORD = "una-clave-larga-7"
CFDI = {"c": "http://www.sat.gob.mx/cfd/4", "t": "http://www.sat.gob.mx/TimbreFiscalDigital"}
RFC, FISCAL_NAME = "CACX7605101P8", "XOCHILT CASAS CHAVEZ"  # one of the SAT's own for tests
STAMP_S = 90


class Story:
    """What the legs hand on: the page, who joined, and how many taps it took."""

    def __init__(self, page, gym):
        self.page, self.gym = page, gym
        self.email = f"ximena-{int(time.time()):x}@example.com"
        self.taps = 0

    def tap(self, role, name, exact=False):
        """Tap what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, exact=exact).first.tap()
        self.taps += 1

    def query(self, sql):
        return self.gym.query(sql.format(email=self.email))

    @property
    def main(self):
        """What the page says, its spaces made plain."""
        return self.page.locator("main").inner_text().replace("\xa0", " ")

    def see_plan(self):
        self.page.goto("/my/gym/plan")


@pytest.fixture(scope="module")
def story(page_of, gym):
    return Story(page_of(), gym)


def wait_until(find, seconds=STAMP_S):
    """What ``find`` finds, as soon as it does."""
    until = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < until, f"nothing within {seconds} s"
        time.sleep(0.3)
    return found


def find_mail(address, part):
    """The HTML of a mail to an address in which ``part`` occurs, as it arrived; empty without one."""
    for file in staff.GYM.mails.glob(f"*{address}.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=default)
        body = mail.get_body(("html",)).get_content()
        if part in body:
            return body
    return ""


def draw(page):
    """Draw a signature with the pointer."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] * 0.6)
    page.mouse.down()
    for step in range(1, 15):
        page.mouse.move(box["x"] + 30 + 14 * step, box["y"] + box["height"] * (0.75 if step % 2 else 0.35))
    page.mouse.up()


def download(page, tap):
    """The bytes of what a tap downloads."""
    with page.expect_download() as waiting:
        tap()
    return waiting.value.path().read_bytes()


def amounts(text):
    """The amounts of money in a text, in its order."""
    return [Decimal(number.replace(",", "")) for number in re.findall(r"\$\s?([\d,]+\.\d\d)", text)]


# --- joining


def test_joins_online_and_sees_the_card(story, picture):
    page, started = story.page, time.monotonic()
    page.goto("/join")
    picture(page, "join-branches", whole=False)
    story.tap("link", "Roma Norte")
    picture(page, "join-plans", whole=False)
    assert "$ 599.00 al mes" in story.main
    story.tap("button", "Elegir Básico")
    fill_in_who_joins(story)
    page.wait_for_timeout(3500)  # nobody types faster, and the page knows
    story.tap("button", "Continuar")
    accept_documents(story, picture)
    sign(story, picture)
    expect(page.get_by_text("Por pagar hoy, IVA incluido")).to_be_visible()
    due = amounts(page.locator("tfoot").first.inner_text())[0]
    page.get_by_label("Detalles de pago").fill("4242 4242 4242 4242")
    picture(page, "join-pay")
    story.tap("button", "Pagar", exact=True)
    page.wait_for_url("**/end")
    expect(page.get_by_role("heading", name="Bienvenido")).to_be_visible()
    seconds = time.monotonic() - started
    picture(page, "join-welcome", whole=False)
    print(f"joined in {seconds:.0f} s of the machine's time and {story.taps} taps")
    assert story.taps <= 12
    check_what_joining_left(story, due)


def fill_in_who_joins(story):
    page = story.page
    page.get_by_label("Nombre completo de quien entrena").fill("Ximena Ordóñez Güemes")
    page.get_by_label("Fecha de nacimiento").fill("1994-05-17")
    page.get_by_label("Correo electrónico").fill(story.email)
    page.get_by_label("Teléfono celular").fill(f"55 {time.time_ns() // 1000 % 10**8:08d}")


def accept_documents(story, picture):
    page = story.page
    for name in ("Aviso de privacidad: finalidades necesarias", "Autorización de cargos recurrentes"):
        page.get_by_text(name).tap()
        story.taps += 1
    assert "$ 599.00 al mes" in story.main  # what the automatic charge will be
    picture(page, "join-documents", whole=False)
    story.tap("button", "Continuar")


def sign(story, picture):
    page = story.page
    expect(page.get_by_role("heading", name="Su firma")).to_be_visible()
    draw(page)
    story.taps += 1
    picture(page, "join-sign")
    story.tap("button", "Aceptar y firmar")
    page.wait_for_url("**/pay")


def check_what_joining_left(story, due):
    """The database holds the member, both consents, the card's mandate, and an invoice in Spanish paid to the cent."""
    number = re.search(r"\b\d{6}\b", story.main)[0]
    [(member, state, subscription, has_card)] = story.query(
        """SELECT member.member_number, subscription.state, subscription.id, subscription.token_id IS NOT NULL
             FROM gym_member member JOIN res_partner partner ON partner.id = member.partner_id
             JOIN gym_subscription subscription ON subscription.member_id = member.id WHERE partner.email = '{email}'"""
    )
    assert (member, state, has_card) == (number, "active", True)
    story.subscription = subscription
    [(total, paid, seller)] = story.query(
        f"""SELECT DISTINCT move.amount_total, move.payment_state, move.invoice_user_id FROM account_move move
             WHERE move.id IN (SELECT move_id FROM gym_subscription_period WHERE subscription_id = {subscription})"""
    )
    assert (total, seller) == (due, None)
    assert paid in ("paid", "in_payment")
    names = [
        name
        for (name,) in story.query(
            """SELECT line.name FROM account_move_line line JOIN res_partner payer ON payer.id = line.partner_id
            WHERE payer.email = '{email}' AND line.display_type = 'product' ORDER BY line.id"""
        )
    ]
    assert names[0] == "Inscripción: Básico"
    assert names[1].startswith("Básico: ")
    purposes = story.query(
        """SELECT DISTINCT consent.purpose FROM gym_consent consent
             JOIN gym_member member ON member.id = consent.member_id
             JOIN res_partner partner ON partner.id = member.partner_id WHERE partner.email = '{email}'"""
    )
    assert {"waiver", "privacy_necessary", "recurring_charge"} <= {purpose for (purpose,) in purposes}


def test_follows_the_invitation_to_the_portal(story, picture):
    invitation = wait_until(lambda: find_mail(story.email, "/web/signup"))
    link = urlsplit(html.unescape(re.search(r'href="([^"]*/web/signup[^"]*)"', invitation)[1]))
    page = story.page
    page.goto(f"{link.path}?{link.query}")
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_label("Confirmar contraseña").fill(PASSWORD)
    story.tap("button", "Registrarse")
    page.goto("/my/gym")
    expect(page.locator("main").get_by_text("Ximena Ordóñez Güemes")).to_be_visible()
    assert page.title().startswith("Mi gimnasio")
    picture(page, "member-home", whole=False)
    story.tap("link", "Ver y administrar mi plan")
    assert "4242" in story.main
    picture(page, "member-plan")


# --- the invoice


def test_gets_the_cfdi_in_her_own_name(story, picture):
    page = story.page
    page.goto("/my/fiscal")
    fill_in_fiscal_data(page)
    picture(page, "member-fiscal-data")
    page.get_by_role("button", name="Guardar").tap()
    expect(page.get_by_text("Guardado")).to_be_visible()
    story.see_plan()
    open_invoice(story)
    expect(page.frame_locator("iframe").locator(".o_cfdi_kind")).to_contain_text("Recibo")  # until it is a CFDI
    story.tap("link", "Facturar a mi RFC")
    expect(page.get_by_label("RFC", exact=True)).to_have_value(RFC)
    story.tap("button", "Obtener mi factura")
    expect(page.get_by_text("Su factura está lista")).to_be_visible(timeout=STAMP_S * 1000)
    picture(page, "member-cfdi-ready", whole=False)


def fill_in_fiscal_data(page):
    page.get_by_label("RFC", exact=True).fill(RFC)
    page.get_by_label("Nombre o razón social").fill(FISCAL_NAME)
    page.get_by_label("Código postal").fill("36257")
    page.get_by_label("Régimen fiscal").select_option("612")
    page.get_by_label("Uso del CFDI").select_option("G03")


def open_invoice(story):
    story.page.locator("a[href*='/invoice/']:not([href*='pdf'])").first.tap()
    story.page.wait_for_url("**/my/invoices/**")


def test_downloads_xml_and_pdf(story, picture):
    page = story.page
    story.see_plan()
    open_invoice(story)
    picture(page, "member-invoice", whole=False)
    files = page.locator(".o_cfdi_files")
    xml = etree.fromstring(download(page, files.get_by_role("link", name="XML").tap))
    pdf = download(page, files.get_by_role("link", name="PDF").tap)
    assert pdf.startswith(b"%PDF")
    [(uuid, total)] = story.query(
        f"""SELECT document.uuid, move.amount_total FROM gym_cfdi_document document
              JOIN account_move move ON move.id = document.move_id
             WHERE document.state = 'stamped' AND move.invoice_origin LIKE
                   (SELECT '%' || name || '%' FROM gym_subscription WHERE id = {story.subscription})"""
    )
    assert xml.xpath("string(//t:TimbreFiscalDigital/@UUID)", namespaces=CFDI).upper() == uuid.upper()
    assert Decimal(xml.get("Total")) == total
    assert xml.xpath("string(c:Receptor/@Rfc)", namespaces=CFDI) == RFC
    assert xml.xpath("c:Conceptos/c:Concepto/@Descripcion", namespaces=CFDI)[0] == "Inscripción: Básico"


# --- changes


def test_freezes_a_week(story, picture):
    page, first = story.page, datetime.now(ZoneInfo("America/Mexico_City")).date() + timedelta(days=3)
    story.see_plan()
    story.tap("link", "Pausar")
    page.get_by_label("Primer día").fill(first.isoformat())
    page.get_by_label("Último día").fill((first + timedelta(days=6)).isoformat())
    story.tap("button", "Ver qué implica")
    assert "7 días sin acceso" in story.main
    moved = re.search(r"El próximo cargo pasa al (\S+)\.", story.main)[1]
    story.tap("button", "Pausar estos días")
    assert f"el {moved}" in story.main.replace("\n", " ")
    picture(page, "member-freeze", whole=False)
    rows = story.query(
        f"SELECT date_start, date_end FROM gym_subscription_freeze WHERE subscription_id = {story.subscription}"
    )
    assert rows == [(first, first + timedelta(days=7))]


def test_goes_up_a_plan_for_what_the_preview_says(story, picture):
    page = story.page
    story.see_plan()
    take_the_rest_back(story)
    story.tap("link", "Cambiar de plan")
    with page.expect_navigation():
        page.get_by_role("link").filter(has=page.get_by_role("heading", name="Total", exact=True)).tap()
    shown = amounts(page.locator("tfoot").inner_text())[-1]
    picture(page, "member-upgrade", whole=False)
    [(before,)] = story.query("SELECT max(id) FROM account_move")
    story.tap("button", "Cambiar a Total")
    billed = story.query(
        f"""SELECT move.amount_total_signed, move.state FROM account_move move
             WHERE move.id > {before} AND move.move_type IN ('out_invoice', 'out_refund') AND move.invoice_origin LIKE
                   (SELECT '%' || name || '%' FROM gym_subscription WHERE id = {story.subscription})"""
    )
    assert [state for _amount, state in billed] == ["posted"] * len(billed)
    assert sum(amount for amount, _state in billed) == shown
    [(plan,)] = story.query(
        f"""SELECT plan.code FROM gym_plan plan JOIN gym_subscription one ON one.plan_id = plan.id
             WHERE one.id = {story.subscription}"""
    )
    assert plan == "TOTAL"


def take_the_rest_back(story):
    """A planned rest would be in the way of what the change costs."""
    story.tap("button", re.compile("pausa", re.I))


def test_leaves_with_a_folio_and_a_receipt(story, picture):
    page = story.page
    story.see_plan()
    story.tap("link", "Cancelar")
    picture(page, "member-cancel")
    story.tap("button", "Cancelar mi plan")
    [(folio, requested, charged)] = story.query(
        f"""SELECT cancel_folio, cancel_requested_at IS NOT NULL, next_bill_date FROM gym_subscription
             WHERE id = {story.subscription}"""
    )
    assert folio and requested and charged is None
    expect(page.get_by_text(folio).first).to_be_visible()
    picture(page, "member-folio", whole=False)
    receipt = download(page, page.locator("a[href*='receipt']").first.tap)
    assert receipt.startswith(b"%PDF")
