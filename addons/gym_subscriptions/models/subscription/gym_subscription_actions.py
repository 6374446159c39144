from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...domain import lifecycle


class GymSubscription(models.Model):
    """The buttons of a subscription. Each dialog shows what it bills before anything happens."""

    _inherit = "gym.subscription"

    can_begin = fields.Boolean(compute="_compute_can")
    can_change = fields.Boolean(compute="_compute_can")
    can_freeze = fields.Boolean(compute="_compute_can")
    can_unfreeze = fields.Boolean(compute="_compute_can")
    can_cancel = fields.Boolean(compute="_compute_can")
    can_come_back = fields.Boolean(compute="_compute_can")
    comp_requested_by_id = fields.Many2one("res.users", string="Asked to Be Free By", readonly=True, copy=False)
    move_count = fields.Integer(compute="_compute_move_count", string="Invoices")

    @api.depends("state", "cancel_requested_at", "plan_id")
    def _compute_can(self):
        for subscription in self:
            state, is_ending = subscription.state, bool(subscription.cancel_requested_at)
            is_over = state in lifecycle.FINAL_STATES
            subscription.can_begin = state == lifecycle.DRAFT
            subscription.can_change = state in (lifecycle.TRIALING, lifecycle.ACTIVE) and not is_ending
            subscription.can_freeze = subscription._may(lifecycle.FREEZE) and not is_ending
            subscription.can_unfreeze = state == lifecycle.FROZEN
            subscription.can_cancel = state in lifecycle.RUNNING_STATES and not is_ending
            subscription.can_come_back = is_over or (is_ending and state in lifecycle.RUNNING_STATES)

    def _compute_move_count(self):
        for subscription in self:
            subscription.move_count = len(subscription._get_moves())

    def _get_moves(self):
        """Return, in sudo, the invoices and credit notes of these subscriptions."""
        return self.sudo().period_ids.move_id | self.sudo().due_ids.move_id

    # === DIALOGS === #

    def _open_wizard(self, model, name):
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_subscription_id": self.id},
        }

    def action_begin(self):
        """Show what joining costs, and begin."""
        return self._open_wizard("gym.subscription.begin", self.env._("Begin"))

    def action_change_plan(self):
        """Show what another plan costs, and change."""
        return self._open_wizard("gym.subscription.change.plan", self.env._("Change Plan"))

    def action_add(self):
        """Show what a seat or an add-on costs, and add it."""
        return self._open_wizard("gym.subscription.add", self.env._("Add"))

    def action_remove(self):
        """Show what taking a seat or an add-on away gives back, and do it."""
        return self._open_wizard("gym.subscription.remove", self.env._("Take Away"))

    def action_change_party(self):
        """Change payer, branch, member or agreement."""
        return self._open_wizard("gym.subscription.party", self.env._("Change Payer, Branch, Member or Agreement"))

    def action_freeze(self):
        """Show what a freeze moves, and freeze."""
        return self._open_wizard("gym.subscription.freeze.wizard", self.env._("Freeze"))

    def action_cancel(self):
        """Show what leaving means, and cancel."""
        return self._open_wizard("gym.subscription.cancel", self.env._("Cancel Subscription"))

    def action_come_back(self):
        """Show what coming back costs, and do it."""
        return self._open_wizard("gym.subscription.come.back", self.env._("Come Back"))

    def action_unfreeze(self):
        """End the freeze today."""
        self.check_access("write")
        for subscription in self:
            subscription._unfreeze()

    def action_open_moves(self):
        """Open the invoices of this subscription."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
        return action | {"domain": [("id", "in", self._get_moves().ids)], "context": {"create": False}}

    # === FREE OF CHARGE === #

    def _ask_for_free(self, reason, date_end=None):
        """Ask a manager to let this draft be free."""
        self.ensure_one()
        if self.state != lifecycle.DRAFT:
            raise UserError(self.env._("%(subscription)s has begun already.", subscription=self.display_name))
        self.sudo().write({"comp_requested_by_id": self.env.uid, "comp_reason": reason, "date_end": date_end})

    def action_approve_free(self):
        """Let this draft begin free of charge, as somebody asked."""
        self.check_access("write")
        if not self.env.user.has_group("gym_members.group_gym_manager"):
            raise AccessError(self.env._("Only branch managers and owners may allow that."))
        for subscription in self.filtered("comp_requested_by_id"):
            subscription._activate_free(subscription.comp_reason, subscription.date_end)
            subscription.sudo().comp_requested_by_id = False
