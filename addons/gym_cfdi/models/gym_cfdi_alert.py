from odoo import models


class GymCfdiAlert(models.AbstractModel):
    """Lets a record warn those who manage the CFDI of its company, by an activity for each of them."""

    _name = "gym.cfdi.alert"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "CFDI Alert"

    def _alert_managers(self, summary, note):
        """Give every CFDI manager of the company an activity for today, unless one with that summary is still open.

        :return: the activities
        """
        self.ensure_one()
        record_sudo = self.sudo()
        already = record_sudo.activity_ids.filtered(lambda activity: activity.summary == summary).user_id
        activities = self.env["mail.activity"].sudo()
        for user in self._get_managers() - already:
            activities |= record_sudo.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_warning",
                record_sudo.company_id._today(),
                summary=summary,
                note=note,
                user_id=user.id,
            )
        return activities

    def _close_alerts(self):
        """Remove the warnings of these records that no longer hold."""
        warning = self.env.ref("mail.mail_activity_data_warning")
        self.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == warning).unlink()

    def _get_managers(self):
        return self.sudo().company_id._get_cfdi_managers()
