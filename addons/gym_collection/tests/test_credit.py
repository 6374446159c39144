from decimal import Decimal

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .test_charging import JOINED, RENEWED
from .test_refunds import RefundCommon


@tagged("post_install", "-at_install")
class TestCredit(RefundCommon):
    def _advance(self, amount, partner=None):
        """Take money for no invoice in particular."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.member.partner_id).id,
                "amount": amount,
                "journal_id": self.cash.id,
                "outstanding_account_id": self.cash.default_account_id.id,
            }
        )
        payment.action_post()
        return payment

    def _get_credit(self):
        return self.member.partner_id._get_gym_credit(self.company)

    @freeze_time(JOINED)
    def test_what_is_paid_too_much_is_kept_and_pays_the_next_invoice(self):
        subscription = self._create_subscription()
        move = subscription._activate()
        self._pay_cash(move, 600.0)
        self.assertEqual((move.amount_residual, self._get_credit()), (0, 101.0))
        with freeze_time(RENEWED):
            renewal = self._renew(subscription)
        self.assertEqual((renewal.amount_residual, self._get_credit()), (398.0, 0))
        self.assertEqual(renewal.payment_state, "partial")

    @freeze_time(JOINED)
    def test_a_card_pays_only_what_credit_leaves(self):
        self._advance(199.0)
        subscription, move = self._join()
        self.assertEqual(move.amount_residual, 300.0)
        charge = self._charge(move)
        self.assertEqual((charge.state, charge.transaction_id.amount), ("done", 300.0))
        self.assertEqual(subscription.state, "active")

    def _credit_note(self, amount):
        """Post a credit note of the accountant, of no invoice in particular."""
        line = {
            "name": "Por las molestias",
            "price_unit": amount,
            "quantity": 1,
            "tax_ids": [(6, 0, self.company.gym_tax_general_id.ids)],
        }
        note = self.env["account.move"].create(
            {"move_type": "out_refund", "partner_id": self.member.partner_id.id, "invoice_line_ids": [(0, 0, line)]}
        )
        note.action_post()
        self.assertEqual((note.amount_total, self._get_credit()), (amount, amount))
        return note

    @freeze_time(JOINED)
    def test_a_credit_note_is_used_before_the_card(self):
        note = self._credit_note(200.0)
        _subscription, move = self._join()
        charge = self._charge(move)
        self.assertEqual((charge.state, charge.transaction_id.amount), ("done", 299.0))
        self.assertEqual((move.amount_residual, note.amount_residual), (0, 0))

    @freeze_time(JOINED)
    def test_a_credit_note_that_comes_after_the_plan_is_used_too(self):
        _subscription, move = self._join()
        charge = move._plan_charges()
        self._credit_note(200.0)
        charge._job_charge()
        self.assertEqual((charge.state, charge.amount, charge.transaction_id.amount), ("done", 299.0, 299.0))

    @freeze_time(JOINED)
    def test_a_credit_note_that_covers_all_leaves_nothing_to_charge(self):
        subscription, move = self._join()
        self._charge(move)
        note = self._credit_note(600.0)
        with freeze_time(RENEWED), trap_jobs() as trap:
            renewal = self.env["gym.billing.engine"]._bill(subscription).moves
            renewal._plan_payment()
            trap.perform_enqueued_jobs()
        self.assertEqual((renewal.amount_residual, note.amount_residual), (0, 101.0))
        self.assertFalse(renewal.gym_charge_ids or renewal.transaction_ids)

    @freeze_time(JOINED)
    def test_a_card_is_not_charged_when_credit_came_after_the_plan(self):
        _subscription, move = self._join()
        charge = move._plan_charges()
        self._advance(1000.0)
        charge._job_charge()
        self.assertEqual([code for code, _values in charge.reason_codes], ["already_paid"])
        self.assertFalse(move.transaction_ids)
        self.assertEqual((move.amount_residual, self._get_credit()), (0, 501.0))

    @freeze_time(JOINED)
    def test_a_run_leaves_credit_and_card_to_a_job_after_it(self):
        subscription, move = self._join()
        other = self._create_subscription(member_id=self._create_member(name="Otro").id)
        other_move = other._activate()
        self._advance(100.0)
        with trap_jobs() as trap:
            self.env["gym.billing.run"]._after_billed(move | other_move)
            self.assertFalse(move.gym_charge_ids, "credit first")
            self.assertEqual(move.amount_residual, 499.0, "not in the transaction of the run")
            [job] = [job for job in trap.enqueued_jobs if job.method_name == "_use_credit_then_charge"]
            self.assertEqual(job.recordset, move)
        move._use_credit_then_charge()
        self.assertEqual((move.amount_residual, move.gym_charge_ids.amount), (399.0, 399.0))

    @freeze_time(JOINED)
    def test_the_oldest_invoice_and_the_oldest_credit_come_first(self):
        first = self._create_subscription()._activate()
        with freeze_time("2026-03-12 18:00:00"):
            second = self._create_subscription()._activate()
            old = self._advance(300.0)
            new = self._advance(400.0)
            (first | second)._use_credit()
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 298.0))
        self.assertIn(old.move_id.id, first._get_reconciled_amls().move_id.ids)
        self.assertTrue(new.is_reconciled)

    @freeze_time(JOINED)
    def test_a_partial_payment_leaves_the_rest_owed(self):
        subscription = self._create_subscription()
        move = subscription._activate()
        with freeze_time("2026-03-20 18:00:00"):
            self.env["gym.dunning.case"]._cron_dun()
            self.assertEqual(subscription.state, "past_due")
            self._pay_cash(move, 200.0)
            self.assertEqual((move.amount_residual, subscription.state), (299.0, "past_due"))
            self._pay_cash(move, 299.0)
            self.assertEqual((move.amount_residual, subscription.state), (0, "active"))

    @freeze_time(JOINED)
    def test_money_on_its_way_back_is_no_credit(self):
        subscription = self._create_subscription()
        move = subscription._activate()
        self._pay_cash(move)
        move._give_back(Decimal("499.00"), "")
        self.assertEqual(self._get_credit(), 0)
        self.assertEqual(subscription.payer_credit, 0)
        renewal = self._renew(subscription)
        self.assertEqual(renewal.amount_residual, 499.0)

    @freeze_time(JOINED)
    def test_credit_of_one_payer_pays_nobody_elses_invoice(self):
        self._advance(1000.0)
        other = self._create_subscription(member_id=self._create_member(name="Otro").id)
        self.assertEqual(other._activate().amount_residual, 499.0)
        self.assertEqual(self._get_credit(), 1000.0)

    def _make_colleagues(self):
        """Let the member and another one be contacts of one company; return the other."""
        acme = self.env["res.partner"].create({"name": "ACME", "is_company": True, "email": "boss@acme.example"})
        other = self._create_member(name="Beto")
        (self.member.partner_id | other.partner_id).parent_id = acme
        return other

    @freeze_time(JOINED)
    def test_colleagues_share_no_credit(self):
        other = self._make_colleagues()
        move = self._create_subscription()._activate()
        self._pay_cash(move, 1000.0)
        others = self._create_subscription(member_id=other.id)._activate()
        self.assertFalse(others._use_credit())
        self.assertFalse(others._get_with_credit())
        self.assertEqual((others.amount_residual, self._get_credit()), (499.0, 501.0))
        self.assertEqual(other.partner_id._get_gym_credit(self.company), 0)
        with freeze_time(RENEWED):
            own = self._create_subscription()._activate()
        self.assertEqual((own.amount_residual, self._get_credit()), (0, 2.0))

    @freeze_time(JOINED)
    def test_the_desk_asks_nobody_for_what_a_colleague_owes(self):
        other = self._make_colleagues()
        move = self._create_subscription()._activate()
        others = self._create_subscription(member_id=other.id)._activate()
        desk = self.env["gym.payment.desk"].create({"member_id": self.member.id, "journal": str(self.cash.id)})
        self.assertEqual((desk.payer_name, desk.amount_owed), (self.member.partner_id.name, 499.0))
        desk.action_confirm()
        self.assertEqual((move.amount_residual, others.amount_residual), (0, 499.0))

    @freeze_time(JOINED)
    def test_dunning_tells_no_employer(self):
        self._make_colleagues()
        subscription = self._create_subscription()
        subscription._activate()
        with freeze_time("2026-03-12 18:00:00"):
            cases = self.env["gym.dunning.case"]._open_cases()
            own = cases.filtered(lambda case: case.partner_id == self.member.partner_id)
            self.assertEqual((len(own), own.amount_due, subscription.state), (1, 499.0, "past_due"))
            self.assertFalse(cases.filtered(lambda case: case.partner_id == self.member.partner_id.parent_id))
