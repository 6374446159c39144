from odoo import api, fields, models

from odoo.addons.gym_subscriptions.models.money import add_up


class PosSession(models.Model):
    _inherit = "pos.session"

    gym_clearing_left = fields.Monetary(
        string="Dues Not Cleared",
        compute="_compute_gym_clearing_left",
        help="What this session collected of dues less what invoices received. Anything but zero waits in “Dues at "
        "the Till”.",
    )

    @api.model
    def _load_pos_data_models(self, config):
        return [*super()._load_pos_data_models(config), "gym.member"]

    def _compute_gym_clearing_left(self):
        for session in self:
            session.gym_clearing_left = add_up(session._get_gym_clearing_lines().mapped("balance"))

    def _get_gym_clearing_lines(self):
        """Return, in sudo, the items of the clearing account: of the session's entry, and of the payments it took."""
        session = self.sudo()
        account = session.company_id.gym_pos_journal_id.default_account_id
        payments = session.order_ids.lines.gym_payment_ids.filtered(lambda one: one.state != "canceled")
        items = session.move_id.line_ids | payments.move_id.line_ids
        return items.filtered(lambda item: item.account_id == account and item.parent_state == "posted")

    def _reconcile_account_move_lines(self, data):
        """Also match what the till collected with the payments of invoices, those of tickets given back among them."""
        data = super()._reconcile_account_move_lines(data)
        sessions = self | self.order_ids.lines.refunded_orderline_id.order_id.session_id
        items = self.env["account.move.line"]
        for session in sessions:
            items |= session._get_gym_clearing_lines()
        items.filtered(lambda item: not item.reconciled).with_context(no_cash_basis=True).reconcile()
        return data
