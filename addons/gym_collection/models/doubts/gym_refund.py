from odoo import api, fields, models

from ..charging.gym_charge_run import LOST_AFTER


class GymRefund(models.Model):
    _name = "gym.refund"
    _inherit = ["gym.refund", "gym.doubt"]

    @api.model
    def _cron_ask(self):
        """Every hour: ask about refunds whose answer is not known, those too whose worker was lost with it."""
        lost = fields.Datetime.now() - LOST_AFTER
        self.search([("state", "=", "sent"), ("write_date", "<", lost)]).write({"state": "in_doubt"})
        self.env["ir.cron"]._do_each(self.search([("state", "=", "in_doubt")]), "_enqueue_asking")

    def _job_ask(self):
        """Ask the provider for the result of a refund; it is never sent again: what stays unknown needs a person."""
        self.ensure_one()
        if not self._lock("in_doubt"):
            return
        transaction = self.transaction_id.sudo()
        transaction._ask_provider()
        if transaction.state == "done" and not transaction.is_post_processed:
            transaction._post_process()
        self.needs_person = self.state == "in_doubt"
