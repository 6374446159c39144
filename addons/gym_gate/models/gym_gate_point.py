from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.vigor_guard.domain.network import is_public
from odoo.addons.vigor_vault.fields import EncryptedText

MASK = "••••••••"
KINDS = [
    ("shelly", "Relay by HTTP (Shelly Gen2)"),
    ("zkteco", "ZKTeco terminal (security PUSH)"),
    ("hikvision", "Hikvision terminal (ISAPI)"),
]


class GymGatePoint(models.Model):
    """A door or turnstile of a gate, and the device that opens it."""

    _name = "gym.gate.point"
    _description = "Door of a Gate"
    _inherit = ["gym.relation.guard", "vault.mixin"]
    _order = "gate_id, sequence, id"

    gate_id = fields.Many2one("gym.gate", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="gate_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="gate_id.location_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, string="Device", required=True, default="shelly")
    direction = fields.Selection([("in", "In"), ("out", "Out")], required=True, default="in")
    address = fields.Char(help="In the network of the branch, for example 192.168.1.50 or 192.168.1.50:8080.")
    channel = fields.Integer(help="Of the relay or door at the device; relays count from 0, doors from 1.")
    open_seconds = fields.Integer(string="Open For (s)", default=4, required=True)
    reader = fields.Char(
        help="Where codes are read: stdin for a reader that types into the program's terminal, or a device such as "
        "/dev/ttyACM0. Terminals bring their own."
    )
    serial = fields.Char(string="Serial Number", help="Of a terminal that calls the gate itself.")
    username = fields.Char()
    password_encrypted = EncryptedText()
    password = fields.Char(
        compute="_compute_password", inverse="_inverse_password", groups="gym_members.group_gym_manager"
    )
    is_well = fields.Boolean(string="Works", readonly=True, copy=False)
    said = fields.Char(string="Device Says", readonly=True, copy=False)
    said_at = fields.Datetime(readonly=True, copy=False)

    _opens_briefly = models.Constraint(
        "CHECK (open_seconds BETWEEN 1 AND 60)", "A door opens for 1 to 60 seconds at a time."
    )

    def _compute_password(self):
        """Show that there is a password, never the password."""
        for point in self:
            point.password = MASK if point.sudo().password_encrypted else False

    def _inverse_password(self):
        for point in self.filtered(lambda point: point.password != MASK):
            point._vault_write("password_encrypted", point.password)
        self.invalidate_recordset(["password"])

    @api.constrains("kind", "address", "serial")
    def _check_device(self):
        for point in self:
            if point.kind == "zkteco" and not point.serial:
                raise ValidationError(self.env._("%(door)s: write the serial number of the terminal.", door=point.name))
            if point.kind != "zkteco" and not point.address:
                raise ValidationError(self.env._("%(door)s: write the address of its device.", door=point.name))
            if is_public((point.address or "").partition(":")[0]):
                raise ValidationError(
                    self.env._(
                        "%(door)s: the device of a door is never on the internet. Use its local address.",
                        door=point.name,
                    )
                )

    def write(self, vals):
        """A password does not go along to another address."""
        if "address" in vals and "password" not in vals:
            moved = self.sudo().filtered(lambda one: one.address != vals["address"] and one.password_encrypted)
            moved._vault_write("password_encrypted", False)
        return super().write(vals)

    def _get_settings(self):
        """Return what the gate needs to know to open this door."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "direction": self.direction,
            "address": self.address or "",
            "channel": self.channel,
            "seconds": self.open_seconds,
            "reader": self.reader or "",
            "serial": self.serial or "",
            "username": self.username or "",
            "password": self._vault_read("password_encrypted") or "",
        }
