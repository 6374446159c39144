"""Payments of PPD invoices and the complements that tell the SAT of them."""

import os
import random
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from .common_invoice import NOW, TODAY, CfdiInvoiceCase

PAYMENTS = int(os.environ.get("GYM_CFDI_PAYMENTS", "10"))
SEED = int(os.environ.get("GYM_CFDI_SEED", "20261121"))


class ComplementCase(CfdiInvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.in_30_days = cls.env.ref("account.account_payment_term_30days")
        cls.dollar = cls.setup_other_currency("USD", rates=[("2026-01-01", 1 / 18.4321), ("2026-11-20", 1 / 19.05)])

    def _create_ppd(self, lines=None, is_stamped=True, **values):
        """A posted PPD invoice, stamped unless told otherwise."""
        move = self._create_invoice_of(lines, invoice_payment_term_id=self.in_30_days.id, **values)
        self.assertEqual(move.cfdi_payment_method, "PPD")
        if is_stamped:
            self._mark_stamped(move.cfdi_document_id)
        return move

    def _cancel_payment(self, payment):
        payment.action_draft()
        payment.action_cancel()

    def _state_complements(self, documents):
        """Stamp complements and return their payment nodes."""
        return [pago for comprobante in self._mark_stamped(documents) for pago in comprobante.pagos.pagos]


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestComplements(ComplementCase):
    def test_paying_a_ppd_invoice_records_its_complement(self):
        move = self._create_ppd()
        self._pay(move)
        (part,) = move.cfdi_part_ids
        document = part.document_id
        self.assertRecordValues(
            document, [{"kind": "payment", "document_type": "P", "state": "to_seal", "receptor_rfc": False}]
        )
        (pago,) = self._state_complements(document)
        self.assertEqual((pago.fecha_pago, pago.forma_de_pago_p), (datetime(2026, 11, 21, 12), "03"))
        (related,) = pago.docto_relacionado
        self.assertEqual(related.id_documento, move.cfdi_uuid)
        self.assertEqual(
            (related.num_parcialidad, related.imp_saldo_ant, related.imp_pagado, related.imp_saldo_insoluto),
            (1, Decimal("578.84"), Decimal("578.84"), Decimal("0.00")),
        )
        self.assertEqual((part.state, part.deadline), ("stated", date(2026, 12, 5)))

    def test_paying_a_pue_invoice_needs_no_complement(self):
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        self._pay(move)
        self.assertFalse(move.cfdi_part_ids)

    def test_credit_note_needs_no_complement_and_lowers_the_balance(self):
        move = self._create_ppd([1000.0])
        refund = self._reverse(move, post=False)
        refund.invoice_line_ids.price_unit = 100.0
        refund.action_post()
        (move.line_ids | refund.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()
        self.assertFalse(move.cfdi_part_ids)
        self._pay(move)
        ((related,),) = [pago.docto_relacionado for pago in self._state_complements(move.cfdi_part_ids.document_id)]
        self.assertEqual((related.imp_saldo_ant, related.imp_saldo_insoluto), (Decimal("1044.00"), Decimal("0.00")))

    def _credit_line(self, move, index, price=None):
        """A posted credit note of one line of ``move``, applied to it."""
        refund = self._reverse(move, post=False)
        lines = refund.invoice_line_ids
        (lines - lines[index]).unlink()
        if price:
            lines[index].price_unit = price
        refund.action_post()
        (move.line_ids | refund.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()

    def test_credit_note_of_the_exempt_line_leaves_the_iva_whole(self):
        move = self._create_ppd([1000.0, self._prepare_line(1000.0, self.exempt)])
        self._credit_line(move, 1)
        self._pay(move, 580.0)
        self._pay(move)
        pagos = self._state_complements(move.cfdi_part_ids.sorted("id").document_id)
        iva = [
            (tax.tipo_factor_dr, tax.base_dr, tax.importe_dr)
            for pago in pagos
            for tax in pago.docto_relacionado[0].impuestos_dr.traslados_dr
        ]
        self.assertEqual(iva, [("Tasa", 500, 80), ("Tasa", 500, 80)])

    def test_credit_note_between_two_payments_never_leaves_more_iva_than_is_paid(self):
        move = self._create_ppd([1000.0, self._prepare_line(1000.0, self.exempt)])
        self._pay(move, 580.0)
        self._state_complements(move.cfdi_part_ids.document_id)
        self._credit_line(move, 1)
        self._pay(move)
        last = move.cfdi_part_ids.sorted("id")[-1]
        ((related,),) = [pago.docto_relacionado for pago in self._state_complements(last.document_id)]
        (tax,) = related.impuestos_dr.traslados_dr
        self.assertEqual((related.imp_pagado, tax.base_dr, tax.importe_dr), (580, 500, 80))

    def test_partialities_are_numbered_and_balances_go_down(self):
        move = self._create_ppd([1000.0])
        for amount in (500.0, 300.0, 360.0):
            self._pay(move, amount)
        pagos = self._state_complements(move.cfdi_part_ids.sorted("id").document_id)
        said = [
            (related.num_parcialidad, related.imp_saldo_ant, related.imp_saldo_insoluto)
            for pago in pagos
            for related in pago.docto_relacionado
        ]
        self.assertEqual(said, [(1, 1160, 660), (2, 660, 360), (3, 360, 0)])
        self.assertEqual(said[-1][2], Decimal(str(move.amount_residual)))

    def _is_locked(self, part):
        query = SQL("SELECT xmax::text <> '0' FROM gym_cfdi_payment_part WHERE id = %s", part.id)
        return self.env.execute_query(query)[0][0]

    def test_numbering_one_part_locks_those_of_the_same_invoices_only(self):
        move, other = self._create_ppd([1000.0]), self._create_ppd()
        for amount in (500.0, 300.0):
            self._pay(move, amount)
        self._pay(other)
        self.env.flush_all()
        first, second = move.cfdi_part_ids.sorted("id")
        self.env.cr.execute("UPDATE gym_cfdi_payment_part SET number = 0")  # rows as a transaction finds them
        before = [self._is_locked(part) for part in (second, other.cfdi_part_ids)]
        first.document_id.sudo()._compose(first.document_id._get_dates())
        after = [self._is_locked(part) for part in (second, other.cfdi_part_ids)]
        self.assertEqual((before, after), ([False, False], [True, False]))

    def test_a_worker_that_comes_second_seals_again_instead_of_rejecting(self):
        move = self._create_ppd()
        self._pay(move)
        document = move.cfdi_part_ids.document_id.sudo()
        in_the_way = patch.object(type(move), "_lock_cfdi_parts", side_effect=SerializationFailure)
        with in_the_way, self.assertRaises(SerializationFailure):
            document._compose_safely()
        self.assertEqual(document.state, "to_seal")

    def test_one_payment_of_several_invoices_is_one_complement(self):
        moves = self._create_ppd() | self._create_ppd([200.0])
        self._pay(moves)
        document = moves.cfdi_part_ids.document_id
        self.assertEqual(len(document), 1)
        (pago,) = self._state_complements(document)
        self.assertEqual({related.id_documento for related in pago.docto_relacionado}, set(moves.mapped("cfdi_uuid")))
        self.assertEqual(pago.monto, Decimal("810.84"))

    def test_statement_line_is_a_payment_too(self):
        move = self._create_ppd()
        self._reconcile_statement_line(move)
        self.assertEqual(move.payment_state, "paid")
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual((pago.monto, pago.forma_de_pago_p), (Decimal("578.84"), "03"))

    def test_the_complement_of_a_statement_line_states_the_form_in_which_its_money_came(self):
        move = self._create_ppd()
        self._reconcile_statement_line(move, form="02")
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual(pago.forma_de_pago_p, "02")

    def test_an_invoice_paid_by_a_statement_line_states_the_form_in_which_its_money_came(self):
        move = self._create_invoice_of()
        self._reconcile_statement_line(move, form="02")
        self.assertEqual(move._get_cfdi_paid_forms(), {move.id: "02"})

    def _reconcile_statement_line(self, move, form=False):
        """Have a line of the bank's statement settle an invoice of 578.84, its money having come in ``form``."""
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "date": TODAY, "payment_ref": "SPEI", "amount": 578.84}
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        receivable = move.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        line.move_id.button_draft()
        line.move_id.write(
            {
                "line_ids": [
                    Command.update(
                        suspense.id, {"account_id": receivable.account_id.id, "partner_id": self.customer.id}
                    )
                ]
            }
        )
        line.move_id.cfdi_payment_form_chosen = form
        line.move_id.action_post()
        (suspense | receivable).reconcile()

    def test_form_of_the_method_is_stated_and_its_lack_is_explained(self):
        move = self._create_ppd()
        self.bank.inbound_payment_method_line_ids.cfdi_payment_form = False
        self.bank.cfdi_payment_form = False
        self._pay(move)
        document = move.cfdi_part_ids.document_id
        (error,) = document.sudo()._compose(document._get_dates())[document]
        self.assertEqual(error.code, "PAYMENT")
        self.bank.inbound_payment_method_line_ids.cfdi_payment_form = "28"
        (pago,) = self._state_complements(document)
        self.assertEqual(pago.forma_de_pago_p, "28")

    def test_complement_waits_for_the_stamp_of_its_invoice(self):
        move = self._create_ppd(is_stamped=False)
        self._pay(move, 100.0)
        document = move.cfdi_part_ids.document_id
        (error,) = document.sudo()._compose(document._get_dates())[document]
        document._transition("reject", {"problems": [document._as_problem(error)]})
        self._mark_stamped(move.cfdi_document_id)
        self.assertEqual(document.state, "to_seal")
        self._state_complements(document)

    def test_difference_that_was_forgiven_is_not_money(self):
        move = self._create_ppd([1000.0])
        self._pay(
            move,
            1159.50,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self.assertEqual(move.payment_state, "paid")
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual(
            (pago.monto, pago.docto_relacionado[0].imp_saldo_insoluto), (Decimal("1159.50"), Decimal("0.50"))
        )

    def test_month_policy_gathers_the_payments_of_a_customer(self):
        self.company.cfdi_complement_policy = "month"
        move = self._create_ppd([1000.0])
        for day in ("2026-11-03", "2026-11-17"):
            self._pay(move, 400.0, date=day)
        self.assertEqual(move.cfdi_part_ids.mapped("state"), ["missing", "missing"])
        parts = self.env["gym.cfdi.payment.part"].sudo()
        with freeze_time("2026-12-01 05:59:00"):  # the evening of 30 November in Mexico City
            parts._record_closed_months()
        self.assertFalse(move.cfdi_part_ids.document_id)
        with freeze_time("2026-12-01 06:00:00"):
            parts._record_closed_months()
        (document,) = move.cfdi_part_ids.document_id
        pagos = self._state_complements(document)
        self.assertEqual([pago.docto_relacionado[0].num_parcialidad for pago in pagos], [1, 2])
        with freeze_time("2026-12-01 06:00:00"):
            parts._record_closed_months()
        self.assertEqual(move.cfdi_part_ids.document_id, document)

    def test_what_was_reconciled_before_it_was_ppd_is_found(self):
        move = self._create_invoice_of()
        self._pay(move, 100.0)
        self.assertFalse(move.cfdi_part_ids)
        move.cfdi_payment_method = "PPD"
        self.env["gym.cfdi.payment.part"].sudo()._cron_complements()
        self.assertEqual(len(move.cfdi_part_ids), 1)
        self.env["gym.cfdi.payment.part"].sudo()._cron_complements()
        self.assertEqual(len(move.cfdi_part_ids), 1)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestReversal(ComplementCase):
    def test_undone_before_it_was_sent_is_withdrawn(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        self._cancel_payment(payment)
        self.assertEqual(document.state, "cancelled")
        self.assertFalse(move.cfdi_part_ids)

    def test_payment_under_correction_waits(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        payment.action_draft()
        (error,) = document.sudo()._compose(document._get_dates())[document]
        document.sudo()._transition("reject", {"problems": [document._as_problem(error)]})
        payment.action_post()
        self.assertEqual((document.state, move.cfdi_part_ids.document_id), ("to_seal", document))
        self._state_complements(document)

    def test_undone_in_part_before_it_was_sent_states_the_rest(self):
        moves = self._create_ppd() | self._create_ppd([200.0])
        self._pay(moves)
        first = moves.cfdi_part_ids.document_id
        moves[0].line_ids.remove_move_reconcile()
        self.assertEqual(first.state, "cancelled")
        (part,) = moves.cfdi_part_ids
        self.assertEqual((part.invoice_id, part.document_id.state), (moves[1], "to_seal"))

    def test_undone_after_the_stamp_is_cancelled(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        self._state_complements(document)
        self._cancel_payment(payment)
        self.assertEqual((document.state, move.cfdi_part_ids.state), ("stamped", "to_cancel"))
        move.cfdi_part_ids.sudo()._cancel_reversed()
        self.assertEqual((document.state, document.cancel_motive), ("cancel_requested", "02"))

    def test_undone_in_part_after_the_stamp_is_substituted(self):
        moves = self._create_ppd() | self._create_ppd([200.0])
        self._pay(moves)
        old = moves.cfdi_part_ids.document_id
        self._state_complements(old)
        moves[0].line_ids.remove_move_reconcile()
        undone = moves[0].cfdi_part_ids.sudo()
        undone._cancel_reversed()
        undone._cancel_reversed()
        new = moves[1].cfdi_part_ids.document_id
        self.assertEqual((new.relation_type, new.related_ids), ("04", old))
        self.assertEqual(old.state, "stamped")
        (pago,) = self._state_complements(new)
        self.assertEqual(pago.monto, Decimal("232.00"))
        self.assertEqual((old.state, old.cancel_motive), ("cancel_requested", "01"))

    def test_reconciled_again_just_the_same_stands(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        self._state_complements(document)
        lines = (move | payment.move_id).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lines.remove_move_reconcile()
        self.assertEqual(move.cfdi_part_ids.state, "to_cancel")
        lines.reconcile()
        self.assertEqual((move.cfdi_part_ids.state, move.cfdi_part_ids.document_id), ("stated", document))

    def test_managers_cancel_only_what_they_may_see(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        self._state_complements(document)
        (move | payment.move_id).line_ids.remove_move_reconcile()
        other = self.env["res.company"].create({"name": "Other"})
        groups = "account.group_account_invoice,gym_cfdi.group_cfdi_manager"
        stranger = new_test_user(
            self.env, "stranger of cfdi", groups, company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        with self.assertRaises(AccessError):
            move.cfdi_part_ids.with_user(stranger).action_cancel_reversed()
        self.assertEqual((document.state, move.cfdi_part_ids.state), ("stamped", "to_cancel"))

    def test_numbers_go_on_after_a_cancellation(self):
        move = self._create_ppd([1000.0])
        first, _second = self._pay(move, 500.0), self._pay(move, 300.0)
        self._state_complements(move.cfdi_part_ids.sorted("id").document_id)
        self._cancel_payment(first)
        self._pay(move, 200.0)
        last = move.cfdi_part_ids.sorted("id")[-1]
        ((related,),) = [pago.docto_relacionado for pago in self._state_complements(last.document_id)]
        self.assertEqual((related.num_parcialidad, related.imp_saldo_ant), (3, Decimal("860.00")))

    def test_invoice_cannot_be_cancelled_before_its_complements(self):
        move = self._create_ppd()
        self._pay(move)
        complement = move.cfdi_part_ids.document_id
        self._state_complements(complement)
        self.assertEqual(move.cfdi_document_id._get_blocking_documents(), complement)
        with self.assertRaises(UserError):
            move.cfdi_document_id.sudo()._request_cancellation("02")
        self.assertEqual(move.cfdi_state, "stamped")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestForeignPayments(ComplementCase):
    def test_dollars_pay_dollars(self):
        move = self._create_ppd([100.0], currency_id=self.dollar.id)
        self._pay(move, currency_id=self.dollar.id)
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual((pago.moneda_p, pago.monto, pago.tipo_cambio_p), ("USD", Decimal("116.00"), Decimal("19.05")))
        self.assertEqual(pago.docto_relacionado[0].equivalencia_dr, 1)

    def test_pesos_pay_dollars(self):
        move = self._create_ppd([100.0], currency_id=self.dollar.id)
        self._pay(move, currency_id=self.company.currency_id.id)
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        (related,) = pago.docto_relacionado
        self.assertEqual((pago.moneda_p, related.moneda_dr), ("MXN", "USD"))
        self.assertEqual((related.imp_pagado, related.imp_saldo_insoluto), (Decimal("116.00"), Decimal("0.00")))
        self.assertEqual(pago.monto, Decimal("2209.80"))

    def test_dollars_pay_pesos(self):
        move = self._create_ppd([1000.0])
        self._pay(move, currency_id=self.dollar.id)
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual((pago.moneda_p, pago.docto_relacionado[0].imp_pagado), ("USD", Decimal("1160.00")))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRandomPayments(ComplementCase):
    """Whatever is paid, in whatever order, complements are clean and add up to the ledger."""

    def _create_moves(self, rnd):
        taxes = [self.iva16, self.iva8, self.iva0, self.exempt, self.iva16 + self.isr125]
        values = {"currency_id": self.dollar.id} if rnd.random() < 0.3 else {}
        moves = self.env["account.move"]
        for _number in range(rnd.randint(1, 3)):
            lines = [
                self._prepare_line(round(rnd.uniform(1, 3000), 2), rnd.choice(taxes), discount=rnd.choice([0, 0, 12.5]))
                for _line in range(rnd.randint(1, 4))
            ]
            moves |= self._create_ppd(lines, **values)
        return moves

    def test_random_payments_add_up_to_the_ledger(self):
        rnd = random.Random(SEED)
        for number in range(PAYMENTS):
            with self.subTest(number=number, seed=SEED):
                moves = self._create_moves(rnd)
                for _payment in range(rnd.randint(1, 4)):
                    open_moves = moves.filtered(lambda move: move.amount_residual > 0.05)
                    if not open_moves:
                        break
                    self._pay_some(rnd, open_moves)
                self._assert_ledger(moves)

    def _pay_some(self, rnd, moves):
        currency = rnd.choice([self.dollar, self.company.currency_id])
        residual = sum(moves.mapped("amount_residual"))
        due = moves.currency_id._convert(residual, currency, self.company, fields.Date.to_date(TODAY))
        amount = due if rnd.random() < 0.3 else max(0.05, round(due * rnd.uniform(0.05, 0.95), 2))
        payment = self._pay(moves, amount, currency_id=currency.id)
        if rnd.random() < 0.15:
            self._cancel_payment(payment)

    def _assert_ledger(self, moves):
        parts = moves.cfdi_part_ids.sorted(lambda part: part.partial_id.id)
        said = {}
        for document in parts.document_id.sorted("id"):
            for pago in self._state_complements(document):
                for related in pago.docto_relacionado:
                    said.setdefault(related.id_documento, []).append(related)
        for move in moves:
            chain = said.get(move.cfdi_uuid, [])
            paid = sum((related.imp_pagado for related in chain), Decimal(0))
            residual = chain[-1].imp_saldo_insoluto if chain else Decimal(f"{move.amount_total:.2f}")
            self.assertEqual(residual, Decimal(f"{move.amount_residual:.2f}"))
            self.assertEqual(paid, Decimal(f"{move.amount_total:.2f}") - residual)
            self.assertEqual([related.num_parcialidad for related in chain], list(range(1, len(chain) + 1)))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPaymentReconciliation(ComplementCase):
    def _rows(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["gym.cfdi.payment.reconciliation"].search([("company_id", "=", self.company.id)])

    def _get_check(self):
        overview = self.env["gym.cfdi.overview"].with_company(self.company)
        self.env.flush_all()
        checks = {check["code"]: check for check in overview.get_overview("2026-11")["checks"]}
        check = checks["complements"]
        found = self.env[check["action"]["res_model"]].search(check["action"]["domain"])
        self.assertEqual(len(found), check["count"])
        return check["count"]

    def test_what_was_paid_is_what_complements_state(self):
        peso, dollar = self._create_ppd([1000.0]), self._create_ppd([100.0], currency_id=self.dollar.id)
        self._pay(peso, 500.0)
        self._pay(peso)
        self._pay(dollar)
        self._pay(self._create_invoice_of())  # PUE: none of these
        self.assertEqual(self._rows().mapped("reason"), ["pending"] * 3)
        for document in (peso | dollar).cfdi_part_ids.sorted("id").document_id:
            self._state_complements(document)
        rows = self._rows()
        self.assertEqual((rows.mapped("reason"), rows.mapped("difference")), ([False] * 3, [0.0] * 3))
        in_pesos = sum((peso | dollar).mapped("amount_total_signed"))
        self.assertAlmostEqual(sum(rows.mapped("amount_cfdi")), in_pesos, 2)
        self.assertEqual(self._get_check(), 0)

    def test_each_difference_has_its_reason_and_is_counted(self):
        self.company.cfdi_complement_policy = "month"
        missing, rejected, undone, wrong = (self._create_ppd() for _number in range(4))
        payments = {move: self._pay(move) for move in (missing, rejected, undone, wrong)}
        for move in (rejected, undone, wrong):
            move.cfdi_part_ids.sudo()._record_complements()
        rejected.cfdi_part_ids.document_id._transition("reject")
        for move in (undone, wrong):
            self._state_complements(move.cfdi_part_ids.document_id)
        wrong.cfdi_part_ids.sudo().stated = 1.0
        payments[undone].move_id.line_ids.remove_move_reconcile()
        rows = self._rows()
        self.assertEqual(
            {row.invoice_id: (row.reason, row.difference) for row in rows},
            {
                missing: ("missing", 578.84),
                rejected: ("rejected", 578.84),
                undone: ("undone", -578.84),
                wrong: ("amount", 577.84),
            },
        )
        self.assertEqual(self._get_check(), 3, "rejected ones are counted among the rejected")
        rows.filtered(lambda row: row.reason == "missing").action_mend()
        self.assertEqual(missing.cfdi_part_ids.state, "pending")
        self.assertEqual(self._get_check(), 2)

    def test_a_payment_that_nobody_noted_shows_and_is_mended(self):
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        self._pay(move)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET cfdi_payment_method = 'PPD' WHERE id = %s", [move.id])
        row = self._rows()
        self.assertEqual((row.invoice_id, row.reason, row.part_id.id), (move, "missing", False))
        row.action_mend()
        self.assertEqual(self._rows().reason, "pending")

    def test_what_was_forgiven_is_no_difference(self):
        move = self._create_ppd([1000.0])
        self._pay(
            move,
            1159.50,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self._state_complements(move.cfdi_part_ids.document_id)
        self.assertRecordValues(
            self._rows(), [{"amount_ledger": 1159.50, "amount_cfdi": 1159.50, "difference": 0.0, "reason": False}]
        )

    def test_invoices_without_their_complements_are_found(self):
        self.company.cfdi_complement_policy = "month"
        missing, stated = self._create_ppd(), self._create_ppd()
        self._pay(missing)
        self._pay(stated)
        stated.cfdi_part_ids.sudo()._record_complements()
        found = self.env["account.move"].search([("cfdi_part_ids.state", "in", ("missing", "to_cancel"))])
        self.assertEqual(found & (missing | stated), missing)
