from odoo import models


class GymCharge(models.Model):
    _name = "gym.charge"
    _inherit = ["gym.charge", "gym.doubt"]
