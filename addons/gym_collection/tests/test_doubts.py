from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.payment_card_facts.models.payment_provider import PaymentInDoubt

from .test_charging import JOINED
from .test_refunds import RefundCommon


class DoubtCommon(RefundCommon):
    def _lose_answer(self, method):
        def fail(transaction):
            try:
                raise PaymentInDoubt("timed out")
            except ValidationError as caught:
                transaction._set_error(str(caught))

        return patch.object(self.env.registry["payment.transaction"], method, fail)

    def _doubt_charge(self):
        _subscription, move = self._join()
        charge = move._plan_charges()
        with self._lose_answer("_send_payment_request"):
            charge._job_charge()
        charge._job_ask()
        return charge

    def _doubt_refund(self):
        _subscription, move, _charge = self._join_paid()
        refund = move._give_back(Decimal("499.00"), "").gym_refund_ids
        with self._lose_answer("_send_refund_request"):
            refund._job_refund()
        refund._job_ask()
        return refund


@tagged("post_install", "-at_install")
class TestDoubts(DoubtCommon):
    """What a provider cannot be asked about is settled by a manager, with a note, once."""

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(JOINED))

    def _settle(self, doubt, finding, user=None, note="Panel, 10 March, 499.00, pi_7"):
        name = f"action_money_{finding}"
        action = getattr(doubt.with_user(user or self.boss), name)()
        dialog = self.env[action["res_model"]].with_user(user or self.boss).with_context(**action["context"])
        dialog = dialog.create({"note": note})
        dialog.action_confirm()
        return dialog

    def test_a_charge_that_was_taken_is_in_the_books(self):
        charge = self._doubt_charge()
        self.assertTrue(charge.needs_person)
        self.assertIn("The Money Was Taken", charge.reason)
        dialog = self._settle(charge, "taken")
        self.assertIn(charge.transaction_id.reference, dialog.where)
        self.assertEqual((charge.state, charge.move_id.amount_residual), ("done", 0))
        self.assertEqual((charge.doubt_user_id, charge.doubt_note), (self.boss, "Panel, 10 March, 499.00, pi_7"))
        self.assertIn("pi_7", charge.move_id.message_ids.mapped("body")[0])
        self.assertFalse(charge.needs_person or charge.transaction_id.is_in_doubt)

    def test_a_charge_that_was_not_taken_may_be_tried_again(self):
        charge = self._doubt_charge()
        self._settle(charge, "not_taken")
        self.assertEqual((charge.state, charge.transaction_id.state), ("failed", "error"))
        self.assertEqual(charge.move_id.amount_residual, 499.0)
        self.assertTrue(charge.move_id._plan_charges())

    def test_a_refund_that_went_back_settles_its_credit_note(self):
        refund = self._doubt_refund()
        self._settle(refund, "taken")
        self.assertEqual((refund.state, refund.move_id.amount_residual), ("done", 0))

    def test_a_refund_that_did_not_go_back_is_paid_another_way(self):
        refund = self._doubt_refund()
        self._settle(refund, "not_taken")
        refund.with_user(self.boss).action_pay_at_desk()
        self.assertEqual((refund.state, refund.move_id.amount_residual), ("to_pay", 499.0))

    def test_nobody_else_says_what_became_of_money(self):
        doubt = self._doubt_charge()
        with self.assertRaises(AccessError):
            doubt.with_user(self.desk).action_money_taken()
        with self.assertRaises(AccessError):
            self.env["gym.doubt.dialog"].with_user(self.desk).create(
                {"charge_id": doubt.id, "finding": "taken", "note": "x"}
            )
        self.assertEqual((doubt.state, doubt.doubt_note), ("in_doubt", False))

    def test_a_note_is_needed_and_it_happens_once(self):
        charge = self._doubt_charge()
        with self.assertRaises(UserError):
            self._settle(charge, "taken", note="  ")
        self.assertEqual(charge.state, "in_doubt")
        dialog = self._settle(charge, "taken")
        dialog.action_confirm()
        with self.assertRaises(UserError):
            charge.with_user(self.boss).action_money_not_taken()
        self.assertEqual(len(charge.move_id.transaction_ids.payment_id), 1)

    def test_while_the_provider_is_asked_nobody_guesses(self):
        charge = self._doubt_charge()
        charge.needs_person = False
        with self.assertRaisesRegex(UserError, "still being asked"):
            charge.with_user(self.boss).action_money_taken()

    def test_what_nobody_can_be_asked_about_gets_no_more_jobs(self):
        charge, jobs = self._doubt_charge(), self.env["queue.job"]
        before = jobs.search_count([("method_name", "=", "_job_ask")])
        self.env["gym.charge"]._cron_charge()
        self.assertEqual(jobs.search_count([("method_name", "=", "_job_ask")]), before)
        charge.needs_person = False
        self.env["gym.charge"]._cron_charge()
        self.assertEqual(jobs.search_count([("method_name", "=", "_job_ask")]), before + 1)

    def test_a_refund_whose_worker_was_lost_is_asked_about(self):
        _subscription, move, _charge = self._join_paid()
        refund = move._give_back(Decimal("499.00"), "").gym_refund_ids
        with patch.object(self.env.registry["payment.transaction"], "_send_refund_request", lambda tx: None):
            refund._job_refund()
        self.assertEqual(refund.state, "sent")
        self.env.flush_all()
        self.env.cr.execute("UPDATE gym_refund SET write_date = '2026-03-10 17:00:00' WHERE id = %s", (refund.id,))
        self.env.invalidate_all()
        self.env["gym.refund"]._cron_ask()
        self.assertEqual(refund.state, "in_doubt")
