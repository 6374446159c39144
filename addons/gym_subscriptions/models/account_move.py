from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.proration import ZERO


class AccountMove(models.Model):
    _inherit = "account.move"

    gym_location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        readonly=True,
        copy=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The branch whose dues these are; its ZIP is where the invoice is issued.",
    )

    def _get_starting_sequence(self):
        """Number the journal of a branch as a series of Mexico: ROMA-1, and DROMA-1 what is given back."""
        if not self.journal_id.is_gym_series:
            return super()._get_starting_sequence()
        return f"{'D' if self.move_type == 'out_refund' else ''}{self.journal_id.code}-0"

    def _get_numbering_reviewed(self):
        return super()._get_numbering_reviewed() | {"gym_subscriptions"}

    def _get_gym_branches(self):
        """Return the branches whose sales these are: the dues' own, else the journal's, else all of the company."""
        locations = self.env["gym.location"]
        found = self.gym_location_id or locations.search([("gym_journal_id", "in", self.journal_id.ids)])
        return found or locations.search([("company_id", "in", self.company_id.ids)])

    def _get_lines_in_order(self):
        """Return the lines of this invoice in the order in which they were put on it."""
        return self.invoice_line_ids.sorted("id")

    def _settle_with_reversed(self):
        """Reconcile this credit note with the invoice it reverses, as far as that one is still open."""
        for move in self:
            both = move | move.reversed_entry_id
            lines = both.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
            )
            if len(lines.move_id) > 1:
                lines.reconcile()

    def _settle_with_each_other(self):
        """Reconcile these invoices and credit notes of one payer, as far as they are still open."""
        lines = self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
        for group in lines.grouped(lambda line: (line.account_id, line.partner_id)).values():
            if len(group.move_id) > 1:
                group.reconcile()

    def _get_billed_by(self):
        """Return the invoice whose dues this move bills or gives back."""
        return self.reversed_entry_id or self

    def _get_gym_subscriptions(self):
        """Return, in sudo, the subscriptions whose periods these invoices bill."""
        periods = self.env["gym.subscription.period"].sudo().search([("move_id", "in", self.ids)])
        lines = self.env["gym.due"].sudo().search([("move_id", "in", self.ids)])
        return periods.subscription_id | lines.subscription_id

    @api.model
    def _get_open_dues_domain(self):
        """Return what an open due is: a posted invoice of dues that is not paid in full. The only definition of it."""
        return (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("gym_location_id", "!=", False)
        )

    def _get_open_dues(self):
        """Return, in sudo, those of these moves that are open dues, see :meth:`_get_open_dues_domain`."""
        return self.sudo().filtered_domain(self._get_open_dues_domain())

    # === HOOKS: MONEY === #

    def _get_lost_amount(self):
        """Hook: return how much of this invoice was closed without anybody paying it: ``Decimal``."""
        self.ensure_one()
        return ZERO

    def _receive_payments_under_way(self):
        """Hook: bring into the books what has been received for these invoices and is not there yet."""

    def _give_money_back(self):
        """Hook: plan how what these posted credit notes owe the payer goes back."""
