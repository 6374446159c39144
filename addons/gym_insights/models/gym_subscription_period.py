from odoo import models


class GymSubscriptionPeriod(models.Model):
    _inherit = "gym.subscription.period"

    # what still lasts, without reading all that ever did; the sum of today reads nothing but the index
    _lasting = models.Index(
        "(location_id, date_until) INCLUDE (date_start, company_id, monthly_value) WHERE monthly_value != 0"
    )
