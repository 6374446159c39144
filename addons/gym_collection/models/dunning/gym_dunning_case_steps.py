from odoo import models
from odoo.tools import format_date

from odoo.addons.gym_subscriptions.domain import lifecycle

from ...domain import dunning
from ..chargebacks.gym_chargeback import BARRING_STATES


class GymDunningCase(models.Model):
    """What each kind of step does."""

    _inherit = "gym.dunning.case"

    def _take_steps(self):
        """Take the steps of today, each once; a job that runs twice takes none again."""
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute("SELECT 1 FROM gym_dunning_case WHERE id = %s AND state = 'open' FOR UPDATE", (self.id,))
        if not self.env.cr.fetchone() or not self._get_dunned_moves() or self._is_frozen():
            return
        rules, taken, today = self.policy_id._get_rules(), self._get_taken_keys(), self.location_id._today()
        due, passed_over = dunning.due_steps(rules, taken, self.date_due, today, self.promised_on or None)
        for rule in passed_over:
            self._note_taken(rule, self.env._("Passed over: a later message says it all."))
        for rule in due:
            step = self.env["gym.dunning.step"].browse(rule.key[1])
            if result := getattr(self, f"_step_{rule.kind}")(step):
                self._note_taken(rule, result)

    def _get_dunned_moves(self):
        """Return, in sudo, the overdue invoices for which no money is on its way."""
        overdue = self._get_overdue_moves()
        return overdue - overdue._get_awaited()

    def _is_frozen(self):
        """Tell whether all that these dues are for is frozen: the steps wait until it goes on."""
        subscriptions = self._get_dunned_moves()._get_gym_owing()
        return bool(subscriptions) and all(one.state == "frozen" for one in subscriptions)

    def _note_taken(self, rule, result):
        self.env["gym.dunning.taken"].sudo().create(
            {
                "case_id": self.id,
                "step_id": rule.key[1],
                "kind": rule.kind,
                "date": self.location_id._today(),
                "result": result,
            }
        )

    # === STEPS: each returns what it did, for the record; nothing leaves the step open for another day === #

    def _step_message(self, step):
        return self._send(step, "gym_collection.mail_template_dunning_message")

    def _step_voucher(self, step):
        return self._send(step, "gym_collection.mail_template_dunning_link")

    def _send(self, step, default):
        if not self.partner_id.email:
            return self.env._("No e-mail address: call them.")
        (step.template_id or self.env.ref(default)).sudo().send_mail(self.id)
        return self.env._("Sent to %(email)s", email=self.partner_id.email)

    def _step_retry(self, step):  # pylint: disable=unused-argument
        """Plan the card again for the next payday; the guard has the last word on that day."""
        overdue = self._get_dunned_moves()
        moves = overdue - overdue._get_disputes(BARRING_STATES).invoice_ids
        today = self.location_id._today()
        if overdue and not moves:
            return self.env._("The bank took it back (chargeback): no card is tried.")
        if not moves._get_gym_subscriptions().token_id:
            return self.env._("There is no card.")
        last = max(moves.gym_charge_ids.mapped("date"), default=today)
        day = dunning.next_retry(last, today, self.policy_id._get_retry_days(), self.policy_id.min_gap_days)
        if not moves._plan_charges(day):
            return None  # one is planned already: once it has failed, this step plans the next
        return self.env._("The card is tried on %(day)s", day=format_date(self.env, day))

    def _step_suspend(self, step):  # pylint: disable=unused-argument
        subscriptions = self._get_dunned_moves()._get_gym_owing()
        owing = subscriptions.filtered(lambda one: one._may(lifecycle.SUSPEND))
        owing._transition(lifecycle.SUSPEND)
        if any(one.state in ("frozen", "trialing") for one in subscriptions):
            return None  # these are suspended when they go on
        return ", ".join(owing.mapped("name")) or self.env._("Nothing to suspend.")

    def _step_write_off(self, step):
        return self._ask_manager(step)

    def _step_hand_over(self, step):
        return self._ask_manager(step)

    def _ask_manager(self, step):
        managers = self.env.ref("gym_members.group_gym_manager").all_user_ids
        here = managers.filtered(lambda user: self.location_id.id in user._get_gym_location_ids())
        self.activity_schedule("mail.mail_activity_data_todo", summary=step.name, user_id=here[:1].id or self.env.uid)
        return self.env._("A to-do for %(name)s", name=here[:1].name or self.env.user.name)

    def _get_payment_link(self):
        """Return the address of the page on which the oldest invoice is paid, also without an account."""
        self.ensure_one()
        move = self._get_dunned_moves()[:1]
        return f"{move.get_base_url()}{move.get_portal_url()}" if move else self.get_base_url()
