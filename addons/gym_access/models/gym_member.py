from odoo import api, fields, models
from odoo.fields import Domain

EXPORTED = ("occurred_at", "location_id", "direction", "method", "outcome", "reason_text")

# What the decision reads of a member besides what refreshes the stage
WATCHED = {"access_ban_reason", "access_ban_until", "birthdate", "guardian_id", "image_1920", "is_blocked"}


class GymMember(models.Model):
    """The visits of a member: seen, exported, erased, merged."""

    _inherit = "gym.member"

    visit_count = fields.Integer(string="Visits in 30 Days", compute="_compute_visits")
    last_visit_at = fields.Datetime(string="Last Visit", compute="_compute_visits")
    card_ids = fields.One2many("gym.access.card", "member_id", string="Cards")
    phone_ids = fields.One2many("gym.access.phone", "member_id", string="Phones")
    guest_passes_left = fields.Integer(compute="_compute_guest_passes_left", compute_sudo=True)

    def _compute_visits(self):
        since = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        merged = {id_: member.id for member in self for id_ in member._get_merged_ids()}
        counts, last = {}, {}
        groups = self.env["gym.checkin"]._read_group(
            [
                *(("member_id", "in", list(merged)), ("occurred_at", ">=", since), ("direction", "=", "in")),
                ("outcome", "!=", "refuse"),
            ],
            ["member_id"],
            ["__count", "occurred_at:max"],
        )
        for member, count, at in groups:
            id_ = merged[member.id]
            counts[id_] = counts.get(id_, 0) + count
            last[id_] = max(at, last.get(id_, at))
        for member in self:
            member.visit_count = counts.get(member.id, 0)
            member.last_visit_at = last.get(member.id, False)

    def _compute_guest_passes_left(self):
        now = fields.Datetime.now()
        for member in self:
            allowances = member._get_guest_allowances(member.location_id, now)
            member.guest_passes_left = sum(allowance.left for _subscription, allowance in allowances)

    # === ACTIONS === #

    def action_open_visits(self):
        """Open the visits of this member, those before a merge too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_access.gym_checkin_action")
        return action | {"domain": [("member_id", "in", self._get_merged_ids())], "context": {}}

    def action_bring_guest(self):
        """Make a pass for somebody whom this member brings."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_access.gym_access_guest_action")
        location = self.sudo().env["gym.access.presence"].search([("member_id", "=", self.id)]).location_id
        values = {"default_host_id": self.id, "default_location_id": (location or self.location_id).id}
        return action | {"context": values}

    def action_new_card(self):
        """Give this member a card and show its code, once."""
        self.ensure_one()
        self.check_access("write")
        return self.env["gym.access.card"].create({"member_id": self.id}).action_new_code()

    # === PORTAL === #

    def _get_card_code_uri(self):
        """Override of `gym_members`: members show the code of their phone instead; the number opens nothing."""
        return

    def _get_portal_visits(self, before=None, limit=20):
        """Return the visits of this member that were let in, newest first, and whether there are more, in sudo.

        :param int before: id of the last visit of the page before
        """
        self.ensure_one()
        mine = Domain("member_id", "in", self._get_merged_ids()) & Domain("direction", "=", "in")
        older = Domain("id", "<", before) if before else Domain.TRUE
        visits = self.env["gym.checkin"].sudo()
        found = visits.search(mine & Domain("outcome", "!=", "refuse") & older, order="id desc", limit=limit + 1)
        return found[:limit], found[limit:]

    # === PRIVACY === #

    @api.model
    def _get_personal_fields(self):
        found = super()._get_personal_fields()
        found["gym.member"] |= {"access_ban_reason": "erase", "access_ban_until": "keep"}
        return found

    def _get_personal_data(self):
        visits = self.env["gym.checkin"].search([("member_id", "in", self._get_merged_ids())], order="occurred_at, id")
        passes = self.env["gym.access.pass"].search([("member_id", "in", self._get_merged_ids())], order="id")
        return super()._get_personal_data() | {
            "visits": [self._export_row(visit, EXPORTED) for visit in visits],
            "phones": [
                self._export_row(phone, ("name", "registered_at", "revoked_at", "used_at"))
                for phone in self.env["gym.access.phone"].search([("member_id", "in", self._get_merged_ids())])
            ],
            "passes": [
                self._export_row(one, ("kind", "location_id", "date_start", "date_end", "visits")) for one in passes
            ],
        }

    def _anonymise_personal_data(self):
        """Take these people out of their visits and cards; figures stay."""
        ids = self._get_merged_ids()
        self.env["gym.checkin"]._scrub(ids)
        self.env["gym.access.card"].search([("member_id", "in", ids)]).unlink()
        self.env["gym.access.phone"].search([("member_id", "in", ids)]).unlink()
        self.env["gym.access.presence"].search([("member_id", "in", ids)]).unlink()
        return super()._anonymise_personal_data()

    def write(self, vals):
        result = super().write(vals)
        if not WATCHED.isdisjoint(vals):
            self._access_changed()
        return result

    def unlink(self):
        self.check_access("unlink")
        self.env["gym.checkin"]._scrub(self.ids)
        return super().unlink()

    def _merge_into(self, winner, values):
        """Override: who is inside, and what was decided ahead, is asked again of the winner."""
        losers = self.sudo()
        losers.env["gym.access.presence"].search([("member_id", "in", self.ids)]).unlink()
        losers.phone_ids._revoke()
        losers.env["gym.access.grant"].search([("member_id", "in", self.ids)]).unlink()
        return super()._merge_into(winner, values)
