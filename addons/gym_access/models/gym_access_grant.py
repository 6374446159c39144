from odoo import api, fields, models
from odoo.fields import Domain

from ..domain import decision, wire

HOURS_AHEAD = 72  # for how long doors may decide by what they were told
BATCH = 200


class GymAccessGrant(models.Model):
    """The decisions about a member at a branch for the hours ahead, for whatever has to answer at once or alone.

    A grant goes as soon as a fact about its member changes, in the transaction of the change, and a job makes it again.
    Whoever would refuse by a grant asks the facts first; see :meth:`gym.member._decide_access`.
    """

    _name = "gym.access.grant"
    _description = "Access for the Hours Ahead"
    _order = "id"

    member_id = fields.Many2one("gym.member", required=True, index=True, ondelete="cascade", readonly=True)
    location_id = fields.Many2one(
        "gym.location", string="Branch", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    timeline = fields.Json(readonly=True)
    made_at = fields.Datetime(readonly=True)

    _one_per_branch = models.UniqueIndex("(member_id, location_id)", "There is already a grant of this member there.")

    @api.model
    def _forget(self, members=None, companies=None, locations=None):
        """Remove the grants of members, of a company's members or of a branch, because facts about them changed."""
        domain = Domain.FALSE
        if members:
            domain |= Domain("member_id", "in", members.ids)
        if companies:
            domain |= Domain("company_id", "in", companies.ids)
        if locations:
            domain |= Domain("location_id", "in", locations.ids)
        gone = self.sudo().search(domain)
        pairs = [(grant.member_id.id, grant.location_id) for grant in gone]
        gone.unlink()
        self._make_again(pairs)

    @api.model
    def _make_again(self, pairs):
        """Have jobs make grants that went, batch by batch: pairs of a member's id and a branch."""
        by_location = {}
        for member_id, location in pairs:
            by_location.setdefault(location, []).append(member_id)
        for location, ids in by_location.items():
            for start in range(0, len(ids), BATCH):
                delayed = self.sudo().with_delay(description=f"Access at {location.name}")
                delayed._job_refresh(location.id, ids[start : start + BATCH])

    @api.model
    def _job_refresh(self, location_id, member_ids):
        """Make the grants of members at a branch; may run twice."""
        members = self.env["gym.member"].browse(member_ids).exists()
        self._refresh(members, self.env["gym.location"].browse(location_id))

    @api.model
    def _refresh(self, members, location):
        """Make the grants of ``members`` at ``location`` from the facts, from now on."""
        now = fields.Datetime.now()
        facts = members._get_access_facts(location, now)
        grants = self.sudo().search([("member_id", "in", members.ids), ("location_id", "=", location.id)])
        known = {grant.member_id.id: grant for grant in grants}
        missing = []
        for member in members:
            segments = decision.timeline(facts[member.id], now, HOURS_AHEAD)
            values = {"timeline": wire.dump(segments), "made_at": now}
            if member.id in known:
                known[member.id].write(values)
            else:
                missing.append(values | {"member_id": member.id, "location_id": location.id})
        self.sudo().create(missing)

    @api.model
    def _look_up(self, members, location, at):
        """Return what the grants say about ``members`` at ``at``: dict of id to a decision, without those they lack."""
        grants = self.sudo().search([("member_id", "in", members.ids), ("location_id", "=", location.id)])
        found = {grant.member_id.id: decision.look_up(wire.load(grant.timeline), at) for grant in grants}
        return {member_id: answer for member_id, answer in found.items() if answer}

    @api.model
    def _cron_refresh(self):
        """Make the grants of everybody who may train, branch by branch; nightly, may run at any time."""
        branches = self.env["gym.location"].sudo().search([("kind", "=", "branch")])
        self.env["ir.cron"]._do_each(branches, "_refresh_grants")


class GymLocation(models.Model):
    _inherit = "gym.location"

    def _refresh_grants(self):
        """Make the grants of this branch: of its members, and of those who come here from other branches."""
        self.ensure_one()
        grants = self.env["gym.access.grant"].sudo()
        members = self.env["gym.member"].sudo()
        here = Domain("location_id", "=", self.id) & Domain("stage", "in", members._get_current_stages())
        guests = Domain("id", "in", grants.search([("location_id", "=", self.id)]).member_id.ids)
        found = members.search(here | guests)
        for start in range(0, len(found), BATCH):
            grants._refresh(found[start : start + BATCH], self)
