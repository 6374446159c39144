from odoo import api, fields, models
from odoo.exceptions import UserError


class GymDoubtDialog(models.TransientModel):
    """Asks a manager what they found of a charge or refund whose provider cannot be asked."""

    _name = "gym.doubt.dialog"
    _description = "What the Provider Did"
    _inherit = ["gym.relation.guard", "gym.once"]

    charge_id = fields.Many2one("gym.charge", readonly=True, ondelete="cascade")
    refund_id = fields.Many2one("gym.refund", readonly=True, ondelete="cascade")
    finding = fields.Selection(
        [("taken", "The provider did it: the money moved"), ("not_taken", "The provider did nothing")],
        string="What You Found",
        required=True,
        readonly=True,
    )
    note = fields.Text(string="Where You Found It", required=True)
    where = fields.Text(compute="_compute_where", string="Where to Look")

    @api.depends("charge_id", "refund_id")
    def _compute_where(self):
        for dialog in self:
            transaction = dialog._get_doubt().sudo().transaction_id
            source = transaction.source_transaction_id or transaction
            dialog.where = self.env._(
                "Look for %(reference)s of %(amount)s in the panel of %(provider)s. Say what you see there, not what "
                "you expect.",
                reference=source.reference,
                amount=transaction.currency_id.format(abs(transaction.amount)),
                provider=transaction.provider_id.name,
            )

    def _get_doubt(self):
        self.ensure_one()
        return self.charge_id or self.refund_id

    def action_confirm(self):
        """Settle the doubt by what was found, once."""
        self.ensure_one()
        doubt = self._get_doubt()
        doubt._check_may_say()
        if not (self.note or "").strip():
            raise UserError(self.env._("Write where you found it: day, amount and number, or that it is not there."))
        if self._begin_once():
            doubt._settle_doubt(self.finding == "taken", self.note.strip())
        return {"type": "ir.actions.act_window_close"}
