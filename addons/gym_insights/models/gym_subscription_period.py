from odoo import models


class GymSubscriptionPeriod(models.Model):
    _inherit = "gym.subscription.period"

    # what still lasts, without reading all that ever did
    _lasting = models.Index("(location_id, date_until) WHERE monthly_value != 0")
