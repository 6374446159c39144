from odoo import models


class GymSubscription(models.Model):
    """Puts what is pending on an invoice at once, for verbs that a person waits for; the run bills the rest."""

    _inherit = "gym.subscription"

    def _bill_pending(self):
        """Invoice all pending dues of these subscriptions now; see :meth:`gym.due._bill`.

        :return: the posted moves
        """
        return self.sudo().due_ids.filtered(lambda line: line.state == "pending")._bill()
