from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class GymSubscriptionFreezeWizard(models.TransientModel):
    _name = "gym.subscription.freeze.wizard"
    _description = "Freeze a Subscription"
    _inherit = ["gym.subscription.wizard"]

    date_start = fields.Date(
        string="From", required=True, compute="_compute_date_start", store=True, readonly=False, precompute=True
    )
    date_last = fields.Date(string="Last Day", compute="_compute_date_last", store=True, readonly=False)
    days_left = fields.Integer(compute="_compute_days_left", string="Days Left This Year")
    reason = fields.Char()

    @api.depends("subscription_id")
    def _compute_date_start(self):
        for wizard in self:
            wizard.date_start = wizard.date_start or wizard.subscription_id.location_id._today()

    @api.depends("subscription_id", "date_start")
    def _compute_date_last(self):
        for wizard in self:
            days = max(1, wizard.subscription_id.plan_id.freeze_min_days)
            wizard.date_last = wizard.date_start and wizard.date_start + relativedelta(days=days - 1)

    @api.depends("subscription_id", "date_start")
    def _compute_days_left(self):
        for wizard in self:
            wizard.days_left = wizard.subscription_id._get_freeze_days_left(wizard.date_start)

    def _get_preview_fields(self):
        return [*super()._get_preview_fields(), "date_start", "date_last"]

    def _get_days(self):
        """Return the first day of the freeze and the first one after it; ``None`` while they make no freeze."""
        if not self.date_start or not self.date_last or self.date_last < self.date_start:
            return None
        return self.date_start, self.date_last + relativedelta(days=1)

    def _get_preview(self, subscription):
        days = self._get_days()
        return subscription._preview_freeze(*days, may_go_back=self.is_manager) if days else None

    def _apply(self, subscription):
        days = self._get_days()
        if not days:
            raise UserError(self.env._("A freeze ends after it begins. Check the days."))
        subscription._freeze(*days, reason=self.reason or "", may_go_back=self.is_manager)
