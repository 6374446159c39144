import json
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, LazyTranslate

from ..domain.events import EventError, EventType, check_instant

_lt = LazyTranslate(__name__)

TEXT = {"type": "string"}
# Names in payloads whose values may be stages, shown by their labels.
STAGE_NAMES = {"before", "after"}
BASE_TYPES = {
    "member.created": EventType(_lt("Registered"), "fa-user-plus"),
    "member.joined": EventType(_lt("Joined at %(location)s"), "fa-sign-in", {"location": TEXT}, ("location",)),
    "member.left": EventType(_lt("Left"), "fa-sign-out"),
    "member.stage_changed": EventType(
        _lt("From %(before)s to %(after)s"), "fa-exchange", {"before": TEXT, "after": TEXT}, ("before", "after")
    ),
    "member.moved": EventType(
        _lt("Moved from %(before)s to %(after)s"), "fa-map-marker", {"before": TEXT, "after": TEXT}, ("before", "after")
    ),
    "member.corrected": EventType(_lt("Personal data corrected"), "fa-pencil", {"fields": TEXT}, ("fields",)),
    "member.merged": EventType(
        _lt("Merged with the record of member %(number)s"), "fa-compress", {"number": TEXT}, ("number",)
    ),
    "member.imported": EventType(_lt("Imported from %(source)s"), "fa-upload", {"source": TEXT}, ("source",)),
    "consent.given": EventType(
        _lt("Signed: %(document)s"), "fa-pencil", {"document": TEXT, "purpose": TEXT}, ("document", "purpose")
    ),
    "consent.withdrawn": EventType(
        _lt("Withdrew consent: %(document)s"), "fa-ban", {"document": TEXT, "purpose": TEXT}, ("document", "purpose")
    ),
    "privacy.requested": EventType(_lt("Privacy request %(folio)s"), "fa-lock", {"folio": TEXT}, ("folio",)),
    "privacy.executed": EventType(_lt("Privacy request %(folio)s carried out"), "fa-lock", {"folio": TEXT}, ("folio",)),
}


class GymEvent(models.Model):
    """The append-only log of what happened to members, kept in a table partitioned by month of ``occurred_at`` (UTC).

    Rows are written by :meth:`_emit` alone. Nobody changes or deletes one except three private methods:
    :meth:`_purge_expired` (retention), :meth:`_scrub` (erasure of a person's data) and :meth:`_forget` (a person who
    was entered by mistake).
    """

    _name = "gym.event"
    _description = "Member Event"
    _inherit = ["gym.month.log"]
    _auto = False
    _log_table = "gym_event_log"
    _table_query = "SELECT * FROM gym_event_log"
    _log_access = False
    _order = "occurred_at desc, id desc"
    _rec_name = "title"

    member_id = fields.Many2one("gym.member", readonly=True, required=True, index=True)
    company_id = fields.Many2one("res.company", readonly=True, required=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True, required=True)
    type = fields.Char(readonly=True, required=True)
    occurred_at = fields.Datetime(string="When", readonly=True, required=True)
    payload = fields.Json(readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    title = fields.Char(string="What Happened", compute="_compute_title")

    @api.depends("type", "payload")
    @api.depends_context("lang")
    def _compute_title(self):
        types = self._get_event_types()
        stages = dict(self.env["gym.member"]._fields["stage"]._description_selection(self.env))
        for event in self:
            event.title = event._get_title(types.get(event.type), stages)

    def init(self):
        self._make_log(
            """
            member_id integer NOT NULL,
            company_id integer NOT NULL,
            location_id integer NOT NULL,
            type varchar NOT NULL,
            payload jsonb NOT NULL DEFAULT '{}',
            user_id integer
            """,
            """
            CREATE INDEX IF NOT EXISTS gym_event_log_timeline ON gym_event_log (member_id, occurred_at DESC, id DESC);
            CREATE INDEX IF NOT EXISTS gym_event_log_company_type ON gym_event_log (company_id, type, occurred_at);
            """,
        )

    # === REGISTRIES === #

    @api.model
    def _get_event_types(self):
        """Return the known types, code to :class:`~..domain.events.EventType`; an addon adds its own to super's."""
        return dict(BASE_TYPES)

    @api.model
    def _get_event_subscribers(self):
        """Return who wants to be told: code of type to list of (model name, method name).

        The method is called by a job after commit, as superuser, with the list of ids of new events; it must bear being
        called twice with the same ids.
        """
        return {}

    # === WRITING === #

    @api.model
    def _emit(self, events):
        """Append ``events`` in this transaction and have their subscribers told after it.

        :param list events: dicts with ``member_id``, ``type`` and, as needed, ``payload`` (JSON object by the type's
            schema), ``occurred_at`` (naive UTC, now by default) and ``location_id`` (where, when not the home branch)
        :return: list of ids, in order
        :raise EventError: when one does not fit; then none is written
        """
        if not events:
            return []
        rows = self._prepare_rows(events)
        self._make_partitions({row[0] for row in rows})
        self.env.flush_all()  # the members may not be in the database yet
        ids = self._insert(rows)
        self._notify_subscribers([event["type"] for event in events], ids)
        return ids

    def _prepare_rows(self, events):
        types, now = self._get_event_types(), fields.Datetime.now()
        members = self.env["gym.member"].sudo().browse({event["member_id"] for event in events})
        places = {member.id: (member.company_id.id, member.location_id.id) for member in members}
        uid, rows = self.env.uid, []
        for event in events:
            code, payload = event["type"], event.get("payload") or {}
            if code not in types:
                raise EventError(f"no addon has registered events of type {code!r}")
            types[code].check(code, payload)
            occurred_at = event.get("occurred_at") or now
            check_instant(code, occurred_at, now)
            company_id, home_id = places[event["member_id"]]
            location_id = event.get("location_id") or home_id
            rows.append((occurred_at, event["member_id"], company_id, location_id, code, json.dumps(payload), uid))
        return rows

    def _insert(self, rows):
        """Insert rows of :meth:`_prepare_rows`, a column at a time as arrays, and return their ids in order."""
        self.env.cr.execute(
            """INSERT INTO gym_event_log (occurred_at, member_id, company_id, location_id, type, payload, user_id)
               SELECT * FROM unnest(
                   %s::timestamp[], %s::int[], %s::int[], %s::int[], %s::text[], %s::jsonb[], %s::int[]
               ) RETURNING id""",
            [list(column) for column in zip(*rows, strict=True)],
        )
        return [id_ for (id_,) in self.env.cr.fetchall()]

    def _notify_subscribers(self, codes, ids):
        subscribers = self._get_event_subscribers()
        batches = defaultdict(list)
        for code, id_ in zip(codes, ids, strict=True):
            for subscriber in subscribers.get(code, ()):
                batches[subscriber].append(id_)
        for (model, method), event_ids in batches.items():
            delayed = self.env[model].with_user(SUPERUSER_ID).with_delay(description=f"{model}.{method}: events")
            getattr(delayed, method)(event_ids)

    # === READING === #

    def _get_title(self, event_type, stages):
        """Return this event's sentence in the user's language; ``stages`` are the labels of a member's stages."""
        if event_type is None:
            return self.type
        payload = dict(self.payload or {})
        for name in STAGE_NAMES & payload.keys():
            payload[name] = stages.get(payload[name], payload[name])
        try:
            return self.env._(event_type.title) % payload  # pylint: disable=gettext-variable
        except KeyError:  # the payload was emptied when the person's data were erased
            return self.env._("%(type)s (details erased)", type=self.type)

    # === MAINTENANCE === #

    @api.model
    def _cron_make_partitions(self):
        """Make the partitions of this month and the next ones; may run at any time, any number of times."""
        self._make_coming_partitions()

    @api.model
    def _cron_purge_expired(self):
        """Delete what is past its retention; may run at any time, any number of times."""
        self._purge_expired(fields.Datetime.now())

    def _purge_expired(self, now):
        """Delete events older than the retention of their type; return how many went."""
        deleted = 0
        for code, event_type in self._get_event_types().items():
            if event_type.retention_days is not None:
                limit = now - relativedelta(days=event_type.retention_days)
                deleted += self._maintain(
                    SQL("DELETE FROM gym_event_log WHERE type = %s AND occurred_at < %s", code, limit)
                )
        return deleted

    def _scrub(self, member_ids):
        """Empty the payloads of a person's events, keeping what happened when; return how many were emptied."""
        return self._maintain(
            SQL("UPDATE gym_event_log SET payload = '{}' WHERE member_id = ANY(%s)", list(member_ids))
        )

    def _forget(self, member_ids):
        """Delete the events of people who were entered by mistake; return how many went."""
        return self._maintain(SQL("DELETE FROM gym_event_log WHERE member_id = ANY(%s)", list(member_ids)))
