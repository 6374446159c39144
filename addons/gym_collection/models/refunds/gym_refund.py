from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

OPEN_STATES = ("planned", "sent", "in_doubt", "to_pay")

REFUND_GROUPS = ("gym_members.group_gym_manager", "gym_members.group_gym_accountant")


class GymRefund(models.Model):
    """Money of a credit note on its way back: to the card it came from, or by cash or transfer.

    The intention is written before anything is sent, as with charges. One whose answer is unknown stays ``in_doubt``:
    nothing is sent again until the provider has told the result, by its notification or in its panel.
    """

    _name = "gym.refund"
    _inherit = ["gym.sending"]
    _description = "Refund"
    _order = "id desc"

    move_id = fields.Many2one(
        "account.move", string="Credit Note", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", string="Payer", compute="_compute_payer", store=True, index=True)
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    location_id = fields.Many2one("gym.location", string="Branch", compute="_compute_payer", store=True, index=True)
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True)
    how = fields.Selection(
        [("card", "To the card it came from"), ("desk", "By cash or transfer")], required=True, readonly=True
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("to_pay", "To Pay Back"),
            ("sent", "Sent"),
            ("in_doubt", "In Doubt"),
            ("done", "Paid Back"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    source_transaction_id = fields.Many2one(
        "payment.transaction",
        string="Gives Back",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The payment that it takes back.",
    )
    transaction_id = fields.Many2one(
        "payment.transaction", readonly=True, index="btree_not_null", ondelete="restrict", copy=False
    )
    reason = fields.Text(related="transaction_id.state_message", string="Answer of the Provider")
    payment_id = fields.Many2one("account.payment", readonly=True, index="btree_not_null", ondelete="restrict")
    date_done = fields.Date(string="Paid Back On", readonly=True)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A refund gives something back.")
    _open = models.Index("(move_id) WHERE state IN ('planned', 'sent', 'in_doubt', 'to_pay')")

    @api.depends("move_id", "source_transaction_id")
    def _compute_payer(self):
        """Take payer and branch of the invoices that were paid; accounting books payments on whole companies."""
        for refund in self.sudo():
            move = refund._get_paid_moves()[:1]
            refund.partner_id, refund.location_id = move.partner_id, move.gym_location_id

    def _get_paid_moves(self):
        """Return, in sudo, the credit note that is paid out; the invoices, of a payment that is given back itself."""
        self.ensure_one()
        refund = self.sudo()
        return refund.source_transaction_id.invoice_ids if refund.move_id.move_type == "entry" else refund.move_id

    @api.depends("move_id", "amount")
    def _compute_display_name(self):
        for refund in self:
            refund.display_name = f"{refund.move_id.name} · {refund.currency_id.format(refund.amount)}"

    # === ACTIONS === #

    @api.model
    def _check_may_refund(self):
        """Refuse users who may not give money back.

        :raise AccessError: unless the user is a branch manager, an owner or an accountant
        """
        if not self.env.su and not any(self.env.user.has_group(group) for group in REFUND_GROUPS):
            raise AccessError(self.env._("Only branch managers, owners and accountants give money back."))

    def action_pay_at_desk(self):
        """Give up the card for refunds that failed: they are paid back by cash or transfer."""
        self._check_may_refund()
        self.check_access("read")
        for refund in self.sudo():
            if refund.state != "failed":
                raise UserError(self.env._("Only a refund that failed can be paid back another way."))
            refund.write({"how": "desk", "state": "to_pay"})

    def action_register(self):
        """Open the dialog that records that the money has been handed over or transferred."""
        self.ensure_one()
        self._check_may_refund()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_collection.gym_refund_pay_action")
        return action | {"context": {"default_refund_id": self.id}}

    def _pay_back(self, journal, day, memo=""):
        """Record that the money was paid back from ``journal``, and settle the credit note with it.

        :param journal: ``account.journal`` of the company, cash or bank
        :param date day: civil date on which it was paid
        :param str memo: reference of the transfer
        :raise UserError: when it is not waiting to be paid
        """
        self.ensure_one()
        refund = self.sudo()
        refund.lock_for_update()
        if refund.state != "to_pay":
            raise UserError(self.env._("%(refund)s does not wait to be paid back.", refund=refund.display_name))
        register = refund.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=refund.move_id.ids
        )
        values = {"journal_id": journal.id, "amount": refund.amount, "payment_date": day}
        payment = register.create(values | ({"communication": memo} if memo else {}))._create_payments()
        refund.write({"state": "done", "payment_id": payment.id, "date_done": day})
        refund._emit("refund.done")

    def _emit(self, code):
        """Tell the histories of the members whose dues are given back."""
        for refund in self:
            subscription = refund._get_paid_moves()._get_gym_subscriptions()[:1]
            subscription._emit(code, invoice=refund.move_id.name, amount=refund.amount, refund_id=refund.id)
