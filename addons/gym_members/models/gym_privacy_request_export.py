import base64

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.vigor_guard.domain.spreadsheet import as_csv_text

from ..domain import privacy
from ..domain.personal_export import build_archive


class GymPrivacyRequest(models.Model):
    """The copy of the data that an access request asks for, and the data that a request itself holds."""

    _inherit = "gym.privacy.request"

    def action_export(self):
        """Gather the person's data in the background and attach them here."""
        self.check_access("write")
        for request in self:
            request._check_exportable()
            request.with_delay(description=f"Export of {request.name}")._export_personal_data()

    def _check_exportable(self):
        """Refuse to gather data before it is sure who asks, or for another kind of request.

        :raise UserError: saying which
        """
        self.ensure_one()
        if self.kind != "access":
            raise UserError(self.env._("Only an access request asks for a copy of the data."))
        if self.state not in (privacy.VERIFIED, privacy.ANSWERED):
            raise UserError(
                self.env._("Verify the identity first: a copy of somebody's data must not reach another person.")
            )

    def _export_personal_data(self):
        """Job: attach the archive, as the user who asked for it; repeating it replaces the file.

        Health notes go to a file of their own, only when the person asked for them and the user may see them.
        """
        self.check_access("write")
        self._check_exportable()
        member_sudo = self.member_id.sudo()
        about = {
            "folio": self.name,
            "member": member_sudo.display_name,
            "responsible": self.company_id.name,
            "generated_at": fields.Datetime.now().isoformat() + "Z",
        }
        data = member_sudo._get_personal_data()
        values = {"export_file": base64.b64encode(build_archive(data, about, as_csv_text))}
        if self.includes_health and self.env.user.has_group("gym_members.group_gym_health"):
            sensitive = member_sudo._get_sensitive_personal_data()
            values["health_export_file"] = base64.b64encode(build_archive(sensitive, about, as_csv_text))
        self.sudo().write(values)
        self._log("exported", ", ".join(f"{section}: {len(rows)}" for section, rows in data.items()))

    def _erase_personal_data(self):
        """Empty what names the person; folio, dates, answer and legal ground stay as evidence."""
        self.activity_ids.unlink()
        self.write(
            {
                "requester_name": False,
                "requester_email": False,
                "description": False,
                "identity_note": False,
                "answer_text": False,
                "execution_note": False,
                "export_file": False,
                "health_export_file": False,
            }
        )
