from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import format_date

from odoo.addons.gym_subscriptions.domain import lifecycle
from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal

DISPUTED_STATES = ("open", "contested")

BARRING_STATES = ("open", "contested", "lost")

KEEPER_GROUPS = ("gym_members.group_gym_manager", "gym_members.group_gym_accountant")


class GymChargeback(models.Model):
    """A bank took a payment back because its holder disputes it.

    The invoices it paid are open again and their subscriptions suspended; the card is not charged any more. Winning
    brings the money and the access back. Written by its buttons and by providers' notifications only.
    """

    _name = "gym.chargeback"
    _description = "Chargeback"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    transaction_id = fields.Many2one(
        "payment.transaction", required=True, readonly=True, index=True, ondelete="restrict", string="Payment Disputed"
    )
    token_id = fields.Many2one(related="transaction_id.token_id", string="Card", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="transaction_id.company_id", store=True, index=True)
    invoice_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The first of those that the payment paid.",
    )
    invoice_ids = fields.Many2many(
        "account.move", string="Invoices of the Payment", compute="_compute_invoice_ids", compute_sudo=True
    )
    invoice_names = fields.Char(compute="_compute_invoice_ids", string="Invoices", compute_sudo=True)
    location_id = fields.Many2one(related="invoice_id.gym_location_id", store=True, index=True)
    partner_id = fields.Many2one(related="invoice_id.partner_id", string="Payer", store=True, index=True)
    currency_id = fields.Many2one(related="transaction_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True)
    reference = fields.Char(string="Case Number", readonly=True, tracking=True, help="Of the bank or provider.")
    reason_code = fields.Char(string="Reason", readonly=True, help="As the bank gives it, such as 10.4 or fraudulent.")
    date = fields.Date(string="Received", required=True, readonly=True)
    date_deadline = fields.Date(string="Answer Until", readonly=True, tracking=True)
    state = fields.Selection(
        [("open", "To Answer"), ("contested", "Answered"), ("won", "Won"), ("lost", "Lost")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    date_closed = fields.Date(string="Decided", readonly=True)
    fee_amount = fields.Monetary(string="Fee", readonly=True, help="What the provider keeps for the dispute.")
    taken_move_id = fields.Many2one("account.move", string="Money Taken", readonly=True, ondelete="restrict")
    returned_move_id = fields.Many2one("account.move", string="Money Returned", readonly=True, ondelete="restrict")
    fee_move_id = fields.Many2one("account.move", string="Fee Entry", readonly=True, ondelete="restrict")
    booking_trouble = fields.Text(readonly=True, help="Why the money that the bank took could not be booked.")
    subscription_ids = fields.Many2many("gym.subscription", compute="_compute_subscription_ids", string="Subscriptions")

    _once = models.UniqueIndex(
        "(transaction_id, reference) WHERE reference IS NOT NULL", "This chargeback is already recorded."
    )
    _one_at_a_time = models.UniqueIndex(
        "(transaction_id) WHERE state IN ('open', 'contested')", "This payment is already being disputed."
    )
    _amount_positive = models.Constraint("CHECK (amount > 0 AND fee_amount >= 0)", "A chargeback takes something.")

    @api.depends("transaction_id", "reference")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for chargeback in self:
            told = chargeback.reference or format_date(self.env, chargeback.date)
            chargeback.display_name = f"{chargeback.invoice_id.name} · {told}"

    @api.depends("transaction_id")
    def _compute_invoice_ids(self):
        for chargeback in self:
            chargeback.invoice_ids = chargeback.transaction_id._get_gym_invoices()
            chargeback.invoice_names = ", ".join(chargeback.invoice_ids.mapped("name"))

    @api.depends("transaction_id")
    def _compute_subscription_ids(self):
        for chargeback in self:
            chargeback.subscription_ids = chargeback.invoice_ids._get_gym_subscriptions()

    # === RECORDING === #

    @api.model
    def _record(self, transaction, amount=None, is_told=False, fee_account_id=False, **values):
        """Record that the bank took ``transaction`` back; telling it twice by its case number records it once.

        :param transaction: ``payment.transaction``, confirmed, of an invoice of dues
        :param float amount: taken back; the whole payment by default
        :param bool is_told: by the provider: it is recorded even when it cannot be booked, and says why
        :param values: ``reference``, ``reason_code``, ``date_deadline`` and ``fee_amount``
        :return: the chargeback
        :raise UserError: when the payment cannot be disputed, or booked, with the reason
        """
        chargebacks = self.sudo()
        transaction = transaction.sudo()
        transaction.lock_for_update()
        reference = values.get("reference")
        if known := transaction.gym_chargeback_ids.filtered(lambda one: reference and one.reference == reference):
            return known
        amount = transaction.amount if amount is None else amount
        chargebacks._check_may_be_taken(transaction, amount)
        if not transaction.payment_id:
            transaction._post_process()
        invoice = transaction._get_gym_invoices()[0]
        facts = {"transaction_id": transaction.id, "invoice_id": invoice.id, "amount": amount}
        chargeback = chargebacks.create(values | facts | {"date": invoice.gym_location_id._today()})
        if is_told:
            chargeback._try_to_book()
        else:
            chargeback._take_money(fee_account_id)
        chargeback._close_door()
        return chargeback

    @api.model
    def _check_may_be_taken(self, transaction, amount):
        """Refuse a dispute of what was not paid, or of more than is left of it.

        :raise UserError: naming the payment
        """
        taken = transaction.gym_chargeback_ids.filtered(lambda one: one.state in BARRING_STATES)
        left = to_decimal(transaction.amount) - add_up(taken.mapped("amount"))
        is_too_much = to_decimal(amount) > left
        if transaction.state != "done" or not transaction._get_gym_invoices() or amount <= 0 or is_too_much:
            raise UserError(
                self.env._(
                    "Only a confirmed payment of dues can be taken back, and not more than it: %(payment)s.",
                    payment=transaction.reference,
                )
            )

    def _try_to_book(self):
        """Book the money that the bank took, or keep what is in the way for somebody to correct."""
        try:
            with self.env.cr.savepoint():
                self._take_money()
        except LockError:
            raise
        except UserError as error:
            self.booking_trouble = str(error)

    def _book_again(self):
        """Book what could not be booked before; what was won meanwhile came back and needs no booking."""
        for chargeback in self.sudo().filtered(lambda one: one.booking_trouble and one.state != "won"):
            chargeback.lock_for_update()
            chargeback._take_money()
            chargeback.booking_trouble = False

    @api.model
    def _take_number(self, transaction, reference):
        """Give what staff wrote down first the provider's number, whatever number of the bank it had.

        A payment is disputed once at a time; one that is lost whole has nothing left to dispute.
        """
        mine = transaction.gym_chargeback_ids
        if reference in mine.mapped("reference"):
            return
        same = mine.filtered(lambda one: one.state in DISPUTED_STATES)
        lost = mine.filtered(lambda one: one.state == "lost")
        if not same and add_up(lost.mapped("amount")) >= to_decimal(transaction.amount):
            same = lost[:1]
        same.write({"reference": reference})

    def _close_door(self):
        """Suspend what the disputed invoices are for, and have somebody answer in time."""
        suspended = self.subscription_ids.filtered(lambda one: one._may(lifecycle.SUSPEND))
        suspended._transition(lifecycle.SUSPEND)
        self.subscription_ids._entry_changed()
        self._emit("chargeback.received")
        self.env["gym.dunning.case"]._open_cases(self.invoice_ids)
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_deadline or self.date,
            summary=self.env._("Answer the chargeback"),
            user_id=self._get_keeper(self.location_id).id,
        )

    @api.model
    def _get_keeper(self, location):
        """Return who answers: a manager of the branch, else the user at work, who in a notification is nobody."""
        managers = self.env.ref("gym_members.group_gym_manager").all_user_ids
        here = managers.filtered(lambda user: location.id in user._get_gym_location_ids())
        at_work = self.env.user if self.env.user._is_internal() else self.env.ref("base.user_admin")
        return here[:1] or at_work

    # === OUTCOME === #

    def _follow(self, state, date_deadline=None):
        """Take over how the provider says that this dispute stands; what is decided stays.

        :param str state: of ``payment.transaction._notify_dispute``
        :param date date_deadline: until which the evidence has to be there; unchanged when not told
        """
        self.ensure_one()
        if date_deadline and date_deadline != self.date_deadline and self.state in DISPUTED_STATES:
            self.date_deadline = date_deadline
            self.activity_reschedule(["mail.mail_activity_data_todo"], date_deadline=date_deadline)
        {"contested": self._set_contested, "won": self._win, "lost": self._lose}.get(state, lambda: None)()

    def _set_contested(self):
        """Note that the evidence went to the bank."""
        for chargeback in self.sudo().filtered(lambda one: one.state == "open"):
            chargeback.state = "contested"
            chargeback.activity_unlink(["mail.mail_activity_data_todo"])

    def _win(self):
        """The money comes back: it pays the invoice again, and members who owe nothing more go on."""
        for chargeback in self.sudo().filtered(lambda one: one.state in DISPUTED_STATES):
            chargeback._close("won")
            chargeback._return_money()
            chargeback.subscription_ids._settle_if_paid()
            chargeback._emit("chargeback.won")

    def _lose(self):
        """The bank keeps the money: the invoice stays owed, the card barred, the rest is dunning's."""
        for chargeback in self.sudo().filtered(lambda one: one.state in DISPUTED_STATES):
            chargeback._close("lost")
            chargeback._emit("chargeback.lost")

    def _close(self, state):
        self.write({"state": state, "date_closed": self.location_id._today()})
        self.subscription_ids._entry_changed()
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _emit(self, code):
        for chargeback in self:
            chargeback.subscription_ids._emit(code, invoice=chargeback.invoice_names, amount=chargeback.amount)

    # === ACTIONS === #

    @api.model
    def _check_may_keep(self):
        """Refuse users who may not decide on chargebacks.

        :raise AccessError: unless the user is a branch manager, an owner or an accountant
        """
        if not self.env.su and not any(self.env.user.has_group(group) for group in KEEPER_GROUPS):
            raise AccessError(self.env._("Only branch managers, owners and accountants handle chargebacks."))

    def _act(self, method):
        self._check_may_keep()
        self.check_access("read")
        getattr(self, method)()

    def action_contest(self):
        """Note that the evidence went to the bank."""
        self._act("_set_contested")

    def action_win(self):
        """Record that the bank gave the money back."""
        self._act("_win")

    def action_lose(self):
        """Record that the bank keeps the money."""
        self._act("_lose")

    def action_book(self):
        """Book what could not be booked when the provider told of it."""
        self._act("_book_again")
