from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..models.gym_member_merge import MERGE_FIELDS


class GymMemberMerge(models.TransientModel):
    """Shows, field by field, which value stays when two records of one person become one."""

    _name = "gym.member.merge"
    _description = "Merge Members"
    _inherit = ["gym.relation.guard"]

    winner_id = fields.Many2one("gym.member", string="Goes On", required=True, ondelete="cascade")
    loser_id = fields.Many2one("gym.member", string="Merged Into It", required=True, ondelete="cascade")
    line_ids = fields.One2many(
        "gym.member.merge.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False
    )
    blockers = fields.Text(compute="_compute_blockers")
    is_confirmed = fields.Boolean(string="I checked that both are the same person")

    @api.depends("winner_id", "loser_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [Command.clear()] + [
                Command.create(vals) for vals in wizard._prepare_line_vals() if wizard.winner_id and wizard.loser_id
            ]

    @api.depends("winner_id", "loser_id")
    def _compute_blockers(self):
        for wizard in self:
            wizard._check_members()
            pair = wizard.winner_id and wizard.loser_id
            wizard.blockers = pair and "\n".join(wizard.winner_id._get_merge_blockers(wizard.loser_id))

    def _prepare_line_vals(self):
        """Return a line for each field in which the two differ; the winner's value stays unless it is empty."""
        lines = []
        self._check_members()
        for name in MERGE_FIELDS:
            kept, lost = self.winner_id[name], self.loser_id[name]
            if kept == lost or not lost:
                continue
            lines.append(
                {
                    "field_name": name,
                    "winner_value": self._format(self.winner_id, name),
                    "loser_value": self._format(self.loser_id, name),
                    "choice": "winner" if kept else "loser",
                }
            )
        return lines

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._check_members()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._check_members()
        return result

    def _check_members(self):
        """Refuse ids that the user may not see: the lines are computed in sudo and show both members' data."""
        (self.winner_id | self.loser_id).sudo(False).check_access("read")

    def _format(self, member, name):
        field, value = member._fields[name], member[name]
        if not value:
            return ""
        if field.type == "binary":
            return self.env._("Photo")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "many2one":
            return value.display_name
        return field.convert_to_export(value, member) if field.type != "date" else fields.Date.to_string(value)

    def action_swap(self):
        """Let the other one go on."""
        self.ensure_one()
        self.write({"winner_id": self.loser_id.id, "loser_id": self.winner_id.id, "is_confirmed": False})
        return self._reopen()

    def action_merge(self):
        """Merge for good and open the member that goes on."""
        self.ensure_one()
        if not self.env.user.has_group("gym_members.group_gym_manager"):
            raise AccessError(self.env._("Only branch managers and owners merge members."))
        if not self.is_confirmed:
            raise UserError(self.env._("A merge cannot be undone. Check that both are the same person and say so."))
        wins = self.line_ids.filtered(lambda line: line.choice == "loser" and line.field_name in MERGE_FIELDS)
        self.loser_id._merge_into(self.winner_id, self._get_values(wins))
        return {
            "type": "ir.actions.act_window",
            "res_model": "gym.member",
            "res_id": self.winner_id.id,
            "view_mode": "form",
        }

    def _get_values(self, lines):
        loser = self.loser_id
        return {
            line.field_name: loser._fields[line.field_name].convert_to_write(loser[line.field_name], loser)
            for line in lines
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Members"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class GymMemberMergeLine(models.TransientModel):
    _name = "gym.member.merge.line"
    _description = "Field of a Merge"
    _inherit = ["gym.relation.guard"]

    wizard_id = fields.Many2one("gym.member.merge", required=True, ondelete="cascade", index=True)
    field_name = fields.Char(required=True, readonly=True)
    label = fields.Char(string="Field", compute="_compute_label")
    winner_value = fields.Char(string="Goes On", readonly=True)
    loser_value = fields.Char(string="Merged", readonly=True)
    choice = fields.Selection(
        [("winner", "Keep"), ("loser", "Take the other")], string="Which Stays", required=True, default="winner"
    )

    @api.depends("field_name")
    def _compute_label(self):
        member_fields = self.env["gym.member"]._fields
        for line in self:
            line.label = member_fields[line.field_name]._description_string(self.env) if line.field_name else False
