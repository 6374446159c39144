from odoo import api, fields, models
from odoo.tools import LazyTranslate, format_date

from odoo.addons.gym_subscriptions.models.money import to_number

_lt = LazyTranslate(__name__)

OPEN_STATES = ("planned", "sent", "in_doubt")
# The domain's reasons, for people; by its codes (domain.consent_guard.REASONS), and those of charging itself.
REASON_TEXTS = {
    "charges_off": _lt("The payer has no card set, so automatic charges are off. Set one, or send a payment link."),
    "consent_missing": _lt("Nobody consented to automatic charges. Ask for consent, or send a payment link."),
    "consent_other_payer": _lt("Somebody else consented, not the present payer. Ask the payer for consent."),
    "consent_other_plan": _lt("The consent is for another plan. Ask for a new one."),
    "consent_withdrawn": _lt("The consent was withdrawn on %(day)s. Ask for a new one, or send a payment link."),
    "consent_expired": _lt("The consent ended on %(day)s. Ask for a new one."),
    "consent_not_yet": _lt("The consent holds from %(day)s on only."),
    "amount_above_consent": _lt(
        "The charge of %(amount)s is above the %(consented)s consented to. Ask for a new consent."
    ),
    "notice_missing": _lt("No notice of this renewal was delivered. Send it and charge after %(days)s whole days."),
    "notice_too_late": _lt("The notice was delivered on %(delivered)s, so the charge has to wait until %(earliest)s."),
    "notice_other_amount": _lt(
        "The notice announced %(announced)s, less than the charge of %(amount)s. Send a new one."
    ),
    "notice_under_way": _lt(
        "The notice of this renewal is on its way. The card is charged on %(day)s, after five whole days."
    ),
    "amount_not_dues": _lt("%(open)s is open, but only %(judged)s of it are dues. Collect the rest another way."),
    "no_card": _lt("There is no card to charge. Send a payment link."),
    "disputed": _lt("The bank took it back on %(day)s (chargeback). Agree with the payer how they pay."),
    "ask_a_person": _lt(
        "Nobody knows whether this was charged. Look for %(reference)s in the panel of %(provider)s, then let a "
        "manager choose “The Money Was Taken” or “It Was Not Taken” here."
    ),
    "already_paid": _lt("Nothing is left to pay."),
    "payment_under_way": _lt("Another payment of this invoice is under way: %(reference)s. Wait for its answer."),
}
# Which values of reasons are civil days, and which are amounts, by their names in the texts.
DAYS = {"day", "delivered", "earliest"}
AMOUNTS = {"amount", "consented", "announced", "open", "judged"}


class GymCharge(models.Model):
    """One attempt to charge an invoice to a card without the person doing anything.

    At most one attempt of an invoice is open. The intention is written before anything is sent, and what was sent can
    be asked about by its reference: an attempt whose answer is unknown stays ``in_doubt`` until the provider tells the
    result, and no other attempt is made meanwhile.
    """

    _name = "gym.charge"
    _inherit = ["gym.sending"]
    _description = "Automatic Charge"
    _order = "id desc"

    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="move_id.partner_id", string="Payer", store=True, index=True)
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="move_id.gym_location_id", store=True, index=True)
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True)
    date = fields.Date(string="Planned For", required=True, readonly=True, help="Civil day of the branch.")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("refused", "Not Allowed"),
            ("sent", "Sent"),
            ("in_doubt", "In Doubt"),
            ("done", "Charged"),
            ("failed", "Failed"),
        ],
        default="planned",
        required=True,
        readonly=True,
        index=True,
    )
    token_id = fields.Many2one("payment.token", string="Card", readonly=True, ondelete="restrict")
    provider_id = fields.Many2one(related="token_id.provider_id", store=True)
    transaction_id = fields.Many2one(
        "payment.transaction", readonly=True, index="btree_not_null", ondelete="restrict", copy=False
    )
    covered_ids = fields.Many2many(
        "gym.subscription", string="Charged For", readonly=True, copy=False, help="Whose part of the invoice it pays."
    )
    reason_codes = fields.Json(readonly=True)
    reason = fields.Text(
        compute="_compute_reason", compute_sudo=True, help="Why it was not charged, and what to do about it."
    )
    sent_at = fields.Datetime(readonly=True)

    _one_open = models.UniqueIndex(
        "(move_id) WHERE state IN ('planned', 'sent', 'in_doubt')", "This invoice is already being charged."
    )
    _pending = models.Index("(date, id) WHERE state = 'planned'")

    @api.depends("reason_codes", "transaction_id.state_message")
    @api.depends_context("lang")
    def _compute_reason(self):
        for charge in self:
            texts = [charge._explain(code, values) for code, values in charge.reason_codes or ()]
            if not texts and charge.transaction_id.state_message:
                texts = [charge.transaction_id.state_message]
            charge.reason = "\n".join(texts)

    @api.depends("move_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for charge in self:
            charge.display_name = f"{charge.sudo().move_id.name} · {format_date(self.env, charge.date)}"

    def _explain(self, code, values):
        shown = {name: self._show(name, value) for name, value in values.items()}
        return self.env._(REASON_TEXTS[code]) % shown  # pylint: disable=gettext-variable

    def _show(self, name, value):
        """Return a value of a reason, which is kept as plain text, as people write days and amounts."""
        if name in DAYS:
            return format_date(self.env, value)
        if name in AMOUNTS:
            return (self.currency_id or self.env.company.currency_id).format(to_number(value))
        return value

    def _refuse(self, reasons):
        """Note why these may not be charged; nothing was sent.

        :param reasons: list of pairs (code, values)
        """
        self.write({"state": "refused", "reason_codes": [(code, _plain(values)) for code, values in reasons]})
        self._emit("charge.refused")

    def _emit(self, code):
        """Tell the histories of the members whom these charges are for."""
        for charge in self:
            charge._get_subscriptions()._emit(code, invoice=charge.move_id.name, amount=charge.amount)

    def _get_subscriptions(self):
        """Return, in sudo, the subscriptions whose dues the invoice bills."""
        return self.sudo().move_id._get_gym_subscriptions()

    # === ACTIONS === #

    def action_charge_again(self):
        """Plan another attempt of what was refused or failed, for today; the guard decides again whether it may be."""
        self.check_access("read")
        if not self.env.user.has_group("gym_members.group_gym_frontdesk"):
            self.move_id.check_access("write")
        closed = self.sudo().filtered(lambda charge: charge.state in ("refused", "failed"))
        return closed.move_id._plan_charges()._get_action()

    def _get_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_collection.gym_charge_action")
        return action | {"domain": [("id", "in", self.ids)]}


def _plain(values):
    return {name: str(value) for name, value in values.items()}
