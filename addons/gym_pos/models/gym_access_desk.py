from odoo import api, models
from odoo.tools import format_date

from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import add_up, to_float


class GymAccessDesk(models.AbstractModel):
    _inherit = "gym.access.desk"

    @api.model
    def _get_verdict(self, location, member, *args, **kwargs):
        """Also say what a member's payer owes, to those who may see the member."""
        verdict = super()._get_verdict(location, member, *args, **kwargs)
        is_seen = member and member.sudo(False).has_access("read")
        owed = self._get_owed(member) if is_seen else ZERO
        return verdict | {"owed": member.company_id.currency_id.format(owed) if owed else False}

    @api.model
    def _get_owed(self, member):
        """Return what the member's payer owes here less what is left from before: ``Decimal``, 0 or more."""
        payer, company = member.payer_id or member.partner_id, member.company_id
        left = add_up(payer._get_gym_open_dues(company).mapped("amount_residual")) - payer._get_gym_credit(company)
        return max(ZERO, left)

    @api.model
    def get_dues(self, location_id, ref):
        """Return what the till has to know to take somebody's dues.

        :param str ref: ``member:12``
        :return: member, who pays, what is owed less what is left from before, and the open invoices with their days
        """
        location = self._get_location(location_id)
        member, _pass = self._get_person(location, ref)
        member.sudo(False).check_access("read")
        payer = member.payer_id or member.partner_id
        company = member.company_id
        return {
            "member_id": member.id,
            "name": member.name,
            "payer": payer.name,
            "credit": to_float(payer._get_gym_credit(company)),
            "owed": to_float(self._get_owed(member)),
            "over": company.gym_cash_over,
            "invoices": [
                {
                    "id": move.id,
                    "name": move.payment_reference or move.name,
                    "due": format_date(self.env, move.invoice_date_due),
                    "left": move.amount_residual,
                }
                for move in payer._get_gym_open_dues(company)
            ],
        }
