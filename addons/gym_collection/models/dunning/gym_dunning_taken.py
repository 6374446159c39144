from odoo import api, fields, models

from odoo.addons.gym_subscriptions.models.money import add_up

from .gym_dunning_step import STEP_KINDS


class GymDunningTaken(models.Model):
    """A step that was taken in a case, and what it brought in."""

    _name = "gym.dunning.taken"
    _description = "Dunning Step Taken"
    _order = "id desc"

    case_id = fields.Many2one("gym.dunning.case", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="case_id.location_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    step_id = fields.Many2one("gym.dunning.step", required=True, readonly=True, ondelete="restrict")
    kind = fields.Selection(STEP_KINDS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    result = fields.Char(readonly=True)
    recovered_ids = fields.One2many(
        "account.partial.reconcile", "gym_dunning_taken_id", string="Payments", readonly=True
    )
    amount_recovered = fields.Monetary(
        string="Recovered",
        compute="_compute_amount_recovered",
        store=True,
        help="Paid after this step, before the next.",
    )

    @api.depends("recovered_ids.gym_amount_paid")
    def _compute_amount_recovered(self):
        for taken in self:
            taken.amount_recovered = add_up(taken.recovered_ids.mapped("gym_amount_paid"))
