from datetime import datetime, time

from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.events import decode_cursor, encode_cursor

RECENT = 20
WATCHED = {"location_id", "date_joined", "date_left"}


class GymMember(models.Model):
    """What members emit to the event log, and how their history is read."""

    _inherit = "gym.member"

    recent_event_ids = fields.Many2many("gym.event", string="History", compute="_compute_recent_event_ids")

    def _compute_recent_event_ids(self):
        events = self.env["gym.event"]
        for member in self:
            member.recent_event_ids = events.search([("member_id", "in", member._get_merged_ids())], limit=RECENT)

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members._emit_all("member.created")
        members.filtered("date_joined")._emit_joined()
        return members

    def write(self, vals):
        if WATCHED.isdisjoint(vals):
            return super().write(vals)
        before = {member.id: (member.location_id, member.date_joined, member.date_left) for member in self}
        result = super().write(vals)
        self._emit_changes(before)
        return result

    def unlink(self):
        self.check_access("unlink")
        self.env["gym.event"]._forget(self.ids)
        return super().unlink()

    def _on_stage_changed(self, before):
        self._emit_all("member.stage_changed", lambda member: {"before": before[member.id], "after": member.stage})
        return super()._on_stage_changed(before)

    def _emit_all(self, code, get_payload=lambda member: {}):
        """Emit an event of type ``code`` for every member, with what ``get_payload(member)`` returns."""
        self.env["gym.event"]._emit(
            [{"member_id": member.id, "type": code, "payload": get_payload(member)} for member in self]
        )

    def _emit_joined(self):
        """Emit that these members joined, on the day they did: noon at their branch, or now when that is ahead."""
        now = fields.Datetime.now()
        self.env["gym.event"]._emit(
            [
                {
                    "member_id": member.id,
                    "type": "member.joined",
                    "payload": {"location": member.location_id.name},
                    "occurred_at": min(now, member.location_id._to_utc(datetime.combine(member.date_joined, time(12)))),
                }
                for member in self
            ]
        )

    def _emit_changes(self, before):
        """Emit what a write changed; ``before`` is branch, joined and left of each member."""
        moved = self.filtered(lambda member: member.location_id != before[member.id][0])
        moved._emit_all(
            "member.moved",
            lambda member: {"before": before[member.id][0].sudo().name, "after": member.location_id.name},
        )
        self.filtered(lambda member: member.date_joined and not before[member.id][1])._emit_joined()
        self.filtered(lambda member: member.date_left and not before[member.id][2])._emit_all("member.left")

    def _get_timeline(self, limit=50, before=None):
        """Return this member's history, newest first, for pages; the caller has checked that it may be shown.

        :param int limit: how many at most
        :param str before: the ``cursor`` of the last entry of the page before
        :return: list of dicts ``occurred_at`` (naive UTC), ``type``, ``title``, ``icon``, ``cursor``
        :raise ValueError: when ``before`` is no cursor
        """
        self.ensure_one()
        domain = Domain("member_id", "in", self._get_merged_ids())
        if before:
            instant, event_id = decode_cursor(before)
            same_instant = Domain("occurred_at", "=", instant) & Domain("id", "<", event_id)
            domain &= Domain("occurred_at", "<=", instant) & (Domain("occurred_at", "<", instant) | same_instant)
        types = self.env["gym.event"]._get_event_types()
        return [
            {
                "occurred_at": event.occurred_at,
                "type": event.type,
                "title": event.title,
                "icon": types[event.type].icon if event.type in types else "fa-circle-o",
                "cursor": encode_cursor(event.occurred_at, event.id),
            }
            for event in self.env["gym.event"].sudo().search(domain, limit=limit)
        ]

    def action_open_events(self):
        """Open the whole history of this member."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_event_action")
        return action | {"domain": [("member_id", "in", self._get_merged_ids())]}
