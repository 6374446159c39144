from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gym_access.domain import wire
from odoo.addons.gym_members.models.turn import take_turn

from ..domain import protocol

BATCH = 200  # people whose facts one answer gathers
RENEW_HOURS = 12
HOURS_AHEAD = protocol.AUTONOMY_HOURS + RENEW_HOURS  # so that 72 hours are known at any time
VISITOR_DAYS = 60  # for how long a branch expects members of others who came
REVOKED_DAYS = 60  # for how long a door can tell a revoked card from an unknown one


class GymGateEntry(models.Model):
    """What the gates of a branch know of one person: facts for days ahead, codes, a short name; made when asked."""

    _name = "gym.gate.entry"
    _description = "Person Known to a Gate"
    _log_access = False
    _order = "version"
    _rec_name = "key"

    location_id = fields.Many2one("gym.location", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    member_id = fields.Many2one("gym.member", readonly=True, index="btree_not_null", ondelete="cascade")
    pass_id = fields.Many2one("gym.access.pass", readonly=True, index="btree_not_null", ondelete="cascade")
    key = fields.Char(required=True, readonly=True)
    version = fields.Integer(required=True, readonly=True)
    data = fields.Json(readonly=True, groups="base.group_system")
    made_at = fields.Datetime(readonly=True)

    _one_per_person = models.UniqueIndex("(location_id, key)", "This person is already known there.")
    _of_branch = models.Index("(location_id, version)")

    def init(self):
        self.env.cr.execute("CREATE SEQUENCE IF NOT EXISTS gym_gate_entry_version AS integer")

    # === WHO === #

    @api.model
    def _get_expected(self, location):
        """Return, in sudo, the members and the passes without a member that may be expected at ``location``."""
        members = self.env["gym.member"].sudo()
        home = Domain("location_id", "=", location.id) & Domain("stage", "in", members._get_current_stages())
        since = fields.Datetime.now() - timedelta(days=VISITOR_DAYS)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT member_id FROM gym_checkin_log
                    WHERE location_id = %s AND occurred_at > %s AND member_id IS NOT NULL""",
                location.id,
                since,
            )
        )
        came = Domain("id", "in", [id_ for (id_,) in rows])
        return members.search(home | came), self._get_expected_passes(location)

    @api.model
    def _get_expected_passes(self, location):
        here = Domain("location_id", "=", location.id) | (
            Domain("is_everywhere", "=", True) & Domain("company_id", "=", location.company_id.id)
        )
        running = Domain("is_void", "=", False) & Domain("date_end", ">=", location._today())
        return self.env["gym.access.pass"].sudo().search(here & running & Domain("member_id", "=", False))

    @api.model
    def _cron_prune(self):
        """Forget people who are no longer expected, branch by branch; nightly, may run at any time."""
        for location in self.env["gym.gate"].sudo().search([("state", "=", "active")]).location_id:
            members, passes = self._get_expected(location)
            known = self.sudo().search([("location_id", "=", location.id)])
            keys = {*(f"member:{one.id}" for one in members), *(f"pass:{one.id}" for one in passes)}
            missing = members - known.member_id
            known.filtered(lambda one, keys=keys: one.key not in keys).unlink()
            for start in range(0, len(missing), BATCH):
                self.env["gym.gate.due"]._add(members=missing[start : start + BATCH])

    # === MAKING === #

    @api.model
    def _refresh(self, location):
        """Make again what has become old of the entries of ``location``, a batch of it.

        :return: whether there is more to make
        """
        dues = self.env["gym.gate.due"].sudo().search([("location_id", "=", location.id)])
        if dues.filtered(lambda due: not (due.member_id or due.pass_id)):
            self.env.cr.execute(SQL("UPDATE gym_gate_entry SET made_at = NULL WHERE location_id = %s", location.id))
            self.invalidate_model(["made_at"])
        members, passes = dues.member_id[:BATCH], dues.pass_id[:BATCH]
        old = self._get_old(location, BATCH - min(BATCH, len(members) + len(passes)))
        members, passes = members | old.member_id, passes | old.pass_id
        done = dues.filtered(lambda due: (due.member_id or due.pass_id) in (members if due.member_id else passes))
        done |= dues.filtered(lambda due: not (due.member_id or due.pass_id))
        if done or old:
            take_turn(location)  # versions of one branch are given one answer after the other
            self.env["gym.gate.due"]._take(done)
            self._make(location, members, passes)
        return bool(dues - done) or bool(self._get_old(location, 1))

    @api.model
    def _get_old(self, location, limit):
        since = fields.Datetime.now() - timedelta(hours=RENEW_HOURS)
        old = Domain("made_at", "=", False) | Domain("made_at", "<", since)
        domain = Domain("location_id", "=", location.id) & old
        return self.sudo().search(domain, order="made_at NULLS FIRST, id", limit=limit) if limit else self.sudo()

    @api.model
    def _make(self, location, members, passes):
        """Make the entries of people at ``location`` from the facts as they are now."""
        now = fields.Datetime.now()
        facts = members._get_access_facts(location, now, HOURS_AHEAD)
        codes, phones, guardians = self._get_codes(members), self._get_phones(members), self._get_guardians(members)
        rows = {
            f"member:{member.id}": {
                "member_id": member.id,
                "data": {
                    "name": protocol.short_name(member.name),
                    "number": member.member_number or "",
                    "facts": protocol.without_money(wire.dump_facts(facts[member.id])),
                    "codes": codes.get(member.id, []),
                    "phones": phones.get(member.id, []),
                    "guardians": guardians.get(member.guardian_id.id, []),
                },
            }
            for member in members
        }
        act, nobody = self.env["gym.access.act"], self.env["gym.member"]
        for one in passes.filtered(lambda one: not one.member_id):
            found = act._get_facts(nobody, one, location, now, HOURS_AHEAD)
            code = [[one.code_hash, one.id, None]] if one.code_hash else []
            rows[f"pass:{one.id}"] = {
                "pass_id": one.id,
                "data": {
                    "name": protocol.short_name(one.holder),
                    "number": "",
                    "facts": protocol.without_money(wire.dump_facts(found)),
                    "codes": code,
                    "phones": [],
                    "guardians": [],
                },
            }
        self._keep(location, rows, now)

    @api.model
    def _keep(self, location, rows, now):
        """Store made entries, each with a version greater than all before."""
        entries = self.sudo()
        known = entries.search([("location_id", "=", location.id), ("key", "in", list(rows))])
        known_keys = set(known.mapped("key"))
        versions = self._get_new_versions(len(rows))
        for entry in known:
            entry.write({"data": rows[entry.key]["data"], "made_at": now, "version": versions.pop()})
        missing = [key for key in rows if key not in known_keys]
        base = {"location_id": location.id, "made_at": now}
        entries.create([rows[key] | base | {"key": key, "version": versions.pop()} for key in missing])

    @api.model
    def _get_new_versions(self, count):
        rows = self.env.execute_query(
            SQL("SELECT nextval('gym_gate_entry_version') FROM generate_series(1, %s)", count)
        )
        return [version for (version,) in rows]

    # === CODES === #

    @api.model
    def _get_codes(self, members):
        """Return the codes of cards and passes of members: dict of id to lists of digest, pass and what is wrong."""
        since = fields.Datetime.now() - timedelta(days=REVOKED_DAYS)
        live = Domain("revoked_at", "=", False) | Domain("revoked_at", ">", since)
        found = {}
        cards = self.env["gym.access.card"].sudo()
        for card in cards.search(Domain("member_id", "in", members.ids) & Domain("code_hash", "!=", False) & live):
            problem = "revoked_credential" if card.revoked_at else None
            found.setdefault(card.member_id.id, []).append([card.code_hash, None, problem])
        passes = self.env["gym.access.pass"].sudo()
        for one in passes.search([("member_id", "in", members.ids), ("code_hash", "!=", False)]):
            found.setdefault(one.member_id.id, []).append([one.code_hash, one.id, None])
        return found

    @api.model
    def _get_phones(self, members):
        """Return the phones of members with the anchors of their days; no code can be made of an anchor."""
        since = fields.Datetime.now() - timedelta(days=REVOKED_DAYS)
        live = Domain("revoked_at", "=", False) | Domain("revoked_at", ">", since)
        found = {}
        for phone in self.env["gym.access.phone"].sudo().search(Domain("member_id", "in", members.ids) & live):
            anchors = {} if phone.revoked_at else {one.day: one.value for one in phone.anchor_ids}
            said = {"id": phone.id, "anchors": anchors, "used": phone.used_step, "revoked": bool(phone.revoked_at)}
            found.setdefault(phone.member_id.id, []).append(said)
        return found

    @api.model
    def _get_guardians(self, members):
        """Return the keys of members who guard others: dict of the guardian's contact to a list."""
        guardians = members.guardian_id
        found = {}
        for member in self.env["gym.member"].sudo().search([("partner_id", "in", guardians.ids)]):
            found.setdefault(member.partner_id.id, []).append(f"member:{member.id}")
        return found
