from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.proration import ZERO
from ..models.money import add_up, to_decimal


class GymCorporateUsage(models.TransientModel):
    """What a company's people used and cost in a period, for the company that pays: on screen and on paper."""

    _name = "gym.corporate.usage"
    _description = "Usage of a Corporate Agreement"
    _inherit = ["gym.relation.guard"]

    agreement_id = fields.Many2one("gym.corporate.agreement", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="agreement_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="agreement_id.partner_id")
    date_from = fields.Date(string="From", required=True, default=lambda self: self.env.company._today().replace(day=1))
    date_last = fields.Date(
        string="To",
        required=True,
        default=lambda self: self.env.company._today() + relativedelta(day=31),
        help="Dues whose period begins between these days, both included.",
    )
    line_ids = fields.One2many(
        "gym.corporate.usage.line", "usage_id", compute="_compute_line_ids", store=True, string="People"
    )
    seats = fields.Integer(related="agreement_id.seats")
    seats_used = fields.Integer(compute="_compute_totals")
    company_amount = fields.Monetary(string="The Company Pays", compute="_compute_totals")
    member_amount = fields.Monetary(string="Its People Pay", compute="_compute_totals")

    @api.depends("agreement_id", "date_from", "date_last")
    def _compute_line_ids(self):
        for usage in self:
            usage.line_ids = [(5,), *((0, 0, vals) for vals in usage._prepare_lines())]

    @api.depends("line_ids")
    def _compute_totals(self):
        for usage in self:
            usage.seats_used = len(usage.line_ids.member_id)
            usage.company_amount = add_up(usage.line_ids.mapped("company_amount"))
            usage.member_amount = add_up(usage.line_ids.mapped("member_amount"))

    def _prepare_lines(self):
        """Return a line for each subscription under the agreement that was billed in the period; credits count."""
        self.ensure_one()
        if not self.date_from or not self.date_last:
            return []
        agreement = self.agreement_id._origin or self.agreement_id
        agreement.sudo(False).check_access("read")
        agreement = agreement.sudo()
        rows = self.env["gym.subscription.period"].sudo()
        billed = Domain("date_start", ">=", self.date_from) & Domain("date_start", "<=", self.date_last)
        subscriptions = agreement.with_context(active_test=False).subscription_ids
        # who has left the agreement since is still on its invoices
        theirs = (
            billed & Domain("partner_id", "=", agreement.partner_id.id) & Domain("company_id", "=", self.company_id.id)
        )
        subscriptions |= rows.search(theirs).subscription_id.filtered(
            lambda one: one.agreement_id.partner_id != agreement.partner_id
        )
        groups = rows._read_group(
            billed & Domain("subscription_id", "in", subscriptions.ids),
            ["subscription_id", "member_id", "partner_id"],
            ["amount:sum"],
        )
        lines = {}
        for subscription, member, partner, amount in groups:
            line = lines.setdefault(
                (member, subscription),
                {
                    "member_id": member.id,
                    "plan_name": subscription.plan_id.name,
                    "location_name": subscription.location_id.name,
                    "company_amount": ZERO,
                    "member_amount": ZERO,
                },
            )
            line["company_amount" if partner == agreement.partner_id else "member_amount"] += to_decimal(amount)
        return [line for _key, line in sorted(lines.items(), key=lambda one: one[0][0].name or "")]

    def action_print(self):
        """Print it for the company."""
        self.ensure_one()
        self.agreement_id.check_access("read")
        return self.env.ref("gym_subscriptions.gym_corporate_usage_report").report_action(self)


class GymCorporateUsageLine(models.TransientModel):
    _name = "gym.corporate.usage.line"
    _description = "Person Under a Corporate Agreement"
    _inherit = ["gym.relation.guard"]

    usage_id = fields.Many2one("gym.corporate.usage", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="usage_id.currency_id")
    member_id = fields.Many2one("gym.member", readonly=True, ondelete="cascade")
    plan_name = fields.Char(string="Plan", readonly=True)
    location_name = fields.Char(string="Branch", readonly=True)
    company_amount = fields.Monetary(string="The Company Pays", readonly=True)
    member_amount = fields.Monetary(string="The Person Pays", readonly=True)
