from dataclasses import replace

from odoo import fields, models

from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal

from ...domain import consent_guard


class GymSubscription(models.Model):
    """May the card of this subscription be charged, and if not, why."""

    _inherit = "gym.subscription"

    mandate_ids = fields.One2many(
        "gym.charge.mandate", "subscription_id", string="Agreements to Automatic Charges", readonly=True
    )
    notice_ids = fields.One2many("gym.charge.notice", "subscription_id", string="Renewal Notices", readonly=True)

    def _record_mandate(self, consent, amount=None):
        """Keep what the person was shown with a consent to automatic charges, of the plan that is charged next.

        :param consent: the ``gym.consent`` just signed, of the purpose ``recurring_charge``
        :param Decimal amount: the highest charge that was shown; the payer's part of a period by default
        :return: the ``gym.charge.mandate``
        """
        self.ensure_one()
        charge = self._get_next_bill()
        plan, _price = self._get_next_plan_and_price()
        return (
            self.env["gym.charge.mandate"]
            .sudo()
            .create(
                {
                    "consent_id": consent.id,
                    "subscription_id": self.id,
                    "partner_id": consent.signer_partner_id.id,
                    "plan_id": plan.id,
                    "amount": amount or max(self._get_payer_price(), charge["amount"] if charge else 0),
                    "cycle_text": plan._get_cycle_text(),
                    "date_first": charge["date"] if charge else self.location_id._today(),
                }
            )
        )

    def _is_untouched_import(self):
        """Override of `gym_subscriptions`: nobody has agreed to charges since either."""
        return super()._is_untouched_import() and not self.mandate_ids

    # === WHAT COMES === #

    def _get_next_renewals(self):
        """Return what is charged next, day by day: the dues, and add-ons whose own cycle begins on another day.

        :return: list of dicts with ``date`` and ``amount`` (the payer's part, IVA included)
        """
        self.ensure_one()
        charge = self._get_next_bill()
        days = set(self._get_own_cycle_lines().mapped("next_bill_date")) - {charge and charge["date"]}
        others = [
            {"date": day, "amount": add_up(one["amount"] for one in self._get_own_lines(self._prepare_addon_dues(day)))}
            for day in days
        ]
        return ([charge] if charge else []) + others

    # === THE GUARD === #

    def _decide_charge(self, amount, day, period_start, is_renewal, payer=None):
        """Ask the charge guard.

        :param Decimal amount: of the charge for this subscription, IVA included
        :param date day: civil day of the branch
        :param date period_start: first day of the period that it pays
        :param payer: ``res.partner`` whom the invoice is made out to; the payer of the subscription by default
        :return: :class:`~...domain.consent_guard.Decision`
        """
        self.ensure_one()
        subscription = self.sudo()
        payer = payer or subscription.payer_id
        sold = (subscription.plan_id, subscription.price_id)
        intended = subscription._intend_charge(amount, period_start, payer, *sold)
        intended = replace(intended, day=day, is_renewal=is_renewal)
        notices = [notice._to_rule() for notice in subscription.notice_ids]
        return consent_guard.decide(intended, subscription._get_consent_rules(), notices)

    def _why_no_next_charge(self, amount, day):
        """Return why the card will not be charged ``amount`` on ``day`` for what comes next, whatever is announced.

        :return: :class:`~...domain.reasons.Reason`, or ``None`` when card and consent are there
        """
        self.ensure_one()
        subscription = self.sudo()
        intended = subscription._intend_charge(
            amount, day, subscription.payer_id, *subscription._get_next_plan_and_price()
        )
        return consent_guard.why_no_agreement(intended, subscription._get_consent_rules())

    def _get_agreement_facts(self, amount, day):
        """Override of `gym_subscriptions`: what has to be agreed to before the card goes on paying."""
        self.ensure_one()
        facts = super()._get_agreement_facts(amount, day)
        if not self._origin.token_id or not self._why_no_next_charge(amount, day):
            return facts
        plan, _price = self._get_next_plan_and_price()
        return [
            *facts,
            self.env._(
                "No card is charged for that before %(payer)s agrees to up to %(amount)s, %(cycle)s: in the portal, "
                "under “Automatic payment” of the plan.",
                payer=self.payer_id.name,
                amount=self.currency_id.format(max(amount, self._get_payer_price())),
                cycle=plan._get_cycle_text().lower(),
            ),
        ]

    def _intend_charge(self, amount, day, payer, plan, price):
        return consent_guard.Charge(
            plan.id,
            to_decimal(amount),
            day,
            day,
            is_renewal=False,
            payer=payer.id,
            has_card=self._is_charged_to(payer),
            cycle=plan._get_cycle_key(),
            price=self._get_payer_price(price, payer),
        )

    def _get_consent_rules(self):
        return [mandate._to_rule() for mandate in self._origin.mandate_ids]

    def _get_known_mandates(self):
        """Return, in sudo, what the payer agreed to, now or before, that speaks of what is charged next."""
        subscription = self.sudo()
        today, plan_and_price = subscription.location_id._today(), subscription._get_next_plan_and_price()
        intended = subscription._intend_charge(0, today, subscription.payer_id, *plan_and_price)
        found = consent_guard.find_consents(intended, subscription._get_consent_rules())
        return subscription.mandate_ids.filtered(lambda mandate: mandate._to_rule() in found)

    def _is_charged_to(self, partner):
        """Tell whether a card of ``partner`` is set for this subscription: automatic charges are on, and to them."""
        self.ensure_one()
        token = self._origin.sudo().token_id
        return bool(token) and token.partner_id == partner
