import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain import wire

OUTCOMES = [
    ("allow", "Entered"),
    ("warn", "Entered, with a word"),
    ("refuse", "Not let in"),
    ("override", "Opened anyway"),
]
METHODS = [("desk", "At the desk"), ("code", "By a code"), ("device", "At a door"), ("auto", "By itself")]
LET_IN = ("allow", "warn", "override")
VISIT_DAYS, REFUSAL_DAYS = 730, 365  # how long visits and refusals are kept
COLUMNS = (
    *("occurred_at", "received_at", "company_id", "location_id", "member_id", "pass_id", "direction", "method"),
    *("outcome", "reasons", "right_key", "visits_taken", "is_offline", "user_id", "override_reason_id", "key"),
)


class GymCheckin(models.Model):
    """Somebody came or left, or was not let in, with the decision and its reasons. Rows are only added.

    A row is written once for each ``key``, whatever is repeated: devices give their number and sequence, screens one
    they make up for each press of a button.
    """

    _name = "gym.checkin"
    _description = "Visit"
    _inherit = ["gym.month.log"]
    _auto = False
    _log_table = "gym_checkin_log"
    _table_query = "SELECT * FROM gym_checkin_log"
    _log_access = False
    _order = "occurred_at desc, id desc"
    _rec_name = "holder"

    occurred_at = fields.Datetime(string="When", readonly=True, required=True)
    received_at = fields.Datetime(readonly=True, help="When the server heard of it.")
    company_id = fields.Many2one("res.company", readonly=True, required=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True, required=True)
    member_id = fields.Many2one("gym.member", readonly=True)
    pass_id = fields.Many2one("gym.access.pass", string="Pass", readonly=True)
    holder = fields.Char(string="Who", compute="_compute_holder", compute_sudo=True)
    direction = fields.Selection([("in", "In"), ("out", "Out")], readonly=True)
    method = fields.Selection(METHODS, string="How", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    reasons = fields.Json(readonly=True)
    reason_text = fields.Char(string="Why", compute="_compute_reason_text")
    right_key = fields.Char(string="Right", readonly=True)
    visits_taken = fields.Integer(readonly=True, help="How many visits of a plan or pass it took.")
    is_offline = fields.Boolean(string="Offline", readonly=True, help="A door decided alone.")
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    override_reason_id = fields.Many2one("gym.access.override.reason", string="Opened Because", readonly=True)
    key = fields.Char(readonly=True)

    @api.depends("member_id", "pass_id")
    def _compute_holder(self):
        for visit in self:
            visit.holder = visit.member_id.name or visit.pass_id.holder

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for visit in self:
            found = wire.load_reasons(visit.reasons or [])
            visit.reason_text = " ".join(self.env["gym.access.text"]._say(one)["reason"] for one in found)

    def init(self):
        self._make_log(
            """
            received_at timestamp NOT NULL,
            company_id integer NOT NULL,
            location_id integer NOT NULL,
            member_id integer,
            pass_id integer,
            direction varchar NOT NULL,
            method varchar NOT NULL,
            outcome varchar NOT NULL,
            reasons jsonb NOT NULL DEFAULT '[]',
            right_key varchar,
            visits_taken integer NOT NULL DEFAULT 0,
            is_offline boolean NOT NULL DEFAULT false,
            user_id integer,
            override_reason_id integer,
            key varchar NOT NULL
            """,
            """
            CREATE INDEX IF NOT EXISTS gym_checkin_log_member ON gym_checkin_log (member_id, occurred_at DESC);
            CREATE INDEX IF NOT EXISTS gym_checkin_log_place
                ON gym_checkin_log (location_id, occurred_at DESC, id DESC);
            CREATE TABLE IF NOT EXISTS gym_checkin_key (
                key varchar PRIMARY KEY,
                checkin_id bigint NOT NULL,
                received_at timestamp NOT NULL
            );
            """,
        )

    # === WRITING === #

    @api.model
    def _find_by_key(self, key):
        """Return, in sudo, the visit that was written with ``key``, or an empty recordset."""
        found = self.env.execute_query(SQL("SELECT checkin_id FROM gym_checkin_key WHERE key = %s", key))
        return self.sudo().browse(id_ for (id_,) in found)

    @api.model
    def _record(self, values):
        """Append a visit, unless one with its ``key`` is there.

        :param dict values: of :data:`COLUMNS`; ``reasons`` are :class:`~..domain.reasons.Reason`
        :return: the visit, in sudo, that stands in the log
        """
        if known := self._find_by_key(values["key"]):
            return known
        self.env.flush_all()
        self._make_partitions({values["occurred_at"]})
        now = fields.Datetime.now()
        row = values | {
            "received_at": now,
            "user_id": self.env.uid,
            "reasons": json.dumps(wire.dump_reasons(values.get("reasons", ()))),
        }
        [[id_]] = self.env.execute_query(
            SQL(
                "INSERT INTO gym_checkin_log (%s) VALUES %s RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in COLUMNS if name in row),
                tuple(row[name] or None if name.endswith("_id") else row[name] for name in COLUMNS if name in row),
            )
        )
        # a second transaction with this key waits here, and is told that the row is there when this one commits
        self.env.cr.execute(SQL("INSERT INTO gym_checkin_key VALUES (%s, %s, %s)", values["key"], id_, now))
        self.invalidate_model()
        return self.sudo().browse(id_)

    # === READING === #

    @api.model
    def _get_last_entries(self, members, since):
        """Return when each of these members was last let in after ``since``: dict of id; with one query."""
        merged = {id_: member.id for member in members for id_ in member._get_merged_ids()}
        rows = self.env.execute_query(
            SQL(
                """SELECT member_id, MAX(occurred_at) FROM gym_checkin_log
                    WHERE member_id = ANY(%s) AND occurred_at > %s AND direction = 'in' AND outcome = ANY(%s)
                    GROUP BY member_id""",
                list(merged),
                since,
                list(LET_IN),
            )
        )
        last = {}
        for id_, at in rows:
            member_id = merged[id_]
            last[member_id] = max(at, last.get(member_id, at))
        return last

    @api.model
    def _count_overrides(self, user, since):
        """Return how often ``user`` has opened against a refusal since then."""
        mine = Domain("user_id", "=", user.id) & Domain("occurred_at", ">=", since)
        return self.sudo().search_count(mine & Domain("outcome", "=", "override"))

    # === MAINTENANCE === #

    @api.model
    def _cron_make_partitions(self):
        """Make the partitions of this month and the next ones; may run at any time, any number of times."""
        self._make_coming_partitions()

    @api.model
    def _cron_purge_expired(self):
        """Delete visits after 24 months and refusals after 12; may run at any time, any number of times."""
        self._purge_expired(fields.Datetime.now())

    def _purge_expired(self, now):
        gone = self._maintain(
            SQL(
                """DELETE FROM gym_checkin_log
                    WHERE occurred_at < %s OR (outcome = 'refuse' AND occurred_at < %s)""",
                fields.Datetime.subtract(now, days=VISIT_DAYS),
                fields.Datetime.subtract(now, days=REFUSAL_DAYS),
            )
        )
        limit = fields.Datetime.subtract(now, days=VISIT_DAYS)
        self.env.cr.execute(SQL("DELETE FROM gym_checkin_key WHERE received_at < %s", limit))
        return gone

    def _scrub(self, member_ids):
        """Take the person out of their visits, which stay as figures; return how many there were."""
        return self._maintain(
            SQL(
                """UPDATE gym_checkin_log SET member_id = NULL, right_key = NULL, reasons = '[]'
                    WHERE member_id = ANY(%s)""",
                list(member_ids),
            )
        )
