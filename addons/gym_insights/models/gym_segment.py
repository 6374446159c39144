from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.gym_members.domain.lifecycle import STAGES
from odoo.addons.gym_members.models.gym_member import STAGE_LABELS

from ..domain import segments

MONTHS = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]


class GymSegment(models.Model):
    """Rules by which members are found again: who they are is always looked up now, with the rights of who looks."""

    _name = "gym.segment"
    _inherit = ["gym.relation.guard"]
    _description = "Segment of Members"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    location_ids = fields.Many2many(
        "gym.location",
        string="Branches",
        domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]",
        help="Members of any of these; of all when it is empty.",
    )
    plan_ids = fields.Many2many(
        "gym.plan",
        string="Plans",
        domain="[('company_id', '=', company_id)]",
        help="Members with a running subscription to any of these.",
    )
    stage = fields.Selection(
        [(stage, STAGE_LABELS[stage]) for stage in STAGES], help="The stage that the member is in."
    )
    tag_ids = fields.Many2many("res.partner.category", string="Tags", help="Members with any of these.")
    debt = fields.Selection(
        [(segments.OWES, "Something overdue is owed"), (segments.OWES_NOTHING, "Nothing overdue is owed")]
    )
    joined_from = fields.Date(string="Joined Since")
    joined_until = fields.Date()
    birth_month = fields.Selection(MONTHS, string="Birthday In")
    member_count = fields.Integer(string="Members", compute="_compute_member_count")

    _once = models.UniqueIndex("(company_id, name) WHERE active", "A segment of that name is there already.")

    @api.depends("location_ids", "plan_ids", "stage", "tag_ids", "debt", "joined_from", "joined_until", "birth_month")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_member_count(self):
        for segment in self:
            segment.member_count = self.env["gym.member"].search_count(segment._get_member_domain())

    @api.constrains("joined_from", "joined_until")
    def _check_joined(self):
        for segment in self.filtered(lambda one: one.joined_from and one.joined_until):
            if segment.joined_from > segment.joined_until:
                raise ValidationError(
                    self.env._("%(segment)s: the first day of joining is after the last one.", segment=segment.name)
                )

    @api.constrains("location_ids", "plan_ids", "company_id")
    def _check_company_of_rules(self):
        for segment in self.sudo():
            if (segment.location_ids.company_id | segment.plan_ids.company_id) - segment.company_id:
                raise ValidationError(
                    self.env._("%(segment)s: its branches and plans have to be of its company.", segment=segment.name)
                )

    # === WHO IS IN IT === #

    def action_open_members(self):
        """Open the members of this segment that the user may see, to read, export or write to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_member_action")
        return action | {
            "name": self.name,
            "domain": [("segment_ids", "=", self.id)],
            "context": {},
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
        }

    def _get_member_domain(self):
        """Return the domain of its members, for a search with the rights of whoever looks.

        Hook: an addon with a rule of its own calls super and adds its condition.
        """
        self.ensure_one()
        states = self.env["gym.subscription"]._get_running_states()
        debtors = self._get_debtors() if self.debt else ()
        company = Domain("company_id", "=", self.company_id.id)
        return company & Domain.AND(Domain(*one) for one in segments.conditions(self._to_rules(), states, debtors))

    def _to_rules(self):
        return segments.Rules(
            locations=tuple(self.location_ids.ids),
            plans=tuple(self.plan_ids.ids),
            stage=self.stage or None,
            tags=tuple(self.tag_ids.ids),
            debt=self.debt or None,
            joined_from=self.joined_from or None,
            joined_until=self.joined_until or None,
            birth_month=int(self.birth_month) if self.birth_month else None,
        )

    def _get_debtors(self):
        """Return the ids of the members for whom something overdue is owed, as far as the user may see it."""
        owing = self.env["gym.owing.report"].search([("company_id", "=", self.company_id.id)])
        partners = owing.sudo().partner_id.ids
        own = Domain("payer_id", "=", False) & Domain("partner_id", "in", partners)
        members = self.env["gym.member"].with_context(active_test=False)
        return members.search(Domain("payer_id", "in", partners) | own).ids
