from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class GymSubscriptionRest(models.TransientModel):
    _name = "gym.subscription.rest"
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


class GymSubscriptionCancel(models.TransientModel):
    _name = "gym.subscription.cancel"
    _description = "Cancel a Subscription"
    _inherit = ["gym.subscription.wizard"]

    at = fields.Selection(
        [
            ("period_end", "When what is paid is used up"),
            ("now", "At once"),
            ("withdrawal", "Withdrawal: everything is paid back"),
        ],
        string="When",
        default="period_end",
        required=True,
    )
    by = fields.Selection([("member", "The member"), ("staff", "The gym")], string="Asked For By", default="member")
    reason_id = fields.Many2one("gym.cancel.reason", string="Reason")
    note = fields.Text(string="In Their Words")
    is_fee_waived = fields.Boolean(string="Let the Fee Pass")
    is_rest_refunded = fields.Boolean(string="Pay Back the Days Left")
    offer = fields.Text(compute="_compute_offer")

    @api.depends("reason_id", "subscription_id")
    def _compute_offer(self):
        for wizard in self:
            offer = wizard.reason_id and wizard.reason_id._get_offer(wizard.subscription_id)
            wizard.offer = offer["text"] if offer else False

    def _get_preview_fields(self):
        return [*super()._get_preview_fields(), "at", "is_fee_waived", "is_rest_refunded"]

    def _get_preview(self, subscription):
        return subscription._preview_cancel(self.at, self.is_fee_waived, self.is_rest_refunded)

    def _apply(self, subscription):
        self._check_manager(self.is_fee_waived or self.is_rest_refunded)
        subscription._cancel(
            at=self.at,
            reason=self.reason_id,
            note=self.note or "",
            by=self.by or "staff",
            is_fee_waived=self.is_fee_waived,
            is_rest_refunded=self.is_rest_refunded,
        )
