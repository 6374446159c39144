from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Override: nobody makes a follower of whom they may not see: Odoo would show them name and e-mail.

        :raise AccessError: when one of them is hidden from the user
        """
        if partner_ids and not self.env.su:
            self.env["res.partner"].browse(partner_ids).check_access("read")
        return super().message_subscribe(partner_ids, subtype_ids)
