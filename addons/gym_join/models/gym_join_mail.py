import time
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Command

from odoo.addons.gym_members.domain.rate import RateLimit
from odoo.addons.gym_members.wizards.portal_wizard import WITHOUT_MAIL

from ..domain import joining

MAILS_PER_ADDRESS = RateLimit(limit=4, window_s=3600)  # counted by each server process
REMIND_AFTER_HOURS = 3
REMIND_UNTIL_DAYS = 3


class GymJoin(models.Model):
    """What people who join are written: the link to go on, the confirmation of a trial, one reminder, the welcome."""

    _inherit = "gym.join"

    reminded_at = fields.Datetime(readonly=True)

    def _send_later(self, template):
        """Send a mail of this join in a job."""
        self.ensure_one()
        job = self.with_user(SUPERUSER_ID).with_delay(description=f"Mail of online registration {self.id}: {template}")
        job._send(template)

    def _send(self, template):
        self.ensure_one()
        self.env.ref(f"gym_join.{template}").send_mail(self.id)

    def _welcome(self):
        """Open the account and send the one mail of the welcome: card, what was paid, the password, what was signed."""
        self.ensure_one()
        self.member_id.with_context(**{WITHOUT_MAIL: True})._invite_to_portal()
        signed = self.env["gym.consent"].search(
            [
                ("member_id", "=", self.member_id.id),
                ("kind", "=", "given"),
                ("document_id", "in", self.signature_ids.document_id.ids),
                ("occurred_at", ">=", self.create_date),
            ]
        )
        copies = signed._get_copies_for_mail()
        self.env.ref("gym_join.mail_template_join_one_welcome").send_mail(
            self.id, email_values={"attachment_ids": [Command.link(copy.id) for copy in copies]}
        )

    def _send_link(self):
        """Mail the link to go on, unless this address has had too many mails within the hour.

        :return: whether it is on its way; the page says the same either way
        """
        self.ensure_one()
        if not self.email or not MAILS_PER_ADDRESS.allows(self.email.lower(), time.monotonic()):
            return False
        self._send_later("mail_template_join_link")
        return True

    def _wait_for_mail(self):
        """Ask who starts without paying to confirm in their mailbox."""
        self._move(joining.WAIT_FOR_MAIL)
        if MAILS_PER_ADDRESS.allows(self.email.lower(), time.monotonic()):
            self._send_later("mail_template_join_confirm")

    def _get_confirmation(self):
        """Return the key that only the mailbox gets; another address makes another key."""
        self.ensure_one()
        return self._sign(f"mail {self.email}")

    def _get_url(self, step=None):
        """Return the whole address of a page of this join, for mails."""
        return self.location_id.get_base_url() + self._get_path(step)

    @api.model
    def _cron_remind(self):
        """Remind, once, who asked for it on the page and stopped. May run at any time and twice."""
        now = fields.Datetime.now()
        joins = self.search(
            [
                ("state", "=", "open"),
                ("may_remind", "=", True),
                ("reminded_at", "=", False),
                ("visited_at", "<", now - timedelta(hours=REMIND_AFTER_HOURS)),
                ("visited_at", ">", now - timedelta(days=REMIND_UNTIL_DAYS)),
            ],
            limit=500,
        )
        self.env["ir.cron"]._do_each(joins.filtered(lambda join: not join._get_open_payment()), "_remind", now)

    def _remind(self, now):
        self.reminded_at = now
        self._send_later("mail_template_join_reminder")
