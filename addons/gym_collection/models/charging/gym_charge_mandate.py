from odoo import api, fields, models

from odoo.addons.gym_subscriptions.models.money import to_decimal

from ...domain.consent_guard import Consent


class GymChargeMandate(models.Model):
    """What somebody was shown and agreed to when they consented to automatic charges.

    LFPC art. 76 Bis VIII wants the consent to name periodicity, amount and date: the text and the signature are in the
    ``gym.consent``, the figures here. Rows are only added; withdrawing the consent ends the mandate.
    """

    _name = "gym.charge.mandate"
    _description = "Agreement to Automatic Charges"
    _order = "id desc"

    consent_id = fields.Many2one("gym.consent", required=True, readonly=True, index=True, ondelete="restrict")
    subscription_id = fields.Many2one("gym.subscription", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Agreed By", required=True, readonly=True, index=True, ondelete="restrict"
    )
    plan_id = fields.Many2one("gym.plan", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="Up To", required=True, readonly=True, help="Highest charge, IVA included, without asking again."
    )
    cycle_text = fields.Char(string="How Often", required=True, readonly=True)
    date_first = fields.Date(string="First Charge", required=True, readonly=True)
    is_live = fields.Boolean(compute="_compute_is_live")

    _once_per_consent = models.UniqueIndex(
        "(consent_id, subscription_id)", "This consent has already been recorded for the subscription."
    )
    _amount_positive = models.Constraint("CHECK (amount > 0)", "Nobody consents to charges of nothing.")

    @api.depends(
        "consent_id.is_live",
        "subscription_id.plan_id",
        "subscription_id.payer_id",
        "subscription_id.price_total",
        "subscription_id.change_ids.state",
    )
    def _compute_is_live(self):
        """Tell which consents are in force and speak of what is charged next, by the rule of the charge guard."""
        for subscription, mandates in self.grouped("subscription_id").items():
            known = subscription._get_known_mandates()
            for mandate in mandates:
                mandate.is_live = mandate.consent_id.is_live and mandate in known

    def _to_rule(self):
        """Return the consent as the charge guard judges it; days are those of the branch."""
        self.ensure_one()
        consent = self.consent_id
        return Consent(
            plan=self.plan_id.id,
            amount=to_decimal(self.amount),
            given_on=self._get_local_day(consent.occurred_at),
            expires_on=consent.date_expiry or None,
            withdrawn_on=self._get_local_day(consent.withdrawn_at) if consent.withdrawn_at else None,
            payer=self.partner_id.id,
            cycle=self.plan_id._get_cycle_key(),
        )

    def _get_local_day(self, instant):
        return self.location_id._to_local(instant).date()
