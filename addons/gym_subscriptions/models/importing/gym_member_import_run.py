from datetime import timedelta

from odoo import fields, models

from odoo.addons.gym_members.domain.importing.issues import WARNING, Issue

from ...domain import lifecycle
from ..money import to_decimal, to_number


class GymMemberImport(models.Model):
    """Subscriptions are made with their members and go with them when the import is undone."""

    _inherit = "gym.member.import"

    # === THE RUN === #

    def _has_work(self):
        """Members who are here already may still lack their subscription."""
        return super()._has_work() or any(
            (line.values or {}).get("plan_id") for line in self._next_lines([("member_id", "!=", False)], limit=None)
        )

    def _apply_extras(self, lines):
        """Make the subscription of each row that has a plan here, unless the member is on that plan already."""
        result = super()._apply_extras(lines)
        wanted = lines.filtered(lambda line: (line.values or {}).get("plan_id") and not line.subscription_id)
        lines = self._without_those_who_have_it(wanted)
        prices = self._ensure_import_prices(lines)
        subscriptions = self.env["gym.subscription"].sudo().with_context(tracking_disable=True, mail_create_nolog=True)
        subscriptions = subscriptions.create([self._prepare_subscription_vals(line, prices) for line in lines])
        for line, subscription in zip(lines, subscriptions, strict=True):
            line.subscription_id = subscription
        begun = subscriptions.filtered("date_start")
        begun._transition(lifecycle.ACTIVATE)
        self._pause(lines.filtered(lambda line: line.values.get("hold_until") and line.subscription_id in begun))
        begun._mark_joined()
        return result

    def _without_those_who_have_it(self, lines):
        """Leave out rows whose member already has the plan, here or by a row before."""
        running = self.env["gym.subscription"].sudo()
        rows = running._read_group(
            [
                ("member_id", "in", lines.member_id.ids),
                ("state", "in", ["draft", *running._get_running_states()]),
            ],
            ["member_id", "plan_id"],
        )
        taken = {(member.id, plan.id) for member, plan in rows}
        kept = lines.browse()
        for line in lines:
            key = (line.member_id.id, line.values["plan_id"])
            if key not in taken:
                taken.add(key)
                kept |= line
        return kept

    def _ensure_import_prices(self, lines):
        """Return the price of each row by its id: the plan's of that amount, made for members who keep another one.

        A price made here holds from before the plan's first one, so nobody who joins gets it.
        """
        prices = {}
        for plan, group in lines.grouped(
            lambda line: self.env["gym.plan"].sudo().browse(line.values["plan_id"])
        ).items():
            usual = plan._get_offered_price(self.location_id._today())
            by_amount = {to_decimal(price.amount): price for price in plan.price_ids}
            for line in group:
                told = line.values.get("plan_price")
                amount = to_decimal(to_number(told)) if told else to_decimal(usual.amount)
                if amount not in by_amount:
                    day = min(plan.price_ids.mapped("valid_from"), default=self.location_id._today())
                    by_amount[amount] = plan.price_ids.create(
                        {"plan_id": plan.id, "amount": amount, "valid_from": day - timedelta(days=1)}
                    )
                prices[line.id] = usual if amount == to_decimal(usual.amount) else by_amount[amount]
        return prices

    def _prepare_subscription_vals(self, line, prices):
        """Return the values of the draft that a row becomes; no fee for leaving early, since none was signed here."""
        values, member = line.values, line.member_id
        vals = {
            "member_id": member.id,
            "payer_id": (member.payer_id or member.partner_id).id,
            "plan_id": values["plan_id"],
            "location_id": values.get("location_id") or member.location_id.id,
            "channel": "import",
            "price_id": prices[line.id].id,
            "termination_fee_kind": "none",
        }
        if values.get("is_waiting"):
            return vals
        first = fields.Date.to_date(values["first_bill"])
        start = fields.Date.to_date(values.get("period_start"))
        vals |= {
            "date_start": values.get("plan_start") or values.get("date_joined") or self.location_id._today(),
            "date_anchor": self._get_import_anchor(values, first),
            "period_start": start,
            "period_end": first if start else False,
            "next_bill_date": first,
        }
        return vals | self._prepare_ending_vals(values, first)

    def _get_import_anchor(self, values, first):
        """Return the day that periods count from: a pause without a running period moves it to where dues go on."""
        anchor = fields.Date.to_date(values["bill_anchor"])
        is_moved = values.get("hold_until") and not values.get("period_start") and first > anchor
        return first if is_moved else anchor

    def _prepare_ending_vals(self, values, first):
        """Return what keeps a cancellation to come: its day, and whether anything is billed until then."""
        if not values.get("ends_on"):
            return {}
        ends_on = fields.Date.to_date(values["ends_on"])
        return {
            "cancel_requested_at": fields.Datetime.now(),
            "cancel_by": "member",
            "cancel_user_id": self.env.uid,
            "cancel_folio": self.company_id.sudo()._ensure_gym_cancel_sequence()._next(),
            "cancel_note": self.env._("Asked for in the old system."),
            "date_end": ends_on,
            "next_bill_date": first if first < ends_on else False,
        }

    def _pause(self, lines):
        """Let pauses that the old system had go on: the first bill already waits for their end."""
        freezes = self.env["gym.subscription.freeze"].sudo()
        today = self.location_id._today()
        for line in lines:
            start = fields.Date.to_date(line.values["hold_from"])
            freezes |= freezes.create(
                {
                    "subscription_id": line.subscription_id.id,
                    "date_start": start,
                    "date_end": line.values["hold_until"],
                    "state": "running" if start <= today else "planned",
                    "date_paid_until": line.subscription_id.period_end,
                    "reason": self.env._("Paused in the old system."),
                }
            )
        freezes.filtered(lambda freeze: freeze.state == "running").subscription_id._transition(lifecycle.FREEZE)

    def _link_families(self, lines):
        """The payers that are found when everybody is in pay the subscriptions too."""
        result = super()._link_families(lines)
        for subscription in lines.subscription_id.sudo():
            payer = subscription.member_id.payer_id
            if payer and not subscription.period_ids:
                subscription.payer_id = payer
        return result

    # === UNDOING === #

    def _undo_extras(self, lines):
        """Take subscriptions back that nothing has happened to since; the others stay, and their members with them."""
        subscriptions = lines.subscription_id.sudo()
        kept = subscriptions.filtered(lambda one: not one._is_untouched_import())
        for line in lines.filtered(lambda line: line.subscription_id in kept):
            line._add_issues(Issue("subscription_kept", WARNING))
        gone = subscriptions - kept
        members = gone.member_id
        gone.freeze_ids.unlink()
        gone.unlink()
        members._refresh_stage()
        return super()._undo_extras(lines)
