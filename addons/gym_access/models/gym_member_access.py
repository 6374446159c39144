from dataclasses import replace
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..domain.days import day_bounds
from ..domain.decision import add_context, decide
from ..domain.facts import Context
from ..domain.reasons import BLOCK


class GymMember(models.Model):
    """May they enter, and what happens when they do."""

    _inherit = "gym.member"

    access_ban_reason = fields.Char(
        string="Barred Because", groups="gym_members.group_gym_manager", tracking=True, copy=False
    )
    access_ban_until = fields.Date(
        string="Barred Until",
        groups="gym_members.group_gym_manager",
        copy=False,
        help="Last day; leave empty for good.",
    )

    # === DECIDING === #

    def _decide_access(self, location, at=None):
        """Return the decision about each of these members at ``location`` from the facts: dict of id to a ``Decision``.

        :param datetime at: naive UTC, now by default
        """
        at = at or fields.Datetime.now()
        facts = self._get_access_facts(location, at)
        contexts = self._get_access_contexts(location, at)
        return {member.id: decide(facts[member.id], contexts[member.id]) for member in self}

    def _look_up_access(self, location, at=None):
        """Return the decisions as :meth:`_decide_access` does, those that let in from what was decided ahead.

        A refusal is recomputed from the facts before anybody hears it.
        """
        at = at or fields.Datetime.now()
        known = self.env["gym.access.grant"]._look_up(self, location, at)
        contexts = self._get_access_contexts(location, at)
        found = {id_: add_context(decision, contexts[id_]) for id_, decision in known.items()}
        allowed = {id_: decision for id_, decision in found.items() if decision.lets_in}
        return self.filtered(lambda member: member.id not in allowed)._decide_access(location, at) | allowed

    def _get_access_contexts(self, location, at):
        """Return what is so at ``location`` at ``at`` for each of these: dict of id to a ``Context``."""
        policy = self.env["gym.access.policy"]._get_of(location)
        inside = self._get_presences()
        since = at - timedelta(minutes=policy.timed_minutes)
        last = self.env["gym.checkin"]._get_last_entries(self, since) if policy.anti_passback == "timed" else {}
        guardians = self._get_guardians_inside(location)
        base = Context(
            at, inside_count=self.env["gym.access.presence"]._count(location), policy=policy._to_rule(location)
        )
        return {
            member.id: replace(
                base,
                inside_since=inside.get(member.id),
                entered_at=last.get(member.id),
                is_guardian_inside=member.sudo().guardian_id in guardians,
            )
            for member in self
        }

    def _get_presences(self):
        """Return since when those of these who are inside somewhere have been: dict of id."""
        rows = self.env["gym.access.presence"].sudo().search([("member_id", "in", self.ids)])
        return {row.member_id.id: row.since for row in rows}

    def _get_presence(self, location):
        """Return, in sudo, the row of this member inside ``location``; empty when they are not."""
        self.ensure_one()
        rows = self.env["gym.access.presence"].sudo()
        return rows.search([("member_id", "=", self.id), ("location_id", "=", location.id)])

    def _get_guardians_inside(self, location):
        guardians = self.sudo().guardian_id
        members = self.env["gym.access.presence"].sudo()
        here = Domain("location_id", "=", location.id) & Domain("member_id.partner_id", "in", guardians.ids)
        return members.search(here).member_id.partner_id if guardians else guardians

    def _get_pass_state(self):
        """Return what the phone shows of the decision at the home branch: ``outcome`` and ``reasons``."""
        self.ensure_one()
        location = self.location_id
        decision = self._decide_access(location)[self.id]
        right = self.env["gym.access.desk"]._get_right_name(decision.right)
        texts = self.env["gym.access.text"]
        blocking = [one for one in decision.reasons if one.severity == BLOCK]
        return {
            "outcome": decision.outcome,
            "reasons": [texts._say(one, right, location)["reason"] for one in blocking],
        }

    # === ENTERING === #

    def _check_in(self, location, key, method="desk", at=None, override=None):
        """Decide about this member, write it down and, when let in, count them as inside and take a visit.

        :param str key: the same for every repetition of one act; see ``gym.checkin``
        :param override: ``gym.access.override.reason`` with which somebody opens against a refusal
        :return: pair of the ``gym.checkin``, in sudo, and the decision; a repetition returns what was written
        """
        self.ensure_one()
        act = self.env["gym.access.act"]
        return act._check_in(self, self.env["gym.access.pass"], location, key, method, at, override)

    # === ALLOWANCES === #

    def _get_guest_allowances(self, location, at):
        """Return the guest passes of this member now: pairs of a subscription, in sudo, and its allowance."""
        self.ensure_one()
        subscriptions = self._get_entry_rights()[self.id]
        objections = subscriptions._get_entry_objections(location, at)
        running = subscriptions.filtered(lambda one: not objections[one.id])
        uses = running._get_uses("guest")
        found = []
        for one in running.filtered("plan_id.guest_passes_per_period"):
            used = uses.get((one.id, self.id), [])
            allowances = one._get_allowances("visits_used", one.plan_id.guest_passes_per_period, used)
            found += [(one, each) for each in allowances if each.holds_at(at)]
        return found

    def _count_guests(self, day, location):
        """Return how many guests this member has brought on a civil day of the branch."""
        first, last = day_bounds(day, location._get_time_zone())
        entries = self.env["gym.allowance.entry"].sudo()
        brought = Domain("occurred_at", ">=", first) & Domain("occurred_at", "<", last)
        return entries.search_count(Domain("member_id", "=", self.id) & Domain("kind", "=", "guest") & brought)

    # === GRANTS === #

    def _access_changed(self):
        """Take note that facts about entering changed for these members: what was decided ahead no longer holds."""
        if self:
            self.env["gym.access.grant"]._forget(members=self)

    def _access_changed_by_visit(self, visit):
        """Forget what was decided ahead when a visit was taken, for there is one less."""
        if visit.visits_taken:
            self._access_changed()

    def _refresh_stage(self):
        """Override of `gym_members`: whatever may change the stage may change who enters."""
        result = super()._refresh_stage()
        self._access_changed()
        return result
