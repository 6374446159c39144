from odoo import api, models


class GymSubscription(models.Model):
    """A payer who is no member is known to the branch, and to no other."""

    _inherit = "gym.subscription"

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        subscriptions._share_payers()
        return subscriptions

    def write(self, vals):
        done = super().write(vals)
        if not {"payer_id", "gift_partner_id", "location_id"}.isdisjoint(vals):
            self._share_payers()
        return done

    def _share_payers(self):
        """Make the payers of these subscriptions, and the givers, contacts of their branches."""
        for location, subscriptions in self.sudo().grouped("location_id").items():
            (subscriptions.payer_id | subscriptions.gift_partner_id)._make_known_to(location)
