from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.gym_subscriptions.domain import lifecycle
from odoo.addons.gym_subscriptions.models.money import add_up

STEPS = [("who", "Member"), ("plan", "Plan"), ("sign", "Documents"), ("pay", "Payment")]

WAYS = [("now", "Now, at the desk"), ("link", "With a link by e-mail"), ("open", "Later")]


class GymJoinDesk(models.TransientModel):
    """Signs somebody up at the front desk: member, plan, documents, payment.

    The member is made when the first step is left and the draft of the subscription when the second is, so that the
    documents can be signed; nothing is billed before the last one. Everything is done with the user's own rights up to
    there; beginning and paying go on in sudo, after the check.
    """

    _name = "gym.join.desk"
    _description = "Sign-Up at the Desk"
    _inherit = ["gym.relation.guard", "gym.journal.choice", "gym.once"]

    step = fields.Selection(STEPS, default="who", required=True, readonly=True)

    member_id = fields.Many2one("gym.member", string="Known Member", ondelete="cascade")
    name = fields.Char(string="Full Name")
    phone = fields.Char()
    email = fields.Char()
    birthdate = fields.Date()
    guardian_id = fields.Many2one("res.partner", string="Guardian", help="Signs and pays for a member under age.")
    duplicate_ids = fields.Many2many("gym.member", string="Perhaps Known Already", compute="_compute_duplicate_ids")

    location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        required=True,
        domain="[('kind', '=', 'branch')]",
        default=lambda self: self.env["gym.member"]._default_location_id(),
    )
    company_id = fields.Many2one(related="location_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_ids = fields.Many2many("gym.plan", string="Plans Sold Here", compute="_compute_plan_ids")
    plan_id = fields.Many2one("gym.plan", domain="[('id', 'in', plan_ids)]")
    addon_ids = fields.Many2many("gym.plan.addon", string="Add-ons", domain="[('plan_ids', 'in', plan_id)]")
    code = fields.Char(string="Coupon")
    date_start = fields.Date(string="Starts", compute="_compute_date_start", store=True, readonly=False)

    is_second_wanted = fields.Boolean(string="Begin a Second One", help="The member has this plan already.")
    is_twin = fields.Boolean(compute="_compute_is_twin", string="Has This Plan")

    subscription_id = fields.Many2one("gym.subscription", readonly=True, ondelete="set null")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    refusal = fields.Text(compute="_compute_preview", help="Why it cannot be done as it stands.")
    due = fields.Monetary(compute="_compute_preview", string="To Pay Now")
    consent_status = fields.Html(related="member_id.consent_status", string="Documents")
    is_consent_missing = fields.Boolean(related="member_id.is_consent_missing")
    way = fields.Selection(WAYS, string="Paid", default="now", required=True)
    paid_reference = fields.Char(string="Reference", help="Of the terminal's slip or the transfer.")

    # === COMPUTE === #

    @api.depends("name", "phone", "email", "birthdate", "location_id", "member_id")
    def _compute_duplicate_ids(self):
        members = self.env["gym.member"]
        for desk in self:
            desk.duplicate_ids = False
            if desk.location_id and not desk.member_id and (desk.name or desk.phone or desk.email):
                person = members.new(desk._prepare_member_vals())
                found = person._find_duplicates()[person]
                desk.duplicate_ids = members.search([("id", "in", found.ids)])

    @api.depends("location_id")
    def _compute_plan_ids(self):
        for desk in self:
            plans = desk.env["gym.plan"]
            domain = plans._get_sold_at_domain(desk.location_id) & Domain("kind", "!=", "corporate")
            desk.plan_ids = plans.search(domain) if desk.location_id else plans

    @api.depends("location_id")
    def _compute_date_start(self):
        for desk in self:
            desk.date_start = desk.date_start or (desk.location_id and desk.location_id._today())

    @api.depends("member_id", "plan_id", "addon_ids", "code", "date_start", "location_id", "subscription_id")
    def _compute_preview(self):
        for desk in self:
            desk.preview, desk.refusal, desk.due = False, False, 0
            if not desk.plan_id or not desk.location_id:
                continue
            desk._check_seen()
            try:
                preview = desk._get_preview()
            except UserError as error:
                desk.refusal = str(error)
                continue
            desk.preview = desk._make_virtual()._render_preview(preview)
            desk.due = add_up(line["amount"] for line in preview["lines"] if line.get("bill_when") != "next")

    @api.depends("member_id", "plan_id", "location_id", "subscription_id")
    def _compute_is_twin(self):
        for desk in self:
            draft = desk.subscription_id.sudo() or (desk.plan_id and desk.location_id and desk._make_virtual())
            desk.is_twin = bool(draft and draft._get_twins())

    def _get_preview(self):
        """Return what beginning bills, with the add-ons that have a cycle of their own."""
        draft = self._make_virtual()
        own = draft.line_ids.filtered(lambda line: line.cycle == "own")
        dues = [due for line in own for due in line._prepare_dues(line._get_cycle().period(0))]
        preview = draft._preview_activate(self.code)
        return preview | {"lines": preview["lines"] + dues}

    def _make_virtual(self):
        """Return, in sudo, the subscription as it would be, in no database."""
        values = self._prepare_subscription_vals()
        values["line_ids"] = [Command.create(vals) for vals in self._prepare_addon_vals()]
        values["payer_id"] = (self.member_id.payer_id or self.member_id.partner_id or self.env.user.partner_id).id
        return self.env["gym.subscription"].sudo().new(values)

    @api.depends("member_id", "name")
    def _compute_display_name(self):
        for desk in self:
            desk.display_name = desk.member_id.name or desk.name or self.env._("Sign Up")

    # === STEPS === #

    def action_next(self):
        """Go to the next step, keeping what this one says."""
        self.ensure_one()
        self._check_seen()
        getattr(self, f"_leave_{self.step}")()
        names = [step for step, _label in STEPS]
        self.step = names[names.index(self.step) + 1]
        return self._reopen()

    def action_back(self):
        """Go back one step; the draft stays and takes what is changed."""
        self.ensure_one()
        names = [step for step, _label in STEPS]
        self.step = names[max(0, names.index(self.step) - 1)]
        return self._reopen()

    def _leave_who(self):
        if self.member_id:
            self.member_id.check_access("write")
            return
        if not self.name:
            raise UserError(self.env._("Choose a member or write the name of a new one."))
        self.member_id = self.env["gym.member"].create(self._prepare_member_vals())

    def _prepare_member_vals(self):
        return {
            "name": self.name,
            "phone": self.phone,
            "email": self.email,
            "birthdate": self.birthdate,
            "location_id": self.location_id.id,
            "guardian_id": self.guardian_id.id,
            "payer_id": self.guardian_id.id,
        }

    def _leave_plan(self):
        if not self.plan_id:
            raise UserError(self.env._("Choose a plan."))
        if self.refusal:
            raise UserError(self.refusal)
        values = self._prepare_subscription_vals()
        if self.subscription_id.state == lifecycle.DRAFT:
            self.subscription_id.write(values)
        elif not self.subscription_id:
            self.subscription_id = self.env["gym.subscription"].create(values)

    def _prepare_subscription_vals(self):
        return {
            "member_id": self.member_id.id,
            "plan_id": self.plan_id.id,
            "location_id": self.location_id.id,
            "date_start": self.date_start,
            "channel": self.subscription_id.channel or "desk",
        } | self.env["gym.subscription"]._prepare_draft_vals(self)

    def _prepare_addon_vals(self):
        """Return the values of the lines of the add-ons that were chosen."""
        return [
            {
                "kind": "addon",
                "addon_id": addon.id,
                "cycle": addon.cycle,
                "quantity": 1,
                "amount": addon.amount,
                "is_live": True,
                "date_start": self.date_start,
                "date_anchor": self.date_start if addon.cycle == "own" else False,
            }
            for addon in self.addon_ids
        ]

    def _leave_sign(self):
        """Nothing to keep: what is missing stays marked on the member."""

    def action_sign_on_tablet(self):
        """Show the address where the member signs on the tablet."""
        self.ensure_one()
        return self.member_id.action_sign_on_tablet()

    def action_record_paper(self):
        """Record a document signed on paper."""
        self.ensure_one()
        return self.member_id.action_record_paper()

    # === END === #

    def action_finish(self):
        """Begin the subscription, take the payment and open the member; a second press opens the member."""
        self.ensure_one()
        self._check_seen()
        self.subscription_id.check_access("write")
        if self._begin_once():
            self._begin_and_take_payment()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_member_action")
        return action | {"views": [(False, "form")], "res_id": self.member_id.id, "target": "main"}

    def _begin_and_take_payment(self):
        if self.due and self.way == "now":
            self._get_journal(self.sudo().company_id)
        moves = self._begin()
        if moves and self.way == "link":
            self._send_link(moves)
        elif moves and self.way == "now":
            self._take_payment(moves)

    def _begin(self):
        """Begin the draft with its add-ons, once.

        :return: the invoices, in sudo
        """
        subscription = self.subscription_id.sudo()
        if subscription.state != lifecycle.DRAFT:
            return subscription.env["account.move"]
        self._make_virtual()._check_addons()
        if not self.is_second_wanted:
            subscription._check_no_twin()
        lines = self._prepare_addon_vals()
        with_plan = [Command.create(vals) for vals in lines if vals["cycle"] == "plan"]
        subscription.line_ids = [Command.clear(), *with_plan]
        moves = subscription._activate(self.code)
        for vals in lines:
            if vals["cycle"] == "own":
                moves |= subscription._add_line(vals | {"subscription_id": subscription.id}, "addon_added")
        return moves

    def _take_payment(self, moves):
        """Register the payment of these invoices in the journal that was chosen, and settle them."""
        journal = self._get_journal(self.sudo().company_id)
        for payer, owed in moves.grouped("partner_id").items():
            reference = " ".join(filter(None, (", ".join(owed.mapped("name")), self.paid_reference)))
            amount = add_up(owed.mapped("amount_residual"))
            journal._receive_gym_payment(payer, amount, self.location_id._today(), owed, reference)

    def _send_link(self, moves):
        """Mail the payer the address where these invoices are paid.

        :raise UserError: when they have no e-mail
        """
        template = self.env.ref("gym_join.mail_template_join_pay").sudo()
        for move in moves:
            if not move.partner_id.email:
                raise UserError(self.env._("%(payer)s has no e-mail to send the link to.", payer=move.partner_id.name))
            template.send_mail(move.id)

    # === HELPERS === #

    def _check_seen(self):
        """Refuse what the user chose and may not see.

        :raise AccessError: naming it
        """
        for records in (self.location_id, self.member_id, self.plan_id, self.addon_ids, self.guardian_id):
            records.sudo(False).check_access("read")
        self.subscription_id.sudo(False).check_access("read")

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign Up"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "main",
        }

    @api.model
    def _open_for(self, subscription, code):
        """Return the action that goes on with a draft made elsewhere, at the documents."""
        desk = self.create(
            {
                "step": "sign",
                "member_id": subscription.member_id.id,
                "location_id": subscription.location_id.id,
                "plan_id": subscription.plan_id.id,
                "code": code,
                "subscription_id": subscription.id,
            }
        )
        return desk._reopen()
