from odoo import models

from ...domain import dunning, lifecycle


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        """Let in whoever has paid, in the same transaction as the money; late vouchers count like any payment."""
        result = super()._invoice_paid_hook()
        dues = self.sudo().filtered(lambda move: move.gym_location_id and move.move_type == "out_invoice")
        for move in dues:
            move._get_open_dunning_case()._close_if_paid()
        dues._get_gym_subscriptions()._settle_if_paid()
        return result

    def _get_open_dunning_case(self):
        """Return, in sudo, the open case of the payer of this invoice at its branch, if there is one."""
        self.ensure_one()
        return (
            self.env["gym.dunning.case"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.commercial_partner_id.id),
                    ("location_id", "=", self.gym_location_id.id),
                    ("state", "=", "open"),
                ]
            )
        )


class GymSubscription(models.Model):
    """Owing and paying up."""

    _inherit = "gym.subscription"

    def _fall_due(self):
        """Take note that these owe overdue dues; those that cannot owe in their state are left alone."""
        self.filtered(lambda one: one.state == "active")._transition(lifecycle.FALL_DUE)

    def _settle_if_paid(self):
        """Let those that no longer owe anything overdue go on."""
        settled = self.filtered(
            lambda one: (one.state in ("past_due", "suspended") or one.resume_state == "past_due")
            and not one._get_overdue_invoices()
        )
        settled._transition(lifecycle.SETTLE)

    def _get_overdue_invoices(self):
        """Return, in sudo, the open invoices of this subscription whose day has passed."""
        self.ensure_one()
        subscription = self.sudo()
        moves = subscription.period_ids.move_id | subscription.charge_line_ids.move_id
        today = self.location_id._today()
        return moves.filtered(
            lambda move: move.move_type == "out_invoice"
            and move.state == "posted"
            and move.payment_state in ("not_paid", "partial")
            and (move.invoice_date_due < today or move._get_disputes())
        )

    def _may_enter_owing(self):
        """Tell whether the door stays open although something is owed: days of grace, or a promise to pay."""
        self.ensure_one()
        overdue = self._get_overdue_invoices()
        if not overdue:
            return True
        case = (
            self.env["gym.dunning.case"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", overdue.commercial_partner_id.ids),
                    ("location_id", "=", self.location_id.id),
                    ("state", "=", "open"),
                ],
                limit=1,
            )
        )
        policy = case.policy_id or self.env["gym.dunning.policy"]._get_of_company(self.company_id)
        return dunning.may_enter(
            min(overdue.mapped("invoice_date_due")),
            self.location_id._today(),
            policy.grace_days,
            case.promised_on or None,
        )
