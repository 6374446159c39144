from odoo import fields, models


class GymAccessAnchor(models.Model):
    """What the codes of one phone on one day lead to; no code follows from it."""

    _name = "gym.access.anchor"
    _description = "Anchor of a Day's Codes"
    _order = "day desc, id"
    _rec_name = "day"

    phone_id = fields.Many2one("gym.access.phone", required=True, readonly=True, ondelete="cascade")
    day = fields.Integer(required=True, readonly=True, help="Days since 1970, by UTC.")
    value = fields.Char(required=True, readonly=True, groups="base.group_system")

    _one_per_day = models.UniqueIndex("(phone_id, day)", "A phone has one anchor a day.")
