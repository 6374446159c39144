from odoo import models
from odoo.exceptions import UserError


class GymPrivacyRequest(models.Model):
    """What each kind of privacy request does when it is executed."""

    _inherit = "gym.privacy.request"

    # === EXECUTION === #

    def _execute_access(self):
        """Hand the export over; it must have been made after the identity was verified."""
        if not self.export_file:
            raise UserError(self.env._("Make the export first and wait for its file."))
        if self.includes_health and not self.sudo().health_export_file:
            raise UserError(
                self.env._("The person asked for their health notes too: someone with that right must make the export.")
            )
        if self.delivery == "email":
            attachment = (
                self.env["ir.attachment"]
                .sudo()
                .search(
                    [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", "export_file")],
                    limit=1,
                )
            )
            copy = attachment.copy({"name": self.export_filename, "res_field": False})
            self._send_to_requester("gym_members.mail_template_privacy_export", attachment_ids=copy.ids)

    def _execute_with_note(self):
        if not (self.execution_note or "").strip():
            raise UserError(self.env._("Write what was done, for the evidence."))

    def _execute_rectification(self):
        self._execute_with_note()

    def _execute_opposition(self):
        self._execute_with_note()

    def _execute_revocation(self):
        self._execute_with_note()

    def _execute_cancellation(self):
        self.member_id._block_personal_data(self.env._("Cancellation %(folio)s", folio=self.name))
