from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Tell the notices of renewal whether the mail server took them."""
        notices = self.env["gym.charge.notice"].sudo().search([("mail_id", "in", self.ids), ("state", "=", "queued")])
        for notice in notices:
            if failure_type:
                notice._note_failed(failure_reason or failure_type)
            else:
                notice._note_sent(notice.mail_id)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
