from odoo import http
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common_invoice import NOW
from .common_stamping import CfdiStampingCase

FORM = {"rfc": "CACX7605101P8", "name": "Xochilt Casas Chávez", "zip": "36257", "regime": "612", "use": "G03"}


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPortalFiscal(HttpCase, CfdiStampingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "fiscal_xochilt", groups="base.group_portal", name="Xochilt Casas")
        cls.other = new_test_user(cls.env, "fiscal_otro", groups="base.group_portal", name="Otro Cliente")

    def _post(self, user, **form):
        self.authenticate(user.login, user.login)
        return self.url_open("/my/fiscal", data=form | {"csrf_token": http.Request.csrf_token(self)})

    def test_customers_keep_their_fiscal_data(self):
        page = self._post(self.user, **FORM)
        self.assertIn("saved=1", page.url)
        partner = self.user.partner_id
        self.assertEqual(
            (partner.vat, partner.cfdi_name, partner.zip, partner.cfdi_regime, partner.cfdi_use),
            ("CACX7605101P8", "XOCHILT CASAS CHAVEZ", "36257", "612", "G03"),
        )
        self.assertEqual(partner.name, "Xochilt Casas", "the name of the contact is theirs")
        self.assertEqual(partner.cfdi_data_state, "ok")

    def test_nothing_is_saved_with_an_error(self):
        page = self._post(self.user, **(FORM | {"zip": "00001"}))
        self.assertIn("is-invalid", page.text)
        self.assertIn('value="CACX7605101P8"', page.text)
        self.assertFalse(self.user.partner_id.vat)

    def test_a_contact_of_a_company_does_not_change_the_company(self):
        self.user.partner_id.parent_id = self.customer
        before = self.customer.vat
        page = self._post(self.user, **FORM)
        self.assertIn(self.customer.name, page.text)
        self.assertEqual(self.customer.vat, before)
        self.assertNotEqual(self.user.partner_id.cfdi_regime, "612")

    def test_files_are_for_whoever_sees_the_invoice(self):
        self.user.partner_id.write({"vat": "CACX7605101P8", "zip": "36257", "cfdi_regime": "612"})
        move = self._create_invoice_of(partner_id=self.user.partner_id.id)
        document = move.cfdi_document_id
        path = f"/my/invoices/{move.id}/cfdi/{document.id}.xml"
        self.authenticate(self.user.login, self.user.login)
        self.assertEqual(self.url_open(path).status_code, 404, "not stamped yet")
        self._stamp(document)
        self.assertEqual(self.url_open(path).content, document._get_stamped_bytes())
        self.assertIn(document.uuid, self.url_open(path).headers["Content-Disposition"])
        self.assertIn(f"/cfdi/{document.id}.pdf", self.url_open(f"/my/invoices/{move.id}").text)
        stranger_move = self._create_invoice_of()
        self.assertEqual(
            self.url_open(f"/my/invoices/{stranger_move.id}/cfdi/{document.id}.xml").status_code, 404, "not its invoice"
        )
        self.authenticate(self.other.login, self.other.login)
        self.assertEqual(self.url_open(path).status_code, 404)
        self.assertEqual(self.url_open(f"{path}?access_token=guess").status_code, 404)
        self.assertEqual(self.url_open(f"{path}?access_token={move._portal_ensure_token()}").status_code, 200)
