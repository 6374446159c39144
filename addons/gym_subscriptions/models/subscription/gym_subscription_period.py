from odoo import api, fields, models

from .gym_subscription_charge_line import KINDS


class GymSubscriptionPeriod(models.Model):
    """A period that was billed. The unique index makes a second bill for it impossible."""

    _name = "gym.subscription.period"
    _description = "Billed Period of a Subscription"
    _order = "date_start desc, id desc"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="restrict", readonly=True)
    line_id = fields.Many2one("gym.subscription.line", ondelete="restrict", index="btree_not_null", readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch", required=True, index=True, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Billed To", required=True, index=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date_start = fields.Date(string="From", required=True, readonly=True)
    date_end = fields.Date(string="Until", required=True, readonly=True, help="First day after the period.")
    amount = fields.Monetary(required=True, readonly=True, help="IVA included; negative for a credit.")
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="restrict", readonly=True
    )
    is_reversed = fields.Boolean(readonly=True, help="Paid back: the period may be billed again.")

    _billed_once = models.UniqueIndex(
        "(subscription_id, kind, date_start, partner_id, COALESCE(line_id, 0))"
        " WHERE is_reversed IS NOT TRUE AND kind IN ('dues', 'addon', 'seat')",
        "This period has already been billed.",
    )
    _ends_after_start = models.Constraint("CHECK (date_end > date_start)", "A period ends after it starts.")

    @api.depends("kind", "date_start", "date_end")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for period in self:
            period.display_name = f"{labels.get(period.kind)} {period.date_start} – {period.date_end}"
