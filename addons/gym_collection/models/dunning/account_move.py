from odoo import fields, models

from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal

from ...domain import dunning


class AccountMove(models.Model):
    _inherit = "account.move"

    gym_dunning_case_id = fields.Many2one(
        "gym.dunning.case",
        string="Dunning Ended By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The case that was given up or handed over with this invoice open: it is not dunned again.",
    )

    def _invoice_paid_hook(self):
        """Let in members who have paid, in the same transaction as the money; late vouchers count like any payment."""
        result = super()._invoice_paid_hook()
        self._end_debts()
        return result

    def _end_debts(self):
        """Follow these invoices, of which nothing is open any more, in dunning and in their subscriptions."""
        dues = self.sudo().filtered(lambda move: move._is_gym_dues())
        for move in dues:
            move._get_open_dunning_case()._close_if_paid()
        dues._get_written_off()._get_gym_subscriptions()._suspend_written_off()
        dues._get_gym_subscriptions()._settle_if_paid()

    def _owe(self):
        """Open the case of these overdue invoices of one payer at one branch, unless one is open or none is worth it.

        :return: the case opened now
        """
        followed = self._get_followed()
        cases = self.env["gym.dunning.case"]
        if followed and not followed[0]._get_open_dunning_case():
            cases = cases._open_case(followed.partner_id, followed.gym_location_id, followed)
        followed._get_gym_owing()._fall_due()
        return cases

    def _get_followed(self):
        """Return those of these invoices of which enough is open for dunning and the door to follow them."""
        smallest = self._get_smallest_debts()
        return self.filtered(
            lambda move: dunning.is_followed(to_decimal(move.amount_residual_signed), smallest[move.company_id])
        )

    def _get_written_off(self):
        """Return, in sudo, those of these invoices of which so much was given up that only money can settle them."""
        moves = self.sudo()
        smallest = moves._get_smallest_debts()
        return moves.filtered(lambda move: dunning.is_followed(move._get_lost_amount(), smallest[move.company_id]))

    def _get_smallest_debts(self):
        """Return the smallest debt of an invoice that each company of these follows."""
        Policy = self.env["gym.dunning.policy"]
        return {
            company: to_decimal(Policy._get_of_company(company).smallest_debt) for company in self.sudo().company_id
        }

    def _get_lost_amount(self):
        """Override of `gym_subscriptions`: what was written off of it."""
        lost = add_up(partial._get_lost_amount() for partial in self.line_ids.matched_credit_ids)
        return super()._get_lost_amount() + lost

    def _give_up_unserved(self):
        """Hook: take out of the books what these invoices, which nobody will pay, charge for days without service."""

    def _is_gym_dues(self):
        """Tell whether this is an invoice of dues, which dunning follows."""
        self.ensure_one()
        return bool(self.gym_location_id) and self.move_type == "out_invoice"

    def _get_open_dunning_case(self):
        """Return, in sudo, the open case of the payer of this invoice at its branch, if there is one."""
        self.ensure_one()
        return (
            self.env["gym.dunning.case"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("location_id", "=", self.gym_location_id.id),
                    ("state", "=", "open"),
                ]
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _reconcile_post_hook(self, data):
        """Follow what accounting does not call paid: closed by a credit note, or less open than is worth a letter."""
        result = super()._reconcile_post_hook(data)
        left = data["not_paid_invoices"].filtered(lambda move: move.payment_state in ("reversed", "partial"))
        (left - left.filtered("gym_location_id")._get_followed())._end_debts()
        return result
