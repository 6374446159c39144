from datetime import timedelta
from urllib.parse import urlencode

from odoo import fields, models


class GymMember(models.Model):
    _inherit = "gym.member"

    join_ids = fields.One2many("gym.join", "member_id", string="Online Registrations", readonly=True)
    joining_told_at = fields.Datetime(
        readonly=True, copy=False, help="When they were last told that somebody joins online with their data."
    )

    def _tell_joining(self):
        """Tell this member, at the address they gave, where to go on; at most once a day."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.joining_told_at and self.joining_told_at > now - timedelta(days=1):
            return
        self.joining_told_at = now
        self.env.ref("gym_join.mail_template_join_known").send_mail(self.id)
        self._invite_to_portal()

    def _get_join_login_url(self):
        """Return the address where this member signs in and then joins their branch again."""
        self.ensure_one()
        return f"{self.get_base_url()}/web/login?{urlencode({'redirect': f'/join/at/{self.location_id.id}'})}"

    def _get_personal_data(self):
        self.ensure_one()
        joins = self.env["gym.join"].search([("member_id", "in", self._get_merged_ids())])
        rows = [
            self._export_row(join, ("create_date", "location_id", "plan_id", *self._get_join_data())) for join in joins
        ]
        return super()._get_personal_data() | {"online_registrations": rows}

    def _get_join_data(self):
        return self.env["gym.join"]._get_data_fields()

    def _anonymise_personal_data(self):
        self.env["gym.join"].search([("member_id", "in", self._get_merged_ids())]).unlink()
        return super()._anonymise_personal_data()
