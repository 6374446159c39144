from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.gym_members.models.turn import take_turn

# What accounting took back: it is no failure of billing, so billing neither waits for it nor solves it.
UNDONE = "undone"
# Codes of what keeps a subscription from being billed, with what to do about it.
CODES = [
    ("tax", "No tax"),
    ("journal", "No journal"),
    ("period_closed", "Books closed"),
    ("product_archived", "Product archived"),
    ("payer_archived", "Payer archived"),
    ("member_blocked", "Member blocked"),
    ("too_late", "Too far behind"),
    (UNDONE, "Invoice taken back"),
    ("billed_already", "Already billed"),
    ("refused", "Refused by accounting"),
    ("unexpected", "Unexpected error"),
]


class GymBillingIssue(models.Model):
    """A subscription that could not be billed, or whose invoice was taken back: why, the remedy, whether solved."""

    _name = "gym.billing.issue"
    _description = "Problem in Billing"
    _order = "state desc, id desc"
    _rec_name = "subscription_id"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    payer_id = fields.Many2one(related="subscription_id.payer_id")
    run_id = fields.Many2one("gym.billing.run", string="Run", index=True, ondelete="set null", readonly=True)
    code = fields.Selection(CODES, string="Problem", required=True, readonly=True)
    text = fields.Text(string="Reason", required=True, readonly=True)
    remedy = fields.Char(compute="_compute_remedy")
    fix_model = fields.Char(string="Kind of Record to Correct", readonly=True)
    fix_id = fields.Many2oneReference(string="Record to Correct", model_field="fix_model", readonly=True)
    state = fields.Selection([("open", "Open"), ("solved", "Solved")], default="open", required=True, readonly=True)
    date_first = fields.Date(string="Since", required=True, readonly=True)
    date_last = fields.Date(string="Last Tried", required=True, readonly=True)

    _open_once = models.UniqueIndex(
        "(subscription_id, (CASE WHEN code = 'undone' THEN fix_id ELSE 0 END)) WHERE state = 'open'",
        "This problem is open already.",
    )

    @api.depends("code")
    def _compute_remedy(self):
        remedies = self._get_remedies()
        for issue in self:
            issue.remedy = remedies.get(issue.code)

    @api.model
    def _get_remedies(self):
        """Return what to do about each code, in the user's language."""
        env = self.env
        return {
            "tax": env._("Choose the IVA of dues of the company, then bill it."),
            "journal": env._("Give the branch an active sales journal, then bill it."),
            "period_closed": env._(
                "Open the books for today, or wait until the day after the lock date; then bill it."
            ),
            "product_archived": env._("Restore the product, or move the subscription to another plan."),
            "payer_archived": env._("Restore the contact, or change the payer."),
            "member_blocked": env._("Finish the request about personal data, or cancel the subscription."),
            "too_late": env._("Look at what was billed late. Bill again for the periods that are still missing."),
            "undone": env._(
                "Bill it again, as it was, or leave it unbilled. An invoice taken back by mistake can be posted again."
            ),
            "billed_already": env._("Look at the billed periods of the subscription."),
            "refused": env._("Correct what the reason says, then bill it."),
            "unexpected": env._("Bill it again; when it fails again, ask your administrator to look at the log."),
        }

    # === BUTTONS === #

    def action_correct(self):
        """Open what has to be corrected."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.fix_model or "gym.subscription",
            "res_id": self.fix_id or self.subscription_id.id,
            "view_mode": "form",
        }

    def action_bill(self):
        """Bill these subscriptions now; what fails again stays on the list with its new reason."""
        self._check_manager()
        undone = self.filtered(lambda issue: issue.code == UNDONE)
        for subscriptions in (self - undone).subscription_id.grouped("company_id").values():
            self.env["gym.billing.engine"].sudo()._bill(subscriptions.sudo())
        for issue in undone.sudo():
            take_turn(issue)
            if issue.state == "open":
                issue.subscription_id._bill_again(issue._get_undone_move())
                issue.state = "solved"

    def action_leave(self):
        """Leave unbilled what these invoices charged that were taken back.

        :raise UserError: for what a run could not bill
        """
        self._check_manager()
        if any(issue.code != UNDONE for issue in self):
            raise UserError(
                self.env._("Only dues of an invoice that was taken back can be left. Bill it, or correct it.")
            )
        for issue in self.filtered(lambda issue: issue.state == "open").sudo():
            issue.state = "solved"
            issue.subscription_id.message_post(
                body=self.env._(
                    "What %(invoice)s charged is not billed again.", invoice=issue._get_undone_move().display_name
                )
            )

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("gym_members.group_gym_manager"):
            raise AccessError(self.env._("Only managers bill what a run could not."))

    # === BOOKKEEPING === #

    @api.model
    def _open(self, found):
        """Note problems; one that is open already gets its new reason and day.

        :param dict found: {subscription: (code, text, record to correct)}
        """
        subscriptions = self.env["gym.subscription"].union(*found)
        known = self._search_open(subscriptions).grouped("subscription_id")
        new = []
        for subscription, (code, text, record) in found.items():
            vals = {
                "code": code,
                "text": text,
                "fix_model": record._name,
                "fix_id": record.id,
                "date_last": subscription.location_id._today(),
                "run_id": self.env.context.get("gym_billing_run_id"),
            }
            if subscription in known:
                known[subscription].write(vals)
            else:
                new.append(vals | {"subscription_id": subscription.id, "date_first": vals["date_last"]})
        self.sudo().create(new)

    @api.model
    def _close(self, subscriptions):
        """Mark what was open of ``subscriptions`` as solved."""
        self._search_open(subscriptions).state = "solved"

    @api.model
    def _search_open(self, subscriptions):
        """Return, in sudo, what keeps ``subscriptions`` from being billed."""
        domain = [("subscription_id", "in", subscriptions.ids), ("state", "=", "open"), ("code", "!=", UNDONE)]
        return self.sudo().search(domain)

    # === INVOICES TAKEN BACK === #

    @api.model
    def _follow_undone(self, moves):
        """Open a problem for each subscription of which ``moves`` charge something no more; solve those that do again.

        :param moves: invoices of dues
        """
        domain = [("code", "=", UNDONE), ("fix_id", "in", moves.ids), ("state", "=", "open")]
        known = {(issue.fix_id, issue.subscription_id): issue for issue in self.sudo().search(domain)}
        for move in moves:
            for subscription in move._get_gym_subscriptions():
                issue = known.get((move.id, subscription), self)
                if not any(subscription._get_undone(move)):
                    issue.state = "solved"
                    continue
                vals = {"text": self._describe_undone(move), "date_last": subscription.location_id._today()}
                if issue:
                    issue.write(vals)
                else:
                    self._open_undone(subscription, move, vals)

    @api.model
    def _open_undone(self, subscription, move, vals):
        self.sudo().create(
            vals
            | {
                "subscription_id": subscription.id,
                "code": UNDONE,
                "fix_model": move._name,
                "fix_id": move.id,
                "date_first": vals["date_last"],
            }
        )

    @api.model
    def _describe_undone(self, move):
        """Return what happened to ``move``, in words for the staff."""
        env = self.with_context(lang=move.company_id.partner_id.lang).env
        names = {"invoice": move.display_name, "payer": move.partner_id.name}
        if move.state == "cancel":
            return env._("%(invoice)s of %(payer)s was cancelled: nothing charges these dues.", **names)
        if move.state == "draft":
            return env._("%(invoice)s of %(payer)s is a draft again: nothing charges these dues.", **names)
        notes = ", ".join(move._get_credit_notes_by_hand().mapped("name"))
        return env._("%(invoice)s of %(payer)s was credited in full by %(notes)s.", notes=notes, **names)

    def _get_undone_move(self):
        """Return the invoice that was taken back."""
        self.ensure_one()
        return self.env["account.move"].browse(self.fix_id)
