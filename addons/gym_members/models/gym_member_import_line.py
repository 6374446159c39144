from odoo import api, fields, models

from ..domain.importing.matching import Person
from .gym_member_import_texts import explain


class GymMemberImportLine(models.Model):
    """One row of an imported file: what it says, what will become of it, and what did.

    Written by the import only; people read it.
    """

    _name = "gym.member.import.line"
    _description = "Row of a Member Import"
    _order = "import_id, line_number"
    _rec_name = "name"

    import_id = fields.Many2one("gym.member.import", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    line_number = fields.Integer(string="Line", required=True, help="Line of the file, its first line being 1.")
    section = fields.Char(string="Title", help="What this row says of those below it, when it is no person.")
    raw = fields.Json(help="Texts of the columns that are imported, by header.")
    values = fields.Json(help="What the texts mean, by field.")
    action = fields.Selection(
        [("create", "New"), ("update", "Update"), ("skip", "Skip"), ("error", "Error")], string="What Happens"
    )
    state = fields.Selection(
        [
            ("pending", "Not checked"),
            ("checked", "Checked"),
            ("applied", "Done"),
            ("failed", "Failed"),
            ("undone", "Undone"),
            ("kept", "Could not be undone"),
        ],
        default="pending",
        required=True,
    )
    name = fields.Char()
    email = fields.Char()
    phone = fields.Char()
    birthdate = fields.Date()
    external_key = fields.Char(help="The source and the id there: the same whenever this person is imported again.")
    member_id = fields.Many2one("gym.member", index="btree_not_null", ondelete="set null")
    created_id = fields.Integer(
        string="Id of the Member Made", help="Does not follow a merge, as the member does: undoing removes nobody else."
    )
    matched_by = fields.Selection(
        [
            ("key", "Same id"),
            ("email_birthdate", "E-mail and birth date"),
            ("phone", "Phone and name"),
            ("email", "E-mail and name"),
            ("name_birthdate", "Name and birth date"),
        ],
        string="Recognised By",
    )
    same_as_line = fields.Integer(string="Same as Line")
    needs_link = fields.Boolean(
        string="Family Still Open", help="Guardian or payer are looked up when all rows are in."
    )
    created_partner_id = fields.Many2one("res.partner", string="Contact Made for the Guardian", ondelete="set null")
    changes = fields.Json(
        string="Changed Values", help="Field to its value before and after, for an update and its undoing."
    )
    issues = fields.Json(help="What was found, as codes; see the domain's Issue.")
    warning_count = fields.Integer()
    messages = fields.Text(compute="_compute_messages")
    changes_text = fields.Text(string="Changes", compute="_compute_changes_text")

    _line_per_import = models.UniqueIndex("(import_id, line_number)")
    _state_per_import = models.Index("(import_id, state, line_number)")
    _key_per_import = models.Index("(import_id, external_key)")
    _email_per_import = models.Index("(import_id, email) WHERE email IS NOT NULL")
    _phone_per_import = models.Index("(import_id, phone) WHERE phone IS NOT NULL")
    _created_partner = models.Index("(created_partner_id) WHERE created_partner_id IS NOT NULL")

    @api.depends("issues")
    @api.depends_context("lang")
    def _compute_messages(self):
        for line in self:
            line.messages = "\n".join(" ".join(explain(self.env, issue)) for issue in line.issues or [])

    @api.depends("changes")
    @api.depends_context("lang")
    def _compute_changes_text(self):
        labels = self.env["gym.member"].fields_get(attributes=["string"])
        for line in self:
            line.changes_text = "\n".join(
                f"{labels.get(name, {'string': name})['string']}: {before or '–'} → {after or '–'}"
                for name, (before, after) in (line.changes or {}).items()
            )

    def action_open_member(self):
        """Open the member this row became or changed."""
        self.ensure_one()
        self.member_id.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_member_action")
        return action | {"views": [(False, "form")], "res_id": self.member_id.id}

    def _add_issues(self, *issues):
        """Add :class:`Issue` to what is told about these rows."""
        for line in self:
            line.issues = (line.issues or []) + [issue.to_dict() for issue in issues]
            line.warning_count += len(issues)

    def _to_person(self):
        self.ensure_one()
        return Person(
            self.line_number,
            self.name or "",
            self.email or "",
            self.phone or "",
            self.birthdate or None,
            self.external_key or "",
        )
