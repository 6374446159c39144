from odoo import api, models


class ResPartner(models.Model):
    """Contacts as they are seen by a call: no login of theirs is told, and they are put under nobody hidden."""

    _name = "res.partner"
    _inherit = ["res.partner", "gym.relation.guard"]

    @api.private
    def signup_get_auth_param(self):
        """Override: for the links of mails only. Called from outside it tells the login of whoever has an account."""
        return super().signup_get_auth_param()
