from odoo import fields, models


class GymConsentTabletLink(models.TransientModel):
    """Shows the address of a signing on the tablet once; it is never stored, for it is the key."""

    _name = "gym.consent.tablet.link"
    _description = "Address of a Signing on a Tablet"
    _inherit = ["gym.relation.guard"]

    url = fields.Char(string="Address", store=False, readonly=True)
    code = fields.Binary(store=False, readonly=True)
