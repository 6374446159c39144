from odoo import models


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    def _is_untouched_import(self):
        """Tell whether this came in by an import and nothing was billed, agreed to or changed since."""
        self.ensure_one()
        return (
            self.channel == "import"
            and not (self.period_ids or self.due_ids or self.change_ids or self.line_ids)
            and not self.token_id
        )
