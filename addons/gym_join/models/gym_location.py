import base64

from odoo import api, fields, models
from odoo.fields import Domain


class GymLocation(models.Model):
    """Which branches people join by themselves, and the address of the page."""

    _inherit = "gym.location"

    is_join_online = fields.Boolean(string="Takes Online Registrations", help="Shown on the page /join.")
    is_join_paid_at_desk = fields.Boolean(
        string="Online Registrations Paid at the Desk", help="People who join online may pay at the front desk."
    )
    join_url = fields.Char(string="Address to Join", compute="_compute_join_link")
    join_code = fields.Binary(
        string="Code for the Front Window", compute="_compute_join_link", help="Opens the page to join this branch."
    )

    @api.depends("is_join_online")
    def _compute_join_link(self):
        for location in self:
            location.join_url, location.join_code = False, False
            if location.is_join_online and location.id:
                location.join_url = f"{location.get_base_url()}/join/at/{location.id}"
                image = self.env["ir.actions.report"].barcode("QR", location.join_url, width=300, height=300)
                location.join_code = base64.b64encode(image)

    @api.model
    def _get_join_domain(self):
        return Domain("kind", "=", "branch") & Domain("is_join_online", "=", True)

    def _get_join_plans(self):
        """Return, in sudo, the plans with which people may join this branch by themselves today; none when it takes
        no online registrations."""
        self.ensure_one()
        location = self.sudo()
        plans = location.env["gym.plan"]
        if not location.active or not location.filtered_domain(self._get_join_domain()):
            return plans
        domain = (
            plans._get_sold_at_domain(location) & Domain("is_online", "=", True) & Domain("kind", "!=", "corporate")
        )
        return plans.search(domain).filtered(lambda plan: plan._get_offered_price(location._today()))

    def _get_join_branches(self):
        """Return, in sudo, the branches where people may join by themselves."""
        branches = self.sudo().search(self._get_join_domain())
        return branches.filtered(lambda branch: branch._get_join_plans())
