from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..domain import catalog_source, catalogs


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = "res.config.settings"

    cfdi_active = fields.Boolean(related="company_id.cfdi_active")
    cfdi_name = fields.Char(related="company_id.cfdi_name", readonly=False)
    cfdi_regime = fields.Selection(related="company_id.cfdi_regime", readonly=False)
    cfdi_complement_policy = fields.Selection(related="company_id.cfdi_complement_policy", readonly=False)
    cfdi_default_product_key_id = fields.Many2one(related="company_id.cfdi_default_product_key_id", readonly=False)
    cfdi_global_periodicity = fields.Selection(related="company_id.cfdi_global_periodicity", readonly=False)
    cfdi_global_is_automatic = fields.Boolean(related="company_id.cfdi_global_is_automatic", readonly=False)
    cfdi_global_most_tickets = fields.Integer(related="company_id.cfdi_global_most_tickets", readonly=False)
    cfdi_catalogs_version = fields.Char("Catalogues of", compute="_compute_cfdi_catalogs_version")

    def _compute_cfdi_catalogs_version(self):
        version = ".".join(map(str, catalog_source.version_of(catalogs.folder_in_use())))
        for settings in self:
            settings.cfdi_catalogs_version = f"satcfdi {version}"

    def action_renew_cfdi_catalogs(self):
        """Look for newer catalogues now instead of next week."""
        if not self.env.user.has_group("gym_cfdi.group_cfdi_manager"):
            raise AccessError(self.env._("Only CFDI managers renew the catalogues."))
        try:
            changed = self.env["gym.cfdi.catalogs"]._renew()
        except catalog_source.SourceError as error:
            raise UserError(self.env._("The catalogues were not renewed: %(error)s", error=error)) from error
        if changed:
            message = self.env._("%(count)s product keys are new or changed.", count=changed)
        else:
            message = self.env._(
                "Nothing is newer. The catalogues come with the Python package satcfdi: upgrade it on the server first."
            )
        return {"type": "ir.actions.client", "tag": "display_notification", "params": {"message": message}}
