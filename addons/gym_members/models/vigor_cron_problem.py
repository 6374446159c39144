from odoo import api, fields, models


class VigorCronProblem(models.Model):
    """Managers see the problems of their branches, owners all of their companies."""

    _inherit = "vigor.cron.problem"

    location_id = fields.Many2one("gym.location", string="Branch", readonly=True, index=True, ondelete="cascade")

    @api.model
    def _prepare_vals(self, record, variant, error):
        location = record if record._name == "gym.location" else "location_id" in record and record.location_id
        is_branch = location and location._name == "gym.location"
        return super()._prepare_vals(record, variant, error) | {"location_id": is_branch and location.id}
