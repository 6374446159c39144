from odoo import api, models
from odoo.tools import format_date

from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import add_up, to_float


class GymAccessDesk(models.AbstractModel):
    _inherit = "gym.access.desk"

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
        owed = payer._get_gym_open_dues(member.company_id)
        credit = payer._get_gym_credit(member.company_id)
        return {
            "member_id": member.id,
            "name": member.name,
            "payer": payer.name,
            "credit": to_float(credit),
            "owed": to_float(max(ZERO, add_up(owed.mapped("amount_residual")) - credit)),
            "over": member.company_id.gym_cash_over,
            "invoices": [
                {
                    "id": move.id,
                    "name": move.payment_reference or move.name,
                    "due": format_date(self.env, move.invoice_date_due),
                    "left": move.amount_residual,
                }
                for move in owed
            ],
        }
