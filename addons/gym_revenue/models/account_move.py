from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal
from odoo.addons.gym_subscriptions.models.subscription.gym_subscription_running import RUNNING_KINDS


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    gym_date_start = fields.Date(string="Service From", readonly=True, help="Its income is spread over the service.")
    gym_date_end = fields.Date(string="Service Until", readonly=True, help="First day after the service.")

    def _is_gym_service(self):
        """Tell whether it bills days of service, or gives some back, whose income is spread."""
        self.ensure_one()
        return bool(self.gym_date_end or self.gym_reversed_line_id)


class AccountMove(models.Model):
    """Dues whose income is spread go to the account of unearned dues when they are posted.

    Only the base moves: IVA stays where the taxes put it, on cash basis in Mexico.
    """

    _inherit = "account.move"

    gym_deferral_entry_ids = fields.One2many("gym.deferral.entry", "move_id", string="Earned Dues", readonly=True)

    def _post(self, soft=True):
        self._name_reversed_lines()  # its income follows that line, so it is needed before
        deferrals = self.env["gym.deferral"].sudo()
        today = fields.Date.context_today(self)
        now = self.filtered(
            lambda move: move.is_sale_document()
            and move.company_id.gym_deferred_account_id
            and not (soft and move.date > today)
        )
        lines = now.invoice_line_ids.filtered(lambda line: line._is_gym_service() and line.balance)
        accounts = deferrals._take_over(lines) if lines else {}
        posted = super()._post(soft)
        if accounts:
            deferrals._record({line: account for line, account in accounts.items() if line.move_id.state == "posted"})
        return posted

    def button_draft(self):
        """Take invoices back to draft: what was earned of them is corrected by the next month that is closed.

        :raise UserError: for the entries of earned dues themselves
        """
        if self.sudo().gym_deferral_entry_ids:
            raise UserError(
                self.env._(
                    "Entries of earned dues stay as they are: a correction of the invoice goes into the next month "
                    "that is closed. See Reporting > Deferred Dues."
                )
            )
        result = super().button_draft()
        self.env["gym.deferral"].sudo().search([("move_id", "in", self.ids)])._take_back()
        return result

    # === GIVEN UP === #

    def _get_lost_share(self):
        """Return which part of this invoice, less its credit notes, was written off: ``Decimal`` from 0 to 1."""
        self.ensure_one()
        partials = self.line_ids.matched_credit_ids
        credited = partials.filtered(lambda one: one.credit_move_id.move_id.move_type == "out_refund")
        net = to_decimal(self.amount_total_signed) - add_up(credited.mapped("amount"))
        return min(Decimal(1), self._get_lost_amount() / net) if net > 0 else ZERO

    def _get_loss_account(self):
        """Return the account against which most of this invoice was written off."""
        self.ensure_one()
        lost = max(self.line_ids.matched_credit_ids, key=lambda partial: partial._get_lost_amount())
        lines = lost.credit_move_id.move_id.line_ids
        losses = lines.filtered(lambda line: line.account_id._is_gym_loss(self.company_id))
        return max(losses, key=lambda line: line.balance).account_id

    def _give_up_unserved(self):
        """Override of `gym_collection`: credit what they charge for days without service; the contracts end.

        Only what is not income yet goes: what was served, or is income since it was billed, is the accountant's to
        write off. What was paid stays paid. Called in sudo by the person who decided it.
        """
        rows = self.env["gym.subscription.period"].search([("move_id", "in", self.ids)])
        rows = rows.filtered(lambda row: row.kind in RUNNING_KINDS and row._is_owed() and row._is_unearned())
        rows.subscription_id._end_given_up()
        credits = [credit for row in rows for credit in row._prepare_refund_of_unserved()]
        credits = self.env["gym.subscription"]._cap_credits(credits, is_open_only=True)
        rows.write({"is_superseded": True})
        return self.env["gym.due"].create(credits)._bill()
