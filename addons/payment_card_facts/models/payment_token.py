from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class PaymentToken(models.Model):
    _inherit = "payment.token"

    card_expires_on = fields.Date(
        string="Expires On",
        readonly=True,
        help="Last day on which the card can be charged, where the provider tells it.",
    )

    @api.model
    def _prepare_expiry(self, month, year):
        """Return the values of a token whose card says ``month``/``year``; empty when the provider does not tell.

        :param month: 1 to 12, number or text
        :param year: of four digits, number or text
        """
        if not month or not year:
            return {}
        return {"card_expires_on": date(int(year), int(month), 1) + relativedelta(day=31)}
