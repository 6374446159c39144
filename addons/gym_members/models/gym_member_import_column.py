from odoo import api, fields, models


class GymMemberImportColumn(models.Model):
    """One column of an imported file and the fact it holds."""

    _name = "gym.member.import.column"
    _description = "Column of a Member Import"
    _inherit = ["gym.relation.guard"]
    _order = "sequence, id"

    import_id = fields.Many2one("gym.member.import", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    sequence = fields.Integer()
    header = fields.Char(string="Column in the File", required=True, readonly=True)
    sample = fields.Char(string="First Values", readonly=True)
    field_code = fields.Selection(
        selection=lambda self: self._get_field_selection(),
        string="Imported As",
        help="Leave it empty and the column stays where it is.",
    )

    _one_column_per_header = models.Constraint("UNIQUE (import_id, header)", "A column can be listed only once.")

    @api.depends("header")
    def _compute_display_name(self):
        for column in self:
            column.display_name = column.header

    @api.model
    def _get_field_selection(self):
        return self.env["gym.member.import"]._get_import_labels()

    def write(self, vals):
        self.import_id._check_can_change()
        result = super().write(vals)
        self.import_id._back_to_mapping()
        return result
