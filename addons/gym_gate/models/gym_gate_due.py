from odoo import api, fields, models
from odoo.tools import SQL


class GymGateDue(models.Model):
    """Somebody about whom a gate has to hear again. Rows are added by what changes facts, and taken by the next poll.

    A row is inserted, never written: no payment waits for a gate, and a change that is committed while a gate is
    being answered stays for the next answer.
    """

    _name = "gym.gate.due"
    _description = "News for a Gate"
    _log_access = False
    _order = "id"

    location_id = fields.Many2one("gym.location", required=True, readonly=True, index=True, ondelete="cascade")
    member_id = fields.Many2one("gym.member", readonly=True, index="btree_not_null", ondelete="cascade")
    pass_id = fields.Many2one("gym.access.pass", readonly=True, index="btree_not_null", ondelete="cascade")

    @api.model
    def _add(self, members=None, passes=None, companies=None, locations=None):
        """Have the gates of branches hear again of members, of passes without a member, or of everybody there."""
        if not (members or passes or companies or locations) or not self._has_listeners():
            return
        if members:
            self._insert_members(members)
        if passes:
            self._insert_passes(passes)
        if companies or locations:
            self._insert_branches(companies.ids if companies else [], locations.ids if locations else [])

    @api.model
    def _has_listeners(self):
        """Tell whether there is a gate at all; a gym without doors pays one small query for each change."""
        self.env["gym.gate"].flush_model(["location_id", "state", "company_id"])
        return bool(self.env.execute_query(SQL("SELECT 1 FROM gym_gate WHERE state = 'active' LIMIT 1")))

    @api.model
    def _insert_branches(self, company_ids, location_ids):
        self.env.cr.execute(
            SQL(
                """INSERT INTO gym_gate_due (location_id)
                   SELECT DISTINCT location_id FROM gym_gate
                    WHERE state = 'active' AND (company_id = ANY(%s) OR location_id = ANY(%s))""",
                company_ids,
                location_ids,
            )
        )

    @api.model
    def _take(self, dues):
        """Remove rows whose news a gate gets now."""
        if dues:
            self.env.cr.execute(SQL("DELETE FROM gym_gate_due WHERE id = ANY(%s)", dues.ids))
            dues.invalidate_recordset()

    @api.model
    def _insert_members(self, members):
        """Of members at their home branch and wherever a gate knows them."""
        self.env["gym.member"].flush_model(["location_id"])
        self.env["gym.gate.entry"].flush_model(["location_id", "member_id"])
        self.env.cr.execute(
            SQL(
                """INSERT INTO gym_gate_due (location_id, member_id)
                   SELECT location_id, member_id FROM gym_gate_entry WHERE member_id = ANY(%(ids)s)
                    UNION
                   SELECT m.location_id, m.id FROM gym_member m WHERE m.id = ANY(%(ids)s)
                      AND m.location_id IN (SELECT location_id FROM gym_gate WHERE state = 'active')""",
                ids=list(members.ids),
            )
        )

    @api.model
    def _insert_passes(self, passes):
        self.env["gym.access.pass"].flush_model(["location_id", "company_id", "member_id", "is_everywhere"])
        self.env.cr.execute(
            SQL(
                """INSERT INTO gym_gate_due (location_id, pass_id)
                   SELECT DISTINCT g.location_id, p.id FROM gym_access_pass p JOIN gym_gate g
                       ON g.state = 'active' AND g.company_id = p.company_id
                      AND (p.is_everywhere OR g.location_id = p.location_id)
                    WHERE p.id = ANY(%s) AND p.member_id IS NULL""",
                list(passes.ids),
            )
        )

    @api.model
    def _add_visitor(self, member, location):
        """Let the gates of ``location`` know a member of another branch who has come there."""
        self.sudo().create({"location_id": location.id, "member_id": member.id})

    @api.model
    def _add_expected(self, location):
        """Have the gates of ``location`` hear of everybody who may be expected there."""
        entries = self.env["gym.gate.entry"]
        members, passes = entries._get_expected(location)
        rows = [{"location_id": location.id, "member_id": member.id} for member in members]
        rows += [{"location_id": location.id, "pass_id": one.id} for one in passes]
        self.sudo().create(rows)
