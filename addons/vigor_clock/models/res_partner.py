from odoo import fields, models


class ResPartner(models.Model):
    """A contact has the zone of the company that makes it, unless another one is known."""

    _inherit = "res.partner"

    tz = fields.Selection(default=lambda self: self.env.context.get("tz") or self.env.company._get_time_zone())
