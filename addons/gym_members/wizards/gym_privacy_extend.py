from odoo import fields, models


class GymPrivacyExtend(models.TransientModel):
    """Asks for the reason before a deadline of a privacy request is extended."""

    _name = "gym.privacy.extend"
    _description = "Extend a Privacy Deadline"
    _inherit = ["gym.relation.guard"]

    request_id = fields.Many2one("gym.privacy.request", required=True, ondelete="cascade")
    date_deadline = fields.Date(related="request_id.date_deadline")
    reason = fields.Text(required=True, help="The person gets this text.")

    def action_confirm(self):
        """Extend the running deadline once and tell the person."""
        self.ensure_one()
        self.request_id._extend(self.reason)
        return {"type": "ir.actions.act_window_close"}
