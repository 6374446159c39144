from odoo import api, fields, models

from odoo.addons.gym_subscriptions.domain.proration import ZERO, to_cents
from odoo.addons.gym_subscriptions.models.money import to_decimal
from odoo.addons.gym_subscriptions.models.subscription.gym_subscription_running import RUNNING_KINDS

from ..domain import mrr


class GymSubscriptionPeriod(models.Model):
    """What a billed period is in the books: without IVA, and what it is worth a month."""

    _inherit = "gym.subscription.period"

    amount_untaxed = fields.Monetary(
        string="Without IVA",
        compute="_compute_books",
        store=True,
        precompute=True,
        help="As the invoice posted it; negative for a credit.",
    )
    monthly_value = fields.Monetary(
        string="A Month",
        compute="_compute_books",
        store=True,
        precompute=True,
        help="Price of a whole period without IVA, as of a month: a year has 12 months and 365 days.",
    )

    _covered = models.Index("(company_id, date_start, date_until) WHERE monthly_value != 0")

    @api.depends("move_line_id.parent_state", "move_line_id.balance", "kind", "price")
    def _compute_books(self):
        for period in self:
            line = period.move_line_id
            # A free period has no line, and one of an invoice that was cancelled or taken back is in no book.
            untaxed = ZERO if line.parent_state != "posted" else -to_decimal(line.balance)
            period.amount_untaxed = float(untaxed)
            period.monthly_value = float(period._get_monthly_value(untaxed))

    def _get_monthly_value(self, untaxed):
        """Return what this row adds to monthly recurring revenue while it lasts; nothing for credits and free ones.

        :param Decimal untaxed: what was billed for it, without IVA
        """
        self.ensure_one()
        amount = to_decimal(self.amount)
        if self.kind not in RUNNING_KINDS or not amount:
            return ZERO
        price = to_cents(to_decimal(self.price) * untaxed / amount)
        line = self.line_id
        cycle = line._get_cycle() if line else self.subscription_id._get_cycle(self.plan_id, self.date_start)
        return mrr.monthly_value(price, cycle)
