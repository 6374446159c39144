from odoo import models
from odoo.tools import LazyTranslate

from odoo.addons.gym_subscriptions.domain.termination import FIXED, NO_FEE, WITHDRAWAL_BUSINESS_DAYS
from odoo.addons.gym_subscriptions.models.money import add_up

_lt = LazyTranslate(__name__)

# How often a price is paid, for people, by unit: once per period, and every few.
EVERY = {
    "day": (_lt("a day"), _lt("every %(count)s days")),
    "week": (_lt("a week"), _lt("every %(count)s weeks")),
    "fortnight": (_lt("a fortnight"), _lt("every %(count)s fortnights")),
    "month": (_lt("a month"), _lt("every %(count)s months")),
    "year": (_lt("a year"), _lt("every %(count)s years")),
}


class GymPlan(models.Model):
    """What somebody who is about to join by themselves is told of a plan."""

    _inherit = "gym.plan"

    def _get_join_offer(self, location, code=None, member=None, values=None):
        """Return what joining with this plan costs today; the same code bills it, so what is shown is what is billed.

        :param str code: of a coupon
        :param member: who joins, when known
        :param dict values: further values of the draft, see :meth:`gym.subscription._prepare_draft_vals`
        :return: what :meth:`gym.subscription._preview_activate` returns, and ``today`` (values of the dues of now),
            ``due`` (their sum, IVA included), ``is_trial`` and ``terms`` (sentences)
        :raise UserError: when the coupon may not be used or the plan has no price today
        """
        self.ensure_one()
        preview = self._make_join_draft(location, member, values)._preview_activate(code)
        today = [line for line in preview["lines"] if line.get("bill_when") != "next"]
        return preview | {
            "today": today,
            "due": add_up(line["amount"] for line in today),
            "is_trial": bool(preview["date_trial_end"]),
            "terms": self._get_join_terms(),
        }

    def _make_join_draft(self, location, member=None, values=None):
        """Return, in sudo, the subscription of the person who joins with this plan, in no database."""
        own = {"plan_id": self.id, "location_id": location.id, "member_id": member.id if member else False}
        return self.env["gym.subscription"].sudo().new(own | {"channel": "online"} | (values or {}))

    def _get_every_text(self):
        """Return how often the price is paid, to be read after it: “a month”, “every 3 months”."""
        self.ensure_one()
        once, several = EVERY[self.period_unit]
        text = once if self.period_count == 1 else several
        return self.env._(text) % {"count": self.period_count}  # pylint: disable=gettext-variable

    def _get_join_terms(self):
        """Return what the contract says about staying and leaving, as sentences."""
        self.ensure_one()
        return [
            self._get_term_text(),
            *self._get_renewal_texts(),
            self.env._(
                "You have %(days)s business days from joining to withdraw and get everything back, without giving a "
                "reason.",
                days=WITHDRAWAL_BUSINESS_DAYS,
            ),
        ]

    def _get_term_text(self):
        if not self.term_periods:
            return self.env._("No minimum term: you leave whenever you like.")
        count = self.term_periods
        if self.termination_fee_kind == NO_FEE:
            return self.env._("Minimum term: %(count)s payments. Leaving earlier costs nothing.", count=count)
        if self.termination_fee_kind == FIXED:
            fee = self.currency_id.format(self.termination_fee)
            return self.env._("Minimum term: %(count)s payments. Leaving earlier costs %(fee)s.", count=count, fee=fee)
        return self.env._(
            "Minimum term: %(count)s payments. Leaving earlier costs %(percent)s %% of those that are left.",
            count=count,
            percent=f"{self.termination_percent:g}",
        )

    def _get_renewal_texts(self):
        if not self.is_auto_renewing:
            return [self.env._("It ends by itself; nothing is charged afterwards.")]
        texts = [self.env._("It renews by itself until you cancel: in your portal, at the front desk or by e-mail.")]
        if self.notice_days:
            texts.append(self.env._("Tell us %(days)s days before you leave.", days=self.notice_days))
        return texts
