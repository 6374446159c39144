from odoo.addons.gym_subscriptions.tests.billing_common import BillingCommon
from odoo.addons.queue_job.tests.common import trap_jobs


class TestBillingRunUncharged(BillingCommon):
    """A run says for which of its invoices no card is charged, and why."""

    def setUp(self):
        super().setUp()
        self.go_to("2026-02-15")
        with trap_jobs() as trap:
            self.run_ = self.env["gym.billing.run"].with_user(self.owner).create({})
            self.run_.action_start()
            while trap.enqueued_jobs:
                trap.perform_enqueued_jobs()
        self.moves = self.env["account.move"].search([("gym_billing_run_id", "=", self.run_.id)])

    def test_everybody_without_card_and_consent_is_counted_and_told_of(self):
        self.assertEqual((self.run_.state, self.run_.uncharged_count, len(self.moves)), ("done", 3, 3))
        self.assertIn("No card is charged for 3 of the invoices", self.run_.message_ids[0].body)
        action = self.run_.action_open_uncharged()
        rows = self.env["gym.subscription"].with_user(self.owner).search(action["domain"])
        self.assertEqual(rows, self.subscriptions)
        for row in rows:
            self.assertIn("The payer has no card set", row.uncharged_reason)
            self.assertIn("Ask for consent, or send a payment link", row.uncharged_reason)

    def test_what_is_being_charged_or_paid_is_not_counted_and_what_was_refused_is(self):
        planned, refused, paid = self.moves
        planned._plan_charges()
        refused._plan_charges()._refuse([("consent_missing", {})])
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=paid.ids).create(
            {}
        )._create_payments()
        self.run_.invalidate_recordset()
        self.assertEqual(self.run_.uncharged_count, 1)
        [row] = self.env["gym.subscription"].search(self.run_.action_open_uncharged()["domain"])
        self.assertEqual(row, refused._get_gym_subscriptions())
