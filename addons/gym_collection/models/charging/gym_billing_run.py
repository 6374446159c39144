from odoo import api, fields, models
from odoo.fields import Domain


class GymBillingRun(models.Model):
    """What a run invoiced and no card pays, with the reason: it has to come in another way, or be agreed to first."""

    _inherit = "gym.billing.run"

    uncharged_count = fields.Integer(
        string="Without Automatic Charge",
        compute="_compute_uncharged_count",
        help="Open invoices of this run for which no card is charged: each says why and what to do.",
    )

    @api.depends("state")
    def _compute_uncharged_count(self):
        groups = (
            self.env["account.move"]
            .sudo()
            ._read_group(self._get_uncharged_domain(), ["gym_billing_run_id"], ["__count"])
        )
        counts = {run.id: count for run, count in groups}
        for run in self:
            run.uncharged_count = counts.get(run.id, 0)

    def _get_uncharged_domain(self):
        return (
            self.env["account.move"]._get_open_dues_domain()
            & Domain("gym_billing_run_id", "in", self.ids)
            & Domain("gym_charge_ids", "not any", [("state", "!=", "refused")])
        )

    def _get_summary(self):
        """Override of `gym_subscriptions`: also what no card pays."""
        text = super()._get_summary()
        if self.uncharged_count:
            text += " " + self.env._(
                "No card is charged for %(count)s of the invoices: each says why and what to do.",
                count=self.uncharged_count,
            )
        return text

    @api.model
    def _after_billed(self, moves):
        """Override of `gym_subscriptions`: plan how what was billed is paid."""
        result = super()._after_billed(moves)
        moves._plan_payment()
        return result

    def action_open_uncharged(self):
        """Open the subscriptions that this run billed and no card pays, each with the reason and what to do."""
        self.ensure_one()
        self.check_access("read")
        moves = self.env["account.move"].sudo().search(self._get_uncharged_domain())
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_collection.gym_uncharged_action")
        return action | {"domain": [("id", "in", moves._get_gym_subscriptions().ids)]}
