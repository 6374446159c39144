from odoo import api, models


class GymSubscription(models.Model):
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
        """Make who pays for these subscriptions, and gave them, a contact of their branches."""
        for location, subscriptions in self.sudo().grouped("location_id").items():
            (subscriptions.payer_id | subscriptions.gift_partner_id)._make_known_to(location)


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        """A stranger who has a ticket invoiced is a contact of the branch that sold it."""
        done = super().write(vals)
        if vals.get("cfdi_receptor_id"):  # of gym_cfdi, which may be absent
            holder_sudo = self.env["res.partner"].sudo().browse(vals["cfdi_receptor_id"])
            if holder_sudo.create_uid.share:
                holder_sudo._make_known_to(self.sudo()._get_gym_branches())
        return done

    def _get_gym_branches(self):
        """Return the branches whose sales these are: the dues' own, else the journal's, else all of the company."""
        locations = self.env["gym.location"]
        found = self.gym_location_id or locations.search([("gym_journal_id", "in", self.journal_id.ids)])
        return found or locations.search([("company_id", "in", self.company_id.ids)])
