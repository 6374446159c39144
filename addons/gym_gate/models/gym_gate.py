import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.gym_members.models.turn import take_turn
from odoo.addons.vigor_guard.domain.secret import is_same

MANAGER = "gym_members.group_gym_manager"
PAIRING_MINUTES = 15
PAIRING_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
SILENT_MINUTES = 5  # after which a gate that says nothing is a problem
STATES = [("new", "Not paired"), ("active", "Paired"), ("revoked", "Revoked")]


class GymGate(models.Model):
    """A program at a branch that opens its doors. It proves itself by a key that the server knows the digest of."""

    _name = "gym.gate"
    _description = "Gate"
    _inherit = ["gym.relation.guard", "mail.thread"]
    _order = "location_id, name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'branch')]",
        default=lambda self: self.env["gym.member"]._default_location_id(),
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    state = fields.Selection(STATES, default="new", required=True, readonly=True, copy=False, tracking=True)
    point_ids = fields.One2many("gym.gate.point", "gate_id", string="Doors", copy=True)
    key_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    pairing_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    pairing_until = fields.Datetime(readonly=True, copy=False)
    paired_at = fields.Datetime(readonly=True, copy=False)
    pairings = fields.Integer(readonly=True, copy=False, help="How often it was paired; its events are counted anew.")
    accepted_seq = fields.Integer(string="Events Taken", readonly=True, copy=False)
    rejected = fields.Integer(string="Events Not Understood", readonly=True, copy=False)
    pending = fields.Integer(string="Events Waiting", readonly=True, copy=False, help="As the gate last said.")
    last_seen_at = fields.Datetime(string="Last Heard Of", readonly=True, copy=False)
    clock_offset_s = fields.Float(
        string="Clock Is Off By (s)", readonly=True, copy=False, help="Above zero: the clock of the gate is slow."
    )
    program = fields.Char(readonly=True, copy=False)
    is_current = fields.Boolean(string="Program Is Current", compute="_compute_is_current")
    problems = fields.Text(readonly=True, copy=False)
    silence_told_at = fields.Datetime(readonly=True, copy=False)
    health = fields.Selection(
        [("new", "Not paired"), ("ok", "Works"), ("problem", "Has a problem"), ("silent", "Says nothing")],
        compute="_compute_health",
    )

    def _compute_is_current(self):
        current = self.env["gym.gate.program"]._get_version()
        for gate in self:
            gate.is_current = gate.program == current

    @api.depends("state", "last_seen_at", "problems")
    def _compute_health(self):
        limit = fields.Datetime.now() - timedelta(minutes=SILENT_MINUTES)
        for gate in self:
            if gate.state != "active":
                gate.health = "new"
            elif not gate.last_seen_at or gate.last_seen_at < limit:
                gate.health = "silent"
            else:
                gate.health = "problem" if gate.problems else "ok"

    def write(self, vals):
        """A gate of another branch is another gate: what it knows of the branch before stays with its key."""
        if not self.env.su and "location_id" in vals and self.filtered(lambda one: one.state == "active"):
            raise AccessError(self.env._("A paired gate stays at its branch. Revoke it and make another one there."))
        return super().write(vals)

    # === ACTIONS === #

    def action_pair(self):
        """Show a code with which a program becomes this gate; the one before, if any, is this gate until then."""
        self.ensure_one()
        self._check_may_manage()
        code = "".join(secrets.choice(PAIRING_SIGNS) for _sign in range(8))
        until = fields.Datetime.now() + timedelta(minutes=PAIRING_MINUTES)
        self.sudo().write({"pairing_hash": _digest(code), "pairing_until": until})
        return self.env["gym.gate.pairing"]._show(self, code)

    def action_revoke(self):
        """Let the key of these open nothing and read nothing any more."""
        self._check_may_manage()
        gone = {"state": "revoked", "key_hash": False, "pairing_hash": False, "pairing_until": False}
        self.sudo().write(gone)

    def action_download(self):
        """Download the program that runs at the branch; it holds no secret."""
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": "/gym/gate/program", "target": "download"}

    def _check_may_manage(self):
        """Refuse whoever does not manage the branch.

        :raise AccessError: saying so
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers pair and revoke gates."))
        self.check_access("write")

    # === KEYS === #

    @api.model
    def _pair(self, code, program):
        """Make the program that knows ``code`` a gate, once; a program that was it before is it no longer.

        :return: pair of the gate, in sudo, and its key, which is kept nowhere; ``(None, None)`` for a wrong code
        """
        now = fields.Datetime.now()
        typed = _digest(str(code).replace("-", "").strip().upper())
        gate = self.sudo().search([("pairing_hash", "=", typed), ("pairing_until", ">", now)], limit=1)
        if not gate:
            return None, None
        take_turn(gate)
        key = secrets.token_urlsafe(32)
        gate.write(
            {
                "state": "active",
                "key_hash": _digest(key),
                "pairing_hash": False,
                "pairing_until": False,
                "paired_at": now,
                "pairings": gate.pairings + 1,
                "accepted_seq": 0,
                "last_seen_at": now,
                "program": str(program or "")[:40],
                "problems": False,
            }
        )
        self.env["gym.gate.due"]._add_expected(gate.location_id)
        return gate, key

    @api.model
    def _find_by_key(self, text):
        """Return, in sudo, the gate whose number and key ``text`` is (``12.secret``); empty when it is none."""
        number, _dot, key = (text or "").partition(".")
        gates = self.sudo()
        gate = gates.browse(int(number)).exists() if number.isascii() and number.isdecimal() else gates
        is_known = len(number) < 10 and gate.state == "active" and gate.active
        return gate if is_known and is_same(gate.key_hash, _digest(key)) else gates

    # === SILENCE === #

    @api.model
    def _cron_tell_silence(self):
        """Tell managers of gates that say nothing while their branch is open; may run at any time."""
        limit = fields.Datetime.now() - timedelta(minutes=SILENT_MINUTES)
        silent = self.sudo().search(
            [("state", "=", "active"), ("last_seen_at", "<", limit), ("silence_told_at", "=", False)]
        )
        self.env["ir.cron"]._do_each(silent, "_tell_silence")

    def _tell_silence(self):
        """Write to the managers of the branch that this gate says nothing, once until it speaks again."""
        self.ensure_one()
        now = fields.Datetime.now()
        if not self.location_id._is_open_at(now):
            return
        told = self.sudo().with_context(lang=self.company_id.partner_id.lang)
        told.message_post(
            subject=told.env._("%(gate)s says nothing", gate=self.name),
            body=told.env._(
                "The gate has not been heard of for %(minutes)s minutes. It goes on letting people in by what it "
                "knows. Look at its computer and at the internet of the branch.",
                minutes=int((now - self.last_seen_at).total_seconds() // 60),
            ),
            partner_ids=self.location_id._get_branch_managers().partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
        self.sudo().silence_told_at = now


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
