from odoo import api, fields, models
from odoo.exceptions import UserError

from .gym_plan import FORTNIGHT_KINDS, PERIOD_UNITS


class GymPlanAddon(models.Model):
    """Something sold on top of a plan: a towel, a locker, a class; billed with the plan or on a cycle of its own."""

    _name = "gym.plan.addon"
    _description = "Plan Add-on"
    _inherit = ["gym.relation.guard"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(string="Price", required=True, help="Per period of its cycle, IVA included.")
    plan_ids = fields.Many2many("gym.plan", string="Plans", check_company=True, help="Plans that it can be added to.")
    cycle = fields.Selection(
        [("plan", "With the plan"), ("own", "On its own")], string="Billed", default="plan", required=True
    )
    period_unit = fields.Selection(PERIOD_UNITS, string="Period", default="month", required=True)
    period_count = fields.Integer(string="Every", default=1, required=True)
    fortnight_kind = fields.Selection(FORTNIGHT_KINDS, default="calendar", required=True)
    tax_ids = fields.Many2many(
        "account.tax",
        string="Own Taxes",
        domain="[('type_tax_use', '=', 'sale'), ('price_include', '=', True)]",
        check_company=True,
        help="Empty: the IVA of the branch on the day.",
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )

    _period_positive = models.Constraint("CHECK (period_count > 0)", "A period lasts at least one day.")
    _amount_not_negative = models.Constraint("CHECK (amount >= 0)", "A price cannot be negative.")

    @api.model_create_multi
    def create(self, vals_list):
        addons = super().create(vals_list)
        addons._sync_product()
        return addons

    def write(self, vals):
        self._check_periods_stay(vals)
        result = super().write(vals)
        if {"name", "active"} & vals.keys():
            self._sync_product()
        return result

    def _check_periods_stay(self, vals):
        """Refuse other periods for an add-on that somebody has: what was paid for it counts in them.

        :raise UserError: naming the add-on
        """
        names = {"period_unit", "period_count", "fortnight_kind"} & vals.keys()
        lines = self.env["gym.subscription.line"].sudo()
        for addon in self.filtered(lambda one: any(one[name] != vals[name] for name in names)):
            sold = [("addon_id", "=", addon.id), ("cycle", "=", "own"), ("is_live", "=", True)]
            if lines.search_count(sold, limit=1):
                raise UserError(
                    self.env._(
                        "People have %(addon)s with its periods as they are. Create another add-on for other periods.",
                        addon=addon.name,
                    )
                )

    def _sync_product(self):
        """Keep for each add-on the service product that its invoices carry."""
        for addon in self.sudo().with_context(active_test=False):
            values = {"name": addon.name, "active": addon.active}
            if addon.product_id:
                addon.product_id.write(values)
            else:
                addon.product_id = addon.product_id.create(
                    values | self.env["gym.plan"]._prepare_service_vals(addon.company_id)
                )
