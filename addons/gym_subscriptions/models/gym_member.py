from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.gym_members.domain.lifecycle import ACTIVE, FORMER, FROZEN, LAPSED, PAST_DUE, TRIAL, StageFact

from ..domain import entry

# What a subscription in a state says about its member; a draft says nothing.
STAGE_OF_STATE = {
    "trialing": TRIAL,
    "active": ACTIVE,
    "past_due": PAST_DUE,
    "suspended": PAST_DUE,
    "frozen": FROZEN,
    "cancelled": FORMER,
    "expired": LAPSED,
}

# What stands in the place of the state of a subscription whose first day is still to come: it says nothing either.
AHEAD = "ahead"


class GymMember(models.Model):
    _inherit = "gym.member"

    subscription_ids = fields.One2many("gym.subscription", "member_id", string="Subscriptions")
    subscription_count = fields.Integer(compute="_compute_subscription_count")

    def _compute_subscription_count(self):
        own = dict(
            self.env["gym.subscription"]._read_group([("member_id", "in", self.ids)], ["member_id"], ["__count"])
        )
        seats = dict(
            self.env["gym.subscription.line"]._read_group(
                [("member_id", "in", self.ids), ("kind", "=", "seat")], ["member_id"], ["__count"]
            )
        )
        for member in self:
            member.subscription_count = own.get(member, 0) + seats.get(member, 0)

    def _get_subscription_domain(self):
        """Return the domain of the subscriptions on which these members train, on a seat of another's too."""
        ids = self._get_merged_ids()
        seats = Domain("line_ids", "any", Domain("kind", "=", "seat") & Domain("member_id", "in", ids))
        return Domain("member_id", "in", ids) | seats

    def _get_stage_facts(self):
        """Let subscriptions say how their members stand; without any, what gym_members knows holds."""
        facts = super()._get_stage_facts()
        for member_id, states in self._get_subscription_states().items():
            told = [StageFact(STAGE_OF_STATE[state], "subscription") for state in sorted(states - {AHEAD})]
            # having joined only says that somebody was once here; the subscriptions say how they stand now
            kept = [fact for fact in facts[member_id] if (fact.stage, fact.source) != (ACTIVE, "member")]
            facts[member_id] = kept + told
        return facts

    def _get_subscription_states(self):
        """Return the states of the subscriptions on which each member trains or trained: dict of id to set.

        What has not begun is :data:`AHEAD`.
        """
        states = {}
        subscriptions = self.env["gym.subscription"].sudo()
        own = subscriptions._read_group(
            [("member_id", "in", self.ids), ("state", "!=", "draft")],
            ["member_id", "state", "location_id"],
            ["date_start:min"],
        )
        today = {location: location._today() for _member, _state, location, _start in own}
        for member, state, location, start in own:
            is_ahead = state in subscriptions._get_running_states() and start and start > today[location]
            states.setdefault(member.id, set()).add(AHEAD if is_ahead else state)
        seats = self.env["gym.subscription.line"].sudo()
        for line in seats.search([("member_id", "in", self.ids), ("kind", "=", "seat")]):
            state = line.subscription_id.state
            # who gave a seat back is no longer a member through it, though the subscription goes on
            is_over = not line.is_live and (not line.date_end or line.date_end <= line.location_id._today())
            is_ahead = state in subscriptions._get_running_states() and line.subscription_id._is_ahead()
            states.setdefault(line.member_id.id, set()).add("expired" if is_over else AHEAD if is_ahead else state)
        return states

    def action_open_subscriptions(self):
        """Open the subscriptions of this member."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_subscriptions.gym_subscription_action")
        return action | {
            "domain": list(self._get_subscription_domain()),
            "context": {"default_member_id": self.id, "search_default_running": 0},
        }

    # === AT THE DOOR === #

    def _get_entry(self, location, at):
        """Return by which subscription each member may enter ``location`` at ``at``, or all that speaks against it.

        Own subscriptions and seats of others count; the one with the least against it is told.

        :param datetime at: naive UTC
        :return: dict of id to a pair: ``gym.subscription`` (in sudo, empty when there is none) and a tuple of
            :class:`~...domain.entry.Objection`
        """
        rights = self._get_entry_rights()
        subscriptions = self.env["gym.subscription"].sudo().union(*rights.values())
        found = subscriptions._get_entry_objections(location, at)
        entries = {}
        for member in self:
            right, objections = entry.best({one: found[one.id] for one in rights[member.id]})
            none = (subscriptions.browse(), (entry.Objection("no_plan"),))
            entries[member.id] = (right, objections) if right is not None else none
        return entries

    def _get_entry_rights(self):
        """Return, in sudo, the subscriptions by which each of these may train: dict of id to the newest first."""
        own = self.env["gym.subscription"].sudo()
        lines = self.env["gym.subscription.line"].sudo()
        rights = dict.fromkeys(self.ids, own)
        for one in own.search([("member_id", "in", self.ids), ("state", "!=", "draft")], order="id desc"):
            rights[one.member_id.id] |= one
        for line in lines.search([("member_id", "in", self.ids), ("kind", "=", "seat")], order="id desc"):
            if line._is_there_on(line.location_id._today()):
                rights[line.member_id.id] |= line.subscription_id
        return rights
