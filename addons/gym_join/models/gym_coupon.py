from odoo import models


class GymCoupon(models.Model):
    _inherit = "gym.coupon"

    def _count_reserved(self):
        """Override of `gym_subscriptions`: registrations that are being paid."""
        reserved = self.env["payment.transaction"]._count_reserved("gym_coupon_id", self)
        return super()._count_reserved() + reserved.get(self.id, 0)
