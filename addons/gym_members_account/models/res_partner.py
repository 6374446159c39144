from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # whether somebody is a bad debtor is the staff's word, as their notes are: Odoo lets the person read it
    trust = fields.Selection(groups="base.group_user")
