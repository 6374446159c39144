from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cfdi_self_invoicing = fields.Boolean(related="company_id.cfdi_self_invoicing", readonly=False)
    cfdi_self_invoicing_url = fields.Char(related="company_id.cfdi_self_invoicing_url")
