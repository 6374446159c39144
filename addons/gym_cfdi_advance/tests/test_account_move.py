"""Advances of customers: three CFDI (07), and books in which the tax of the sale is owed once."""

from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from odoo.addons.gym_cfdi.tests.common_invoice import NOW, CfdiInvoiceCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAdvance(CfdiInvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env.ref("gym_cfdi_advance.product_advance")
        cls.account = cls.env["account.chart.template"].with_company(cls.company).ref("cuenta206_01")
        cls.bank.inbound_payment_method_line_ids.cfdi_payment_form = "03"
        cls.biller = new_test_user(
            cls.env,
            "cfdi_advance_biller",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _create_advance(self, price=1000.0, is_paid=True, is_stamped=True, **values):
        advance = self._create_invoice_of([self._prepare_line(price, product_id=self.product.id)], **values)
        if is_stamped:
            self._mark_stamped(advance.cfdi_document_id)
        if is_paid:
            self._pay(advance)
        return advance

    def _apply(self, move, amounts=None):
        """Apply advances as a person does: all that is offered, or {advance: amount}."""
        wizard = self.env["gym.cfdi.advance.apply"].with_user(self.biller).create({"move_id": move.id})
        for line in wizard.line_ids if amounts is not None else ():
            line.amount = amounts.get(line.advance_id, 0.0)
        wizard.action_apply()

    def _get_balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted"), ("company_id", "=", self.company.id)]
        )
        return round(sum(lines.mapped("balance")), 2)

    def _assert_untouched(self, move, advance, left):
        self.assertFalse(move.cfdi_advance_use_ids)
        self.assertEqual(advance.cfdi_advance_left, left)

    def test_the_form_of_entries_takes_lines_as_without_advances(self):
        """The form of an advance inside that of its invoice must not bring the form of invoices once more."""
        form = Form(self.env["account.move"].with_context(default_move_type="entry"))
        with form.line_ids.new() as line:
            line.account_id = self.company_data["default_account_revenue"]
            line.name = "Saldo"
        self.assertEqual(len(form.line_ids), 1)

    def test_an_advance_is_stated_as_the_guide_wants(self):
        advance = self._create_advance(is_paid=False, is_stamped=False)
        self.assertTrue(advance.is_cfdi_advance)
        self.assertEqual(advance.invoice_line_ids.account_id, self.account)
        comprobante = self._assert_clean(advance)
        (concept,) = comprobante.conceptos
        self.assertEqual((concept.clave_prod_serv, concept.clave_unidad), ("84111506", "ACT"))
        self.assertEqual((concept.descripcion, concept.cantidad), ("Anticipo del bien o servicio", 1))
        self.assertEqual((comprobante.metodo_pago, comprobante.forma_pago), ("PUE", "03"))

    def test_three_cfdi_and_the_tax_of_the_sale_once(self):
        iva = self.iva16.invoice_repartition_line_ids.account_id
        advance = self._create_advance(1000.0)
        move = self._create_invoice_of([3000.0], post=False)
        self.assertEqual(move.cfdi_advance_available, 1160.0)
        self._apply(move)
        self.assertEqual((move.cfdi_advance_use_ids.state, advance.cfdi_advance_left), ("planned", 0.0))
        move.with_user(self.biller).action_post()
        note = move.cfdi_advance_use_ids.note_id
        self.assertRecordValues(note, [{"state": "posted", "amount_total": 1160.0, "cfdi_payment_form": "30"}])
        self.assertEqual(move.amount_residual, 3480.0 - 1160.0)
        (sale,) = self._mark_stamped(move.cfdi_document_id)
        (application,) = self._mark_stamped(note.cfdi_document_id)
        self.assertEqual(sale.total, Decimal("3480.00"))
        (relation,) = sale.cfdi_relacionados
        self.assertEqual((relation.tipo_relacion, relation.uuids), ("07", (advance.cfdi_uuid,)))
        (relation,) = application.cfdi_relacionados
        self.assertEqual((relation.tipo_relacion, relation.uuids), ("07", (move.cfdi_uuid,)))
        self.assertEqual(
            (application.tipo_de_comprobante, application.metodo_pago, application.forma_pago), ("E", "PUE", "30")
        )
        (concept,) = application.conceptos
        self.assertEqual(
            (concept.clave_prod_serv, concept.clave_unidad, concept.descripcion),
            ("84111506", "ACT", "Aplicación de anticipo"),
        )
        self.assertEqual((application.receptor.rfc, application.receptor.uso_cfdi), (self.customer.vat, "G02"))
        self._pay(move)
        self.assertEqual(self._get_balance(self.account), 0.0)
        self.assertEqual(self._get_balance(self.iva16.cash_basis_transition_account_id), 0.0)
        self.assertEqual(self._get_balance(iva), -480.0, "16 % of 3000, once")

    def test_an_advance_is_used_up_in_parts_to_the_cent(self):
        advance = self._create_advance(1000.0)
        for amount in (333.33, 333.34):
            move = self._create_invoice_of([2000.0], post=False)
            self._apply(move, {advance: amount})
            move.action_post()
        self.assertAlmostEqual(advance.cfdi_advance_left, 1160.0 - 666.67, delta=0.02)
        last = self._create_invoice_of([2000.0], post=False)
        self._apply(last)
        last.action_post()
        self.assertEqual(advance.cfdi_advance_left, 0.0)
        self.assertEqual(self._get_balance(self.account), 0.0)
        self.assertFalse(self._create_invoice_of(post=False).cfdi_advance_available)

    def test_an_advance_larger_than_the_sale_keeps_the_rest(self):
        advance = self._create_advance(1000.0)
        move = self._create_invoice_of([500.0], post=False)
        self._apply(move)
        move.action_post()
        self.assertEqual((move.amount_residual, advance.cfdi_advance_left), (0.0, 580.0))

    def test_a_sale_that_advances_pay_whole_is_pue_whatever_the_journal_and_the_term_say(self):
        self._create_advance(1000.0)
        self._create_advance(1000.0)
        self.journal.cfdi_payment_form = False
        term = self.env.ref("account.account_payment_term_30days")
        for values in ({}, {"invoice_payment_term_id": term.id}):
            move = self._create_invoice_of([1000.0], post=False, **values)
            self.assertEqual((move.cfdi_payment_method, move.cfdi_payment_form), ("PPD", "99"))
            advance = move._get_cfdi_advances()[:1]
            self._apply(move, {advance: 1160.0})
            self.assertEqual((move.cfdi_payment_method, move.cfdi_payment_form), ("PUE", "30"))
            move.action_post()
            self.assertEqual(move.amount_residual, 0.0)
            (sale,) = self._mark_stamped(move.cfdi_document_id)
            self.assertEqual((sale.metodo_pago, sale.forma_pago), ("PUE", "30"))

    def test_a_sale_that_an_advance_and_a_credit_note_pay_is_pue(self):
        self._create_advance(500.0)
        self.journal.cfdi_payment_form = False
        move = self._create_invoice_of([1000.0], post=False)
        self._apply(move)
        move.action_post()
        self.assertEqual(move.cfdi_payment_method, "PPD")
        refund = self._reverse(move, post=False)
        refund.invoice_line_ids.price_unit = 500.0
        refund.action_post()
        (move.line_ids | refund.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()
        self.assertEqual((move.cfdi_payment_method, move.cfdi_payment_form), ("PUE", "30"))

    def test_payments_of_a_ppd_sale_state_what_the_advance_left(self):
        self._create_advance(1000.0)
        term = self.env.ref("account.account_payment_term_30days")
        move = self._create_invoice_of([3000.0], post=False, invoice_payment_term_id=term.id)
        self._apply(move)
        move.action_post()
        self._mark_stamped(move.cfdi_document_id)
        self._mark_stamped(move.cfdi_advance_use_ids.note_id.cfdi_document_id)
        self._pay(move)
        (complement,) = self._mark_stamped(move.cfdi_part_ids.document_id)
        (related,) = complement.pagos.pagos[0].docto_relacionado
        self.assertEqual((related.num_parcialidad, related.imp_saldo_ant), (1, Decimal("2320.00")))

    def test_a_posted_sale_that_waits_for_its_stamp_still_takes_an_advance(self):
        advance = self._create_advance()
        move = self._create_invoice_of([3000.0])
        self._apply(move)
        self.assertEqual(move.cfdi_advance_use_ids.state, "applied")
        (sale,) = self._mark_stamped(move.cfdi_document_id)
        self.assertEqual(sale.cfdi_relacionados[0].uuids, (advance.cfdi_uuid,))
        self.assertEqual(move.cfdi_document_id.related_ids, advance.cfdi_document_id)

    def test_a_stamped_sale_takes_only_the_advances_that_it_names(self):
        advance, other = self._create_advance(), self._create_advance()
        move = self._create_invoice_of([3000.0])
        self._mark_stamped(move.cfdi_document_id)
        self.assertFalse(move.cfdi_advance_available)
        with self.assertRaises(UserError):
            move._use_cfdi_advances({advance: 100.0})
        self._assert_untouched(move, advance, 1160.0)
        named = self._create_invoice_of(
            [3000.0],
            cfdi_relation_type="07",
            cfdi_related_document_ids=[(6, 0, advance.cfdi_document_id.ids)],
        )
        self._mark_stamped(named.cfdi_document_id)
        self.assertEqual(named._get_cfdi_advances(), advance)
        self._apply(named)
        self.assertEqual((advance.cfdi_advance_left, other.cfdi_advance_left), (0.0, 1160.0))

    def test_a_sale_that_substitutes_another_names_both_that_one_and_the_advance(self):
        advance, old = self._create_advance(), self._create_invoice_of([3000.0])
        self._mark_stamped(old.cfdi_document_id)
        move = self._create_invoice_of(
            [3000.0],
            post=False,
            cfdi_relation_type="04",
            cfdi_related_document_ids=[(6, 0, old.cfdi_document_id.ids)],
        )
        self._apply(move)
        move.action_post()
        (sale,) = self._mark_stamped(move.cfdi_document_id)
        relations = {relation.tipo_relacion: relation.uuids for relation in sale.cfdi_relacionados}
        self.assertEqual(relations, {"04": (old.cfdi_uuid,), "07": (advance.cfdi_uuid,)})
        self.assertIn(move.cfdi_document_id, advance.cfdi_document_id._get_blocking_documents())

    def test_resetting_the_sale_undoes_its_application_and_posting_makes_it_again(self):
        advance = self._create_advance()
        move = self._create_invoice_of([3000.0], post=False)
        self._apply(move)
        move.action_post()
        old = move.cfdi_advance_use_ids.note_id
        move.button_draft()
        self.assertEqual((old.state, old.cfdi_state), ("cancel", "cancelled"))
        self.assertEqual((move.cfdi_advance_use_ids.state, advance.cfdi_advance_left), ("planned", 0.0))
        move.action_post()
        self.assertTrue(move.cfdi_advance_use_ids.note_id)
        self.assertEqual(move.cfdi_document_id.related_ids, advance.cfdi_document_id)
        self.assertEqual(move.amount_residual, 2320.0)

    def test_what_is_only_planned_can_be_taken_back(self):
        advance = self._create_advance()
        move = self._create_invoice_of([3000.0], post=False)
        self._apply(move)
        move.cfdi_advance_use_ids.with_user(self.biller).action_remove()
        self._assert_untouched(move, advance, 1160.0)
        self._apply(move)
        move.action_post()
        with self.assertRaises(UserError):
            move.cfdi_advance_use_ids.with_user(self.biller).action_remove()
        self.assertEqual(move.cfdi_advance_use_ids.state, "applied")

    def test_more_than_there_is_is_refused(self):
        advance = self._create_advance(1000.0)
        small = self._create_invoice_of([500.0], post=False)
        for amount in (1160.01, 580.01):
            with self.assertRaises(UserError):
                small._use_cfdi_advances({advance: amount})
        self._assert_untouched(small, advance, 1160.0)
        self._apply(small)
        small.invoice_line_ids.price_unit = 100.0
        with self.assertRaises(UserError):
            small.action_post()

    def test_only_paid_and_stamped_advances_of_the_same_customer_and_currency_are_offered(self):
        self._create_advance(is_paid=False)
        self._create_advance(is_stamped=False)
        other = self._create_customer(name="Xochilt Casas Chávez", vat="CACX7605101P8", zip="36257", cfdi_regime="612")
        self._create_advance(partner_id=other.id)
        returned = self._create_advance()
        self._reverse(returned)
        move = self._create_invoice_of([3000.0], post=False)
        self.assertFalse(move._get_cfdi_advances())
        good = self._create_advance()
        self.assertEqual(move._get_cfdi_advances(), good)
        self.assertFalse(good._may_take_cfdi_advances(), "an advance takes none")

    def test_an_advance_is_invoiced_by_itself(self):
        move = self._create_invoice_of([self._prepare_line(product_id=self.product.id), 500.0])
        self.assertEqual([problem["code"] for problem in move._check_cfdi()][:1], ["ADVANCE"])

    def test_what_depends_on_an_advance_is_cancelled_first(self):
        advance = self._create_advance()
        move = self._create_invoice_of([3000.0], post=False)
        self._apply(move)
        move.action_post()
        note = move.cfdi_advance_use_ids.note_id
        self._mark_stamped(move.cfdi_document_id)
        self._mark_stamped(note.cfdi_document_id)
        self.assertEqual(advance.cfdi_document_id._get_blocking_documents(), move.cfdi_document_id)
        self.assertEqual(move.cfdi_document_id._get_blocking_documents(), note.cfdi_document_id)

    def test_who_only_reads_applies_nothing(self):
        advance = self._create_advance()
        move = self._create_invoice_of([3000.0], post=False)
        reader = new_test_user(
            self.env,
            "cfdi_advance_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            move.with_user(reader).action_cfdi_apply_advances()
        with self.assertRaises(AccessError):
            self.env["gym.cfdi.advance.apply"].with_user(reader).create({"move_id": move.id})
        with self.assertRaises(AccessError):
            self.env["gym.cfdi.advance.use"].with_user(self.biller).create(
                {"invoice_id": move.id, "advance_id": advance.id, "amount": 1.0}
            )
        self._assert_untouched(move, advance, 1160.0)

    def test_the_assistant_offers_the_oldest_first_as_far_as_the_sale_goes(self):
        first, second = self._create_advance(100.0), self._create_advance(1000.0)
        move = self._create_invoice_of([500.0], post=False)
        form = Form(self.env["gym.cfdi.advance.apply"].with_user(self.biller).with_context(default_move_id=move.id))
        wizard = form.save()
        self.assertEqual(
            [(line.advance_id, line.amount) for line in wizard.line_ids], [(first, 116.0), (second, 464.0)]
        )
        self.assertEqual(wizard.amount_left, 0.0)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDebitNote(CfdiInvoiceCase):
    def test_a_debit_note_names_its_invoice(self):
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        debit = self._create_invoice_of(
            [50.0], cfdi_relation_type="02", cfdi_related_document_ids=[(6, 0, move.cfdi_document_id.ids)]
        )
        self.assertRecordValues(
            debit.cfdi_document_id,
            [{"document_type": "I", "relation_type": "02", "related_ids": move.cfdi_document_id.ids}],
        )
        (comprobante,) = self._mark_stamped(debit.cfdi_document_id)
        (relation,) = comprobante.cfdi_relacionados
        self.assertEqual((relation.tipo_relacion, relation.uuids), ("02", (move.cfdi_uuid,)))
        self.assertEqual(move.cfdi_document_id._get_blocking_documents(), debit.cfdi_document_id)

    def test_one_made_with_odoos_own_assistant_relates_by_itself(self):
        if "debit_origin_id" not in self.env["account.move"]._fields:
            self.skipTest("account_debit_note is not installed; scripts/test installs it (modules.txt)")
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        debit = self._create_invoice_of([50.0], debit_origin_id=move.id)
        self.assertEqual((debit.cfdi_relation_type, debit.cfdi_document_id.related_ids), ("02", move.cfdi_document_id))
