from odoo import models

from ...domain.credits import TaxParts
from ..money import to_decimal


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_due(self):
        """Return what this line charges, IVA included; negative when it gives back.

        A change whose credits are more than its dues is a credit note, on which a due stands with a minus.
        """
        self.ensure_one()
        total = to_decimal(self.price_total)
        return -total if self.move_id.move_type == "out_refund" else total

    def _get_parts_given(self):
        """Return :class:`~...domain.credits.TaxParts` of what has been given back of this billed line, not negative."""
        self.ensure_one()
        credits = self.env["gym.due"].sudo()
        credits = credits.search([("reversed_line_id", "=", self.id), ("state", "=", "billed")])
        given = (line._get_tax_parts() + -line._get_parts_given() for line in credits.move_line_id)
        return -sum(given, TaxParts())

    def _get_tax_parts(self):
        """Return :class:`~...domain.credits.TaxParts` of this line as it was posted; minus for what gives back."""
        self.ensure_one()
        base_lines, _tax_lines = self.move_id._get_rounded_base_and_tax_lines()
        [details] = [one["tax_details"] for one in base_lines if one["record"] == self]
        sign = -1 if self.move_id.move_type == "out_refund" else 1
        base = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
        taxes = {one["tax"]: sign * to_decimal(one["tax_amount_currency"]) for one in details["taxes_data"]}
        return TaxParts(sign * to_decimal(base), taxes)
