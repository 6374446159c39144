from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    cfdi_self_invoicing = fields.Boolean(
        "Customers Invoice Their Tickets",
        default=True,
        help="On the page /factura, customers with a ticket of the month get its CFDI in their own name.",
    )
    cfdi_self_invoicing_url = fields.Char("Address for Tickets", compute="_compute_cfdi_self_invoicing_url")

    def _compute_cfdi_self_invoicing_url(self):
        for company in self:
            company.cfdi_self_invoicing_url = f"{company.get_base_url()}/factura"
