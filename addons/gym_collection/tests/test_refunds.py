from decimal import Decimal
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.payment_card_facts.models.payment_provider import PaymentInDoubt

from .test_charging import JOINED, ChargingCommon


class RefundCommon(ChargingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash = cls.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.boss = new_test_user(
            cls.env,
            "boss_of_refunds",
            groups="gym_members.group_gym_manager",
            gym_location_ids=[(6, 0, cls.roma.ids)],
        )
        cls.desk = new_test_user(
            cls.env,
            "desk_of_refunds",
            groups="gym_members.group_gym_frontdesk",
            gym_location_ids=[(6, 0, cls.roma.ids)],
        )

    def setUp(self):
        super().setUp()
        commit = patch.object(self.env.registry["gym.refund"], "_commit", lambda refund: refund.env.flush_all())
        self.startPatcher(commit)

    def _join_paid(self, **values):
        """Begin a subscription and charge its first invoice to the card; returns subscription, invoice, charge."""
        subscription, move = self._join(**values)
        charge = self._charge(move)
        self.assertEqual(charge.state, "done")
        return subscription, move, charge

    def _pay_cash(self, move, amount=None):
        register = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        values = {"journal_id": self.cash.id} | ({"amount": amount} if amount else {})
        return register.create(values)._create_payments()

    def _get_receivable_balance(self, partner):
        self.env.flush_all()
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)


@tagged("post_install", "-at_install")
class TestRefunds(RefundCommon):
    @freeze_time(JOINED)
    def test_a_card_payment_goes_back_to_the_card_and_the_books_are_even(self):
        _subscription, move, charge = self._join_paid()
        note = move._give_back(Decimal("499.00"), "Pagó doble")
        refund = note.gym_refund_ids
        self.assertEqual((refund.how, refund.state, refund.amount), ("card", "planned", 499.0))
        refund._job_refund()
        self.assertEqual((refund.state, refund.transaction_id.state), ("done", "done"))
        self.assertEqual(refund.transaction_id.amount, -499.0)
        self.assertEqual(refund.transaction_id.source_transaction_id, charge.transaction_id)
        self.assertEqual((note.amount_residual, note.reversed_entry_id), (0, move))
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 0)

    @freeze_time(JOINED)
    def test_a_job_that_runs_twice_gives_back_once(self):
        _subscription, move, charge = self._join_paid()
        refund = move._give_back(Decimal("499.00"), "").gym_refund_ids
        refund._job_refund()
        refund._job_refund()
        self.assertEqual(len(charge.transaction_id.child_transaction_ids), 1)
        self.assertFalse(refund.move_id._plan_refunds())

    @freeze_time(JOINED)
    def test_a_part_is_shared_by_what_was_billed_and_never_more_than_was_paid(self):
        plan = self._create_plan(name="With enrolment", enrolment_fee=250.0)
        subscription = self._create_subscription(plan_id=plan.id)
        move = subscription._activate()
        self._pay_cash(move)
        self.assertEqual(move.amount_total, 749.0)
        note = move._give_back(Decimal("100.00"), "Cortesía")
        self.assertEqual(note.amount_total, 100.0)
        self.assertEqual(len(note.invoice_line_ids), 2)
        self.assertEqual(move._get_refundable_amount(), 649.0)
        with self.assertRaises(UserError):
            move._give_back(Decimal("649.01"), "")
        self.assertEqual(move._give_back(Decimal("649.00"), "").amount_total, 649.0)
        with self.assertRaises(UserError):
            move._give_back(Decimal("0.01"), "")

    @freeze_time(JOINED)
    def test_charges_and_refunds_name_the_payer_not_the_employer(self):
        acme = self.env["res.partner"].create({"name": "ACME", "is_company": True})
        self.member.partner_id.parent_id = acme
        _subscription, move, charge = self._join_paid()
        refund = move._give_back(Decimal("499.00"), "").gym_refund_ids
        charge.transaction_id._notify_dispute("CB-1", "open")
        chargeback = self.env["gym.chargeback"].search([("transaction_id", "=", charge.transaction_id.id)])
        for record in (charge, refund, chargeback):
            self.assertEqual(record.partner_id, self.member.partner_id, record._name)

    @freeze_time(JOINED)
    def test_what_was_paid_in_cash_waits_for_the_desk(self):
        subscription = self._create_subscription()
        move = subscription._activate()
        self._pay_cash(move)
        note = move._give_back(Decimal("499.00"), "")
        refund = note.gym_refund_ids
        self.assertEqual((refund.how, refund.state), ("desk", "to_pay"))
        pay = self.env["gym.refund.pay"].with_user(self.boss).create({"refund_id": refund.id})
        pay.journal = str(self.cash.id)
        pay.action_confirm()
        self.assertEqual(refund.state, "done")
        self.assertEqual(note.amount_residual, 0)
        self.assertEqual(refund.payment_id.payment_type, "outbound")
        with self.assertRaises(UserError):
            refund._pay_back(self.cash, "2026-03-10")
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 0)

    def test_the_day_on_which_it_is_paid_back_has_limits(self):
        with freeze_time("2026-04-01 01:30:00"):  # 31 March in Mexico City
            move = self._create_subscription()._activate()
            self._pay_cash(move)
            refund = move._give_back(Decimal("499.00"), "").gym_refund_ids
            wizard = self.env["gym.refund.pay"].with_user(self.boss)
            pay = wizard.create({"refund_id": refund.id, "journal": str(self.cash.id)})
            self.assertEqual(str(pay.date), "2026-03-31")
            for day in ("2026-04-01", "2099-01-01"):
                ahead = wizard.create({"refund_id": refund.id, "journal": str(self.cash.id), "date": day})
                with self.assertRaisesRegex(UserError, "still to come"), self.cr.savepoint():
                    ahead.action_confirm()
            self.assertEqual((refund.state, refund.payment_id.ids), ("to_pay", []))
            pay.date = "2026-03-30"
            pay.action_confirm()
        self.assertEqual((refund.state, str(refund.payment_id.date)), ("done", "2026-03-30"))
        row = self.env["gym.other.day"].search([("partner_id", "=", self.member.partner_id.id)])
        self.assertEqual((row.amount, row.user_id, str(row.booked_on)), (-499.0, self.boss, "2026-03-31"))

    @freeze_time(JOINED)
    def test_a_withdrawal_gives_everything_back_by_itself(self):
        subscription, move, charge = self._join_paid()
        subscription.sudo().channel = "online"
        subscription._cancel(at="withdrawal", by="member")
        refund = self.env["gym.refund"].search([("move_id.reversed_entry_id", "=", move.id)])
        self.assertEqual((refund.how, refund.state, refund.amount), ("card", "planned", 499.0))
        refund._job_refund()
        self.assertEqual(refund.state, "done")
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 0)
        self.assertEqual(charge.transaction_id._get_refundable_part(1.0), 0)

    @freeze_time(JOINED)
    def test_a_withdrawal_after_a_partial_refund_gives_back_the_rest(self):
        subscription, move, _charge = self._join_paid()
        subscription.sudo().channel = "online"
        move._give_back(Decimal("99.00"), "").gym_refund_ids._job_refund()
        notes = subscription._cancel(at="withdrawal", by="member")
        self.assertEqual(notes.mapped("move_type"), ["out_refund"])
        self.assertEqual(notes.amount_total, 400.0)
        notes.gym_refund_ids._job_refund()
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 0)

    @freeze_time(JOINED)
    def test_a_withdrawal_right_after_the_card_was_charged_gives_it_back_too(self):
        subscription, move = self._join()
        subscription.sudo().channel = "online"
        charge = move._plan_charges()
        with patch.object(self.env.registry["payment.transaction"], "_post_process", lambda transaction: None):
            charge._job_charge()
        self.assertEqual((charge.state, move.amount_residual), ("done", 499.0), "the cron has not posted it yet")
        notes = subscription._cancel(at="withdrawal", by="member")
        self.assertEqual((notes.gym_refund_ids.how, notes.gym_refund_ids.amount), ("card", 499.0))
        notes.gym_refund_ids._job_refund()
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 0)

    @freeze_time(JOINED)
    def test_a_withdrawal_gives_back_no_part_that_was_not_paid(self):
        subscription, _move, _charge = self._join_paid()
        subscription.sudo().channel = "online"
        unpaid = subscription._change_plan(self._create_plan(name="Plus", price=799, tier=9), "now")
        self.assertEqual((unpaid.amount_residual, unpaid.payment_state), (300.0, "not_paid"))
        preview = subscription._preview_cancel("withdrawal")
        credited = -sum(line["amount"] for line in preview["lines"])
        self.assertIn("$\xa0300.00", preview["facts"][-1].replace(" ", "\xa0"))
        notes = subscription._cancel(at="withdrawal", by="member")
        self.assertEqual(sum(notes.mapped("amount_total")), credited)
        refund = notes.gym_refund_ids
        self.assertEqual((refund.how, refund.amount), ("desk", 499.0), "no card paid this invoice")
        refund._pay_back(self.cash, "2026-03-10")
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 0)

    @freeze_time(JOINED)
    def test_who_never_paid_gets_nothing_back(self):
        subscription, move = self._join()
        subscription.sudo().channel = "online"
        subscription._cancel(at="withdrawal", by="member")
        self.assertEqual(move.amount_residual, 0)
        self.assertFalse(self.env["gym.refund"].search([("move_id.reversed_entry_id", "=", move.id)]))

    @freeze_time(JOINED)
    def test_what_may_have_been_sent_stays_in_doubt_and_is_not_sent_again(self):
        _subscription, move, charge = self._join_paid()
        refund = move._give_back(Decimal("499.00"), "").gym_refund_ids

        def fail(transaction):
            try:
                raise PaymentInDoubt("timed out")
            except ValidationError as caught:
                transaction._set_error(str(caught))

        with patch.object(self.env.registry["payment.transaction"], "_send_refund_request", fail):
            refund._job_refund()
        self.assertEqual(refund.state, "in_doubt")
        refund._job_refund()
        self.assertFalse(refund.move_id._plan_refunds())
        self.assertEqual(len(charge.transaction_id.child_transaction_ids), 1)
        refund.transaction_id._process(
            "demo", {"reference": refund.transaction_id.reference, "simulated_state": "done"}
        )
        refund.transaction_id._post_process()
        self.assertEqual((refund.state, refund.move_id.amount_residual), ("done", 0))

    @freeze_time(JOINED)
    def test_a_refused_refund_can_be_paid_at_the_desk(self):
        _subscription, move, _charge = self._join_paid()
        refund = move._give_back(Decimal("499.00"), "").gym_refund_ids
        with patch.object(
            self.env.registry["payment.transaction"], "_send_refund_request", side_effect=ValidationError("no")
        ):
            refund._job_refund()
        self.assertEqual(refund.state, "failed")
        refund.with_user(self.boss).action_pay_at_desk()
        refund._pay_back(self.cash, "2026-03-10")
        self.assertEqual((refund.state, refund.move_id.amount_residual), ("done", 0))

    @freeze_time(JOINED)
    def test_the_dialog_shows_where_it_goes_and_only_managers_confirm(self):
        subscription, move, _charge = self._join_paid()
        with self.assertRaises(AccessError):
            subscription.with_user(self.desk).action_refund()
        action = subscription.with_user(self.boss).action_refund()
        dialog = self.env["gym.refund.dialog"].browse(action["res_id"])
        dialog.line_id = dialog.line_ids
        self.assertEqual(dialog.amount, 499.0)
        self.assertIn(self.provider.name, dialog.way)
        with self.assertRaises(AccessError):
            dialog.with_user(self.desk).action_confirm()
        self.assertFalse(move.reversal_move_ids)
        dialog.with_user(self.boss).action_confirm()
        self.assertEqual(move.reversal_move_ids.gym_refund_ids.amount, 499.0)

    def _write_off_rest(self, move, paid):
        loss = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        register = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        values = {"amount": paid, "payment_difference_handling": "reconcile", "writeoff_account_id": loss.id}
        register.create(values | {"journal_id": self.cash.id})._create_payments()
        self.assertEqual(move.amount_residual, 0)

    @freeze_time(JOINED)
    def test_what_was_written_off_is_not_given_back(self):
        _subscription, move = self._join()
        self._write_off_rest(move, 400.0)
        self.assertEqual(move._get_refundable_amount(), 400.0)
        with self.assertRaises(UserError):
            move._give_back(Decimal("400.01"), "")
        self.assertFalse(move.reversal_move_ids)
        note = move._give_back(Decimal("150.00"), "")
        self.assertEqual(move._get_refundable_amount(), 250.0)
        note |= move._give_back(Decimal("250.00"), "")
        self.assertEqual((sum(note.gym_refund_ids.mapped("amount")), move._get_refundable_amount()), (400.0, 0))

    @freeze_time(JOINED)
    def test_leaving_gives_nothing_back_of_what_was_written_off(self):
        subscription, move = self._join()
        subscription.sudo().channel = "online"
        self._write_off_rest(move, 99.0)
        notes = subscription._cancel(at="withdrawal", by="member")
        self.assertEqual((notes.amount_total, notes.gym_refund_ids.amount), (99.0, 99.0))
        self.assertEqual(self.member.partner_id._get_gym_credit(self.company), 0)

    @freeze_time(JOINED)
    def test_a_payment_in_part_is_all_that_is_given_back(self):
        _subscription, move = self._join()
        self._pay_cash(move, 300.0)
        self.assertEqual(move._get_refundable_amount(), 300.0)
        refund = move._give_back(Decimal("300.00"), "").gym_refund_ids
        self.assertEqual(sum(refund.mapped("amount")), 101.0, "the credit note settled the 199.00 that were open")
        self.assertEqual((move.amount_residual, move._get_refundable_amount()), (0, 199.0))

    @freeze_time(JOINED)
    def test_what_is_given_back_to_one_is_taken_from_theirs_alone(self):
        kids = [self._create_member(name=f"Kid {number}") for number in range(3)]
        family = self.env["gym.subscription"]
        for kid in kids:
            family |= self._create_subscription(member_id=kid.id, payer_id=self.member.partner_id.id)
        for one in family:
            one._activate()
        with freeze_time("2026-04-10 18:00:00"):
            move = self.env["gym.billing.engine"]._bill(family).moves
            self.assertEqual((len(move), move.amount_total), (1, 1497.0))
            self._pay_cash(move)
            self.assertEqual(move._get_refundable_amount(family[0]), 499.0)
            with self.assertRaises(UserError):
                move._give_back(Decimal("499.01"), "", family[0])
            self.assertFalse(move.reversal_move_ids)
            action = family[0].with_user(self.boss).action_refund()
            dialog = self.env["gym.refund.dialog"].browse(action["res_id"]).with_user(self.boss)
            dialog.line_id = dialog.line_ids.filtered(lambda line: line.move_id == move)
            self.assertEqual(dialog.amount, 499.0)
            dialog.amount = 300.0
            dialog.action_confirm()
            note = move.reversal_move_ids
            credits = self.env["gym.due"].search([("move_id", "=", note.id)])
            self.assertEqual([(line.subscription_id, line.amount) for line in credits], [(family[0], -300.0)])
            self.assertEqual(
                [move._get_refundable_amount(one) for one in (*family, None)], [199.0, 499.0, 499.0, 1197.0]
            )

    def _get_ledger(self, moves):
        """Return what posted moves come to in the books: the base, and each tax; returns have their own account."""
        lines = moves.line_ids.filtered(lambda line: line.account_id.account_type != "asset_receivable")
        groups = lines.grouped("tax_line_id")
        return {tax: round(sum(group.mapped("balance")), 2) for tax, group in groups.items()}

    @freeze_time(JOINED)
    def test_the_last_part_takes_what_is_left_of_base_and_tax(self):
        for price, parts in (
            (100.0, ("33.33", "33.33", "33.34")),
            (499.0, ("0.01", "0.02", "498.97")),
            (333.33, ("111.11", "111.11", "111.11")),
        ):
            with self.subTest(price=price):
                plan = self._create_plan(name=f"Plan {price}", price=price)
                move = self._create_subscription(plan_id=plan.id)._activate()
                self._pay_cash(move)
                notes = self.env["account.move"].union(*(move._give_back(Decimal(part), "") for part in parts))
                self.assertEqual(sum(notes.mapped("amount_total")), price)
                self.assertEqual(round(sum(notes.mapped("amount_tax")), 2), move.amount_tax)
                self.assertEqual(set(self._get_ledger(move | notes).values()), {0.0})

    @freeze_time(JOINED)
    def test_the_last_part_of_several_lines_does_so_for_each(self):
        plan = self._create_plan(name="With enrolment", price=100.0, enrolment_fee=50.0)
        move = self._create_subscription(plan_id=plan.id)._activate()
        self._pay_cash(move)
        notes = self.env["account.move"].union(*(move._give_back(Decimal(50), "") for _time in range(3)))
        self.assertEqual(move._get_refundable_amount(), 0)
        for line in move.invoice_line_ids:
            credits = self.env["gym.due"].search([("reversed_line_id", "=", line.id)])
            given = credits.move_line_id
            self.assertEqual(round(sum(given.mapped("price_subtotal")), 2), line.price_subtotal)
            self.assertEqual(round(sum(given.mapped("price_total")), 2), line.price_total)
        self.assertEqual(set(self._get_ledger(move | notes).values()), {0.0})

    @freeze_time(JOINED)
    def test_the_last_part_does_so_for_each_of_three_taxes(self):
        general, taxes = self.company.gym_tax_general_id, self.env["account.tax"]
        for name, percent in (("Local", 2.5), ("IEPS", 8)):
            taxes |= general.copy({"name": name, "amount": percent})
        three = [(6, 0, (general | taxes).ids)]
        plan = self._create_plan(name="Taxed", price=333.33, enrolment_fee=77.77, tax_ids=three)
        extra = self._create_addon(amount=49.99, plan_ids=[(6, 0, plan.ids)], tax_ids=[(6, 0, taxes.ids)])
        subscription = self._create_subscription(plan_id=plan.id)
        line = {"kind": "addon", "addon_id": extra.id, "amount": 49.99, "date_start": self.roma._today()}
        subscription.line_ids = [(0, 0, line)]
        move = subscription._activate()
        self._pay_cash(move)
        self.assertEqual((len(move.invoice_line_ids), len(move.line_ids.tax_line_id)), (3, 3))
        parts = [Decimal(part) for part in ("33.33", "0.07", "111.11", "0.01")]
        notes = self.env["account.move"].union(*(move._give_back(part, "") for part in parts))
        notes |= move._give_back(Decimal(str(move._get_refundable_amount())), "")
        self.assertEqual(round(sum(notes.mapped("amount_total")), 2), move.amount_total)
        self.assertEqual(set(self._get_ledger(move | notes).values()), {0.0})

    @freeze_time(JOINED)
    def test_an_invoice_that_bills_no_dues_is_left_to_accounting(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.member.partner_id.id,
                "invoice_line_ids": [(0, 0, {"name": "Agua", "price_unit": 20.0, "tax_ids": False})],
            }
        )
        move.action_post()
        self._pay_cash(move)
        with self.assertRaises(UserError):
            move._give_back(Decimal("20.00"), "")
