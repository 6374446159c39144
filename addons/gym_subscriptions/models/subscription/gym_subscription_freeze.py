from odoo import api, fields, models
from odoo.exceptions import UserError

from ...domain import freezes, lifecycle
from ...domain.periods import Period
from ..days import format_days


class GymSubscriptionFreeze(models.Model):
    """Days on which a subscription rests: no access, no dues. From the first day on to the last (exclusive).

    When its first day comes, what was paid ends as many days later; where the calendar fixes the end (quincenas), the
    days are paid back instead. Ending it earlier, or undoing it, takes exactly that back.
    """

    _name = "gym.subscription.freeze"
    _description = "Freeze of a Subscription"
    _order = "date_start desc, id desc"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    date_start = fields.Date(string="From", required=True, readonly=True)
    date_end = fields.Date(string="Resumes On", required=True, readonly=True, help="First day on which it goes on.")
    state = fields.Selection(
        [("planned", "Planned"), ("running", "Running"), ("done", "Done"), ("undone", "Undone")],
        default="planned",
        required=True,
        readonly=True,
    )
    mode = fields.Selection(
        [("extend", "The period ends later"), ("credit", "The days are paid back")],
        string="How",
        default="extend",
        required=True,
        readonly=True,
    )
    is_mass = fields.Boolean(string="Closure", readonly=True, help="The gym's doing: no fee, no days used up.")
    reason = fields.Char(readonly=True)
    period_start = fields.Date(readonly=True, help="First day of the period that ran when it began.")
    date_paid_until = fields.Date(readonly=True, help="The end of what was paid when it began.")
    due_ids = fields.One2many("gym.due", "freeze_id", string="Dues", readonly=True)
    waiting_activity_id = fields.Many2one(
        "mail.activity", string="Waits", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _ends_after_start = models.Constraint("CHECK (date_end > date_start)", "A freeze lasts at least one day.")
    _coming = models.Index("(location_id, date_start) WHERE state = 'planned'")
    _running = models.Index("(location_id, date_end) WHERE state = 'running'")

    @api.depends("date_start", "date_end")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for freeze in self:
            freeze.display_name = format_days(self.env, freeze.date_start, freeze.date_end)

    # === AS THE DOMAIN KNOWS IT === #

    def _to_period(self):
        """Return the frozen days."""
        self.ensure_one()
        return Period(self.date_start, self.date_end)

    def _to_rule(self):
        """Return this freeze as the domain knows it."""
        self.ensure_one()
        return freezes.Freeze(self._to_period(), self.is_mass)

    def _is_applied(self):
        """Tell whether it has had its effect on the calendar."""
        self.ensure_one()
        return self.state in ("running", "done")

    def _is_applied_to(self, start):
        """Tell whether it has had its effect on the period that begins on ``start``, whenever its own days were."""
        return self._is_applied() and self.period_start == start

    # === WHAT IT DOES === #

    def _begin(self):
        """Let these planned freezes have their effect; those whose days are already over end at once."""
        for freeze in self.filtered(lambda one: one.state == "planned"):
            subscription, today = freeze.subscription_id, freeze.location_id._today()
            freeze.write(
                {
                    "date_paid_until": subscription.period_end,
                    "period_start": subscription.period_start,
                    "mode": subscription._get_freeze_mode(freeze.mode),  # it may have been billed since it was planned
                }
            )
            freeze._move(None, freeze._to_period())
            if today >= freeze.date_end:
                freeze.state = "done"
                continue
            freeze.state = "running"
            subscription._transition(lifecycle.CLOSE if freeze.is_mass else lifecycle.FREEZE)

    def _begin_or_wait(self):
        """Begin these planned freezes on their day, unless what is owed keeps them from it.

        Those wait until it is paid, and somebody is told once; when all their days went by they are dropped.
        """
        for freeze in self.sudo():
            event = lifecycle.CLOSE if freeze.is_mass else lifecycle.FREEZE
            outcome = freeze.subscription_id._get_outcome(event)
            if not isinstance(outcome, lifecycle.Forbidden):
                freeze._begin()
            elif freeze.location_id._today() >= freeze.date_end:
                freeze._undo()
            elif freeze.waiting_activity_id:
                continue
            else:
                freeze._tell_that_it_waits()
                continue
            freeze.waiting_activity_id.unlink()

    def _tell_that_it_waits(self):
        managers = self.env.ref("gym_members.group_gym_manager").all_user_ids
        here = managers.filtered(lambda user: self.location_id.id in user._get_gym_location_ids())
        self.waiting_activity_id = self.subscription_id.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("The freeze of %(days)s waits for unpaid invoices", days=self.display_name),
            user_id=here[:1].id or self.env.uid,
        )

    def _close_with_subscription(self):
        """Let these freezes be over because their subscription ended today: those running end, those to come go."""
        for freeze in self.sudo().filtered(lambda one: one.state in ("planned", "running")):
            today = freeze.location_id._today()
            if freeze.state == "running" and freeze.date_start < today:
                freeze.write({"state": "done", "date_end": min(today, freeze.date_end)})
            else:
                freeze.state = "undone"

    def _end(self, day=None):
        """End these running freezes, with ``day`` as the first day with access: their last one by default."""
        for freeze in self.filtered(lambda one: one.state == "running"):
            before = freeze._to_period()
            after = freezes.ended_on(before, day) if day else before
            if after != before:
                freeze._move(before, after)
            freeze.write({"state": "done" if after else "undone", "date_end": after.end if after else before.end})
            freeze.subscription_id._transition(lifecycle.UNFREEZE)

    def _undo(self):
        """Take these freezes back as if they had never been.

        :raise UserError: when a later period has been billed since, which nothing takes back
        """
        for freeze in self.filtered(lambda one: one.state != "undone"):
            freeze._check_undo()
            was = freeze.state
            if freeze._is_applied():
                freeze._move(freeze._to_period(), None)
            freeze.state = "undone"
            freeze._take_back_dues()
            if was == "running":
                freeze.subscription_id._transition(lifecycle.UNFREEZE)

    def _check_undo(self):
        subscription = self.subscription_id
        if self._is_applied() and subscription.period_start and not self._is_applied_to(subscription.period_start):
            raise UserError(
                self.env._(
                    "%(subscription)s has been billed again since the freeze of %(freeze)s, which therefore stays.",
                    subscription=subscription.display_name,
                    freeze=self.display_name,
                )
            )

    def _move(self, before, after):
        """Change the calendar of the subscription for frozen days that change from ``before`` to ``after``.

        What add-ons with a cycle of their own have paid ends later whichever way the dues go.
        """
        subscription = self.subscription_id
        self._move_own_lines(before, after)
        if self.mode == "credit":
            self._recount_promotions(before, after)
            self._pay_back(before, after)
            paid_until = max(self.date_paid_until, after.end) if after else self.date_paid_until
            subscription.write({"period_end": paid_until, "next_bill_date": subscription.next_bill_date and paid_until})
            return
        names = ["period_end", "next_bill_date", "date_term_end"]
        if not subscription.period_end:
            names += ["date_trial_end", "date_anchor"]
        if subscription.date_end:
            names.append("date_end")
        subscription.write(
            {name: freezes.shift_end(subscription[name], before, after) for name in names if subscription[name]}
        )

    def _move_own_lines(self, before, after):
        own = self.subscription_id.line_ids.filtered(lambda one: one.cycle == "own" and one.next_bill_date)
        for line in own:
            end = freezes.shift_end(line.period_end, before, after)
            line.write({"period_end": end, "next_bill_date": end})

    def _recount_promotions(self, before, after):
        """Let the running period, once some of it is paid back, use up nothing of a promotion; or again use it up."""
        subscription = self.subscription_id
        paid = subscription._get_paid_period()
        if not paid or paid.start != paid.whole.start:
            return
        others = (subscription.freeze_ids - self).filtered(lambda one: one.mode == "credit" and one._is_applied())
        had, has = (bool(days and days.intersect(paid.whole)) for days in (before, after))
        if had != has and not any(one._to_period().intersect(paid.whole) for one in others):
            subscription._get_promotions_of(subscription.plan_id, 0 if had else -1)._count(1 if had else -1)

    def _pay_back(self, before, after):
        """Note the credit for frozen days of the paid period, for the next invoice."""
        dues = self.subscription_id._prepare_freeze_credits(before, after)
        self.env["gym.due"].create([due | {"freeze_id": self.id} for due in dues])

    def _take_back_dues(self):
        """Forget what is not billed yet of this freeze, and give back or ask back what is."""
        dues = self.due_ids
        pending = dues.filtered(lambda line: line.state == "pending")
        billed = dues.filtered(lambda line: line.state == "billed")
        pending.write({"state": "void"})
        refunds = dues.create([line._prepare_refund() for line in billed])
        refunds._bill()
