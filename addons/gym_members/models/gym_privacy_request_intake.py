from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..domain import privacy
from ..domain.business_days import add_business_days
from .turn import take_turn


class GymPrivacyRequest(models.Model):
    """How privacy requests come in from the portal and how nobody forgets them."""

    _inherit = "gym.privacy.request"

    # === PORTAL === #

    @api.model
    def _submit_from_portal(self, member, kind, text, includes_health=False):
        """File what a person asks in the portal and acknowledge it with a folio by mail.

        People ask for themselves and guardians for minors in their care; who merely pays has no right to another
        adult's data. The same request sent again, also at the same instant (a double click), gives the same record.

        :param member: ``gym.member`` the request is about
        :param str kind: one of the selection ``kind``
        :param str text: what is asked, in the person's words
        :param bool includes_health: an access request that asks for the health notes too
        :return: the request, without elevated rights
        :raise AccessError: when the current user may not ask for this member
        :raise UserError: when ``kind`` is unknown
        """
        member_sudo = self.env["gym.member"].sudo().browse(member.ensure_one().id)
        partner = self.env.user.partner_id
        if not member_sudo._is_portal_self_or_ward():
            raise AccessError(self.env._("You can ask only about your own data or those of minors in your care."))
        if kind not in dict(self._fields["kind"].selection):
            raise UserError(self.env._("Choose what you ask for."))
        text = (text or "").strip()
        take_turn(member_sudo)
        request_sudo = self.sudo().search(
            [
                ("member_id", "=", member_sudo.id),
                ("kind", "=", kind),
                ("state", "=", privacy.RECEIVED),
                ("description", "=", text or False),
            ],
            limit=1,
        ) or self.sudo().create(
            {
                "member_id": member_sudo.id,
                "kind": kind,
                "description": text,
                "channel": "portal",
                "date_received": member_sudo.location_id._today(),
                "requester_name": partner.name,
                "requester_email": partner.email or member_sudo.email,
                "is_representative": member_sudo.partner_id != partner,
                "includes_health": includes_health and kind == "access",
            }
        )
        return request_sudo.sudo(False)

    # === CRON === #

    @api.model
    def _cron_remind(self):
        """Once a day or more often: put what is due soon or late on its handler's list. Running twice adds nothing."""
        self._remind(self.env["res.company"]._get_latest_day())

    @api.model
    def _remind(self, today):
        """Schedule one activity per deadline that is at most ``REMINDER_DAYS`` business days after ``today``."""
        horizon = add_business_days(today, privacy.REMINDER_DAYS)
        due = self.search([("date_deadline", "!=", False), ("date_deadline", "<=", horizon)])
        due = due.filtered(lambda request: request.reminded_for != request.date_deadline)
        self.env["ir.cron"]._do_each(due, "_remind_handler")

    def _remind_handler(self):
        self.ensure_one()
        self.activity_unlink(["gym_members.mail_activity_type_privacy"])
        handler = self.user_id or self._get_default_handler()
        self.activity_schedule(
            "gym_members.mail_activity_type_privacy",
            date_deadline=self.date_deadline,
            summary=self.env._("%(folio)s is due", folio=self.name),
            user_id=handler.id or self.env.uid,
        )
        self.reminded_for = self.date_deadline
        self._log("reminded", fields.Date.to_string(self.date_deadline))
