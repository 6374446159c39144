from odoo import api, models

from .res_users_address import SEND_TO


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        if address := self.env.context.get(SEND_TO):
            vals_list = [vals | {"email_to": address, "recipient_ids": []} for vals in vals_list]
        return super().create(vals_list)
