"""What an invoice says besides amounts, and the document that its posting records."""

from datetime import datetime
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common_invoice import NOW, PLACE, TODAY, CfdiInvoiceCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPaymentMethod(CfdiInvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.in_30_days = cls.env.ref("account.account_payment_term_30days")

    def _assert_payment(self, move, method, form):
        self.assertEqual((move.cfdi_payment_method, move.cfdi_payment_form), (method, form))

    def test_due_this_month_in_the_form_of_the_journal_is_pue(self):
        self._assert_payment(self._create_invoice_of(), "PUE", "03")

    def test_a_form_may_be_without_currency_for_a_moment(self):
        form = Form(self._create_invoice_of([100.0], post=False))
        form.currency_id = self.env["res.currency"]
        form.currency_id = self.company.currency_id
        self.assertEqual(form.save().cfdi_payment_method, "PUE")

    def test_due_next_month_is_ppd_with_form_99(self):
        move = self._create_invoice_of(invoice_payment_term_id=self.in_30_days.id)
        self._assert_payment(move, "PPD", "99")
        self.assertEqual(self._assert_clean(move).forma_pago, "99")

    def test_unknown_form_is_ppd(self):
        self.journal.cfdi_payment_form = False
        self._assert_payment(self._create_invoice_of(), "PPD", "99")

    def test_what_is_wrong_is_asked_by_the_clock_of_the_place_of_issue(self):
        move = self._create_invoice_of(post=False)
        asked = []
        compose = type(move)._get_cfdi_comprobante

        def note(move, fecha, document=None):
            asked.append(fecha)
            return compose(move, fecha, document)

        self.startPatcher(patch.object(type(move), "_get_cfdi_comprobante", note))
        with freeze_time("2026-11-22 02:00:00"):
            self.assertFalse(move._check_cfdi())
            move.invoice_date = "2026-11-22"
            move._check_cfdi()
        self.journal.cfdi_zip = False
        self.company.zip = "00001"
        with freeze_time("2026-11-22 02:00:00"):
            self.assertIn("CFDI40126", [problem["code"] for problem in move._check_cfdi()])
        local = datetime(2026, 11, 21, 20)
        self.assertEqual(asked, [local, local, local])

    def test_two_instalments_are_ppd(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half and half",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 3)
                ],
            }
        )
        self._assert_payment(self._create_invoice_of(invoice_payment_term_id=term.id), "PPD", "99")

    def test_form_of_the_customers_payment_method_goes_before_that_of_the_journal(self):
        method = self.bank.inbound_payment_method_line_ids[0]
        method.cfdi_payment_form = "28"
        self.customer.property_inbound_payment_method_line_id = method
        self._assert_payment(self._create_invoice_of(), "PUE", "28")

    def test_choice_survives_posting_without_date(self):
        move = self._create_invoice_of(post=False, invoice_date=False)
        move.cfdi_payment_method = "PPD"
        move.action_post()
        self.assertEqual(move.invoice_date.isoformat(), TODAY)
        self._assert_payment(move, "PPD", "99")

    def test_what_was_paid_meanwhile_is_said_as_paid(self):
        move = self._create_invoice_of(invoice_payment_term_id=self.in_30_days.id)
        self._assert_payment(move, "PPD", "99")
        self.bank.inbound_payment_method_line_ids.cfdi_payment_form = "28"
        self._pay(move)
        self._assert_payment(move, "PUE", "28")

    def test_what_has_been_sent_does_not_change_any_more(self):
        move = self._create_invoice_of(invoice_payment_term_id=self.in_30_days.id)
        self._mark_stamped(move.cfdi_document_id)
        self._pay(move)
        self._assert_payment(move, "PPD", "99")

    def test_credit_note_is_pue_in_the_form_of_its_invoice(self):
        self._assert_payment(self._reverse(self._create_invoice_of()), "PUE", "03")
        unpaid = self._create_invoice_of(invoice_payment_term_id=self.in_30_days.id)
        self.journal.cfdi_payment_form = False
        self._assert_payment(self._reverse(unpaid), "PUE", "15")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDocument(CfdiInvoiceCase):
    def test_posting_records_one_document(self):
        move = self._create_invoice_of()
        self.assertRecordValues(
            move.cfdi_document_ids,
            [
                {
                    "kind": "invoice",
                    "document_type": "I",
                    "state": "to_seal",
                    "receptor_rfc": "URE180429TM6",
                    "receptor_name": "UNIVERSIDAD ROBOTICA ESPAÑOLA",
                    "amount_total": 578.84,
                    "place_zip": PLACE,
                }
            ],
        )
        self.assertEqual(move.cfdi_state, "to_seal")
        self.assertFalse(move._record_cfdi_intention())
        self.assertEqual(len(move.cfdi_document_ids), 1)

    def test_nothing_is_recorded_for_what_needs_no_cfdi(self):
        documents = self.env["gym.cfdi.document"].search_count([])
        self._create_invoice_of(move_type="in_invoice", journal_id=self.company_data["default_journal_purchase"].id)
        self._create_invoice_of(post=False)
        self.company.cfdi_active = False
        self._create_invoice_of()
        self.company.write({"cfdi_active": True, "cfdi_since": "2026-12-01"})
        self._create_invoice_of()
        self.assertEqual(self.env["gym.cfdi.document"].search_count([]), documents)

    def test_stamped_invoice_posted_again_is_not_repeated(self):
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        self.assertTrue(move.need_cancel_request)
        with self.assertRaises(UserError):
            move.button_draft()
        self.assertEqual(move.state, "posted")
        self.assertFalse(move._record_cfdi_intention(is_asked=True))

    def test_rejected_document_is_left_to_the_transactions_of_the_outbox(self):
        move = self._create_invoice_of()
        document = move.cfdi_document_id
        document.sudo()._transition("reject")
        seen = []
        with patch.object(type(document), "action_stamp_now", lambda found: seen.append((found, found.state))):
            move.action_cfdi_stamp()
        # written here already, its row would be locked and the outbox would wait for this very transaction
        self.assertEqual(seen, [(document, "rejected")])
        self.assertEqual(move.cfdi_document_ids, document)

    def test_back_to_draft_withdraws_what_was_not_sent(self):
        move = self._create_invoice_of()
        first = move.cfdi_document_id
        move.button_draft()
        self.assertEqual(first.state, "cancelled")
        move.action_post()
        self.assertEqual(move.cfdi_document_ids - first, move.cfdi_document_id)
        self.assertEqual(move.cfdi_state, "to_seal")

    def test_invoice_with_cfdi_is_kept(self):
        move = self._create_invoice_of()
        move.button_draft()
        with self.assertRaises(UserError):
            move.unlink()
        self.assertTrue(move.exists())

    def test_customer_without_rfc_goes_to_the_global_invoice(self):
        move = self._create_invoice_of(partner_id=self.env["res.partner"].create({"name": "Ana"}).id)
        self.assertTrue(move.cfdi_to_global)
        self.assertFalse(move.cfdi_document_ids)
        move._record_cfdi_intention(is_asked=True)
        self.assertFalse(move.cfdi_to_global)
        comprobante = self._assert_clean(move)
        self.assertEqual((comprobante.receptor.rfc, comprobante.receptor.nombre), ("XAXX010101000", "ANA"))
        self.assertEqual(comprobante.receptor.domicilio_fiscal_receptor, PLACE)

    def test_foreign_customer(self):
        partner = self.env["res.partner"].create(
            {"name": "John Smith", "vat": "123456789", "country_id": self.env.ref("base.us").id, "zip": "90210"}
        )
        receptor = self._assert_clean(self._create_invoice_of(partner_id=partner.id)).receptor
        self.assertEqual((receptor.rfc, receptor.residencia_fiscal), ("XEXX010101000", "USA"))
        self.assertEqual(receptor.num_reg_id_trib, "123456789")

    def test_contact_of_a_company_is_invoiced_as_the_company(self):
        contact = self.env["res.partner"].create({"name": "Compras", "parent_id": self.customer.id, "type": "invoice"})
        receptor = self._assert_clean(self._create_invoice_of(partner_id=contact.id)).receptor
        self.assertEqual((receptor.rfc, receptor.nombre), ("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA"))

    def test_branch_states_its_place_and_its_clock(self):
        self.journal.cfdi_zip = "22000"
        move = self._create_invoice_of()
        self.assertEqual(move.cfdi_document_id.place_zip, "22000")
        composed = move.cfdi_document_id._compose(move.cfdi_document_id._get_dates())[move.cfdi_document_id]
        # 18:00 UTC in November is 10:00 in Tijuana
        self.assertEqual((composed.lugar_expedicion, composed.fecha), ("22000", datetime(2026, 11, 21, 10)))

    def test_invoice_of_yesterday_keeps_its_day(self):
        move = self._create_invoice_of(invoice_date="2026-11-20")
        composed = move.cfdi_document_id._compose(move.cfdi_document_id._get_dates())[move.cfdi_document_id]
        self.assertEqual(composed.fecha, datetime(2026, 11, 20, 23, 59, 59))

    def test_journal_refuses_a_place_that_does_not_exist(self):
        with self.assertRaises(UserError):
            self.journal.cfdi_zip = "00001"

    def test_series_folio_and_keys(self):
        unit = self.env.ref("uom.product_uom_hour")
        self.membership.write({"uom_id": unit.id})
        move = self._create_invoice_of([self._prepare_line(100.0, name="Clase|de\nbox")])
        comprobante = self._assert_clean(move)
        (concept,) = comprobante.conceptos
        self.assertEqual(f"{comprobante.serie}/{comprobante.folio}", move.name)
        self.assertEqual((concept.clave_prod_serv, concept.clave_unidad), ("91101501", "HUR"))
        self.assertEqual((concept.descripcion, concept.no_identificacion), ("Clase/de box", "M-01"))

    def test_composed_document_can_be_sealed_and_read(self):
        move = self._create_invoice_of()
        again = self._seal(self._assert_clean(move))
        self.assertEqual(again.receptor.rfc, "URE180429TM6")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRelations(CfdiInvoiceCase):
    def test_credit_note_relates_to_its_invoice(self):
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        comprobante = self._assert_clean(self._reverse(move))
        (relation,) = comprobante.cfdi_relacionados
        self.assertEqual((relation.tipo_relacion, relation.uuids), ("01", (move.cfdi_uuid,)))
        self.assertEqual((comprobante.tipo_de_comprobante, comprobante.receptor.uso_cfdi), ("E", "G02"))

    def test_credit_note_waits_for_the_stamp_of_its_invoice(self):
        move = self._create_invoice_of()
        refund = self._reverse(move)
        document = refund.cfdi_document_id
        (error,) = document._compose(document._get_dates())[document]
        self.assertEqual(error.code, "RELATED")
        document._transition("reject", {"problems": [document._as_problem(error)]})
        self._mark_stamped(move.cfdi_document_id)
        self.assertEqual(document.state, "to_seal")
        self.assertEqual(document.related_ids, move.cfdi_document_id)

    def test_return_of_goods_keeps_the_relation_that_was_chosen(self):
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        refund = self._reverse(move, post=False)
        refund.cfdi_relation_type = "03"
        refund.action_post()
        self.assertEqual(self._assert_clean(refund).cfdi_relacionados[0].tipo_relacion, "03")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestProblems(CfdiInvoiceCase):
    def _codes(self, move):
        return {problem["code"] for problem in move.cfdi_problems}

    def test_clean_invoice_has_none(self):
        self.assertFalse(self._create_invoice_of(post=False).cfdi_problems)

    def test_problem_names_the_record_that_corrects_it(self):
        self.customer.write({"zip": "00001", "cfdi_regime": False})
        move = self._create_invoice_of(post=False)
        self.assertEqual(self._codes(move), {"CFDI40147", "CFDI40157", "CFDI40161"})
        for problem in move.cfdi_problems:
            self.assertEqual((problem["model"], problem["res_id"]), ("res.partner", self.customer.id))
        (alert, *_rest) = move.cfdi_alerts.values()
        self.assertEqual(alert["action"]["res_id"], self.customer.id)
        self.customer.write({"zip": "86991", "cfdi_regime": "601"})
        move.invalidate_recordset(["cfdi_problems"])
        self.assertFalse(move.cfdi_problems)

    def test_wrong_data_do_not_stop_posting(self):
        self.customer.zip = "00001"
        move = self._create_invoice_of()
        self.assertEqual((move.state, move.cfdi_state), ("posted", "to_seal"))

    def test_product_without_key_is_corrected_in_the_product(self):
        self.company.cfdi_default_product_key_id = False
        move = self._create_invoice_of(post=False)
        (problem,) = move.cfdi_problems
        self.assertEqual(problem["code"], "CFDI40162")
        self.assertEqual(
            (problem["model"], problem["res_id"]), ("product.template", self.membership.product_tmpl_id.id)
        )

    def test_use_chosen_in_the_invoice_is_corrected_there(self):
        move = self._create_invoice_of(post=False, cfdi_use="D01")
        (problem,) = move.cfdi_problems
        self.assertEqual((problem["code"], problem["model"]), ("CFDI40161", "account.move"))

    def test_what_the_pac_said_is_shown_until_it_is_tried_again(self):
        move = self._create_invoice_of()
        told = {"code": "CFDI40145", "severity": "error", "field": "", "text": "El nombre no coincide.", "remedy": ""}
        move.cfdi_document_id._transition("reject", {"problems": [told]})
        self.assertEqual(self._codes(move), {"CFDI40145"})
        move.cfdi_document_id._retry()
        self.assertFalse(move.cfdi_problems)

    def test_texts_are_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("es_MX")
        self.customer.zip = "00001"
        move = self._create_invoice_of(post=False)
        self.assertIn("must be", move.with_context(lang="en_US").cfdi_problems[0]["text"])
        self.assertIn("debe", move.with_context(lang="es_MX").cfdi_problems[0]["text"])

    def test_form_opens_for_a_billing_user(self):
        user = self.env["res.users"].create(
            {
                "name": "Biller",
                "login": "cfdi_biller",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref("account.group_account_invoice").ids)],
            }
        )
        move = self._create_invoice_of(post=False)
        with Form(move.with_user(user)) as form:
            form.cfdi_use = "G03"
        self.assertEqual(move.cfdi_use, "G03")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBatch(CfdiInvoiceCase):
    def _count_queries_of_composing(self, moves):
        documents = self.env["gym.cfdi.document"].browse(moves.cfdi_document_id.ids)
        dates = documents._get_dates()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        composed = documents._compose(dates)
        self.assertEqual(len(composed), len(moves))
        return self.env.cr.sql_log_count - before

    def test_composing_is_flat_in_queries(self):
        partners = self.env["res.partner"].create(
            [
                {"name": f"UNIVERSIDAD {n}", "vat": "URE180429TM6", "zip": "86991", "cfdi_regime": "601"}
                for n in range(12)
            ]
        )
        moves = self.env["account.move"].concat(
            *(self._create_invoice_of([100.0, 200.0], partner_id=partner.id) for partner in partners)
        )
        few = self._count_queries_of_composing(moves[:2])
        many = self._count_queries_of_composing(moves)
        self.assertLessEqual(many, few + 2)
