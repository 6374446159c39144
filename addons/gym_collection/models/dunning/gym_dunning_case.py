from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.gym_subscriptions.models.money import add_up

from ...domain import dunning

FREE_FIELDS = {"promised_on", "note"}
LONGEST_PROMISE = timedelta(days=31)


class GymDunningCase(models.Model):
    """What a payer owes at a branch, from the first unpaid invoice until it is paid or given up.

    One case is open at a time. It follows its invoices: a payment that leaves nothing overdue closes it, however late
    it comes and however it is made.
    """

    _name = "gym.dunning.case"
    _description = "Dunning Case"
    _inherit = ["gym.relation.guard", "gym.by.hand", "mail.thread", "mail.activity.mixin"]
    _order = "date_due, id"
    _mail_post_access = "read"

    partner_id = fields.Many2one(
        "res.partner", string="Owes", required=True, readonly=True, index=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "gym.location", string="Branch", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_id = fields.Many2one("gym.dunning.policy", required=True, readonly=True, ondelete="restrict")
    state = fields.Selection(
        [("open", "Open"), ("recovered", "Recovered"), ("handed_over", "Handed Over"), ("given_up", "Given Up")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    date_due = fields.Date(string="Owes Since", required=True, readonly=True, help="When the oldest invoice fell due.")
    date_closed = fields.Date(readonly=True)
    amount_opened = fields.Monetary(string="Owed at First", readonly=True)
    amount_due = fields.Monetary(string="Owes Now", compute="_compute_amount_due")
    recovered_ids = fields.One2many(
        "account.partial.reconcile", "gym_dunning_case_id", string="Payments", readonly=True
    )
    amount_recovered = fields.Monetary(string="Recovered", compute="_compute_amount_recovered", store=True)
    promised_on = fields.Date(
        string="Promised For", tracking=True, help="Until this day no step is taken and the door stays open."
    )
    note = fields.Text(string="Notes")
    taken_ids = fields.One2many("gym.dunning.taken", "case_id", string="Steps Taken", readonly=True)
    next_step_id = fields.Many2one("gym.dunning.step", string="Next Step", compute="_compute_next_step")
    next_date = fields.Date(string="Next Step On", compute="_compute_next_step")

    _one_open = models.UniqueIndex(
        "(partner_id, location_id) WHERE state = 'open'", "There is already an open case for this payer and branch."
    )

    @api.depends("partner_id", "location_id")
    def _compute_amount_due(self):
        for case in self:
            case.amount_due = add_up(case._get_overdue_moves().mapped("amount_residual_signed"))

    @api.depends("recovered_ids.gym_amount_paid")
    def _compute_amount_recovered(self):
        for case in self:
            case.amount_recovered = add_up(case.recovered_ids.mapped("gym_amount_paid"))

    @api.depends("date_due", "promised_on", "taken_ids.step_id", "policy_id.step_ids")
    def _compute_next_step(self):
        for case in self:
            found = None
            if case.state == "open":
                found = dunning.next_step(
                    case.policy_id._get_rules(),
                    case._get_taken_keys(),
                    case.date_due,
                    case.location_id._today(),
                    case.promised_on or None,
                )
            step, day = found or (None, False)
            case.next_step_id = step and step.key[1]
            case.next_date = day

    @api.depends("partner_id", "date_due")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.partner_id.name} · {format_date(self.env, case.date_due)}"

    @api.constrains("promised_on")
    def _check_promise(self):
        for case in self.filtered("promised_on"):
            latest = case.location_id._today() + LONGEST_PROMISE
            if case.promised_on > latest:
                raise ValidationError(
                    self.env._(
                        "A promise cannot be for later than %(day)s. Agree on an earlier day.",
                        day=format_date(self.env, latest),
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "promised_on" in vals:
            for case in self:
                case._get_overdue_moves()._get_gym_subscriptions()._entry_changed()
        return result

    def _get_by_hand_fields(self):
        return FREE_FIELDS

    # === OPENING === #

    @api.model
    def _cron_dun(self):
        """Open the cases of what has fallen due, close those that owe nothing, take the steps of the others."""
        crons = self.env["ir.cron"]
        crons._do_each(self._get_debts(self.env["account.move"].search(self._get_uncollected_domain())), "_owe")
        crons._do_each(self.search([("state", "=", "open")]), "_dun")

    def _dun(self):
        """Close this case if it owes nothing any more, else plan the steps of today."""
        if not self._get_overdue_moves():
            self._close_settled()
            return
        # what the steps write down is read at the company; a cron has no language of its own
        self.with_context(lang=self.company_id.partner_id.lang).with_delay(
            channel="root.charging",
            description=self.env._("Dunning of %(name)s", name=self.display_name),
            identity_key=f"gym_dunning_{self.id}",
        )._take_steps()

    @api.model
    def _open_cases(self, moves=None):
        """Open a case for each payer and branch that owes overdue dues and has none.

        :param moves: invoices to look at; all that are overdue by default
        :return: the cases opened now
        """
        if moves is None:
            moves = self.env["account.move"].search(self._get_uncollected_domain())
        return self.union(*(debt._owe() for debt in self._get_debts(moves)))

    @api.model
    def _get_debts(self, moves):
        """Return those of ``moves`` whose day has passed, as a list: the invoices of each payer and branch."""
        overdue = moves.filtered(lambda move: move.invoice_date_due < move.gym_location_id._today())
        return list(overdue.grouped(lambda move: (move.partner_id, move.gym_location_id)).values())

    @api.model
    def _open_case(self, partner, location, moves):
        return self.sudo().create(
            {
                "partner_id": partner.id,
                "location_id": location.id,
                "policy_id": self.env["gym.dunning.policy"]._ensure_of_company(location.company_id).id,
                "date_due": min(moves.mapped("invoice_date_due")),
                "amount_opened": add_up(moves.mapped("amount_residual")),
            }
        )

    @api.model
    def _get_overdue_domain(self):
        """Return what may be overdue; the day of each branch decides."""
        latest = self.env["res.company"]._get_latest_day()
        return self.env["account.move"]._get_open_dues_domain() & Domain("invoice_date_due", "<=", latest)

    @api.model
    def _get_uncollected_domain(self):
        """Return what may be overdue and belongs to no case that was closed by hand."""
        return self._get_overdue_domain() & Domain("gym_dunning_case_id", "=", False)

    def _get_overdue_moves(self):
        """Return, in sudo, the open invoices of the payer at the branch whose day has passed, if worth following.

        Those with which a case was closed by hand belong to it alone.
        """
        self.ensure_one()
        ended_by = self.id if self.state in ("handed_over", "given_up") else False
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                self._get_overdue_domain()
                & Domain("partner_id", "=", self.partner_id.id)
                & Domain("gym_location_id", "=", self.location_id.id)
                & Domain("gym_dunning_case_id", "=", ended_by),
                order="invoice_date_due, id",
            )
        )
        today = self.location_id._today()
        return moves.filtered(lambda move: move.invoice_date_due < today)._get_followed()

    def _get_taken_keys(self):
        """Return the keys of the steps taken since the oldest open invoice fell due."""
        taken = self.taken_ids.filtered(lambda one: one.date >= self.date_due)
        return {(step.after_days, step.id) for step in taken.step_id}

    # === CLOSING === #

    def _close_if_paid(self):
        """Close these cases whose payer owes nothing overdue any more; the others owe since the oldest that is open."""
        for case in self:
            if overdue := case._get_overdue_moves():
                case.date_due = overdue[0].invoice_date_due
                continue
            lost = case._get_moves_written_off()
            state = "given_up" if lost else "recovered"
            case.write({"state": state, "date_closed": case.location_id._today()})
            lost.gym_dunning_case_id = case
            case.activity_unlink(["mail.mail_activity_data_todo"])

    def _get_moves_written_off(self):
        """Return, in sudo, the invoices of this case that were closed without money."""
        self.ensure_one()
        domain = [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("partner_id", "=", self.partner_id.id),
            ("gym_location_id", "=", self.location_id.id),
            ("gym_dunning_case_id", "=", False),
            ("invoice_date_due", ">=", self.date_due),
        ]
        return self.env["account.move"].sudo().search(domain)._get_written_off()

    def _close_settled(self):
        """Close this case, which owes nothing any more by a way that nobody told of, and let its people in."""
        self._close_if_paid()
        domain = [
            ("location_id", "=", self.location_id.id),
            ("state", "in", ("past_due", "suspended")),
            ("payer_id", "=", self.partner_id.id),
        ]
        self.env["gym.subscription"].sudo().search(domain)._settle_if_paid()

    def action_give_up(self):
        """Close the case without the money: unearned dues are credited, the accountant writes the rest off."""
        self._close_by_hand("given_up")

    def action_hand_over(self):
        """Close the case because somebody else collects it."""
        self._close_by_hand("handed_over")

    def _close_by_hand(self, state):
        self.check_access("write")
        if not self.env.user.has_group("gym_members.group_gym_manager"):
            raise AccessError(self.env._("Only managers close a case that is not paid."))
        for case in self.filtered(lambda case: case.state == "open").sudo():
            moves = case._get_overdue_moves()
            case.write({"state": state, "date_closed": case.location_id._today()})
            moves.gym_dunning_case_id = case
            moves._give_up_unserved()

    def action_open_invoices(self):
        """Show what is owed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
        return action | {"domain": [("id", "in", self._get_overdue_moves().ids)], "context": {"create": False}}
