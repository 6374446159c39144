from odoo import api, fields, models
from odoo.exceptions import UserError


class GymPrivacyLog(models.Model):
    """What was done about a privacy request, by whom and when: the evidence for the authority.

    Append-only: nobody has write or unlink; entries come from ``gym.privacy.request._log`` alone. Texts name actions
    and never the person, so that they may stay when the person's data go.
    """

    _name = "gym.privacy.log"
    _description = "Evidence of a Privacy Request"
    _order = "id"
    _log_access = False

    request_id = fields.Many2one("gym.privacy.request", required=True, index=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="request_id.location_id", store=True, index=True)
    occurred_at = fields.Datetime(string="When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    action = fields.Char(required=True, readonly=True)
    detail = fields.Text(readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The evidence of a privacy request cannot be deleted."))
