from unittest.mock import patch

from lxml import html

from odoo import http
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.vigor_guard.domain.network import group_address

from ..controllers import self_invoicing
from ..domain.ticket_code import code_of
from .common_invoice import NOW
from .common_stamping import CfdiStampingCase

FORM = {
    "rfc": "cacx7605101p8",
    "name": "Xochilt Casas Chávez",
    "zip": "36257",
    "regime": "612",
    "use": "G03",
    "email": "xochilt@example.com",
}


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSelfInvoicing(HttpCase, CfdiStampingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.public = cls.env["res.partner"].create({"name": "Juan Sin RFC"})
        cls.ticket = cls._create_invoice_of([430.17], partner_id=cls.public.id)
        cls.number, cls.code = cls.ticket.name, cls.ticket.cfdi_ticket_code

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _post(self, path, **form):
        return self.url_open(path, data=form | {"csrf_token": http.Request.csrf_token(self)})

    def _show_ticket(self, number=None, code=None):
        return self._post("/factura", number=number or self.number, code=code or self.code)

    def test_who_holds_a_ticket_gets_its_cfdi(self):
        self.assertFalse(self.ticket.cfdi_document_id, "sales without RFC wait for the global invoice")
        self.assertIn("/factura/datos", self._show_ticket().url)
        page = self._post("/factura/datos", **FORM)
        self.assertIn("/factura/listo", page.url)
        self.assertIn("refresh", page.text, "it waits for the stamp")
        document = self.ticket.cfdi_document_id
        self.assertEqual((document.state, document.receptor_rfc), ("to_seal", "CACX7605101P8"))
        self.assertEqual(document.receptor_name, "XOCHILT CASAS CHAVEZ")
        self.assertEqual(self.ticket.partner_id, self.public, "the entry stays with its customer")
        self._stamp(document)
        page = self.url_open("/factura/listo")
        self.assertIn(document.uuid, page.text)
        self.assertIn("SIN VALIDEZ FISCAL" if document.is_test else document.uuid, page.text)
        xml = self.url_open("/factura/cfdi.xml")
        self.assertEqual(xml.content, document._get_stamped_bytes())
        self.assertIn(b'Rfc="CACX7605101P8"', xml.content)

    def test_who_states_an_rfc_after_the_sale_still_gets_its_cfdi(self):
        self.public.write({"vat": FORM["rfc"].upper(), "zip": FORM["zip"], "cfdi_regime": FORM["regime"]})
        self.assertTrue(self.ticket.cfdi_to_global, "it waits for the global invoice all the same")
        self.assertIn("/factura/datos", self._show_ticket().url)

    def test_the_files_are_mailed(self):
        self._show_ticket()
        self._post("/factura/datos", **FORM)
        document = self.ticket.cfdi_document_id
        self._stamp(document)
        document._job_send_to_holder()
        mail = self.env["mail.mail"].search([("email_to", "=", "xochilt@example.com")])
        self.assertEqual(len(mail), 1)
        self.assertEqual(sorted(mail.attachment_ids.mapped("name")), [f"{document.uuid}.pdf", f"{document.uuid}.xml"])

    def test_what_the_sat_would_refuse_comes_back_with_the_form(self):
        self._show_ticket()
        page = self._post("/factura/datos", **(FORM | {"regime": "601", "email": "nobody"}))
        self.assertIn("/factura/datos", page.url)
        self.assertIn("is-invalid", page.text)
        self.assertIn('value="Xochilt Casas Chávez"', page.text, "what was typed is kept")
        self.assertFalse(self.ticket.cfdi_receptor_id)
        self.assertFalse(self.ticket.cfdi_document_ids)

    def test_the_total_opens_no_ticket(self):
        for total in (f"{self.ticket.amount_total:.2f}", f"${self.ticket.amount_total:,.2f}"):
            self.assertTrue(self._show_ticket(code=total).url.endswith("/factura"))
            self._post("/factura", number=self.number, amount=total)
        self.assertTrue(self._post("/factura/datos", **FORM).url.endswith("/factura"))
        self.assertFalse(self.ticket.cfdi_receptor_id)

    def test_the_code_is_read_however_it_is_typed(self):
        self.assertIn("/factura/datos", self._show_ticket(code=f" {self.code[:3].lower()}-{self.code[3:]} ").url)

    def test_the_customer_finds_the_code_on_paper_and_in_the_portal(self):
        report = self.env["ir.actions.report"]
        page = report._render_qweb_html("account.account_invoices", self.ticket.ids)[0].decode()
        self.assertIn(self.code, page)
        self.assertIn("/factura", page)
        page = self.url_open(self.ticket.get_portal_url())
        self.assertIn(self.code, page.text)
        self.assertIn(f"/my/invoices/{self.ticket.id}/factura", page.text)

    def test_what_is_no_ticket_has_no_code(self):
        named, draft = (
            self._create_invoice_of([100]),
            self._create_invoice_of([1], partner_id=self.public.id, post=False),
        )
        self.assertEqual((named | draft).mapped("cfdi_ticket_code"), [False, False])
        self.ticket.cfdi_receptor_id = self.customer
        self.assertFalse(self.ticket.cfdi_ticket_code)

    def test_a_name_that_is_a_formula_comes_back_with_the_form(self):
        contacts = self.env["res.partner"].search_count([])
        for name in ('=HYPERLINK("http://evil.example")', "+1+1", "-2", "@SUM(A1)", "＝1"):
            self._show_ticket()
            page = self._post("/factura/datos", **(FORM | {"name": name}))
            self.assertIn("is-invalid", page.text, name)
            self.assertFalse(self.ticket.cfdi_receptor_id, name)
        self.assertEqual(self.env["res.partner"].search_count([]), contacts)

    def test_wrong_code_or_number_look_the_same(self):
        pages = [
            self._show_ticket(code="333333"),
            self._show_ticket(number="INV/0000/00000"),
            self._show_ticket(code="ñ" * 6),
        ]
        [text] = {page.text.split('role="alert"')[1].split("</div>")[0] for page in pages}
        self.assertTrue(text)
        self.assertEqual(self.url_open("/factura/datos").url.rsplit("/", 1)[1], "factura")

    def test_guessing_is_stopped(self):
        for sign in "34679CDF":
            self._show_ticket(code=sign * 6)
        page = self._show_ticket()
        self.assertTrue(page.url.endswith("/factura"), "even the right code no longer passes")
        self.assertFalse(self.ticket.cfdi_receptor_id)

    def test_the_addresses_of_one_line_are_one(self):
        guesses = self.env["vigor.guard.attempt"]
        for host in range(8):
            with patch.object(
                self_invoicing, "group_address", lambda _address, host=host: group_address(f"2001:db8::{host}")
            ):
                self._show_ticket(number=f"INV/{host}")
        self.assertFalse(guesses._may_guess(8, 1800, ("cfdi ticket network", "2001:db8::/64")))

    def test_all_visitors_together_have_a_limit(self):
        with patch.object(self_invoicing, "SEARCHES_AN_HOUR", 3):
            pages = [self._show_ticket(number=f"INV/{number}") for number in range(3)]
            self.assertTrue(self._show_ticket().url.endswith("/factura"))
        self.assertEqual([page.status_code for page in pages], [200, 200, 200])
        self.assertIn("/factura/datos", self._show_ticket().url)

    def test_named_old_and_invoiced_sales_are_not_tickets(self):
        named = self._create_invoice_of([100])
        old = self._create_invoice_of([100], partner_id=self.public.id, invoice_date="2026-10-31")
        draft = self._create_invoice_of([100], partner_id=self.public.id, post=False)
        invoiced = self._create_invoice_of([100], partner_id=self.public.id)
        invoiced._record_cfdi_intention(is_asked=True)
        moves = self.env["account.move"]
        for move in (named, old, draft, invoiced):
            code = code_of(self.env["ir.config_parameter"].sudo().get_param("database.secret"), move.id)
            self.assertFalse(moves._find_cfdi_ticket(move.name, code), move.name)
        self.company.cfdi_self_invoicing = False
        self.assertFalse(moves._find_cfdi_ticket(self.number, self.code))

    def test_a_company_with_a_site_of_its_own_invoices_there(self):
        company_class, twin = self.registry["res.company"], self._create_twin()
        get_base_url = company_class.get_base_url
        elsewhere = patch.object(
            company_class,
            "get_base_url",
            lambda company: "https://otra.example" if company == twin.company_id else get_base_url(company),
        )
        with elsewhere:
            self.assertTrue(self._show_ticket(code=twin.cfdi_ticket_code).url.endswith("/factura"))
        self.assertIn("/factura/datos", self._show_ticket(code=twin.cfdi_ticket_code).url)

    def _create_twin(self):
        """Return a ticket of another company with the number of this one's."""
        other = self.setup_other_company(name="Otra", zip="42501", cfdi_active=True)
        twin = self._create_invoice_of(
            [self._prepare_line(self.ticket.amount_total, taxes=self.env["account.tax"])],
            partner_id=self.public.id,
            journal_id=other["default_journal_sale"].id,
            post=False,
        )
        twin.name = self.number
        twin.action_post()
        return twin

    def test_the_same_number_in_two_companies_is_of_the_one_that_has_the_code(self):
        twin = self._create_twin()
        moves, visited = self.env["account.move"], self.env["res.company"].create({"name": "Visited"})
        for company in (self.company, twin.company_id, visited):
            ours = moves.with_company(company)
            for move in (self.ticket, twin):
                self.assertEqual(move, ours._find_cfdi_ticket(self.number, move.cfdi_ticket_code), company.name)

    def test_no_contact_is_changed_by_a_stranger(self):
        values = {"name": "Xochilt", "vat": "CACX7605101P8", "zip": "01000", "cfdi_regime": "612"}
        known = self._create_customer(**values)
        before = known.read(["name", "vat", "zip", "cfdi_name", "cfdi_regime", "email"])
        self._show_ticket()
        self._post("/factura/datos", **FORM)
        self.assertNotEqual(self.ticket.cfdi_receptor_id, known)
        self.assertEqual(known.read(["name", "vat", "zip", "cfdi_name", "cfdi_regime", "email"]), before)

    def test_the_same_customer_is_recognised(self):
        known = self._create_customer(
            name="Xochilt Casas Chávez", vat="CACX7605101P8", zip="36257", cfdi_regime="612", cfdi_use="S01"
        )
        self._show_ticket()
        self._post("/factura/datos", **FORM)
        self.assertEqual(self.ticket.cfdi_receptor_id, known)
        self.assertEqual(self.ticket.cfdi_use, "G03")

    def test_a_visitor_never_sees_what_another_got(self):
        self._show_ticket()
        self._post("/factura/datos", **FORM)
        self._stamp(self.ticket.cfdi_document_id)
        self.authenticate(None, None)
        for path in ("/factura/listo", "/factura/datos", "/factura/cfdi.xml", "/factura/cfdi.pdf"):
            response = self.url_open(path)
            self.assertTrue(response.url.endswith("/factura"), path)
            self.assertNotIn("CACX7605101P8", response.text)

    def test_pages_and_files_are_stored_nowhere_and_shown_in_no_frame(self):
        self._show_ticket()
        self._post("/factura/datos", **FORM)
        self._stamp(self.ticket.cfdi_document_id)
        for path in ("/factura", "/factura/listo", "/factura/cfdi.xml", "/factura/cfdi.pdf"):
            headers = self.url_open(path).headers
            self.assertEqual(headers["Cache-Control"], "no-store", path)
            if path[-4:] not in (".xml", ".pdf"):
                self.assertIn("frame-ancestors 'self'", headers["Content-Security-Policy"], path)
                self.assertEqual(headers["X-Frame-Options"], "SAMEORIGIN", path)

    def test_a_form_without_token_is_refused(self):
        with mute_logger("odoo.http"):
            response = self.url_open("/factura", data={"number": self.number, "code": self.code})
        self.assertEqual(response.status_code, 400)

    # === FROM THE PORTAL === #

    def _sign_in(self):
        user = new_test_user(self.env, "ticket_juan", groups="base.group_portal", name="Juan Sin RFC")
        user.partner_id = self.public
        self.public.email = "juan@example.com"
        self.authenticate(user.login, user.login)
        return f"/my/invoices/{self.ticket.id}"

    def test_a_number_typed_otherwise_finds_the_ticket(self):
        for number in (self.number.lower(), self.number.replace("/", " "), f" {self.number.replace('/', '-')}"):
            self.assertIn("/factura/datos", self._show_ticket(number=number).url, number)

    def test_from_the_invoice_it_is_two_taps_and_the_data_are_kept(self):
        page = self._sign_in()
        self.assertIn(f"{page}/factura", self.url_open(page).text)
        form = self.url_open(f"{page}/factura")
        self.assertIn("/factura/datos", form.url)
        self.assertIn("fiscal_keep", form.text)
        self.assertIn("juan@example.com", form.text)
        self._post("/factura/datos", **FORM, keep="1")
        self.assertEqual((self.public.vat, self.public.cfdi_regime), ("CACX7605101P8", "612"))
        self.assertEqual(self.ticket.cfdi_receptor_id, self.public)
        self.assertEqual(self.ticket.cfdi_document_id.receptor_rfc, "CACX7605101P8")

    def test_data_are_kept_only_when_ticked(self):
        self._sign_in()
        self._show_ticket()
        self._post("/factura/datos", **FORM)
        self.assertFalse(self.public.vat)

    def test_the_ticket_of_somebody_else_changes_nobody(self):
        self._sign_in()
        stranger = self.env["res.partner"].create({"name": "Otra Sin RFC"})
        theirs = self._create_invoice_of([100], partner_id=stranger.id)
        self.assertEqual(self.url_open(f"/my/invoices/{theirs.id}/factura").status_code, 404)
        self._show_ticket(number=theirs.name, code=theirs.cfdi_ticket_code)
        self._post("/factura/datos", **FORM, keep="1")
        self.assertTrue(theirs.cfdi_receptor_id)
        self.assertFalse(self.public.vat or stranger.vat)

    def test_a_salary_proposes_no_effects(self):
        self._sign_in()
        self.public.write({"cfdi_regime": "605", "cfdi_use": "G03"})
        form = html.fromstring(self.url_open(f"/my/invoices/{self.ticket.id}/factura").content)
        self.assertEqual(form.xpath("//select[@name='use']/option[@selected]/@value"), ["S01"])
        [gastos] = form.xpath("//select[@name='use']/option[@value='G03']/@data-regimes")
        self.assertNotIn("605", gastos.split())

    def test_an_invoice_without_cfdi_says_why(self):
        page = self._sign_in()
        self.assertIn("until", self.ticket._get_cfdi_portal_note())
        self.assertIn('name="cfdi_note"', self.url_open(page).text)
        with freeze_time("2026-12-02 18:00:00"):
            self.ticket.invalidate_recordset(["cfdi_ticket_code"])
            self.assertIn("month is over", self.ticket._get_cfdi_portal_note())

    def test_a_named_sale_whose_cfdi_was_never_asked_for_is_offered(self):
        self.company.cfdi_active = False
        named = self._create_invoice_of([100])
        self.company.cfdi_active = True
        self.assertFalse(named.cfdi_document_id)
        self.assertTrue(named.cfdi_ticket_code)
        self.company.cfdi_since = "2026-11-22"
        named.invalidate_recordset(["cfdi_ticket_code"])
        self.assertFalse(named.cfdi_ticket_code, "other software stamped it")
        self.assertIn("not made with this system", named._get_cfdi_portal_note())
