from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate, format_date

from ...domain import freezes, lifecycle
from ...domain.periods import Period
from ..money import to_decimal

_lt = LazyTranslate(__name__)

# The domain's reasons, for people; by the codes of domain.freezes.REASONS.
FREEZE_TEXTS = {
    "freeze_not_in_plan": _lt("This plan cannot be frozen."),
    "freeze_needs_staff": _lt("This plan is frozen at the front desk. Ask there."),
    "freeze_in_the_past": _lt("A freeze starts today at the earliest. Ask a manager to freeze past days."),
    "freeze_before_start": _lt("The subscription starts on %(start)s; it cannot be frozen before."),
    "freeze_too_short": _lt("A freeze lasts at least %(days)s days."),
    "freeze_over_allowance": _lt("Only %(left)s days are left to freeze between %(first)s and %(last)s."),
    "freeze_overlaps": _lt("There is already a freeze from %(first)s to %(last)s."),
}


class GymSubscription(models.Model):
    """Days of rest: asked for by the member, given by the desk, or because the gym closes."""

    _inherit = "gym.subscription"

    # === WHETHER === #

    def _get_freeze_policy(self):
        """Return what the plan says about freezes, as the domain knows it."""
        self.ensure_one()
        plan = self.plan_id
        return freezes.Policy(
            plan.freeze_days_per_year, plan.freeze_min_days, to_decimal(plan.freeze_fee), plan.is_freeze_self_service
        )

    def _get_freeze_rules(self):
        """Return the freezes that count, past and planned, as the domain knows them."""
        return [one._to_rule() for one in self.sudo().freeze_ids if one.state != "undone"]

    def _get_freeze_days_left(self, day=None):
        """Return how many days may still be frozen in the subscription's year of ``day``, today by default."""
        self.ensure_one()
        if not self.date_start:
            return 0
        day = max(day or self.location_id._today(), self.date_start)
        return freezes.days_left(self._get_freeze_policy(), self._get_freeze_rules(), self.date_start, day)

    def _count_frozen_days(self):
        """Return by how many days freezes have moved what was signed."""
        return sum(
            one._to_period().days for one in self.sudo().freeze_ids if one.mode == "extend" and one._is_applied()
        )

    def _check_freeze(self, wanted, is_staff=True, may_go_back=False, is_mass=False):
        """Refuse days that may not be frozen.

        :raise UserError: with every reason
        """
        self.ensure_one()
        self._check_may(lifecycle.CLOSE if is_mass else lifecycle.FREEZE)
        if self.cancel_requested_at and not is_mass:
            raise UserError(
                self.env._("%(subscription)s ends soon, so it is not frozen.", subscription=self.display_name)
            )
        rules = self._get_freeze_rules()
        if is_mass:
            refused = freezes.mass_refusals(rules, wanted)
        else:
            refused = freezes.refusals(
                self._get_freeze_policy(),
                rules,
                wanted,
                self.date_start,
                self.location_id._today(),
                is_staff=is_staff,
                may_go_back=may_go_back,
            )
        if refused:
            raise UserError("\n".join(self._explain(reason) for reason in refused))

    def _explain(self, reason):
        """Return a reason of the domain in the user's language, its days as people write them."""
        values = {
            name: format_date(self.env, value) if hasattr(value, "isoformat") else value
            for name, value in reason.values.items()
        }
        return self.env._(FREEZE_TEXTS[reason.code]) % values  # pylint: disable=gettext-variable

    # === PREVIEW === #

    def _preview_freeze(self, date_start, date_end, is_staff=True, may_go_back=False, is_mass=False, mode=None):
        """Return what freezing the days from ``date_start`` to ``date_end`` (exclusive) bills and moves.

        :return: dict with ``lines`` and ``facts``
        :raise UserError: with every reason why not
        """
        self.ensure_one()
        wanted = Period(date_start, date_end)
        self._check_freeze(wanted, is_staff, may_go_back, is_mass)
        mode = self._get_freeze_mode(mode)
        lines = [] if is_mass else self._prepare_freeze_fee()
        credits = self._prepare_freeze_credits(None, wanted) if mode == "credit" else []
        lines += credits
        day = format_date(self.env, date_end)
        facts = [self.env._("%(days)s days without access or dues; it goes on on %(day)s.", days=wanted.days, day=day)]
        facts += self._get_moved_bill_facts(wanted, mode)
        if mode == "credit" and not credits:
            facts.append(self.env._("Nothing is paid back: nothing was paid for these days."))
        return {"lines": lines, "facts": facts}

    def _get_moved_bill_facts(self, wanted, mode):
        """Return what resting on the days ``wanted`` does to the next payment, as sentences."""
        if not self._has_next_period():
            return []
        more = [(wanted, mode == "extend")]
        before, after = self._move_bill(self._get_next_start()), self._move_bill(self._get_next_start(), more)
        if before != after:
            return [self.env._("The next payment moves to %(day)s.", day=format_date(self.env, after))]
        stays = self.env._("The next payment stays on %(day)s.", day=format_date(self.env, before))
        following = self._get_cycle().period_of(before).end
        if mode != "extend" or not self.is_auto_renewing or self.date_end or wanted.start > following:
            return [stays]
        moved = format_date(self.env, freezes.shift_end(following, None, wanted))
        return [
            stays,
            self.env._(
                "The one after it moves from %(day)s to %(moved)s.", day=format_date(self.env, following), moved=moved
            ),
        ]

    def _move_bill(self, day, more=()):
        """Return the day of a bill due on ``day`` once planned freezes have had their effect.

        Previews, confirmations, the portal and lists all ask here.

        :param more: further freezes, as pairs for :func:`~...domain.freezes.move_bill`
        """
        planned = [one for one in self.sudo().freeze_ids if one.state == "planned"]
        return freezes.move_bill(day, [*((one._to_period(), one.mode == "extend") for one in planned), *more])

    def _get_freeze_mode(self, wanted=None):
        """Return how frozen days are given back: as ``wanted``, where that can be.

        Where nothing was billed yet nothing can be paid back, so what comes begins later (``extend``). Where the
        calendar says when a paid period ends, its days are paid back (``credit``).
        """
        self.ensure_one()
        if not self.period_end:
            return "extend"
        return (wanted or "extend") if freezes.extends(self._get_cycle()) else "credit"

    def _prepare_freeze_fee(self):
        fee = to_decimal(self.plan_id.freeze_fee)
        if not fee:
            return []
        product = self.env.ref("gym_subscriptions.product_freeze")
        name = self.env._("Freeze of %(plan)s", plan=self.plan_id.name)
        return [self._prepare_due("freeze_fee", fee, name, product, taxed_as=self.plan_id, plan_id=self.plan_id.id)]

    def _prepare_freeze_credits(self, before, after):
        """Return what is paid back of billed periods when their frozen days change; a due when they get fewer.

        Of the running one, and of those before it when past days are frozen. That due is never more than what was
        paid back for frozen days.
        """
        paid = self._get_paid_period()
        if not paid:
            return []
        billed, wanted_before, wanted_after = Period(self.period_start, self.period_end), before, after
        before, after = (frozen and frozen.intersect(billed) for frozen in (before, after))
        lines = []
        for key, row in self._get_current_rows().items():
            amount = freezes.credit(to_decimal(row.price), paid.whole, before, after)
            amount = min(amount, row._get_paid_back_for_freezes())
            if amount:
                due = row._prepare_refund(-amount, after or before)
                partner_id = int(key.partition("|")[2])
                lines.append(due | {"kind": "freeze_credit", "reversed_move_id": False, "partner_id": partner_id})
        return self._cap_credits(lines + self._prepare_past_freeze_credits(wanted_before, wanted_after))

    def _prepare_past_freeze_credits(self, before, after):
        """Return what is paid back, or asked back, of periods before the running one."""
        company, lines = self.agreement_id.sudo().partner_id, []
        for row in self._get_past_rows(after or before):
            billed = Period(row.date_start, min(row.date_end, row.date_until))
            whole = self._get_cycle_of_row(row).whole(Period(row.date_start, row.date_end))
            parts = [days and days.intersect(billed) for days in (before, after)]
            amount = min(freezes.credit(to_decimal(row.price), whole, *parts), row._get_paid_back_for_freezes())
            if amount:
                due = row._prepare_refund(-amount, parts[1] or parts[0])
                payer = company & row.partner_id or self.payer_id
                lines.append(due | {"kind": "freeze_credit", "reversed_move_id": False, "partner_id": payer.id})
        return lines

    # === FREEZE === #

    def _freeze(self, date_start, date_end, reason="", is_staff=True, may_go_back=False, is_mass=False, mode=None):
        """Freeze the days from ``date_start`` to ``date_end`` (exclusive), at once or when they come.

        :param bool is_staff: asked for at the desk rather than by the member
        :param bool may_go_back: the right to freeze days that have passed
        :param bool is_mass: the gym closes: no fee, nothing counted against the allowance
        :param str mode: ``extend`` or ``credit``, where the calendar and what was billed leave a choice
        :return: the ``gym.subscription.freeze``
        :raise UserError: with every reason why not
        """
        self.ensure_one()
        wanted = Period(fields.Date.to_date(date_start), fields.Date.to_date(date_end))
        self._check_freeze(wanted, is_staff, may_go_back, is_mass)
        subscription = self.sudo()
        freeze = subscription.env["gym.subscription.freeze"].create(
            {
                "subscription_id": self.id,
                "date_start": wanted.start,
                "date_end": wanted.end,
                "mode": self._get_freeze_mode(mode),
                "is_mass": is_mass,
                "reason": reason,
            }
        )
        if not is_mass and (dues := self._prepare_freeze_fee()):
            dues = [due | {"freeze_id": freeze.id} for due in dues]
            subscription.env["gym.due"].create(dues)._bill()
        if wanted.start <= self.location_id._today():
            freeze._begin()
        return freeze

    def _unfreeze(self, day=None):
        """End the freeze that runs, with ``day`` as the first day with access, today by default.

        :raise UserError: when it is not frozen
        """
        self.ensure_one()
        running = self.sudo().freeze_ids.filtered(lambda one: one.state == "running")
        if not running:
            raise UserError(self.env._("%(subscription)s is not frozen.", subscription=self.display_name))
        running._end(day or self.location_id._today())
