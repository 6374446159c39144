from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Leave out people who had their data blocked; only the answer to their own request still reaches them."""
        outgoing = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        if self.model == "gym.privacy.request":
            return outgoing
        blocked = self._get_blocked_addresses(outgoing)
        return [
            mail
            for mail in outgoing
            if not (mail["partner_id"] or self.env["res.partner"]).sudo().is_gym_blocked
            and not (mail["email_to_normalized"] and blocked.issuperset(mail["email_to_normalized"]))
        ]

    def _get_blocked_addresses(self, outgoing):
        """Return which addresses belong to blocked contacts alone; a family may share one."""
        addresses = [address for mail in outgoing for address in mail["email_to_normalized"]]
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        owners = partners.search([("email_normalized", "in", addresses)]) if addresses else partners
        blocked = set(owners.filtered("is_gym_blocked").mapped("email_normalized"))
        return blocked - set(owners.filtered(lambda owner: not owner.is_gym_blocked).mapped("email_normalized"))
