import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .money import to_decimal


class GymPriceCampaign(models.Model):
    """Moves subscribers at an older price of a plan to a new one, with proof of who was told and who accepted.

    Who does not answer, or says no, keeps the old price: a charge above what a person consented to needs their consent
    again (LFPC art. 76 Bis VIII). A lower price needs none.
    """

    _name = "gym.price.campaign"
    _description = "Price Change"
    _inherit = ["gym.relation.guard", "mail.thread"]
    _order = "id desc"

    name = fields.Char(required=True)
    plan_id = fields.Many2one("gym.plan", required=True, ondelete="restrict")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    new_amount = fields.Monetary(
        string="New Price",
        compute="_compute_new_amount",
        store=True,
        readonly=False,
        tracking=True,
        help="Per period, IVA included. Who joins on that day or later pays it, too.",
    )
    price_id = fields.Many2one(
        "gym.plan.price",
        string="Price Version",
        ondelete="restrict",
        domain="[('plan_id', '=', plan_id)]",
        help="Made when everybody is told, unless the plan has that price from that day already.",
    )
    date_effective = fields.Date(
        string="From", required=True, tracking=True, help="The first period that begins on or after this day."
    )
    location_ids = fields.Many2many(
        "gym.location", string="Branches", domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("told", "Told"), ("done", "Done"), ("cancelled", "Called off")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    message = fields.Text(translate=True, help="What people read with the new price: why it changes.")
    line_ids = fields.One2many("gym.price.campaign.line", "campaign_id", string="Subscriptions", readonly=True)
    line_count = fields.Integer(compute="_compute_counts", string="Subscriptions Concerned")
    accepted_count = fields.Integer(compute="_compute_counts", string="Accepted")
    kept_count = fields.Integer(compute="_compute_counts", string="Keep the Old Price")

    _new_amount_not_negative = models.Constraint("CHECK (new_amount >= 0)", "A price cannot be negative.")

    @api.depends("price_id")
    def _compute_new_amount(self):
        for campaign in self:
            campaign.new_amount = campaign.price_id.amount or campaign.new_amount

    @api.depends("line_ids.answer")
    def _compute_counts(self):
        groups = self.env["gym.price.campaign.line"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "answer"], ["__count"]
        )
        counts = {(campaign, answer): count for campaign, answer, count in groups}
        for campaign in self:
            of_answer = {answer: counts.get((campaign, answer), 0) for answer in ("none", "accepted", "declined")}
            campaign.line_count = sum(of_answer.values())
            campaign.accepted_count = of_answer["accepted"]
            campaign.kept_count = of_answer["none"] + of_answer["declined"]

    @api.constrains("price_id", "plan_id")
    def _check_price_is_of_plan(self):
        for campaign in self:
            if campaign.price_id and campaign.price_id.plan_id != campaign.plan_id:
                raise UserError(self.env._("The new price has to be one of %(plan)s.", plan=campaign.plan_id.name))

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(campaign.state != "draft" for campaign in self):
            raise UserError(self.env._("People have been told; call the price change off instead of deleting it."))

    # === ACTIONS === #

    def action_prepare(self):
        """Fill in the subscriptions that the new price concerns, again."""
        self.check_access("write")
        for campaign in self:
            campaign._check_state("draft")
            subscriptions = self.env["gym.subscription"].search(campaign._get_concerned_domain())
            campaign.sudo().line_ids = [
                Command.clear(),
                *(
                    Command.create({"subscription_id": one.id, "old_price_id": one.price_id.id})
                    for one in subscriptions
                ),
            ]

    def _get_concerned_domain(self):
        domain = [
            ("plan_id", "=", self.plan_id.id),
            ("state", "in", self.env["gym.subscription"]._get_running_states()),
            ("price_id.amount", "!=", self.new_amount),
        ]
        return [*domain, ("location_id", "in", self.location_ids.ids)] if self.location_ids else domain

    def action_tell(self):
        """Write to everybody concerned; a price that falls is theirs at once, one that rises waits for their yes."""
        self.check_access("write")
        for campaign in self:
            campaign._check_state("draft")
            if not campaign.line_ids:
                raise UserError(self.env._("Nobody is concerned. Prepare the list first."))
            campaign._take_price()
            campaign.state = "told"
            campaign.line_ids.sudo()._tell()

    def _take_price(self):
        """Give the plan the new price from the campaign's day on, as a version that subscriptions can move to.

        :raise UserError: when somebody has subscribed at another price of that very day
        """
        if self.price_id and not self.currency_id.compare_amounts(self.price_id.amount, self.new_amount):
            return
        price = self.plan_id.price_ids.filtered(lambda one: one.valid_from == self.date_effective)
        if not price:
            values = {"plan_id": self.plan_id.id, "valid_from": self.date_effective, "amount": self.new_amount}
            price = price.create(values)
        elif self.currency_id.compare_amounts(price.amount, self.new_amount):
            price.amount = self.new_amount
        self.price_id = price

    def action_call_off(self):
        """Leave everybody who has not moved yet at the old price."""
        self.check_access("write")
        for campaign in self:
            campaign._check_state("draft", "told")
            campaign.line_ids.sudo().change_id.filtered(lambda change: change.state == "planned").write(
                {"state": "undone"}
            )
            campaign.state = "cancelled"

    def action_finish(self):
        """Take no more answers: who has not accepted keeps the old price."""
        self.check_access("write")
        for campaign in self:
            campaign._check_state("told")
            campaign.state = "done"

    @api.model
    def _cron_finish(self):
        """Finish what is over: its day has come, everybody has answered, and no price waits for its period."""
        told = self.search(
            [("state", "=", "told"), ("date_effective", "<=", self.env["res.company"]._get_latest_day())]
        )
        self.env["ir.cron"]._do_each(told, "_finish_if_over")

    def _finish_if_over(self):
        if self._is_over():
            self.state = "done"

    def _is_over(self):
        self.ensure_one()
        if self.date_effective > self.company_id._get_gym_day():
            return False
        waiting = self.line_ids.filtered(
            lambda line: line.change_id.state == "planned" or (line.answer == "none" and not line.change_id)
        )
        return not waiting

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            raise UserError(self.env._("%(campaign)s is past that step.", campaign=self.name))


class GymPriceCampaignLine(models.Model):
    """One subscription of a price change: when it was told, and what it answered."""

    _name = "gym.price.campaign.line"
    _description = "Subscription of a Price Change"
    _order = "id"
    _rec_name = "subscription_id"

    campaign_id = fields.Many2one("gym.price.campaign", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="cascade", readonly=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    old_price_id = fields.Many2one("gym.plan.price", string="Old Price", readonly=True, ondelete="restrict")
    old_amount = fields.Monetary(related="old_price_id.amount", string="Now")
    new_amount = fields.Monetary(related="campaign_id.new_amount", string="New")
    told_at = fields.Datetime(string="Told", readonly=True)
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null")
    answer = fields.Selection(
        [("none", "No answer"), ("accepted", "Accepted"), ("declined", "Declined")],
        default="none",
        required=True,
        readonly=True,
    )
    answered_at = fields.Datetime(string="Answered", readonly=True)
    answered_by_id = fields.Many2one("res.users", string="Recorded By", readonly=True)
    change_id = fields.Many2one("gym.subscription.change", readonly=True, ondelete="set null")

    _once = models.UniqueIndex("(campaign_id, subscription_id)", "A subscription is told once of a price change.")

    def _tell(self):
        """Mail the new price to each payer, note when, and plan the change of those whose price falls."""
        template = self.env.ref("gym_subscriptions.mail_template_price_change")
        now = fields.Datetime.now()
        for line in self:
            line.write({"told_at": now, "mail_id": template.send_mail(line.id)})
        self.filtered(lambda line: to_decimal(line.new_amount) <= to_decimal(line.old_amount))._plan_change()

    def action_accept(self):
        """Record that the payer accepted the new price."""
        self._answer("accepted")

    def action_decline(self):
        """Record that the payer keeps the old price."""
        self._answer("declined")

    def _answer(self, answer):
        """Record an answer of people who were told; the caller may be the desk or the payer in the portal.

        :raise UserError: when the price change is not open for answers
        """
        self.subscription_id.check_access("write")
        for line in self.sudo():
            if line.campaign_id.state != "told":
                raise UserError(self.env._("%(campaign)s takes no answers.", campaign=line.campaign_id.name))
            line.write({"answer": answer, "answered_at": fields.Datetime.now(), "answered_by_id": self.env.uid})
            line.change_id.filtered(lambda change: change.state == "planned").state = "undone"
            if answer == "accepted":
                line._plan_change()

    def _is_open(self):
        """Tell whether the payer may answer, or answer otherwise: a dearer price that is not in force yet."""
        self.ensure_one()
        is_dearer = self.currency_id.compare_amounts(self.new_amount, self.old_amount) > 0
        return is_dearer and self.campaign_id.state == "told" and self.change_id.state != "done"

    def _get_digest(self):
        """Return what tells this price and its day from others; the page on which it is answered carries it."""
        self.ensure_one()
        facts = [self.id, self.new_amount, self.campaign_id.date_effective.isoformat()]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def _get_answer_url(self):
        """Return the address of the page on which the payer answers."""
        self.ensure_one()
        return f"{self.get_base_url()}/my/gym/plan/{self.subscription_id.id}/price"

    def _needs_agreement(self):
        """Hook: tell whether the payer has to agree to more than the price before what pays it goes on paying."""
        self.ensure_one()
        return False

    def _plan_change(self):
        """Plan the new price for the first period that begins on or after the day of the campaign."""
        for line in self:
            subscription = line.subscription_id
            line.change_id = subscription._plan_change(
                "price",
                max(line.campaign_id.date_effective, subscription.location_id._today()),
                before=line.old_price_id.display_name,
                after=line.campaign_id.price_id.display_name,
                price_id=line.campaign_id.price_id.id,
            )
