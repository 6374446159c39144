from odoo import models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _ensure_gym_pos_method(self, pos_method):
        """Return, in sudo, how this journal says that money came by a means of payment of the till.

        :param pos_method: ``pos.payment.method``
        """
        self.ensure_one()
        lines = self.inbound_payment_method_line_ids
        found = lines.filtered(lambda line: line.gym_pos_method_id == pos_method)[:1]
        if not found:
            found = self.env["account.payment.method.line"].sudo().create(pos_method._prepare_gym_method_line(self))
        return found
