from odoo import api, fields, models
from odoo.fields import Command

from ...domain.periods import Period
from ..days import format_days
from ..money import add_up, to_decimal
from .gym_due import KINDS


class GymSubscriptionPeriod(models.Model):
    """A period that was billed. The unique index makes a second bill for it impossible."""

    _name = "gym.subscription.period"
    _description = "Billed Period of a Subscription"
    _order = "date_start desc, id desc"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="restrict", readonly=True)
    line_id = fields.Many2one("gym.subscription.line", ondelete="restrict", index="btree_not_null", readonly=True)
    member_id = fields.Many2one(
        "gym.member",
        compute="_compute_member_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
        help="The member it was billed for; a later transfer does not change it.",
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch", required=True, index=True, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Billed To", required=True, index=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    plan_id = fields.Many2one("gym.plan", readonly=True, ondelete="restrict", index="btree_not_null")
    item = fields.Char(readonly=True, help="What of the subscription it is: plan, seat:1, addon:7.")
    price = fields.Monetary(readonly=True, help="Of the item for a whole period, IVA included.")
    date_start = fields.Date(string="From", required=True, readonly=True)
    date_end = fields.Date(string="Ends Before", required=True, readonly=True, help="First day after the period.")
    date_until = fields.Date(
        string="Lasts Until",
        compute="_compute_date_until",
        store=True,
        precompute=True,
        readonly=False,
        help="First day that it no longer covers, after freezes, changes and cancellations.",
    )
    amount = fields.Monetary(required=True, readonly=True, help="IVA included; negative for a credit.")
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="restrict", readonly=True
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Invoice Line", index="btree_not_null", ondelete="set null", readonly=True
    )
    is_superseded = fields.Boolean(readonly=True, help="A change in mid-period put another item in its place.")
    is_reversed = fields.Boolean(readonly=True, help="Paid back: the period may be billed again.")

    _billed_once = models.UniqueIndex(
        "(subscription_id, COALESCE(item, ''), date_start, partner_id)"
        " WHERE is_reversed IS NOT TRUE AND is_superseded IS NOT TRUE AND kind IN ('dues', 'addon', 'seat')",
        "This period has already been billed.",
    )
    _ends_after_start = models.Constraint("CHECK (date_end > date_start)", "A period ends after it starts.")

    @api.depends("date_end")
    def _compute_date_until(self):
        for period in self:
            period.date_until = period.date_end

    @api.depends("subscription_id")
    def _compute_member_id(self):
        for period in self:
            period.member_id = period.subscription_id.member_id

    @api.depends("kind", "date_start", "date_end")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for period in self:
            days = format_days(self.env, period.date_start, period.date_end)
            period.display_name = f"{labels.get(period.kind)} {days}"

    def write(self, vals):
        """Let rows that a change or a withdrawal takes the place of last until today only."""
        result = super().write(vals)
        if vals.get("is_superseded") or vals.get("is_reversed"):
            for location, periods in self.grouped("location_id").items():
                today = location._today()
                for period in periods.filtered(lambda one, today=today: one.date_until > today):
                    period.date_until = max(period.date_start, today)
        return result

    def _is_owed(self):
        """Tell whether the invoice of this period waits for money; what a change or a withdrawal undid does not."""
        self.ensure_one()
        move = self.sudo().move_id
        return move.state == "posted" and bool(move.amount_residual) and not (self.is_superseded or self.is_reversed)

    def _is_unpaid(self):
        """Hook: tell whether nobody paid this period; what knows of losses extends it."""
        return self._is_owed()

    def _get_key(self, payer):
        """Return what tells this row from the others of its period: the item and its present payer."""
        self.ensure_one()
        return f"{self.item}|{payer.id}"

    def _get_sold(self):
        """Return what was sold, a plan or an add-on: it has the product and the taxes."""
        self.ensure_one()
        return self.line_id.addon_id or self.plan_id

    def _prepare_refund(self, amount, period=None):
        """Return values of a due that gives ``amount`` of this row back, at the taxes that it was billed with.

        :param Decimal amount: positive, IVA included
        :param period: the days it is for; all of them by default
        """
        self.ensure_one()
        sold = self._get_sold()
        period = period or Period(self.date_start, self.date_end)
        billed = self.move_line_id
        values = {"tax_ids": [Command.set(billed.tax_ids.ids)]} if billed else {}
        what = self.subscription_id._in_payer_language().env._("Credit: %(what)s", what=sold.name)
        return self.subscription_id._prepare_due(
            "credit",
            -amount,
            self.subscription_id._describe(what, period),
            sold.product_id,
            period,
            taxed_as=sold,
            item=self.item,
            price=-to_decimal(self.price),
            line_id=self.line_id.id,
            plan_id=self.plan_id.id,
            partner_id=self.partner_id.id,
            reversed_move_id=self.move_id._get_billed_by().id,
            reversed_line_id=billed.id,
            **values,
        )

    def _get_paid_back_for_freezes(self):
        """Return how much of this row has been paid back for frozen days, or is to be."""
        self.ensure_one()
        dues = self.subscription_id.due_ids.filtered(
            lambda line: line.kind == "freeze_credit"
            and line.state != "void"
            and line.reversed_line_id == self.move_line_id
        )
        return -add_up(dues.mapped("amount"))

    @api.model
    def _record(self, dues):
        """Record what has just been billed, in one go.

        :param list dues: values of ``gym.due`` with dates, each with its ``move_id`` (``False``
            when nothing had to be paid) and ``move_line_id``; a credit belongs to whose line it gives back
        """
        subscriptions = self.env["gym.subscription"].browse({due["subscription_id"] for due in dues})
        places = {one.id: (one.company_id.id, one.location_id.id) for one in subscriptions.sudo()}
        members = self._get_members_given_back(dues)
        names = (
            "subscription_id",
            "line_id",
            "plan_id",
            "partner_id",
            "kind",
            "item",
            "price",
            "date_start",
            "date_end",
            "amount",
        )
        vals_list = []
        for due in dues:
            company_id, location_id = places[due["subscription_id"]]
            vals = {name: due.get(name) for name in (*names, "move_id", "move_line_id")}
            vals |= {"company_id": company_id, "location_id": location_id}
            if member := members.get((due.get("reversed_line_id"), due["partner_id"])):
                vals["member_id"] = member.id
            vals_list.append(vals)
        return self.sudo().create(vals_list)

    @api.model
    def _get_members_given_back(self, dues):
        """Return {(invoice line, payer): the member for whom it was billed} of what ``dues`` give back.

        What somebody else gets of it, who took the subscription over, is theirs.
        """
        line_ids = {due["reversed_line_id"] for due in dues if due.get("reversed_line_id")}
        rows = self.sudo().search([("move_line_id", "in", list(line_ids))]) if line_ids else self
        return {(row.move_line_id.id, row.partner_id.id): row.member_id for row in rows}
