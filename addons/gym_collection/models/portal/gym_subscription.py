import hashlib
import json

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.gym_members.domain.consent import RECURRING_CHARGE
from odoo.addons.gym_subscriptions.models.money import to_decimal
from odoo.addons.gym_subscriptions.models.portal.gym_subscription_confirm import PreviewChanged


class GymSubscription(models.Model):
    """The card that pays a subscription, and the agreement without which nothing is charged to it."""

    _inherit = "gym.subscription"

    # === CARDS === #

    @api.model
    def _get_portal_tokens(self, company=None):
        """Return, in sudo, the current user's cards; with ``company`` those that it can charge."""
        domain = [("partner_id", "=", self.env.user.partner_id.id)]
        if company:
            domain += [
                ("provider_id.state", "in", ("enabled", "test")),
                ("provider_id.company_id", "parent_of", company.id),
            ]
        return self.env["payment.token"].sudo().search(domain)

    def _get_portal_token(self, token_id):
        """Return, in sudo, the current user's card with that id if it can pay this subscription."""
        self.ensure_one()
        return self._get_portal_tokens(self.company_id).filtered(lambda token: token.id == token_id)

    def _get_portal_card(self, viewer):
        """Override of `gym_subscriptions`: also ``card``, of :meth:`_get_portal_charging`."""
        card = super()._get_portal_card(viewer)
        return card | {"card": self._get_portal_charging(card["next"]) if "card" in card["may"] else None}

    def _get_portal_charging(self, following):
        """Return how dues are paid: the ``token`` that is charged, and whether that ``is_agreed``.

        :param following: of :meth:`_get_portal_next_bill`, which the agreement has to cover
        """
        self.ensure_one()
        token = self.token_id.filtered("active")
        mandate = self._get_portal_mandate()
        amount = max([following["amount"], *self._get_planned_prices()]) if following else 0
        is_covered = amount <= to_decimal(mandate.amount)
        return {"token": token, "mandate": mandate, "is_agreed": bool(mandate) and is_covered}

    def _get_portal_mandate(self):
        """Return the agreement to charge what comes next of this subscription, that of the highest amount."""
        self.ensure_one()
        return self.mandate_ids.filtered("is_live").sorted("amount", reverse=True)[:1]

    def _get_planned_prices(self):
        """Return what the payer will pay of a whole period at each new price of the plan that they accepted."""
        self.ensure_one()
        plan, _price = self._get_next_plan_and_price()
        planned = self.change_ids.filtered(lambda change: change.kind == "price" and change.state == "planned")
        prices = planned.price_id.filtered(lambda price: price.plan_id == plan)
        return [self._get_payer_price(price) for price in prices]

    def _choose_card(self, token):
        """Let ``token`` pay this subscription, unless its payer has to agree to that first.

        :return: whether it pays now; ``False``: nothing was done
        """
        self.ensure_one()
        if not self._get_portal_charging(self._get_portal_next_bill())["is_agreed"]:
            return False
        self._wait_for_turn()
        self._set_token(token)
        return True

    # === AGREEMENT === #

    def _get_token_to_agree(self):
        """Return, in sudo, the current user's card that pays this and waits for an agreement to what comes next."""
        self.ensure_one()
        charging = self._get_portal_charging(self._get_portal_next_bill())
        return charging["token"] & self._get_portal_tokens() if not charging["is_agreed"] else charging["token"][:0]

    def _get_portal_agreement(self):
        """Return what the payer is asked to agree to before a card is charged.

        One agreement is about all that this payer has charged for the member, so those in force are named again.

        :return: dict with ``document`` (the text in force, or empty), ``figures`` (dicts with ``subscription``,
            ``plan``, ``amount``, ``cycle`` and ``date``) and their ``digest``
        """
        self.ensure_one()
        member = self.member_id
        document = member._get_consent_documents()[member.id].filtered(lambda one: one.purpose == RECURRING_CHARGE)[:1]
        others = member.subscription_ids.filtered(lambda one: one.payer_id == self.payer_id and one != self)
        agreed = others.filtered(lambda one: one._get_portal_mandate())
        figures = [figure for one in self | agreed if (figure := one._prepare_portal_figure())]
        text = json.dumps([document.content_hash, [[str(value) for value in one.values()] for one in figures]])
        return {"document": document, "figures": figures, "digest": hashlib.sha256(text.encode()).hexdigest()}

    def _prepare_portal_figure(self):
        """Return what is to be charged for this subscription, how often and first when; ``None``: nothing will be."""
        self.ensure_one()
        following = self._get_portal_next_bill()
        if not following:
            return None
        plan, _price = self._get_next_plan_and_price()
        amount = max(following["amount"], self._get_payer_price(), *self._get_planned_prices())
        figure = {
            "subscription": self,
            "plan": plan,
            "amount": amount,
            "cycle": plan._get_portal_cycle(),
            "date": following["date"],
        }
        return figure if amount else None

    def _agree_to_charges(self, token, digest, signer, **evidence):
        """Record that ``signer`` agrees to automatic charges as shown, and let ``token`` pay this subscription.

        What the signer had agreed to for the member before ends with it: the new agreement names it all.

        :param str digest: of :meth:`_get_portal_agreement`, from the page that was read
        :param evidence: ``signature``, ``signer_name``, ``ip_address``, ``user_agent``
        :raise PreviewChanged: when amounts, dates or the text are others now
        :raise UserError: when there is no text to agree to, or somebody else has to
        """
        self.ensure_one()
        self._wait_for_turn()
        agreement = self._get_portal_agreement()
        if not agreement["document"] or not agreement["figures"]:
            raise UserError(self.env._("There is nothing to agree to at the moment. Ask at the front desk."))
        if digest != agreement["digest"]:
            raise PreviewChanged(
                self.env._("The amounts or the text have changed since you saw them. Read them again, please.")
            )
        trace = {name: evidence.get(name) for name in ("ip_address", "user_agent")}
        self._get_live_agreements(signer)._withdraw("portal", signer=signer, **trace)
        entry = {"member": self.member_id, "document": agreement["document"], "method": "portal", "signer": signer}
        consent = self.env["gym.consent"].sudo()._record([entry | evidence])
        for figure in agreement["figures"]:
            figure["subscription"]._record_mandate(consent, figure["amount"])
        self._set_token(token)

    def _get_live_agreements(self, signer):
        """Return, in sudo, what ``signer`` agreed to have charged for the member and did not take back."""
        member = self.member_id
        ids = member._fetch_live_consents([RECURRING_CHARGE]).get(member.id, {}).get(RECURRING_CHARGE, [])
        return self.env["gym.consent"].sudo().browse(ids).filtered(lambda one: one.signer_partner_id == signer)

    def _get_stopped_with(self):
        """Return the running subscriptions of the member that stop being charged with this one."""
        self.ensure_one()
        return self.member_id.subscription_ids.filtered(
            lambda one: one.payer_id == self.payer_id and one.state in self._get_running_states()
        )

    def _stop_charges(self, signer, **trace):
        """Take the agreement to automatic charges back: from now on the payer pays each invoice by themselves."""
        self.ensure_one()
        subscriptions = self._get_stopped_with()
        subscriptions._wait_for_turn()
        self._get_live_agreements(signer)._withdraw("portal", signer=signer, **trace)
        for subscription in subscriptions:
            subscription._set_token(self.env["payment.token"])
