from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.days import day_bounds

# From how full on a branch has some people, or many: shares of what fits
SOME, MANY = 0.3, 0.7


class GymLocation(models.Model):
    """How full a branch is, and who opened it against a refusal."""

    _inherit = "gym.location"

    def _get_crowd(self):
        """Return in words how full this branch is now: ``text`` and its Bootstrap ``tone``; none where nobody counts.

        Members are told no number: where nobody checks out it is an estimate.
        """
        self.ensure_one()
        if not self.sudo().capacity or not self._is_open_at(fields.Datetime.now()):
            return None
        share = self.env["gym.access.presence"]._count(self) / self.sudo().capacity
        if share < SOME:
            return {"text": self.env._("few people now"), "tone": "success"}
        if share < MANY:
            return {"text": self.env._("some people now"), "tone": "warning"}
        return {"text": self.env._("many people now"), "tone": "danger"}

    @api.model
    def _cron_tell_overrides(self):
        """Tell managers who was let in against a refusal the day before; once a day, a second run tells it again."""
        branches = self.sudo().search([("kind", "=", "branch")])
        self.env["ir.cron"]._do_each(branches, "_tell_overrides")

    def _tell_overrides(self):
        """Write to the managers of this branch who was let in yesterday against a refusal, by whom and why."""
        self.ensure_one()
        first, last = day_bounds(self._today() - timedelta(days=1), self._get_time_zone())
        here = Domain("location_id", "=", self.id) & Domain("outcome", "=", "override")
        that_day = Domain("occurred_at", ">=", first) & Domain("occurred_at", "<", last)
        told = self.with_context(lang=self.company_id.partner_id.lang)
        visits = told.env["gym.checkin"].sudo().search(here & that_day, order="occurred_at")
        if visits:
            told.message_post(
                subject=told.env._("Opened anyway at %(branch)s", branch=self.name),
                body=told.env["ir.qweb"]._render("gym_access.overrides_told", {"visits": visits, "location": told}),
                partner_ids=self._get_branch_managers().partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )

    def _get_branch_managers(self):
        """Return the managers of this branch and the owners of its company."""
        owners = self.env.ref("gym_members.group_gym_owner").all_user_ids
        managers = self.env.ref("gym_members.group_gym_manager").all_user_ids - owners
        here = managers.filtered(lambda user: self.id in user._get_gym_location_ids())
        people = here | owners.filtered(lambda user: self.company_id in user.company_ids)
        return people.filtered(lambda user: user.active and user._is_internal() and user.partner_id.email)
