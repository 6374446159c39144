from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

PERIOD_UNITS = [
    ("day", "Days"),
    ("week", "Weeks"),
    ("fortnight", "Fortnights"),
    ("month", "Months"),
    ("year", "Years"),
]
FORTNIGHT_KINDS = [("calendar", "1st and 16th of the month"), ("15_days", "Every 15 days")]

FEE_KINDS = [
    ("none", "None"),
    ("fixed", "A fixed amount"),
    ("percent", "A percentage of what is left of the term"),
]


class GymPlan(models.Model):
    """What a gym sells for a price per period, with everything that its contract says.

    Every amount is the total that a person pays, IVA included (LFPC art. 7 Bis). What a subscription has signed is
    copied to it when it starts, so a change here touches nobody who already trains.
    """

    _name = "gym.plan"
    _description = "Gym Plan"
    _inherit = ["gym.relation.guard", "mail.thread"]
    _order = "sequence, tier, name, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(help="Short name for lists and imports, for example FULL.")
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    description = fields.Html(translate=True, help="What people read before they join.")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("individual", "Individual"), ("family", "Family"), ("corporate", "Corporate")],
        default="individual",
        required=True,
        tracking=True,
        help="A family shares one subscription with a seat for each; a company pays all or part for its people.",
    )
    tier = fields.Integer(
        default=1, tracking=True, help="Orders plans: going to a higher tier is an upgrade, to a lower one a downgrade."
    )
    location_ids = fields.Many2many(
        "gym.location",
        "gym_plan_sold_at_rel",
        string="Sold At",
        domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]",
        help="Empty: at every branch of the company.",
    )
    is_online = fields.Boolean(string="Sold Online", help="People may join with this plan by themselves.")

    period_unit = fields.Selection(PERIOD_UNITS, string="Period", default="month", required=True, tracking=True)
    period_count = fields.Integer(string="Every", default=1, required=True, tracking=True)
    fortnight_kind = fields.Selection(
        FORTNIGHT_KINDS, default="calendar", required=True, help="How fortnights are counted."
    )

    price_ids = fields.One2many("gym.plan.price", "plan_id", string="Prices")
    price = fields.Monetary(
        compute="_compute_price", inverse="_inverse_price", help="Per period, IVA included, for people who join today."
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Own Taxes",
        domain="[('type_tax_use', '=', 'sale'), ('price_include', '=', True)]",
        check_company=True,
        help="Empty: the IVA of the branch on the day. Choose a tax only for a plan that is taxed differently.",
    )
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The service that invoices carry; its category says the income account.",
    )
    enrolment_fee = fields.Monetary(tracking=True, help="Once, on joining, IVA included.")

    subscription_ids = fields.One2many("gym.subscription", "plan_id", string="Subscriptions")
    subscription_count = fields.Integer(compute="_compute_subscription_count", string="Current Subscriptions")

    _code_per_company = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL", "Another plan of this company has that code."
    )
    _period_positive = models.Constraint("CHECK (period_count > 0)", "A period lasts at least one day.")
    _fee_not_negative = models.Constraint("CHECK (enrolment_fee >= 0)", "A fee cannot be negative.")

    # === COMPUTE === #

    @api.depends("price_ids.amount", "price_ids.valid_from")
    @api.depends_context("gym_price_day")
    def _compute_price(self):
        for plan in self:
            plan.price = plan._get_offered_price(self._get_price_day()).amount

    def _inverse_price(self):
        today = self._get_price_day()
        for plan in self:
            current = plan._get_offered_price(today)
            if current and plan.currency_id.compare_amounts(current.amount, plan.price) == 0:
                continue
            if current and current.valid_from == today and not current.subscription_ids:
                current.amount = plan.price
            else:
                plan.price_ids = [Command.create({"amount": plan.price, "valid_from": today})]

    @api.model
    def _get_price_day(self):
        return self.env.context.get("gym_price_day") or self.env.company._today()

    def _compute_subscription_count(self):
        counts = dict(
            self.env["gym.subscription"]._read_group(
                [("plan_id", "in", self.ids), ("state", "in", self.env["gym.subscription"]._get_running_states())],
                ["plan_id"],
                ["__count"],
            )
        )
        for plan in self:
            plan.subscription_count = counts.get(plan, 0)

    # === CONSTRAINS === #

    @api.constrains("location_ids", "company_id")
    def _check_locations(self):
        for plan in self:
            if plan.location_ids.filtered(lambda location, plan=plan: location.company_id != plan.company_id):
                raise ValidationError(
                    self.env._(
                        "%(plan)s can only be sold at branches of %(company)s.",
                        plan=plan.name,
                        company=plan.company_id.name,
                    )
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._sync_product()
        return plans

    def write(self, vals):
        self._check_periods_stay(vals)
        result = super().write(vals)
        if {"name", "code", "active"} & vals.keys():
            self._sync_product()
        return result

    def _check_periods_stay(self, vals):
        """Refuse other periods for a plan that somebody is on: what was signed and paid counts in them.

        :raise UserError: naming the plan
        """
        names = {"period_unit", "period_count", "fortnight_kind"} & vals.keys()
        subscriptions = self.env["gym.subscription"].sudo()
        for plan in self.filtered(lambda one: any(one[name] != vals[name] for name in names)):
            running = [("plan_id", "=", plan.id), ("state", "in", subscriptions._get_running_states())]
            if subscriptions.search_count(running, limit=1):
                raise UserError(
                    self.env._(
                        "People train on %(plan)s with its periods as they are. Create another plan for other periods.",
                        plan=plan.name,
                    )
                )

    def _sync_product(self):
        """Keep for each plan the service product that its invoices carry: its name, its code, archived with it."""
        for plan in self.sudo().with_context(active_test=False):
            values = {"name": plan.name, "default_code": plan.code, "active": plan.active}
            if plan.product_id:
                plan.product_id.write(values)
            else:
                plan.product_id = plan.product_id.create(values | self._prepare_service_vals(plan.company_id))

    @api.model
    def _prepare_service_vals(self, company):
        """Return values of a service product of ``company`` whose price and taxes come from what bills it."""
        return {
            "type": "service",
            "company_id": company.id,
            "categ_id": self.env.ref("gym_subscriptions.product_category_gym").id,
            "list_price": 0,
            "purchase_ok": False,
            "taxes_id": [Command.clear()],
        }

    # === PRICES === #

    def _get_offered_price(self, day):
        """Return the price version for people who join on ``day``; empty when none is in force yet."""
        self.ensure_one()
        versions = self.price_ids.filtered(lambda price: price.valid_from and price.valid_from <= day)
        return versions.sorted(lambda price: (price.valid_from, price._origin.id or 0))[-1:]

    # === GETTERS === #

    def _get_cycle_key(self):
        """Return what tells whether two plans are billed on the same days."""
        self.ensure_one()
        kind = self.fortnight_kind if self.period_unit == "fortnight" else None
        return self.period_unit, self.period_count, kind

    def _get_cycle_text(self):
        """Return how often this plan is billed, as a person reads it."""
        self.ensure_one()
        unit = dict(self._fields["period_unit"]._description_selection(self.env))[self.period_unit]
        return self.env._("Every %(count)s %(unit)s", count=self.period_count, unit=unit.lower())

    def _get_sold_at_domain(self, location):
        """Return the domain of the plans that ``location`` sells."""
        return Domain("company_id", "=", location.company_id.id) & (
            Domain("location_ids", "=", False) | Domain("location_ids", "in", location.ids)
        )

    def action_open_subscriptions(self):
        """Open the subscriptions of this plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_subscriptions.gym_subscription_action")
        return action | {"domain": [("plan_id", "=", self.id)], "context": {"default_plan_id": self.id}}
