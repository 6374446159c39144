from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_members.models.turn import take_turn

from ..domain import codes, decision, pass_code, wire
from ..domain.days import civil_day, day_bounds
from ..domain.facts import Bar, Context, Facts
from ..domain.reasons import reason
from .gym_checkin import LET_IN


class GymAccessAct(models.AbstractModel):
    """The act of coming in: decided, written down once, counted, and a visit taken, in one transaction."""

    _name = "gym.access.act"
    _description = "Coming In"

    # === WHO === #

    @api.model
    def _find_by_code(self, text):
        """Return whom a code stands for: (member, pass, problem), the records in sudo.

        A member number is no code: it opens nothing.

        :return: ``problem`` is a code of reasons, or ``None``
        """
        members, passes = self.env["gym.member"].sudo(), self.env["gym.access.pass"].sudo()
        if shown := pass_code.read(text):
            phone, problem = self.env["gym.access.phone"]._find_by_code(shown, fields.Datetime.now())
            return phone.member_id, passes, problem
        code = codes.read_code(text)
        if code and code.startswith(codes.CARD):
            card = self.env["gym.access.card"]._find_by_code(code)
            problem = "revoked_credential" if card.revoked_at else None if card else "unknown_code"
            return card.member_id, passes, problem
        found = passes._find_by_code(code) if code else passes
        return (found.member_id or members), found, None if found else "unknown_code"

    # === DECIDING === #

    @api.model
    def _decide(self, member, access_pass, location, at, problem=None):
        """Return the decision about a member, or about the holder of a pass who is none, and their facts."""
        facts = self._get_facts(member, access_pass, location, at)
        if member:
            [context] = member._get_access_contexts(location, at).values()
        else:
            context = self._get_guest_context(access_pass, location, at)
        if problem:
            context = Context(**{**vars(context), "code_problem": problem})
        return decision.decide(facts, context), facts

    @api.model
    def _get_facts(self, member, access_pass, location, at, hours=1):
        """Return what decides about a member, or for some hours ahead about the holder of a pass who is none."""
        if member:
            return member._get_access_facts(location, at)[member.id]
        policy = self.env["gym.access.policy"]._get_of(location)
        until = fields.Datetime.add(at, hours=hours)
        place = location.sudo()
        bars = list(place._get_closure_bars(at, until))
        if access_pass and policy.waiver_severity != "off" and not access_pass.is_waiver_signed:
            bars.append(Bar(reason("waiver_missing", policy.waiver_severity, documents=self.env._("Waiver"))))
        if access_pass and not access_pass._opens(location):
            bars.append(Bar(reason("wrong_branch")))
        rights = tuple(access_pass._get_rights(at).values())
        return Facts(until, tuple(bars), rights, place._get_open_spans(at, until, policy))

    @api.model
    def _get_guest_context(self, access_pass, location, at):
        presence = self.env["gym.access.presence"].sudo()
        inside = presence.search([("pass_id", "in", access_pass.ids)])
        policy = self.env["gym.access.policy"]._get_of(location)._to_rule(location)
        return Context(at, inside_since=inside.since or None, inside_count=presence._count(location), policy=policy)

    # === ENTERING === #

    @api.model
    def _check_in(self, member, access_pass, location, key, method, at=None, override=None, problem=None):
        """See :meth:`gym.member._check_in`; ``member`` is empty for the holder of a pass who is none.

        :param str problem: of the code that was shown, a code of reasons
        """
        self._take_turn(member, access_pass)
        visits = self.env["gym.checkin"]
        if known := visits._find_by_key(key):
            return known, decision.Decision(_outcome_of(known), wire.load_reasons(known.reasons), known.right_key)
        at = at or fields.Datetime.now()
        answer, facts = self._decide(member, access_pass, location, at, problem)
        values = {"occurred_at": at, "method": method, "key": key, "outcome": answer.outcome}
        if not answer.lets_in and override:
            self._check_override(location, at)
            values |= {"outcome": "override", "override_reason_id": override.id}
        takes = values["outcome"] in LET_IN and decision.takes_visit(facts, answer.right, at)
        return self._write_down(member, access_pass, location, answer, values | {"visits_taken": int(takes)}), answer

    @api.model
    def _write_down(self, member, access_pass, location, answer, values):
        """Append what was decided about somebody coming in, and what follows when they were let in.

        The caller has taken its turn and knows that ``key`` is new.

        :param dict values: of ``gym.checkin``: ``occurred_at``, ``method``, ``key``, ``outcome``, ``visits_taken``
        :return: the visit, in sudo
        """
        at = values["occurred_at"]
        was_here = bool(member) and self._was_here_today(member, location, at)
        visit = self.env["gym.checkin"]._record(
            {
                "company_id": location.company_id.id,
                "location_id": location.id,
                "member_id": member.id,
                "pass_id": access_pass.id or self._get_pass_of(answer).id,
                "direction": "in",
                "reasons": answer.reasons,
                "right_key": answer.right,
            }
            | values
        )
        if visit.outcome in LET_IN:
            self._let_in(visit, member, access_pass, location, answer, was_here)
        elif member:
            self._emit(member, "visit.refused", location, at)
        return visit

    @api.model
    def _take_turn(self, member, access_pass):
        """Let two doors at once decide about one person one after the other: both count the same visits."""
        take_turn(member.sudo() if member else access_pass.sudo())

    @api.model
    def _check_override(self, location, at):
        """Refuse to open against a refusal once too often on one day.

        :raise UserError: naming the limit
        """
        user = self.env.user
        if user.has_group("gym_members.group_gym_manager"):
            return
        zone = location._get_time_zone()
        limit = self.env["gym.access.policy"]._get_of(location).override_limit
        since = day_bounds(civil_day(at, zone), zone)[0]
        if self.env["gym.checkin"]._count_overrides(user, since) >= limit:
            raise UserError(
                self.env._(
                    "You have opened against a refusal %(count)s times today, as often as one may. Ask a manager.",
                    count=limit,
                )
            )

    @api.model
    def _let_in(self, visit, member, access_pass, location, answer, was_here):
        at = visit.occurred_at
        self.env["gym.access.presence"]._enter(location, at, member=member, access_pass=access_pass)
        if visit.visits_taken:
            kind, _colon, number = answer.right.partition(":")
            taken = {"subscription": {"subscription": self.env["gym.subscription"].sudo().browse(int(number))}}
            taken["pass"] = {"access_pass": self.env["gym.access.pass"].sudo().browse(int(number))}
            self.env["gym.allowance.entry"]._take("visit", member, location, at, **taken[kind])
        if member and not was_here:
            self._emit(member, "visit.entered", location, at)
        member._access_changed_by_visit(visit)

    @api.model
    def _get_pass_of(self, answer):
        kind, _colon, number = (answer.right or "").partition(":")
        return self.env["gym.access.pass"].sudo().browse(int(number) if kind == "pass" else ())

    @api.model
    def _was_here_today(self, member, location, at):
        zone = location._get_time_zone()
        since = day_bounds(civil_day(at, zone), zone)[0]
        return bool(self.env["gym.checkin"]._get_last_entries(member, since))

    @api.model
    def _emit(self, member, code, location, at):
        payload = {"location": location.sudo().name}
        event = {"member_id": member.id, "type": code, "location_id": location.id, "occurred_at": at}
        self.env["gym.event"]._emit([event | {"payload": payload}])


def _outcome_of(visit):
    return "warn" if visit.outcome == "override" else visit.outcome
