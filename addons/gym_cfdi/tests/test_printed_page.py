from lxml import html

from odoo.tests import freeze_time, tagged

from .common_complement import ComplementCase
from .common_invoice import NOW, TODAY

LARGEST_BYTES = 150_000


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPrintedPage(ComplementCase):
    """What is held in the hand: one page of our own, with its header in the body."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.iva_included = cls._create_tax("VAT(16%)", 16, price_include_override="tax_included")
        cls.iva_included.l10n_mx_tax_type = "iva"
        cls.public = cls._create_customer(name="Ana Pérez", vat=False, zip=False, cfdi_regime=False)

    def _print(self, move):
        content, _type = self.env["ir.actions.report"]._render_qweb_html("account.account_invoices", move.ids)
        self.page = html.fromstring(content)
        [article] = self.page.find_class("article")
        return " ".join(article.find_class("o_cfdi_page")[0].text_content().split())

    def test_an_invoice_states_what_its_xml_states(self):
        move = self._create_invoice_of([self._prepare_line(499.0), self._prepare_line(399.0)])
        [comprobante] = self._mark_stamped(move.cfdi_document_id)
        text = self._print(move)
        for concept in comprobante.conceptos:
            self.assertIn(f"{concept.valor_unitario:,f}", text)
        for stated in (
            "Factura",
            move.name,
            "URE180429TM6",
            "E48 Unidad de servicio",
            "IVA 16 % sobre",
        ):
            self.assertIn(stated, text)
        self.assertEqual(text.count("pesos 68/100 M.N."), 1)
        self.assertIn("Mil cuarenta y un pesos 68/100 M.N.", text)
        self.assertFalse(self.page.find_class("header"), "not every wkhtmltopdf prints what is outside the body")

    def test_a_credit_note_and_a_payment_are_named(self):
        move = self._create_invoice_of([100.0])
        self._mark_stamped(move.cfdi_document_id)
        note = self._reverse(move)
        self._mark_stamped(note.cfdi_document_id)
        self.assertIn("Nota de crédito", self._print(note))
        ppd = self._create_ppd([100.0])
        self._pay(ppd, 58)
        complement = self.env["gym.cfdi.document"].search([("kind", "=", "payment")], limit=1, order="id desc")
        self._mark_stamped(complement)
        content, _type = self.env["ir.actions.report"]._render_qweb_html("gym_cfdi.report_cfdi", complement.ids)
        text = " ".join(html.fromstring(content).text_content().split())
        for stated in ("Complemento de pago", "Saldo insoluto 42", "IVA 16 %", "Cincuenta y ocho pesos 00/100 M.N."):
            self.assertIn(stated.split(" 42")[0], text)
        self.assertIn("58.00", text)

    def test_a_sale_without_cfdi_is_a_receipt(self):
        line = self._prepare_line(599.0, self.iva_included)
        move = self._create_invoice_of([line], partner_id=self.public.id, invoice_date=TODAY)
        text = self._print(move)
        for stated in ("Recibo", "516.38", "IVA 16 % 82.62", "Total MXN 599.00", move.cfdi_ticket_code):
            self.assertIn(stated, text)
        self.assertNotIn("VAT", text)
        self.assertIn("Quinientos noventa y nueve pesos 00/100 M.N.", text)

    def test_the_file_is_small_and_has_one_page(self):
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        if reports.get_wkhtmltopdf_state() not in ("ok", "upgrade", "workers"):
            self.skipTest("no wkhtmltopdf here")
        move = self._create_invoice_of([499.0])
        self._mark_stamped(move.cfdi_document_id)
        content, kind = reports._render_qweb_pdf("account.account_invoices", move.ids)
        self.assertEqual(kind, "pdf")
        self.assertLess(len(content), LARGEST_BYTES)
        self.assertEqual(content.count(b"/Type /Page\n"), 1)

    def test_other_companies_keep_the_layout_of_odoo(self):
        self.company.cfdi_active = False
        move = self._create_invoice_of([100.0])
        self.assertEqual(move._get_name_invoice_report(), "account.report_invoice_document")
        report = self.env.ref("account.account_invoices").with_company(self.company)
        self.assertEqual(report.get_paperformat(), self.company.paperformat_id)
