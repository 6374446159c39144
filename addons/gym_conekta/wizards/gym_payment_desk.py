from odoo import api, fields, models


class GymPaymentDesk(models.TransientModel):
    _inherit = "gym.payment.desk"

    references = fields.Html(
        string="Permanent References",
        compute="_compute_references",
        sanitize=False,  # made of our own template
        help="With which the payer pays any amount at any time, at the store or by transfer.",
    )

    @api.depends("member_id")
    def _compute_references(self):
        for desk in self:
            references = desk._get_payer()._get_gym_references(desk.sudo().company_id)
            values = {"references": references}
            desk.references = self.env["ir.qweb"]._render("gym_conekta.references", values) if references else False

    def action_make_references(self):
        """Have the networks make the permanent references of the payer, and show them here."""
        self.ensure_one()
        self.check_access("write")
        payer, company = self._get_payer(), self.sudo().company_id
        self.env["conekta.reference"]._ensure_all(payer, company)
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_collection.gym_payment_desk_action")
        return action | {"res_id": self.id}
