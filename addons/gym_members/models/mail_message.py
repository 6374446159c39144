from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _erase_for(self, partners):
        """Empty messages in threads of others that ``partners`` wrote or that went to nobody else outside."""
        outsiders = self.filtered(
            lambda message: message.author_id in partners
            or not (message.partner_ids | message.notified_partner_ids).filtered("partner_share") - partners
        )
        # only what the person sent: the file of a message to the person may be an invoice
        outsiders.filtered(lambda message: message.author_id in partners).attachment_ids.unlink()
        outsiders.write({"body": "", "subject": False, "email_from": False, "reply_to": False})
        outsiders.write({"incoming_email_to": False, "incoming_email_cc": False})
