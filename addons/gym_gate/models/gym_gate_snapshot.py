from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.gym_access.domain.days import day_bounds, days_of
from odoo.addons.gym_access.domain.reasons import SEVERITIES
from odoo.addons.gym_access.models.gym_checkin import LET_IN

from ..domain import protocol

SEEN_S = 60  # what a gate says of itself is written at least so often; more often only when it changes
LONGEST = 500  # letters of what a gate says


class GymGate(models.Model):
    """What a gate hears when it asks, and what it says of itself then."""

    _inherit = "gym.gate"

    def _answer_poll(self, since, report):
        """Return what is new at the branch of this gate after version ``since``, and keep what it says of itself.

        :param int since: newest version that the gate holds; 0 asks for everything
        :param dict report: ``now``, ``program``, ``pending``, ``problems``, ``points``
        """
        self.ensure_one()
        location = self.location_id
        entries = self.env["gym.gate.entry"]
        waits = entries._refresh(location)
        newest = entries.search([("location_id", "=", location.id)], order="version DESC", limit=1).version
        is_full = since <= 0 or since > newest
        news = [("location_id", "=", location.id), ("version", ">", 0 if is_full else since)]
        page = entries.search(news, order="version", limit=protocol.PAGE)
        more = waits or bool(page) and page[-1].version < newest
        self._keep_report(report)
        return {
            "full": is_full,
            "entries": [[entry.key, entry.version, entry.data] for entry in page],
            "version": page[-1].version if page else (0 if is_full else since),
            "more": more,
            "digest": None if more else self._get_digest(),
            "now": fields.Datetime.now().isoformat(),
            "accepted": self.accepted_seq,
            "presence": self._get_presence(),
            "branch": self._get_branch(),
            "points": [point._get_settings() for point in self.point_ids],
        }

    # === THE BRANCH === #

    def _get_branch(self):
        """Return what holds for everybody at the branch: policy, ends of days, words."""
        location = self.location_id
        policy = self.env["gym.access.policy"]._get_of(location)
        rule = policy._to_rule(location)
        zone, now = location._get_time_zone(), fields.Datetime.now()
        reasons = self._in_language().env["gym.access.override.reason"].search([])
        days = days_of(now, now + timedelta(hours=protocol.AUTONOMY_HOURS + 24), zone)
        return {
            "name": location.name,
            "gate": self.name,
            "day_ends": [day_bounds(day, zone)[1].isoformat() for day in days],
            "policy": {
                "anti_passback": rule.anti_passback,
                "timed_minutes": rule.timed_minutes,
                "capacity": rule.capacity,
                "capacity_severity": rule.capacity_severity,
            },
            "texts": self._get_texts(),
            "words": self._get_words(),
            "overrides": [[one.id, one.name] for one in reasons],
        }

    def _in_language(self):
        return self.with_context(lang=self.company_id.partner_id.lang)

    def _get_words(self):
        """Return what doors and the desk page say besides reasons; see :mod:`..domain.words`."""
        _ = self._in_language().env._
        return {
            "welcome": _("Welcome"),
            "to_desk": _("Please go to the front desk"),
            "reached": _("The server is reached."),
            "alone": _("The server is away. The gate decides by what it knows."),
            "revoked": _("This gate was revoked. It lets nobody in."),
            "search": _("Scan a code, or type a name or number"),
            "find": _("Find"),
            "nobody": _("Nobody like that is known here."),
            "let_in": _("Let in"),
            "anyway": _("Let in anyway"),
            "inside": _("inside"),
            "waiting": _("visits wait for the server"),
            "last": _("Last"),
            "open": _("Open"),
            "none": _("no door"),
            "kiosk": _("Hold your code before the reader"),
        }

    def _get_texts(self):
        """Return what doors and their desk page say of each reason: code to reason and remedy, with no amounts."""
        _ = self._in_language().env._
        texts = self.env["gym.access.text"]._get_texts()
        money = (_("There is something to settle."), _("Please go to the front desk."))
        said = {
            code: tuple(_(text) for text in texts[code])  # pylint: disable=gettext-variable
            for code in SEVERITIES
            if code in texts
        }
        return said | dict.fromkeys(protocol.MONEY, money)

    def _get_presence(self):
        """Return who is inside here, and those known here who are inside anywhere: key to since when and whether here.

        ``entered`` tells who entered within the minutes that must lie between two entries.
        """
        location = self.location_id
        rows = self.env.execute_query(
            SQL(
                """SELECT CASE WHEN p.member_id IS NULL THEN 'pass:' || p.pass_id ELSE 'member:' || p.member_id END,
                          p.since, p.location_id = %(here)s
                     FROM gym_access_presence p
                    WHERE p.location_id = %(here)s
                       OR p.member_id IN (SELECT member_id FROM gym_gate_entry WHERE location_id = %(here)s)
                       OR p.pass_id IN (SELECT pass_id FROM gym_gate_entry WHERE location_id = %(here)s)""",
                here=location.id,
            )
        )
        inside = {key: [since.isoformat(), is_here] for key, since, is_here in rows}
        return {"inside": inside, "entered": self._get_entered()}

    def _get_entered(self):
        policy = self.env["gym.access.policy"]._get_of(self.location_id)
        if policy.anti_passback != "timed":
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT member_id, MAX(occurred_at) FROM gym_checkin_log
                    WHERE occurred_at > %s AND direction = 'in' AND outcome = ANY(%s)
                      AND member_id IN (SELECT member_id FROM gym_gate_entry WHERE location_id = %s)
                    GROUP BY member_id""",
                fields.Datetime.now() - timedelta(minutes=policy.timed_minutes),
                list(LET_IN),
                self.location_id.id,
            )
        )
        return {f"member:{id_}": at.isoformat() for id_, at in rows}

    def _get_digest(self):
        """Return :func:`~..domain.protocol.digest` of the branch, made by PostgreSQL without reading the entries."""
        self.env["gym.gate.entry"].flush_model()
        [[found]] = self.env.execute_query(
            SQL(
                """SELECT encode(sha256(convert_to(COALESCE(
                              string_agg(key || ':' || version, chr(10) ORDER BY key COLLATE "C"), ''), 'UTF8')), 'hex')
                     FROM gym_gate_entry WHERE location_id = %s""",
                self.location_id.id,
            )
        )
        return found

    # === WHAT A GATE SAYS OF ITSELF === #

    def _keep_report(self, report):
        now = fields.Datetime.now()
        said = {
            "program": str(report.get("program") or "")[:40] or False,
            "pending": _as_count(report.get("pending")),
            "problems": "\n".join(str(one) for one in _as_list(report.get("problems")))[:LONGEST] or False,
        }
        changed = {name: value for name, value in said.items() if self[name] != value}
        is_old = not self.last_seen_at or (now - self.last_seen_at).total_seconds() >= SEEN_S
        if changed or is_old:
            offset = self._get_offset(report.get("now"), now)
            self.write(changed | {"last_seen_at": now, "clock_offset_s": offset, "silence_told_at": False})
        self._keep_health(_as_list(report.get("points")), now)

    def _get_offset(self, text, now):
        try:
            return (now - fields.Datetime.to_datetime(str(text)[:19].replace("T", " "))).total_seconds()
        except (TypeError, ValueError):
            return self.clock_offset_s

    def _keep_health(self, points, now):
        said = {one[0]: one[1:] for one in points if isinstance(one, list) and len(one) == 3}
        for point in self.point_ids:
            is_well, text = said.get(point.id, (point.is_well, point.said))
            text = str(text or "")[:LONGEST] or False
            if (bool(is_well), text) != (point.is_well, point.said) or (point.id in said and not point.said_at):
                point.write({"is_well": bool(is_well), "said": text, "said_at": now})


def _as_count(value):
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def _as_list(value):
    return value if isinstance(value, list) else []
