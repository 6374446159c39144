from odoo import api, fields, models


class GymConsentPaper(models.TransientModel):
    """Records at the desk what was signed on paper, with its scan."""

    _name = "gym.consent.paper"
    _description = "Record a Consent Signed on Paper"
    _inherit = ["gym.relation.guard"]

    member_id = fields.Many2one("gym.member", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="member_id.company_id")
    document_id = fields.Many2one(
        "gym.consent.document",
        required=True,
        ondelete="cascade",
        domain="[('company_id', '=', company_id), ('state', '!=', 'draft')]",
        help="The version printed on the paper.",
    )
    signed_at = fields.Datetime(string="Signed On", required=True, default=fields.Datetime.now)
    signer_partner_id = fields.Many2one(
        "res.partner",
        string="Signed By",
        compute="_compute_signer_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="cascade",
    )
    signer_name = fields.Char(string="Name as Signed", help="When it is written differently on the paper.")
    scan = fields.Binary(string="Scan or Photo", required=True)
    scan_filename = fields.Char()

    @api.depends("member_id", "document_id")
    def _compute_signer_partner_id(self):
        for paper in self:
            paper.member_id.sudo(False).check_access("read")
            paper.signer_partner_id = paper.member_id._get_consent_signers(paper.document_id.purpose)[:1]

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create(vals_list)
        papers.member_id.check_access("read")
        return papers

    def write(self, vals):
        result = super().write(vals)
        self.member_id.check_access("read")
        return result

    def action_record(self):
        """Record the consent and open it."""
        self.ensure_one()
        self.member_id.check_access("write")
        consent = self.env["gym.consent"]._record(
            [
                {
                    "member": self.member_id,
                    "document": self.document_id,
                    "method": "paper",
                    "signer": self.signer_partner_id,
                    "signer_name": self.signer_name,
                    "occurred_at": self.signed_at,
                    "scan": self.scan,
                    "scan_filename": self.scan_filename,
                }
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_consent_action")
        return action | {"views": [(False, "form")], "res_id": consent.id}
