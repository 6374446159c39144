from odoo import models

from odoo.addons.gym_members.domain.privacy import RetentionReason

_SUBSCRIPTION_FIELDS = (
    *("name", "plan_id", "location_id", "state", "date_start", "date_trial_end", "period_end", "next_bill_date"),
    *("date_end", "price_total", "payer_id", "cancel_folio", "cancel_requested_at", "cancel_reason_id", "cancel_note"),
    "note",
)


class GymMember(models.Model):
    """What subscriptions hold about a person: shown to them, and removed when nothing keeps it."""

    _inherit = "gym.member"

    def _get_own_subscriptions(self):
        """Return the subscriptions in these members' names, those of merged records too."""
        return self.env["gym.subscription"].search([("member_id", "in", self._get_merged_ids())], order="id")

    def _get_personal_data(self):
        self.ensure_one()
        own = self._get_own_subscriptions()
        seats = self.env["gym.subscription.line"].search(
            [("member_id", "in", self._get_merged_ids()), ("kind", "=", "seat")]
        )
        return super()._get_personal_data() | {
            "subscriptions": [self._export_row(one, _SUBSCRIPTION_FIELDS) for one in own],
            "billed_periods": [
                self._export_row(row, ("subscription_id", "kind", "date_start", "date_end", "amount", "move_id"))
                for row in self.env["gym.subscription.period"].search(
                    [("member_id", "in", self._get_merged_ids())], order="date_start, id"
                )
            ],
            "freezes": [
                self._export_row(one, ("subscription_id", "date_start", "date_end", "state", "reason"))
                for one in own.freeze_ids
            ],
            "subscription_changes": [
                self._export_row(one, ("subscription_id", "kind", "date_effective", "before", "after", "state"))
                for one in own.change_ids
            ],
            "seats": [self._export_row(line, ("subscription_id", "date_start", "date_end")) for line in seats],
            "price_changes": [
                self._export_row(line, ("subscription_id", "told_at", "old_amount", "new_amount", "answer"))
                for line in self.env["gym.price.campaign.line"].search([("subscription_id", "in", own.ids)])
            ],
        }

    def _get_retention_reasons(self, today):
        """Keep people who still have a contract or owe."""
        reasons = super()._get_retention_reasons(today)
        for member in self:
            for subscription in member._get_own_subscriptions():
                if subscription.state in subscription._get_running_states():
                    reasons[member.id].append(
                        RetentionReason(
                            self.env._("The subscription %(number)s goes on", number=subscription.name), None
                        )
                    )
                elif subscription._get_moves().filtered(lambda move: move.amount_residual):
                    reasons[member.id].append(
                        RetentionReason(
                            self.env._("Invoices of %(number)s are not settled", number=subscription.name), None
                        )
                    )
        return reasons

    def _anonymise_personal_data(self):
        """Empty what people wrote about these subscriptions; plans, dates and amounts stay as figures."""
        own = self._get_own_subscriptions()
        own.write({"note": False, "cancel_note": False, "comp_reason": False, "token_id": False})
        own.freeze_ids.write({"reason": False})
        own.change_ids.filtered(lambda change: change.kind in ("payer", "transfer", "token", "seat_added")).write(
            {"before": False, "after": False}
        )
        for due in own.due_ids.filtered(lambda line: line.subscription_id.agreement_id):
            due.name = due.product_id.name  # the company's part names the person
        tokens = self.env["payment.token"].with_context(active_test=False)
        tokens.search([("partner_id", "in", self.partner_id.ids)]).write({"active": False, "payment_details": False})
        own.message_ids.unlink()
        files = self.env["ir.attachment"].search([("res_model", "=", own._name), ("res_id", "in", own.ids)])
        files.unlink()
        return super()._anonymise_personal_data()

    # === MERGE === #

    def _get_merge_blockers(self, loser):
        """Two running subscriptions to one plan would be billed side by side to one person."""
        blockers = super()._get_merge_blockers(loser)
        running = self.env["gym.subscription"]._get_running_states()
        plans = [
            member.sudo()._get_own_subscriptions().filtered(lambda one: one.state in running).plan_id
            for member in (self, loser)
        ]
        for plan in plans[0] & plans[1]:
            blockers.append(
                self.env._("Both have a running subscription to %(plan)s. Cancel one of them first.", plan=plan.name)
            )
        return blockers

    def _merge_into(self, winner, values):
        result = super()._merge_into(winner, values)
        winner.sudo()._refresh_stage()
        return result

    def _mark_left(self):
        """Note the day on which people without a running subscription left; nothing for those who came back."""
        running = self.env["gym.subscription"].sudo()._get_running_states()
        for member in self.sudo():
            own = member.subscription_ids.filtered(lambda one: one.state != "draft")
            if any(one.state in running for one in own):
                member.date_left = False
            elif days := [one.date_end for one in own if one.date_end]:
                left = min(max(days), member.location_id._today())
                member.date_left = max(left, member.date_joined or left)
