"""Fiscal data of customers, and going over all of them before the month is billed."""

from odoo.tests import Form, freeze_time, tagged

from .common_invoice import NOW, CfdiInvoiceCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPartner(CfdiInvoiceCase):
    def test_name_follows_the_contact_until_another_is_written(self):
        self.assertEqual(self.customer.cfdi_name, "UNIVERSIDAD ROBOTICA ESPAÑOLA")
        self.assertEqual(self.customer.name, "Universidad Robótica Española, S.A. de C.V.")
        self.customer.name = "Robótica Unida SC"
        self.assertEqual(self.customer.cfdi_name, "ROBOTICA UNIDA")
        self.customer.cfdi_name = "universidad  robótica del norte"
        self.customer.name = "URN"
        self.assertEqual(self.customer.cfdi_name, "UNIVERSIDAD ROBÓTICA DEL NORTE")
        self.customer.cfdi_name = False
        self.assertEqual(self.customer.cfdi_name, "URN")

    def test_rfc_is_written_as_the_sat_does(self):
        with Form(self.env["res.partner"]) as form:
            form.name = "Escuela"
            form.vat = "eku-900317-3c9"
        self.assertEqual(form.record.vat, "EKU9003173C9")

    def test_state_says_whether_an_invoice_would_be_stamped(self):
        self.assertEqual(self.customer.cfdi_data_state, "ok")
        self.customer.zip = "00001"
        self.assertEqual((self.customer.cfdi_data_state, self.customer.cfdi_data_codes), ("error", "CFDI40147"))
        self.assertEqual(self.env["res.partner"].create({"name": "Ana"}).cfdi_data_state, "generic")

    def test_wrong_check_digit_only_warns(self):
        self.customer.vat = "URE180429TM5"
        self.assertEqual((self.customer.cfdi_data_state, self.customer.cfdi_data_codes), ("warning", "CFDI40143"))

    def test_text_that_is_no_rfc_is_an_error(self):
        self.customer.vat = "URE18"
        self.assertEqual((self.customer.cfdi_data_state, self.customer.cfdi_data_codes), ("error", "RFC"))

    def test_wage_earner_cannot_have_general_expenses(self):
        worker = self._create_customer(name="Karina Fuentes", vat="FUNK671228PH6", cfdi_regime="605", cfdi_use="G03")
        self.assertEqual(worker.cfdi_data_codes, "CFDI40161")
        worker.cfdi_use = False
        self.assertEqual(worker.cfdi_data_state, "ok" if not worker.cfdi_data_codes else "warning")
        self.assertNotIn("CFDI40161", worker.cfdi_data_codes or "")

    def test_contacts_share_the_data_of_their_company(self):
        contact = self.env["res.partner"].create({"name": "Compras", "parent_id": self.customer.id})
        self.assertEqual(contact.cfdi_regime, "601")
        self.customer.cfdi_use = "G01"
        self.assertEqual(contact.cfdi_use, "G01")

    def test_customers_get_one_todo_which_ends_when_they_are_corrected(self):
        customers = self._create_customer(zip="00001") | self._create_customer()
        customers.action_cfdi_request_corrections()
        customers.action_cfdi_request_corrections()
        self.assertEqual([len(customer.activity_ids) for customer in customers], [1, 0])
        self.assertIn("DomicilioFiscalReceptor", customers[0].activity_ids.note)
        customers[0].zip = "86991"
        self.assertFalse(customers[0].activity_ids)

    def test_check_of_all_customers_judges_them_anew(self):
        self._create_invoice_of()
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET cfdi_data_state = 'error' WHERE id = %s", [self.customer.id])
        self.env.invalidate_all()
        action = self.env["res.partner"].action_cfdi_check_customers()
        self.assertEqual(self.customer.cfdi_data_state, "ok")
        self.assertEqual(action["res_model"], "res.partner")

    def test_todo_escapes_what_people_typed(self):
        customer = self._create_customer(vat="<b>1</b>")
        customer.action_cfdi_request_corrections()
        self.assertNotIn("<B>", customer.activity_ids.note.upper().replace("<BR", ""))
