from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import hmac


class PaymentToken(models.Model):
    _inherit = "payment.token"

    card_expires_on = fields.Date(
        string="Expires On",
        readonly=True,
        help="Last day on which the card can be charged, where the provider tells it.",
    )

    card_fingerprint = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
        help="Tells whether two saved cards are the same card. It cannot be turned back into what the provider told.",
    )

    @api.model
    def _prepare_fingerprint(self, provider_code, *facts):
        """Return the values of a token that tell its card from others; empty when a fact is missing.

        The number of a card is never known here. What the provider tells is sealed by HMAC-SHA-256 with this database's
        own key, so that a copy of the column alone says nothing about a card, here or elsewhere.

        :param str provider_code: fingerprints of two providers are never the same
        :param facts: texts that the provider always tells alike of one card
        """
        if not all(facts):
            return {}
        message = "|".join([provider_code, *map(str, facts)])
        return {"card_fingerprint": hmac(self.env(su=True), "payment_card_facts", message)}

    @api.model
    def _prepare_expiry(self, month, year):
        """Return the values of a token whose card says ``month``/``year``; empty when the provider does not tell.

        :param month: 1 to 12, number or text
        :param year: of four digits, number or text
        """
        if not month or not year:
            return {}
        return {"card_expires_on": date(int(year), int(month), 1) + relativedelta(day=31)}
