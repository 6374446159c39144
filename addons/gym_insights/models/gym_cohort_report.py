from odoo import models


class GymCohortReport(models.Model):
    _inherit = "gym.cohort.report"

    def action_open_member(self):
        """Open the record of the person whom a row tells of."""
        self.ensure_one()
        self.check_access("read")
        return self.member_id.get_formview_action()
