import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...domain import lifecycle

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

# What members' history and other addons are told of each event of the life cycle.
EVENT_CODES = {
    lifecycle.START_TRIAL: "subscription.trial_started",
    lifecycle.ACTIVATE: "subscription.activated",
    lifecycle.FALL_DUE: "subscription.payment_due",
    lifecycle.SETTLE: "subscription.paid_up",
    lifecycle.SUSPEND: "subscription.suspended",
    lifecycle.FREEZE: "subscription.frozen",
    lifecycle.CLOSE: "subscription.frozen",
    lifecycle.UNFREEZE: "subscription.unfrozen",
    lifecycle.CANCEL: "subscription.cancelled",
    lifecycle.EXPIRE: "subscription.expired",
    lifecycle.REACTIVATE: "subscription.reactivated",
}
# The domain's reasons, for people; by the codes of domain.lifecycle.REASONS.
REASON_TEXTS = {
    "not_started": _lt("It has not started yet. Activate it first."),
    "already_started": _lt("It has already started."),
    "is_over": _lt("It is over. Reactivate it or sell a new one."),
    "not_over": _lt("It is still running, so there is nothing to reactivate."),
    "is_frozen": _lt("It is frozen. End the freeze first."),
    "not_frozen": _lt("It is not frozen."),
    "on_trial": _lt("A trial is not billed, so nobody can owe anything on it or freeze it."),
    "owes_money": _lt("There are unpaid invoices. They have to be paid before it can be frozen."),
    "is_suspended": _lt("It is suspended for unpaid invoices, so there is nothing to freeze."),
    "resume_state_unknown": _lt("A freeze can only end where it found the subscription: on trial, active or past due."),
}


class GymSubscription(models.Model):
    """The one gate through which a subscription changes its state."""

    _inherit = "gym.subscription"

    resume_state = fields.Selection(
        [(state, state) for state in lifecycle.BILLABLE_STATES],
        readonly=True,
        copy=False,
        help="Where a freeze found it, and where it goes on.",
    )

    @api.model
    def _get_running_states(self):
        """Return the states of a contract that goes on: neither a draft nor over."""
        return list(lifecycle.RUNNING_STATES)

    def _may(self, event):
        """Tell whether ``event`` would move this subscription, to show or hide what offers it."""
        self.ensure_one()
        return lifecycle.may(self.state, event)

    def _check_may(self, event):
        """Refuse an event that the life cycle forbids, before anything is written.

        :raise UserError: with the reason and the way out
        """
        for subscription in self:
            outcome = subscription._get_outcome(event)
            if isinstance(outcome, lifecycle.Forbidden):
                reason = self.env._(REASON_TEXTS[outcome.reason])  # pylint: disable=gettext-variable
                raise UserError(
                    self.env._("%(subscription)s: %(reason)s", subscription=subscription.display_name, reason=reason)
                )

    def _transition(self, event, payload=None, **values):
        """Let ``event`` happen to these subscriptions: the only code that writes ``state``.

        An event that has already had its effect is skipped and logged, and ``values`` with it. Of many subscriptions
        all move or none.

        :param str event: one of :data:`...domain.lifecycle.EVENTS`
        :param dict payload: what else the member's history says of it
        :param values: what is written together with the state
        :return: the subscriptions that changed
        :raise UserError: when one may not, with the reason; then nothing is written
        """
        self._check_may(event)
        moved = self.browse()
        for subscription in self.sudo():
            outcome = subscription._get_outcome(event)
            if isinstance(outcome, lifecycle.Skipped):
                _logger.info("subscription %s: %s skipped in state %s", subscription.id, event, subscription.state)
                subscription._note_skipped(event)
                continue
            before = subscription.state
            resume = before if event in (lifecycle.FREEZE, lifecycle.CLOSE) else False
            subscription.write(values | {"state": outcome, "resume_state": resume})
            moved |= subscription
        moved._emit(EVENT_CODES[event], **(payload or {}))
        moved.member_id._mark_left()
        moved.member_id._refresh_stage()
        moved._get_seat_members()._refresh_stage()
        return moved.sudo(self.env.su)

    def _fall_due(self):
        """Take note that these owe overdue dues; those that cannot owe in their state are left alone."""
        self.filtered(lambda one: one.state == "active")._transition(lifecycle.FALL_DUE)

    def _get_outcome(self, event):
        self.ensure_one()
        return lifecycle.transition(self.state, event, self.resume_state or lifecycle.ACTIVE)

    def _note_skipped(self, event):
        """A debt paid during a freeze is not owed again when it ends."""
        if event == lifecycle.SETTLE and self.resume_state == lifecycle.PAST_DUE:
            self.resume_state = lifecycle.ACTIVE

    def _emit(self, code, **payload):
        """Tell the members' histories that something happened to these subscriptions."""
        self.env["gym.event"]._emit(
            [
                {
                    "member_id": subscription.member_id.id,
                    "location_id": subscription.location_id.id,
                    "type": code,
                    "payload": {"subscription_id": subscription.id, "plan": subscription.plan_id.name} | payload,
                }
                for subscription in self
            ]
        )

    def _get_seat_members(self):
        """Return, in sudo, the members who train on a seat of these subscriptions today."""
        return self.sudo().line_ids.filtered(lambda line: line.kind == "seat" and line.is_live).member_id
