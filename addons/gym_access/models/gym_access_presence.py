from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.days import civil_day, day_bounds


class GymAccessPresence(models.Model):
    """Who is inside a branch now; the rows of a branch are its count."""

    _name = "gym.access.presence"
    _description = "Person Inside"
    _order = "since desc, id desc"
    _rec_name = "holder"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    location_id = fields.Many2one("gym.location", string="Branch", required=True, readonly=True, ondelete="cascade")
    member_id = fields.Many2one("gym.member", readonly=True, ondelete="cascade")
    pass_id = fields.Many2one("gym.access.pass", string="Pass", readonly=True, ondelete="cascade")
    since = fields.Datetime(required=True, readonly=True)
    holder = fields.Char(string="Who", compute="_compute_holder", compute_sudo=True)
    image = fields.Binary(related="member_id.avatar_128", string="Photo", related_sudo=True)
    emergency = fields.Char(string="In an Emergency", compute="_compute_emergency", compute_sudo=True)

    _one_per_member = models.UniqueIndex("(member_id) WHERE member_id IS NOT NULL", "This member is already inside.")
    _one_per_pass = models.UniqueIndex(
        "(pass_id) WHERE pass_id IS NOT NULL", "The holder of this pass is already inside."
    )
    _of_branch = models.Index("(location_id, since DESC)")

    @api.depends("member_id.name", "pass_id.guest_name")
    def _compute_holder(self):
        for one in self:
            one.holder = one.member_id.name or one.pass_id.holder

    @api.depends("member_id.emergency_name", "member_id.emergency_phone")
    def _compute_emergency(self):
        for one in self:
            member = one.member_id
            one.emergency = " ".join(filter(None, (member.emergency_name, member.emergency_phone)))

    def action_out(self):
        """Note that these people have left."""
        self.env["gym.access.desk"]._check_may_record()
        self.check_access("read")
        for one in self:
            one._leave("desk", fields.Datetime.now())

    def _leave(self, method, at):
        """Write the way out of this person and count them no longer."""
        self.ensure_one()
        self.env["gym.checkin"]._record(
            {
                "occurred_at": at,
                "company_id": self.company_id.id,
                "location_id": self.location_id.id,
                "member_id": self.member_id.id,
                "pass_id": self.pass_id.id,
                "direction": "out",
                "method": method,
                "outcome": "allow",
                "key": f"out:{self.id}:{self.since.isoformat()}",
            }
        )
        self.sudo().unlink()

    @api.model
    def _enter(self, location, at, member=None, access_pass=None):
        """Count somebody as inside ``location`` from ``at`` on, and no longer elsewhere.

        What a door tells late changes nothing about somebody who has entered since.
        """
        domain = Domain("member_id", "=", member.id) if member else Domain("pass_id", "=", access_pass.id)
        known = self.sudo().search(domain)
        if known:
            if known.since > at:
                return
            known.write({"location_id": location.id, "company_id": location.company_id.id, "since": at})
            return
        self.sudo().create(
            {
                "company_id": location.company_id.id,
                "location_id": location.id,
                "member_id": member.id if member else False,
                "pass_id": access_pass.id if access_pass and not member else False,
                "since": at,
            }
        )

    @api.model
    def _count(self, location):
        """Return how many people are inside ``location``."""
        return self.sudo().search_count([("location_id", "=", location.id)])

    @api.model
    def _cron_leave(self):
        """Let everybody go who has been inside for too long to be; may run at any time, any number of times."""
        now = fields.Datetime.now()
        self.env["ir.cron"]._do_each(self._get_overdue(now), "_leave", "auto", now)

    def _get_overdue(self, now):
        """Return those who count as inside for longer than the policy of their branch says."""
        found = self.browse()
        inside = self.sudo().search([])
        for location, people in inside.grouped("location_id").items():
            policy = self.env["gym.access.policy"]._get_of(location)
            if policy.auto_out_hours:
                limit = now - timedelta(hours=policy.auto_out_hours)
            else:
                zone = location._get_time_zone()
                limit = day_bounds(civil_day(now, zone), zone)[0]
            found |= people.filtered(lambda one, limit=limit: one.since < limit)
        return found
