from odoo import models
from odoo.fields import Command


class GymSubscriptionPeriod(models.Model):
    _inherit = "gym.subscription.period"

    def _get_identity(self):
        """Return what a row that bills the same again has in common with this one."""
        self.ensure_one()
        return (self.kind, self.item, self.line_id, self.date_start, self.date_end, self.amount)

    def _prepare_again(self):
        """Return values of a due that bills this period, whose invoice is gone, again."""
        self.ensure_one()
        subscription, sold, billed = self.subscription_id, self._get_sold(), self.move_line_id
        return {
            "subscription_id": subscription.id,
            "line_id": self.line_id.id,
            "plan_id": self.plan_id.id,
            "partner_id": subscription._get_payer_again(self.partner_id).id,
            "kind": self.kind,
            "item": self.item,
            "price": self.price,
            "amount": self.amount,
            "date_start": self.date_start,
            "date_end": self.date_end,
            "name": billed.name or self.display_name,
            "product_id": (billed.product_id or sold.product_id).id,
            "tax_ids": [Command.set(billed.tax_ids.ids)],
            "again_move_id": self.move_id.id,
        }
