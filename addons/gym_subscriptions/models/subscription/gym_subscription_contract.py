from odoo import api, fields, models

from ..plan.gym_plan import FEE_KINDS


class GymSubscription(models.Model):
    """What was signed: copied from the plan when it begins, so that later changes of the plan touch nobody."""

    _inherit = "gym.subscription"

    agreement_id = fields.Many2one(
        "gym.corporate.agreement",
        string="Paid With",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('company_id', '=', company_id)]",
        help="The company that pays a share of the dues or all of them.",
    )
    promotion_ids = fields.One2many("gym.subscription.promotion", "subscription_id", string="Promotions", readonly=True)
    date_term_end = fields.Date(
        string="Minimum Term Ends Before", readonly=True, copy=False, help="First day on which leaving costs nothing."
    )
    term_periods = fields.Integer(readonly=True, copy=False)
    termination_fee_kind = fields.Selection(FEE_KINDS, readonly=True, copy=False)
    termination_fee = fields.Monetary(readonly=True, copy=False)
    termination_percent = fields.Float(digits=(5, 2), readonly=True, copy=False)
    notice_days = fields.Integer(readonly=True, copy=False)
    is_auto_renewing = fields.Boolean(readonly=True, copy=False, default=True)

    is_comp = fields.Boolean(string="Free of Charge", readonly=True, copy=False, tracking=True)
    comp_reason = fields.Char(readonly=True, copy=False)
    comp_by_id = fields.Many2one("res.users", string="Approved By", readonly=True, copy=False)
    gift_partner_id = fields.Many2one(
        "res.partner",
        string="Gift Of",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
        help="Who paid for this subscription as a present; it ends with the periods paid.",
    )

    def _prepare_contract_vals(self):
        """Return what this subscription copies from its plan on signing."""
        self.ensure_one()
        plan = self.plan_id
        return {
            "term_periods": plan.term_periods,
            "termination_fee_kind": plan.termination_fee_kind,
            "termination_fee": plan.termination_fee,
            "termination_percent": plan.termination_percent,
            "notice_days": plan.notice_days,
            "is_auto_renewing": plan.is_auto_renewing,
        }

    def _has_member_subscribed_before(self):
        """Tell whether the member ever had another subscription that began."""
        self.ensure_one()
        return bool(
            self.sudo().search_count(
                [
                    ("member_id", "in", self.member_id._get_merged_ids()),
                    ("state", "!=", "draft"),
                    ("id", "not in", self._origin.ids),
                ],
                limit=1,
            )
        )

    def _get_lower_plans(self):
        """Return the plans of a lower tier that this branch sells."""
        self.ensure_one()
        plans = self.env["gym.plan"].search(self.env["gym.plan"]._get_sold_at_domain(self.location_id))
        return plans.filtered(lambda plan: plan.tier < self.plan_id.tier and plan.kind == self.plan_id.kind)

    def _get_higher_plans(self):
        """Return the plans of a higher tier that this branch sells."""
        self.ensure_one()
        plans = self.env["gym.plan"].search(self.env["gym.plan"]._get_sold_at_domain(self.location_id))
        return plans.filtered(lambda plan: plan.tier > self.plan_id.tier and plan.kind == self.plan_id.kind)

    # === PLANNED CHANGES === #

    def _plan_change(self, kind, day, before="", after="", **values):
        """Note a change that the first period beginning on or after ``day`` takes up; one of its kind at a time.

        :return: the ``gym.subscription.change``
        """
        self.ensure_one()
        self._get_planned_changes(kind).write({"state": "undone"})
        return (
            self.env["gym.subscription.change"]
            .sudo()
            .create(
                {
                    "subscription_id": self.id,
                    "kind": kind,
                    "date_effective": day,
                    "before": before,
                    "after": after,
                    "user_id": self.env.uid,
                }
                | values
            )
        )

    def _record_change(self, kind, before="", after="", **values):
        """Note a change that has just happened."""
        return self._plan_change(kind, self.location_id._today(), before, after, state="done", **values)

    @api.model
    def _get_kinds_of_one_slot(self, kind):
        """Return the kinds of planned changes that a new one of ``kind`` replaces."""
        slots = ({"upgrade", "downgrade"}, {"price"}, {"agreement"})
        return next((slot for slot in slots if kind in slot), set())

    def _get_planned_changes(self, kind):
        """Return the planned changes that a new one of ``kind`` would replace."""
        kinds = self._get_kinds_of_one_slot(kind)
        return self.sudo().change_ids.filtered(lambda change: change.state == "planned" and change.kind in kinds)
