from odoo import api, fields, models
from odoo.exceptions import UserError


class GymCoupon(models.Model):
    """A code that lets somebody use a promotion."""

    _name = "gym.coupon"
    _description = "Coupon"
    _inherit = ["gym.relation.guard"]
    _order = "id desc"
    _rec_name = "code"

    promotion_id = fields.Many2one("gym.promotion", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="promotion_id.company_id", store=True, index=True)
    code = fields.Char(required=True, copy=False)
    active = fields.Boolean(default=True)
    date_start = fields.Date(string="From")
    date_end = fields.Date(string="Until", help="Last day on which it may be used.")
    max_uses = fields.Integer(string="At Most", default=1, help="Subscriptions that may use it; 0: no limit.")
    member_id = fields.Many2one("gym.member", string="Only For", ondelete="cascade", index="btree_not_null")
    use_ids = fields.One2many("gym.subscription.promotion", "coupon_id", string="Uses")
    use_count = fields.Integer(compute="_compute_use_count", string="Used")

    _code_per_company = models.UniqueIndex("(company_id, code)", "Another coupon of this company has that code.")

    @api.depends("use_ids")
    def _compute_use_count(self):
        counts = dict(
            self.env["gym.subscription.promotion"]
            .sudo()
            ._read_group([("coupon_id", "in", self.ids)], ["coupon_id"], ["__count"])
        )
        for coupon in self:
            coupon.use_count = counts.get(coupon, 0)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([vals | {"code": self._normalise(vals.get("code"))} for vals in vals_list])

    def write(self, vals):
        if "code" in vals:
            vals = vals | {"code": self._normalise(vals["code"])}
        return super().write(vals)

    @api.model
    def _normalise(self, code):
        """Return ``code`` as it is kept: what people type differs in case and spaces."""
        return "".join((code or "").upper().split())

    @api.model
    def _find_by_code(self, code, company):
        """Return the coupon with this ``code``.

        :raise UserError: when there is none
        """
        coupon = self.search([("code", "=", self._normalise(code)), ("company_id", "=", company.id)])
        if not coupon:
            raise UserError(self.env._("There is no coupon %(code)s. Check how it is written.", code=code))
        return coupon

    def _check_usable(self, subscription, day):
        """Refuse a coupon that ``subscription`` may not use on ``day``.

        :raise UserError: with the reason
        """
        self.ensure_one()
        if reason := self._get_refusal(subscription, day):
            raise UserError(reason)

    def _count_reserved(self):
        """Hook: return how many uses are kept for payments that are on their way."""
        self.ensure_one()
        return 0

    def _get_refusal(self, subscription, day):
        code = {"code": self.code}
        if (self.date_start and day < self.date_start) or (self.date_end and day > self.date_end):
            return self.env._("The coupon %(code)s is not valid today.", **code)
        if self.max_uses and self.use_count + self._count_reserved() >= self.max_uses:
            return self.env._("The coupon %(code)s has been used already.", **code)
        if self.member_id and self.member_id != subscription.member_id:
            return self.env._("The coupon %(code)s is somebody else's.", **code)
        return self.promotion_id._get_refusal(subscription, day)
