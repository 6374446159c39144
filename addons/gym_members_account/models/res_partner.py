from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # whether somebody is a bad debtor is the staff's word, as their notes are: Odoo lets the person read it
    trust = fields.Selection(groups="base.group_user")

    def _has_gym_invoices(self):
        moves = self.env["account.move"].sudo()
        domain = [("commercial_partner_id", "in", self.ids), ("state", "=", "posted"), ("move_type", "!=", "entry")]
        return bool(moves.search_count(domain, limit=1))
