from odoo import fields, models


class GymAccessOverrideReason(models.Model):
    """Why somebody was let in against a refusal."""

    _name = "gym.access.override.reason"
    _description = "Reason to Open Anyway"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
