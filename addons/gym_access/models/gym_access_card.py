from odoo import api, fields, models

from ..domain import codes


class GymAccessCard(models.Model):
    """A printed card of a member: its random code says who comes; whether they may enter is decided as for anybody."""

    _name = "gym.access.card"
    _description = "Member Card"
    _inherit = ["gym.relation.guard", "gym.code.holder"]
    _order = "id desc"

    member_id = fields.Many2one("gym.member", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="member_id.location_id", store=True, index=True, string="Home Branch")
    revoked_at = fields.Datetime(readonly=True, copy=False)

    @api.depends("code_hint", "member_id")
    def _compute_display_name(self):
        for card in self:
            card.display_name = f"… {card.code_hint or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_relations(vals_list)
        return super().create([{"member_id": vals.get("member_id")} for vals in vals_list])

    def write(self, vals):
        allowed = vals if self.env.su else {}
        return super().write(allowed)

    def _get_code_prefix(self):
        return codes.CARD

    def action_revoke(self):
        """Let this card open nothing any more; who finds it hears that it was revoked."""
        self.check_access("write")
        self.sudo().filtered(lambda card: not card.revoked_at).write({"revoked_at": fields.Datetime.now()})

    def _make_code(self):
        """Override: a new code makes a lost card good again."""
        self.sudo().revoked_at = False
        return super()._make_code()
