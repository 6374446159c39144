from odoo import fields, models

from odoo.addons.gym_subscriptions.models.money import to_decimal

from ...domain import consent_guard


class GymSubscription(models.Model):
    """May the card of this subscription be charged, and if not, why."""

    _inherit = "gym.subscription"

    mandate_ids = fields.One2many(
        "gym.charge.mandate", "subscription_id", string="Agreements to Automatic Charges", readonly=True
    )
    notice_ids = fields.One2many("gym.charge.notice", "subscription_id", string="Notices of Renewal", readonly=True)

    def _record_mandate(self, consent, amount=None):
        """Keep what the person was shown with a consent to automatic charges.

        :param consent: the ``gym.consent`` just signed, of the purpose ``recurring_charge``
        :param float amount: the highest charge that was shown; the price of a period by default
        :return: the ``gym.charge.mandate``
        """
        self.ensure_one()
        charge = self._get_next_charge()
        return (
            self.env["gym.charge.mandate"]
            .sudo()
            .create(
                {
                    "consent_id": consent.id,
                    "subscription_id": self.id,
                    "partner_id": consent.signer_partner_id.id,
                    "plan_id": self.plan_id.id,
                    "amount": amount or max(self.price_total, charge["amount"] if charge else 0),
                    "cycle_text": self.plan_id._get_cycle_text(),
                    "date_first": charge["date"] if charge else self.location_id._today(),
                }
            )
        )

    def _is_untouched_import(self):
        """Override of `gym_subscriptions`: nobody has agreed to charges since either."""
        return super()._is_untouched_import() and not self.mandate_ids

    def _get_next_renewals(self):
        """Return what will be billed next, day by day: the dues, and add-ons whose own cycle begins on another day.

        :return: list of dicts with ``date`` and ``amount`` (IVA included)
        """
        self.ensure_one()
        charge = self._get_next_charge()
        days = set(self._get_own_cycle_lines().mapped("next_bill_date")) - {charge and charge["date"]}
        others = [{"date": day, "amount": sum(one["amount"] for one in self._prepare_addon_dues(day))} for day in days]
        return ([charge] if charge else []) + others

    def _decide_charge(self, amount, day, period_start, is_renewal, payer=None):
        """Ask the charge guard.

        :param float amount: of the charge for this subscription, IVA included
        :param date day: civil day of the branch
        :param date period_start: first day of the period that it pays
        :param payer: ``res.partner`` whom the invoice is made out to; who pays the subscription by default
        :return: :class:`~...domain.consent_guard.Decision`
        """
        self.ensure_one()
        subscription, payer = self.sudo(), payer or self.payer_id
        intended = consent_guard.Charge(
            subscription.plan_id.id,
            to_decimal(amount),
            day,
            period_start,
            is_renewal,
            payer=payer.id,
            has_card=subscription._is_charged_to(payer),
        )
        consents = [mandate._to_rule() for mandate in subscription.mandate_ids]
        notices = [notice._to_rule() for notice in subscription.notice_ids]
        return consent_guard.decide(intended, consents, notices)

    def _is_charged_to(self, partner):
        """Tell whether a card of ``partner`` is set for this subscription: automatic charges are on, and to them."""
        self.ensure_one()
        token = self.sudo().token_id
        return bool(token) and token.partner_id == partner
