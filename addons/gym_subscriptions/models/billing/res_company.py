from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    gym_billing_chunk_size = fields.Integer(
        string="Subscriptions per Chunk",
        default=400,
        required=True,
        help="How many subscriptions of a billing run are billed in one transaction.",
    )
    gym_billing_catch_up = fields.Integer(
        string="Periods Billed at Once",
        default=3,
        required=True,
        help="When billing was late, how many periods of a subscription one run may bill; the rest waits for a person.",
    )

    _gym_billing_chunk_size_positive = models.Constraint(
        "CHECK (gym_billing_chunk_size > 0)", "A chunk has at least one subscription."
    )
    _gym_billing_catch_up_positive = models.Constraint(
        "CHECK (gym_billing_catch_up > 0)", "A run bills at least one period."
    )

    def _get_gym_day(self):
        """Return the latest civil date at any branch of this company."""
        self.ensure_one()
        branches = self.env["gym.location"].sudo().search([("company_id", "=", self.id), ("kind", "=", "branch")])
        return max((branch._today() for branch in branches), default=self._today())

    @api.model
    def _get_gym_service(self, date_start, date_end, billed_on):
        """Hook: return values of the invoice line that bills this service, where other books follow its days.

        :param date date_start: ``None`` for what has no days
        :param date date_end: first day after it
        :param date billed_on: day of the invoice
        """
        return {}

    def _start_gym_billing(self):
        self.env["gym.billing.run"]._start_automatic(self)
