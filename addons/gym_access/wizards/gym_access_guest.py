from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_members.models.turn import take_turn


class GymAccessGuest(models.TransientModel):
    """A member brings a guest: a pass for today, of those that the member's plan includes."""

    _name = "gym.access.guest"
    _description = "Bring a Guest"
    _inherit = ["gym.relation.guard"]

    host_id = fields.Many2one("gym.member", string="Member", required=True, readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch", required=True, domain="[('kind', '=', 'branch')]")
    left = fields.Integer(string="Guest Passes Left", compute="_compute_left", compute_sudo=True)
    guest_name = fields.Char(required=True)
    guest_phone = fields.Char(required=True)
    is_waiver_signed = fields.Boolean(string="The guest signed the waiver")

    @api.depends("host_id", "location_id")
    def _compute_left(self):
        for wizard in self:
            found = wizard.host_id._get_guest_allowances(wizard.location_id, fields.Datetime.now())
            wizard.left = sum(allowance.left for _subscription, allowance in found)

    def action_confirm(self):
        """Make the pass and show its code.

        :raise UserError: when the host has no pass left, has enough guests today or is not inside
        """
        self.ensure_one()
        self.host_id.check_access("write")
        self.location_id.check_access("read")
        take_turn(self.host_id.sudo())
        subscription = self._get_giver()
        location, today = self.location_id, self.location_id._today()
        guest = self.env["gym.access.pass"].create(
            {
                "kind": "guest",
                "location_id": location.id,
                "guest_name": self.guest_name,
                "guest_phone": self.guest_phone,
                "is_waiver_signed": self.is_waiver_signed,
                "date_start": today,
                "date_end": today,
            }
        )
        guest.sudo().host_id = self.host_id
        self.env["gym.allowance.entry"]._take(
            "guest", self.host_id, location, fields.Datetime.now(), subscription=subscription
        )
        return guest.action_new_code()

    def _get_giver(self):
        """Return, in sudo, the subscription of whose guest passes one is left."""
        host, location, now = self.host_id, self.location_id, fields.Datetime.now()
        names = {"member": host.name}
        policy = self.env["gym.access.policy"]._get_of(location)
        if not host._get_presence(location):
            raise UserError(self.env._("%(member)s is not inside. Guests come with their host.", **names))
        if host._count_guests(location._today(), location) >= policy.guests_per_day:
            raise UserError(self.env._("%(member)s has brought as many guests today as one may.", **names))
        for subscription, allowance in host._get_guest_allowances(location, now):
            if allowance.left:
                return subscription
        raise UserError(self.env._("%(member)s has no guest pass left. Sell a day pass instead.", **names))
