from odoo import fields, models

from ..money import add_up


class GymBillingChunk(models.Model):
    """Subscriptions that a run bills in one transaction, and what came of it."""

    _name = "gym.billing.chunk"
    _description = "Chunk of a Billing Run"
    _order = "run_id, number"
    _rec_name = "number"

    run_id = fields.Many2one("gym.billing.run", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    number = fields.Integer(required=True, readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True, ondelete="restrict")
    subscription_ids = fields.Json(readonly=True, help="Ids, in the order in which they are billed.")
    state = fields.Selection([("todo", "To Do"), ("done", "Done")], default="todo", required=True, readonly=True)
    subscription_count = fields.Integer(readonly=True)
    billed_count = fields.Integer(readonly=True)
    move_count = fields.Integer(readonly=True)
    issue_count = fields.Integer(readonly=True)
    late_count = fields.Integer(readonly=True)
    amount_total = fields.Float(readonly=True, digits=0)

    _todo = models.Index("(run_id, journal_id, number) WHERE state = 'todo'")

    def _bill(self):
        """Bill what is still due of this chunk; the chunk is done in the same transaction."""
        self.ensure_one()
        engine = self.env["gym.billing.engine"].with_context(gym_billing_run_id=self.run_id.id)
        outcome = engine._bill(self.env["gym.subscription"].browse(self.subscription_ids).exists(), self.run_id.date)
        self.write(
            {
                "state": "done",
                "billed_count": len(outcome.billed),
                "move_count": len(outcome.moves),
                "issue_count": len(outcome.issues),
                "late_count": outcome.late,
                "amount_total": add_up(outcome.moves.mapped("amount_total")),
            }
        )
