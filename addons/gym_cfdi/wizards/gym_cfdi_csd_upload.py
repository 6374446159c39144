import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vigor_vault.fields import EncryptedText


class GymCfdiCsdUpload(models.TransientModel):
    """Takes the three things that the SAT hands out. What is secret is encrypted before the row is written.

    The fields that a person fills, ``key_file`` and ``password``, always read as empty: they only write into the vault.
    """

    _name = "gym.cfdi.csd.upload"
    _description = "Upload of a CSD"
    _inherit = "vault.mixin"
    _transient_max_hours = 0.5

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    cer_file = fields.Binary("Certificate (.cer)", attachment=False)
    cer_filename = fields.Char()
    key_file = fields.Binary("Private Key (.key)", compute="_compute_nothing", inverse="_inverse_key_file")
    key_filename = fields.Char()
    password = fields.Char("Password of the Private Key", compute="_compute_nothing", inverse="_inverse_password")
    encrypted_key = EncryptedText("Private Key")
    encrypted_password = EncryptedText("Password")
    has_key = fields.Boolean(compute="_compute_has_key", compute_sudo=True)

    def _compute_nothing(self):
        for upload in self:
            upload.key_file = False
            upload.password = False

    def _inverse_key_file(self):
        for upload in self:
            content = upload.with_context(bin_size=False).key_file
            upload._vault_write("encrypted_key", content.decode() if isinstance(content, bytes) else content)

    def _inverse_password(self):
        for upload in self:
            upload._vault_write("encrypted_password", upload.password)

    @api.depends("encrypted_key")
    def _compute_has_key(self):
        for upload in self:
            upload.has_key = bool(upload.encrypted_key)

    def action_upload(self):
        """Prove the three things and keep them; the upload itself is deleted."""
        self.ensure_one()
        self._check_may_upload()
        key = self._vault_read("encrypted_key")
        if not self.cer_file or not key:
            raise UserError(self.env._("Choose both files: the .cer and the .key of the CSD."))
        self.env["certificate.certificate"]._create_csd(
            self.company_id,
            base64.b64decode(self.with_context(bin_size=False).cer_file),
            base64.b64decode(key),
            self._vault_read("encrypted_password") or "",
        )
        self.sudo().unlink()
        return {"type": "ir.actions.act_window_close"}

    def _check_may_upload(self):
        if not self.env.user.has_group("gym_cfdi.group_cfdi_manager"):
            raise AccessError(self.env._("Only CFDI managers upload seals."))
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("You do not work for %(company)s.", company=self.company_id.sudo().name))
