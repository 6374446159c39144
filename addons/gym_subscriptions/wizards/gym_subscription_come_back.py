from odoo import models


class GymSubscriptionComeBack(models.TransientModel):
    _name = "gym.subscription.come.back"
    _description = "Take a Cancellation Back"
    _inherit = ["gym.subscription.wizard"]

    def _get_preview(self, subscription):
        return subscription._preview_reactivate()

    def _apply(self, subscription):
        subscription._reactivate()
