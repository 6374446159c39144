import logging
from datetime import timedelta

from odoo import fields, models

from odoo.addons.gym_access.domain import codes, pass_code
from odoo.addons.gym_access.domain.decision import Decision, takes_visit
from odoo.addons.gym_access.domain.reasons import reason
from odoo.addons.gym_access.domain.wire import dump_decision
from odoo.addons.gym_access.models.gym_access_desk import CODE_PROBLEMS
from odoo.addons.gym_members.models.turn import take_turn

from ..domain import protocol

_logger = logging.getLogger(__name__)
OLDEST_DAYS = 30  # an event before it is of a clock that was wrong


class GymGate(models.Model):
    """The events of a gate, each taken once and in order; and what it asks before it refuses."""

    _inherit = "gym.gate"

    # === EVENTS === #

    def _take_events(self, events):
        """Write down events that follow on the last one that was taken; others are had already, or come too early.

        What is no event is counted and goes: it must not hold up those behind it.

        :param list events: as the gate sent them, in its order
        :return: number of the last event that was taken, also before
        """
        self.ensure_one()
        take_turn(self)
        for data in events:
            seq = data.get("seq") if isinstance(data, dict) else None
            if seq != self.accepted_seq + 1:
                continue
            try:
                event = protocol.read_event(data)
            except ValueError as error:
                _logger.warning("Gate %s sent event %s that is none: %s", self.id, seq, error)
                self.write({"accepted_seq": seq, "rejected": self.rejected + 1})
                continue
            self._take_event(event)
            self.accepted_seq = seq
        return self.accepted_seq

    def _take_event(self, event):
        member, access_pass = self._get_person(event.who, event.pass_id)
        self._keep_step(event.phone, member)
        values = {
            "occurred_at": self._get_instant(event.at),
            "method": event.method,
            "key": f"gate:{self.id}:{self.pairings}:{event.seq}",
            "is_offline": event.is_offline,
            "outcome": event.outcome,
        }
        if event.direction == "out":
            self._take_exit(member, access_pass, values)
            return
        if event.outcome == protocol.OVERRIDE:
            found = self.env["gym.access.override.reason"].browse(event.override).exists()
            values["override_reason_id"] = found.id
        answer = Decision(event.outcome, event.reasons, self._get_right(event.right, member, access_pass))
        if event.outcome in protocol.LET_IN and event.opened is not True:
            self._take_unopened(member, access_pass, answer, values)
            return
        values["visits_taken"] = int(event.takes and bool(answer.right))
        act = self.env["gym.access.act"]
        if member or access_pass:
            act._take_turn(member, access_pass)
            act._write_down(member, access_pass, self.location_id, answer, values)
        else:
            self._record(answer, values)
        if member and member.location_id != self.location_id:
            self.env["gym.gate.due"]._add_visitor(member, self.location_id)

    def _take_unopened(self, member, access_pass, answer, values):
        """Write down that no door confirmed that it opened for somebody: they are not inside, no visit is taken."""
        said = Decision(answer.outcome, (*answer.reasons, reason("not_opened")), answer.right)
        self._record(said, values, member, access_pass)
        self._hear_again(member, access_pass)

    def _take_exit(self, member, access_pass, values):
        self._record(Decision("allow"), values | {"outcome": "allow", "direction": "out"}, member, access_pass)
        if not (member or access_pass):
            return
        who = [("member_id", "=", member.id)] if member else [("pass_id", "=", access_pass.id)]
        inside = self.env["gym.access.presence"].search([*who, ("location_id", "=", self.location_id.id)])
        inside.filtered(lambda one: one.since <= values["occurred_at"]).unlink()

    def _record(self, answer, values, member=None, access_pass=None):
        place = {"company_id": self.company_id.id, "location_id": self.location_id.id, "direction": "in"}
        who = {"member_id": member.id if member else False, "pass_id": access_pass.id if access_pass else False}
        said = {"reasons": answer.reasons, "right_key": answer.right}
        return self.env["gym.checkin"]._record(place | who | said | values)

    def _hear_again(self, member, access_pass):
        self.env["gym.gate.due"]._add(members=member, passes=access_pass)

    def _get_person(self, key, pass_id=0):
        """Return member and pass of an event; nobody of another company, and no pass that is not theirs."""
        members, passes = self.env["gym.member"], self.env["gym.access.pass"]
        kind, number = protocol.read_key(key)
        member = members.browse(number).exists() if kind == "member" else members
        access_pass = passes.browse(number if kind == "pass" else pass_id).exists()
        if access_pass.member_id != member or not access_pass or access_pass.company_id != self.company_id:
            access_pass = passes
        return (member if member.company_id == self.company_id else members), access_pass

    def _get_right(self, key, member, access_pass):
        """Return the key of a right when it is one of that person: a gate takes no visit of anybody else's."""
        kind, _colon, number = (key or "").partition(":")
        if kind == "subscription" and member and number:
            return key if int(number) in member._get_entry_rights()[member.id].ids else None
        if kind == "pass" and number:
            found = self.env["gym.access.pass"].browse(int(number)).exists()
            is_theirs = found == access_pass or (member and found.member_id.id in member._get_merged_ids())
            return key if found and is_theirs else None
        return None

    def _get_instant(self, at):
        """Return an instant that can be: not to come, and not long ago."""
        now = fields.Datetime.now()
        return at if now - timedelta(days=OLDEST_DAYS) < at <= now else now

    def _keep_step(self, phone, member):
        """Let no code open anything that a gate has taken already."""
        if phone and member:
            id_, step = phone
            mine = self.env["gym.access.phone"].browse(id_).exists().filtered(lambda one: one.member_id == member)
            if step > mine.used_step:
                mine.write({"used_step": step, "used_at": fields.Datetime.now()})

    # === BEFORE A REFUSAL === #

    def _decide(self, question):
        """Return the decision about somebody who stands at a door, from the facts as they are now.

        :param dict question: ``who``, the key of a person known at this branch and ``problem`` of the code that they
            showed, or ``code``, which nobody knows there
        """
        self.ensure_one()
        now = fields.Datetime.now()
        act = self.env["gym.access.act"]
        code = question.get("code")
        if isinstance(code, str) and (codes.read_code(code) or pass_code.read(code)):
            member, access_pass, problem = act._find_by_code(code)
        else:
            member, access_pass = self._get_known(question.get("who"), question.get("pass"))
            problem = question.get("problem") if question.get("problem") in CODE_PROBLEMS else None
        if not (member or access_pass):
            return {"decision": dump_decision(Decision("refuse", (reason(problem or "unknown_code"),))), "who": None}
        answer, facts = act._decide(member, access_pass, self.location_id, now, problem)
        return {
            "decision": protocol.decision_without_money(dump_decision(answer)),
            "who": f"member:{member.id}" if member else f"pass:{access_pass.id}",
            "pass": access_pass.id,
            "name": protocol.short_name(member.name or access_pass.holder),
            "takes": answer.lets_in and takes_visit(facts, answer.right, now),
        }

    def _get_known(self, key, pass_id):
        """Return the person of an entry of this branch; a gate asks about nobody else by number."""
        known = self.env["gym.gate.entry"].search_count(
            [("location_id", "=", self.location_id.id), ("key", "=", key if isinstance(key, str) else "")]
        )
        return self._get_person(key if known else None, pass_id if isinstance(pass_id, int) else 0)
