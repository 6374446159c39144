from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.gym_subscriptions.models.money import to_decimal

from ...domain import consent_guard

# Sent this many days before the last day on which the law lets it arrive
AHEAD_DAYS = 3


class GymChargeNotice(models.Model):
    """The notice of a renewal, with what proves that it was delivered (LFPC art. 76 Bis VIII).

    Delivered means: the mail server of the addressee accepted it and it has not bounced since. Another channel adds
    itself by extending :meth:`_send`.
    """

    _name = "gym.charge.notice"
    _description = "Notice of a Renewal"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _mail_post_access = "read"

    subscription_id = fields.Many2one("gym.subscription", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Sent To", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True, help="Announced, IVA included.")
    period_start = fields.Date(string="Renews On", required=True, readonly=True)
    date_charge = fields.Date(string="Charged On", required=True, readonly=True)
    channel = fields.Selection([("email", "E-mail")], required=True, readonly=True, default="email")
    state = fields.Selection(
        [("queued", "On Its Way"), ("delivered", "Delivered"), ("failed", "Not Delivered")],
        default="queued",
        required=True,
        readonly=True,
    )
    mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null", ondelete="set null")
    delivered_at = fields.Datetime(readonly=True)
    proof = fields.Char(readonly=True, help="Message-Id under which the mail server accepted it.")
    failure_reason = fields.Char(readonly=True)

    _once = models.UniqueIndex(
        "(subscription_id, partner_id, period_start, amount) WHERE state <> 'failed'",
        "This renewal has already been announced.",
    )

    @api.depends("subscription_id", "period_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = f"{notice.subscription_id.name} · {format_date(self.env, notice.period_start)}"

    def _to_rule(self):
        """Return the notice as the charge guard judges it."""
        self.ensure_one()
        delivered_on = self.location_id._to_local(self.delivered_at).date() if self.delivered_at else None
        return consent_guard.Notice(
            period_start=self.period_start,
            amount=to_decimal(self.amount),
            delivered_on=delivered_on if self.state == "delivered" else None,
            payer=self.partner_id.id,
        )

    # === SENDING === #

    @api.model
    def _cron_send_notices(self):
        """Announce the renewals of the coming days that will be charged to a card, each once."""
        latest = self.env["res.company"]._get_latest_day()
        horizon = consent_guard.earliest_charge(latest) + timedelta(days=AHEAD_DAYS)
        subscriptions = self.env["gym.subscription"].search(
            [
                ("state", "in", ("trialing", "active", "past_due")),
                ("token_id", "!=", False),
                "|",
                ("next_bill_date", "<=", horizon),
                ("line_ids", "any", [("cycle", "=", "own"), ("is_live", "=", True), ("next_bill_date", "<=", horizon)]),
                ("is_comp", "=", False),
            ]
        )
        self.env["ir.cron"]._do_each(subscriptions, "_announce_renewals", horizon)

    @api.model
    def _announce(self, subscriptions, until=None):
        """Send the notices of the next renewals of each of ``subscriptions`` that have had none with their amount.

        A charge that the guard will refuse for want of a card or a consent is not announced.

        :param date until: last day of renewals to announce; all that are next by default
        :return: the new notices
        """
        vals_list = [
            vals
            for subscription in subscriptions
            for charge in subscription._get_next_renewals()
            if subscription.location_id._today() <= charge["date"] <= (until or charge["date"])
            and not subscription._why_no_next_charge(charge["amount"], charge["date"])
            and (vals := self._prepare_notice(subscription, charge))
        ]
        return self._create_and_send(vals_list)

    @api.model
    def _announce_late(self, subscription, start, amount, is_last=False):
        """Announce a renewal that was billed without a notice in time, once; what came back is not sent again.

        It happens when mail was down, and when a renewal begins at once because somebody comes back from a suspension.

        :param date start: first day of the period
        :param Decimal amount: billed for it, IVA included
        :param bool is_last: the days of a notice that was on its way are over, so that only a delivered one counts
        :return: the first day on which it may be charged; ``None`` when it cannot be announced
        """
        own = subscription.sudo().notice_ids.filtered(
            lambda one: (one.partner_id, one.period_start) == (subscription.payer_id, start)
        )
        today = subscription.location_id._today()
        enough = own.filtered(lambda one: one.state != "failed" and to_decimal(one.amount) >= amount).sorted(
            "delivered_at"
        )
        if enough:
            delivered = enough[0]._to_rule().delivered_on
            return None if is_last and not delivered else consent_guard.earliest_charge(delivered or today)
        day = consent_guard.earliest_charge(today)
        vals = self._prepare_notice(subscription, {"date": start, "amount": amount})
        if not vals or "failed" in own.mapped("state"):
            return None
        self._create_and_send([vals | {"date_charge": day}])
        return day

    @api.model
    def _create_and_send(self, vals_list):
        notices = self.sudo().create(vals_list)
        for notice in notices:
            notice.with_delay(
                description=self.env._("Notice of renewal %(name)s", name=notice.display_name),
                identity_key=f"gym_charge_notice_{notice.id}",
            )._send()
        return notices

    @api.model
    def _prepare_notice(self, subscription, charge):
        """Return values of the notice that ``subscription`` still needs of ``charge``, or ``None``."""
        if charge["amount"] <= 0:
            return None
        known = self.sudo().search_count(
            [
                ("subscription_id", "=", subscription.id),
                ("partner_id", "=", subscription.payer_id.id),
                ("period_start", "=", charge["date"]),
                ("amount", ">=", charge["amount"]),
                ("state", "!=", "failed"),
            ],
            limit=1,
        )
        if known or not subscription.payer_id.email:
            return None
        return {
            "subscription_id": subscription.id,
            "partner_id": subscription.payer_id.id,
            "amount": charge["amount"],
            "period_start": charge["date"],
            "date_charge": charge["date"],
        }

    def _send(self):
        """Hand the notice to the mail server; run again, it sends nothing twice."""
        self.ensure_one()
        if self.state != "queued" or self.mail_id:
            return
        template = self.env.ref("gym_collection.mail_template_renewal_notice").sudo()
        self.mail_id = template.send_mail(self.id, force_send=False, email_values={"auto_delete": False})
        self.mail_id.send()

    # === DELIVERY === #

    def _note_sent(self, mail):
        self.write({"state": "delivered", "delivered_at": fields.Datetime.now(), "proof": mail.message_id})

    def _note_failed(self, reason):
        self.write({"state": "failed", "delivered_at": False, "failure_reason": reason})

    def _message_receive_bounce(self, email, partner):
        """A notice that came back was never delivered."""
        self.sudo()._note_failed(self.env._("The message to %(email)s came back.", email=email))
        return super()._message_receive_bounce(email, partner)
