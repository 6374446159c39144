from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..domain.fiscal_form import FiscalData
from .common_global import FIRST_OF_DECEMBER, CfdiGlobalCase


@freeze_time(FIRST_OF_DECEMBER)
@tagged("post_install", "-at_install")
class TestGymCfdiGlobalLeaving(CfdiGlobalCase):
    """A sale leaves the global invoice that states it: for its customer's own invoice, or with the whole document."""

    def test_a_customer_who_wants_an_invoice_gets_it_after_a_credit_note(self):
        sale, other = self._sell(), self._sell()
        issued = self._issue_due()
        sale._record_cfdi_intention(is_asked=True)
        line = issued.line_ids.filtered(lambda line: line.number == sale.name)
        credit = line.credit_document_id
        self.assertEqual((line.state, credit.state), ("leaving", "to_seal"))
        self.assertFalse(sale.cfdi_document_id)
        self._stamp()
        self.assertEqual((line.state, credit.state), ("left", "stamped"))
        note = self._read(credit)
        self.assertEqual((note.tipo_de_comprobante, float(note.total)), ("E", sale.amount_total))
        self.assertEqual(note.cfdi_relacionados[0].uuids, (issued.document_id.uuid,))
        self.assertEqual(sale.cfdi_document_id.state, "stamped")
        self.assertEqual(float(self._read(sale.cfdi_document_id).total), sale.amount_total)
        self.assertFalse(sale.cfdi_global_id)
        self.assertEqual(other.cfdi_global_id, issued)
        self.assertEqual(self._issue_due(), issued)
        self.assertEqual(len(self.sandbox.stamps()), 3)

    def test_asking_twice_credits_once(self):
        sale = self._sell()
        issued = self._issue_due()
        sale._record_cfdi_intention(is_asked=True)
        with self.assertRaises(UserError):
            sale._record_cfdi_intention(is_asked=True)
        self.assertEqual(len(self.env["gym.cfdi.document"].search([("kind", "=", "global_credit")])), 1)
        self.assertEqual(issued.line_ids.state, "leaving")

    @mute_logger("odoo.addons.vigor_cron.models.ir_cron")
    def test_a_place_whose_sales_cannot_be_stated_is_on_the_list_with_its_place(self):
        self._sell()
        [place] = self.Global._get_global_places(self.company)
        with patch.object(type(self.Global), "_make", side_effect=KeyError("tax")):
            self.Global._cron_issue()
        problem = self.env["vigor.cron.problem"].search(
            [("res_model", "=", "res.company"), ("res_id", "=", self.company.id)]
        )
        self.assertEqual((problem.variant, problem.state), (place, "open"))
        self.assertIn(place, problem.work)
        self.assertEqual(len(self._issue_due()), 1)
        self.assertEqual(problem.state, "solved")

    def test_leaving_a_global_invoice_that_is_not_stamped_yet_waits_for_it(self):
        sale, _other = self._sell(), self._sell()
        self.Global._cron_issue()
        issued = sale.cfdi_global_id
        sale._record_cfdi_intention(is_asked=True)
        credit = issued.line_ids.credit_document_id
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            credit.with_env(credit.env(cr=cr))._job_stamp()
        self.env.invalidate_all()
        self.assertEqual(credit.state, "rejected")
        self._stamp()
        self.assertEqual(credit.state, "stamped")
        self.assertEqual(sale.cfdi_document_id.state, "stamped")

    def test_a_credit_note_that_is_withdrawn_leaves_the_sale_where_it_was(self):
        sale = self._sell()
        issued = self._issue_due()
        sale._record_cfdi_intention(is_asked=True)
        issued.line_ids.credit_document_id._transition("withdraw")
        self.assertEqual(issued.line_ids.state, "stated")
        self.assertEqual(sale.cfdi_global_id, issued)
        self._stamp()
        self.assertFalse(sale.cfdi_document_id)

    def test_a_sale_returned_in_part_before_leaves_with_its_return(self):
        sale, _other = self._sell(), self._sell()
        refund = self._return(sale, 99.0)
        issued = self._issue_due()
        sale._record_cfdi_intention(is_asked=True)
        self._stamp()
        credit = issued.line_ids.credit_document_id
        self.assertEqual(float(self._read(credit).total), sale.amount_total - refund.amount_total)
        self.assertEqual(sale.cfdi_document_id.state, "stamped")
        note = self._read(refund.cfdi_document_id)
        self.assertEqual(note.cfdi_relacionados[0].uuids, (sale.cfdi_document_id.uuid,))

    def test_the_ticket_of_a_sale_in_a_global_invoice_is_invoiced_once(self):
        sale, other = self._sell("2026-12-01"), self._sell("2026-12-01")
        with freeze_time("2026-12-02 07:00:00"):
            self.company.cfdi_global_periodicity = "01"
            issued = self._issue_due()
            self.assertEqual(sale.cfdi_global_id, issued)
            code = sale.cfdi_ticket_code
            ticket = self.env["account.move"]._find_cfdi_ticket(sale.name, code)
            self.assertEqual(ticket, sale)
            data = FiscalData(rfc="CACX7605101P8", name="XOCHILT CASAS CHAVEZ", zip="36257", regime="612", use="G03")
            ticket._make_cfdi_nominative(data, "xochilt@example.com")
            self.assertFalse(self.env["account.move"]._find_cfdi_ticket(sale.name, code))
            self._stamp()
        credit = self._read(issued.line_ids.credit_document_id)
        own = self._read(sale.cfdi_document_id)
        self.assertEqual((credit.receptor.rfc, own.receptor.rfc), ("XAXX010101000", "CACX7605101P8"))
        self.assertEqual((credit.total, own.total), (own.total, Decimal(str(sale.amount_total))))
        self.assertEqual((other.cfdi_global_id, sale.cfdi_global_id.id), (issued, False))
        self.assertEqual(len(self.sandbox.stamps()), 3)

    def test_the_credit_note_of_a_sale_by_name_is_made_out_to_the_same_customer(self):
        sale = self._sell()
        sale.cfdi_receptor_id = self.customer
        sale._record_cfdi_intention(is_asked=True)
        refund = self._return(sale, 99.0)
        self.assertFalse(refund.cfdi_to_global)
        self._stamp()
        note = self._read(refund.cfdi_document_id)
        self.assertEqual((note.receptor.rfc, refund.cfdi_document_id.partner_id), (self.customer.vat, self.customer))
        self.assertEqual(note.cfdi_relacionados[0].uuids, (sale.cfdi_document_id.uuid,))

    def test_what_was_returned_before_follows_a_sale_that_is_invoiced_by_name(self):
        sale = self._sell()
        refund = self._return(sale, 99.0)
        sale.cfdi_receptor_id = self.customer
        sale._record_cfdi_intention(is_asked=True)
        self._stamp()
        self.assertEqual(refund.cfdi_document_id.state, "stamped")
        self.assertEqual(self._read(refund.cfdi_document_id).receptor.rfc, self.customer.vat)
        self.assertFalse(self._issue_due().line_ids)

    def test_a_ticket_that_was_returned_is_not_invoiced_by_who_holds_it(self):
        whole, part = self._sell("2026-12-01"), self._sell("2026-12-01")
        self._return(whole, day="2026-12-01")
        self.assertFalse(whole.cfdi_ticket_code)
        code = part.cfdi_ticket_code
        self.company.cfdi_global_periodicity = "01"
        with freeze_time("2026-12-02 07:00:00"):
            self._issue_due()
            self.assertTrue(part.cfdi_global_id)
            self._return(part, 99.0, day="2026-12-02")
            self.assertFalse(part.cfdi_ticket_code)
            self.assertFalse(self.env["account.move"]._find_cfdi_ticket(part.name, code))

    def test_the_other_way_out_cancels_the_global_invoice_and_issues_it_anew(self):
        sale, other = self._sell(), self._sell()
        issued = self._issue_due()
        issued.line_ids.filtered(lambda line: line.number == sale.name)._take_out_by_cancelling()
        self.assertEqual(issued.cfdi_state, "cancel_requested")
        self.assertFalse(sale.cfdi_document_id)
        self._cancel_at_sat(issued.document_id)
        self.assertEqual((issued.state, issued.cfdi_state), ("cancelled", "cancelled"))
        self.assertEqual(issued.document_id.cancel_motive, "04")
        self._stamp()
        anew = self.Global.search([("company_id", "=", self.company.id)]) - issued
        self.assertEqual((anew.line_ids.number, anew.cfdi_state), (other.name, "stamped"))
        self.assertEqual(sale.cfdi_document_id.state, "stamped")
        self.assertFalse(sale.cfdi_global_id)
        self.assertEqual(other.cfdi_global_id, anew)
        self.assertEqual(sorted(row["state"] for row in self.sandbox.stamps()), ["Cancelado", "Vigente", "Vigente"])
        self.assertEqual(self._issue_due(), issued + anew)

    def test_when_the_sat_does_not_cancel_the_sale_stays(self):
        sale, other = self._sell(), self._sell()
        issued = self._issue_due()
        other._record_cfdi_intention(is_asked=True)
        self._stamp()
        line = issued.line_ids.filtered(lambda line: line.number == sale.name)
        with self.assertRaises(UserError):
            line._take_out_by_cancelling()  # the credit note of the other one depends on it
        self.assertEqual((line.state, issued.cfdi_state), ("stated", "stamped"))
        issued.document_id._transition("request_cancel")
        line.sudo().state = "leaving"
        issued.document_id._transition("cancel_failed")
        self.assertEqual((line.state, issued.cfdi_state), ("stated", "stamped"))
        self.assertEqual(sale.cfdi_global_id, issued)

    def test_a_global_invoice_cancelled_otherwise_frees_its_sales(self):
        sale = self._sell()
        issued = self._issue_due()
        issued.document_id._request_cancellation("02")
        self._cancel_at_sat(issued.document_id)
        self.assertEqual(issued.state, "cancelled")
        self.assertFalse(sale.cfdi_global_id)
        anew = self._issue_due() - issued
        self.assertEqual(sale.cfdi_global_id, anew)

    def _ask_for_name(self, sale, user=None, **values):
        wizard = self.env["gym.cfdi.nominative"].with_user(user or self.env.user)
        wizard.create({"move_id": sale.id, "partner_id": self.customer.id, **values}).action_invoice()

    def test_the_accountant_invoices_a_sale_by_name(self):
        sale = self._sell()
        issued = self._issue_due()
        with self.assertRaisesRegex(UserError, "Invoice by Name"):
            sale.action_cfdi_stamp()
        self.assertEqual(issued.line_ids.state, "stated")
        biller = new_test_user(self.env, "biller of cfdi", "account.group_account_invoice", company_id=self.company.id)
        self._ask_for_name(sale, biller, use="G03")
        self._stamp()
        receptor = self._read(sale.cfdi_document_id).receptor
        self.assertEqual((receptor.rfc, receptor.uso_cfdi), ("URE180429TM6", "G03"))
        self.assertEqual(issued.line_ids.credit_document_id.state, "stamped")

    def test_the_accountant_invoices_a_sale_that_no_global_invoice_states(self):
        sale = self._sell()
        self._ask_for_name(sale)
        self._stamp()
        self.assertEqual(self._read(sale.cfdi_document_id).receptor.rfc, "URE180429TM6")
        self.assertFalse(self._issue_due())

    def test_only_managers_cancel_a_global_invoice_for_a_name(self):
        sale = self._sell()
        issued = self._issue_due()
        biller = new_test_user(self.env, "biller of cfdi", "account.group_account_invoice", company_id=self.company.id)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._ask_for_name(sale, biller, way="cancel")
        self.assertEqual((issued.cfdi_state, issued.line_ids.state), ("stamped", "stated"))
        self._ask_for_name(sale, way="cancel")
        self.assertEqual((issued.cfdi_state, issued.line_ids.state), ("cancel_requested", "leaving"))

    def test_a_name_needs_an_rfc(self):
        sale = self._sell()
        with self.assertRaisesRegex(UserError, "no RFC"):
            self._ask_for_name(sale, partner_id=self.public.id)
        self.assertFalse(sale.cfdi_document_id)
