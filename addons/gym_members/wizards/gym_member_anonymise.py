from odoo import api, fields, models
from odoo.exceptions import UserError


class GymMemberAnonymise(models.TransientModel):
    """Shows what will be removed of a blocked member, what stays and why, before it is removed for good."""

    _name = "gym.member.anonymise"
    _description = "Remove Personal Data"
    _inherit = ["gym.relation.guard"]

    member_id = fields.Many2one("gym.member", required=True, ondelete="cascade", context={"active_test": False})
    removed = fields.Text(compute="_compute_report")
    kept = fields.Text(compute="_compute_report")
    waits = fields.Text(string="Not Yet", compute="_compute_report")
    is_confirmed = fields.Boolean(string="I understand that nobody can bring the data back")

    @api.depends("member_id")
    def _compute_report(self):
        for wizard in self:
            member = wizard.member_id
            member._check_anonymise_right()
            report = member.sudo()._get_anonymisation_report(member.location_id._today())
            wizard.removed, wizard.kept, wizard.waits = (
                "\n".join(report[part]) for part in ("removed", "kept", "waits")
            )

    def action_anonymise(self):
        """Remove the data for good."""
        self.ensure_one()
        self.member_id._check_anonymise_right()
        if not self.is_confirmed:
            raise UserError(self.env._("Nobody can bring the data back. Confirm that you understand it."))
        self.member_id._anonymise(self.member_id.location_id._today())
        return {"type": "ir.actions.act_window_close"}
