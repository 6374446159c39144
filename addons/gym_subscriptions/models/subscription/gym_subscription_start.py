from odoo import models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate, format_date

from ...domain import starts

_lt = LazyTranslate(__name__)

# The domain's reasons, for people; by the codes of domain.starts.REASONS.
START_TEXTS = {
    "start_too_early": _lt(
        "%(subscription)s cannot begin before %(first)s. Choose another day; a branch manager may go up to a year back."
    ),
    "start_too_late": _lt(
        "%(subscription)s cannot begin after %(last)s. Choose another day; a branch manager may go up to a year ahead."
    ),
}


class GymSubscription(models.Model):
    """Whether a draft may begin: its day, who gives it, what it is sold with, and whether the member has it already."""

    _inherit = "gym.subscription"

    def _is_ahead(self):
        """Tell whether the first day of this subscription is still to come: until then it lets nobody in."""
        self.ensure_one()
        return bool(self.date_start and self.date_start > self.location_id._today())

    # === CHECKS === #

    def _check_begin(self, start, gift_periods=0):
        """Refuse what may not begin as it stands.

        :raise UserError: with the reason and the way out
        """
        self.ensure_one()
        self._check_start(start)
        self._check_addons()
        if gift_periods:
            self._check_gift(gift_periods)

    def _check_start(self, start):
        company = self.company_id.sudo()
        is_manager = self.env.user.has_group("gym_members.group_gym_manager")
        limits = (company.gym_start_days_back, company.gym_start_days_ahead)
        reason = starts.refusal(start, self.location_id._today(), *limits, is_manager=is_manager)
        if reason:
            days = {name: format_date(self.env, day) for name, day in reason.values.items()}
            text = self.env._(START_TEXTS[reason.code])  # pylint: disable=gettext-variable
            raise UserError(text % (days | {"subscription": self.display_name}))

    def _check_addons(self):
        """Refuse add-ons that the plan does not have, however they came on the draft."""
        for line in self.line_ids.filtered("addon_id"):
            if line.addon_id not in self.plan_id.addon_ids:
                names = {"addon": line.addon_id.name, "plan": self.plan_id.name}
                raise UserError(self.env._("%(addon)s cannot be added to %(plan)s.", **names))

    def _check_gift(self, gift_periods):
        """Refuse presents of the gym to itself, and such as last for ever."""
        giver = self.gift_partner_id.sudo()
        if gift_periods > starts.MAX_GIFT_PERIODS:
            raise UserError(self.env._("A present lasts %(count)s periods at most.", count=starts.MAX_GIFT_PERIODS))
        companies = giver.env["res.company"].search([("partner_id", "in", giver.commercial_partner_id.ids)], limit=1)
        if companies or giver.with_context(active_test=False).user_ids.filtered(lambda user: not user.share):
            raise UserError(
                self.env._(
                    "%(giver)s belongs to the gym, which gives no presents to itself. Ask a branch manager to let it "
                    "be free of charge instead.",
                    giver=giver.name,
                )
            )

    # === TWICE === #

    def _get_twins(self):
        """Return, in sudo, the running subscriptions of the same member on the same plan."""
        self.ensure_one()
        member = self.member_id._origin
        if not member:
            return self.sudo().browse()
        return self.sudo().search(
            [
                ("member_id", "in", member._get_merged_ids()),
                ("plan_id", "=", self.plan_id._origin.id),
                ("state", "in", self._get_running_states()),
                ("id", "not in", self._origin.ids),
            ]
        )

    def _describe_twins(self):
        """Return what to tell who is about to begin a second one; empty when there is none."""
        twins = self._get_twins()
        if not twins:
            return ""
        names = {"member": self.member_id.name, "plan": self.plan_id.name, "twin": twins[0].name}
        if not twins[0].period_end:
            return self.env._("%(member)s already has %(plan)s: %(twin)s. Both would be billed.", **names)
        day = format_date(self.env, twins[0].period_end)
        return self.env._(
            "%(member)s already has %(plan)s: %(twin)s, billed until %(day)s. Both would be billed.", day=day, **names
        )

    def _get_twin_facts(self):
        return [text for text in [self._describe_twins()] if text]

    def _check_no_twin(self):
        """Refuse, in a dialog that asks, a second subscription of the same member on the same plan.

        :raise UserError: naming the running one
        """
        if text := self._describe_twins():
            raise UserError(self.env._("%(text)s Change that one, or say that a second one is wanted.", text=text))
