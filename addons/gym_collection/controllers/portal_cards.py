from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.gym_members.controllers.signature import read_signature
from odoo.addons.gym_subscriptions.controllers.portal_changes import GymPortalChanges
from odoo.addons.vigor_guard.domain.numbers import read_id


class GymPortalCards(GymPortalChanges):
    """The user's cards, which of them pays a subscription, and the agreement without which nothing is charged."""

    def _get_changed_url(self, subscription_sudo, done):
        """Override of `gym_subscriptions`: first to the agreement that the card waits for."""
        token_sudo = subscription_sudo._get_token_to_agree()
        if token_sudo and "card" in subscription_sudo._get_portal_verbs(self._get_viewer()):
            return f"/my/gym/plan/{subscription_sudo.id}/card/{token_sudo.id}/agree?done={done}"
        return super()._get_changed_url(subscription_sudo, done)

    def _prepare_plan_values(self, cards):
        return super()._prepare_plan_values(cards) | {"credits": self._get_credits(cards)}

    @staticmethod
    def _get_credits(cards):
        """Return the credit of the payers of these subscriptions: list of dicts ``amount``, ``currency``."""
        paid = [card["subscription"] for card in cards if "pay" in card["may"]]
        pairs = {(one.payer_id, one.company_id) for one in paid}
        credits = [
            {"amount": payer._get_gym_credit(company), "currency": company.currency_id} for payer, company in pairs
        ]
        return [credit for credit in credits if not credit["currency"].is_zero(credit["amount"])]

    @route("/my/gym/cards", type="http", auth="user", website=True, readonly=True)
    def gym_cards(self, member=None, done=None, **kw):
        member_sudo = self._get_gym_member(member, personal=False)
        if not member_sudo:
            return request.redirect("/my/gym")
        tokens_sudo = request.env["gym.subscription"]._get_portal_tokens()
        values = self._prepare_gym_values(
            member_sudo,
            page_title=request.env._("My cards"),
            back_url="/my/gym/plan",
            tokens=[(token, self._get_used_by(token)) for token in tokens_sudo],
            done=done,
        )
        return request.render("gym_collection.portal_cards", values)

    @route("/my/gym/cards/<int:token_id>/delete", type="http", auth="user", website=True)
    def gym_card_delete(self, token_id, member=None, **kw):
        """Say what deleting a card does, and on POST delete it."""
        member_sudo = self._get_gym_member(member, personal=False)
        token_sudo = request.env["gym.subscription"]._get_portal_tokens().filtered(lambda token: token.id == token_id)
        if not member_sudo or not token_sudo:
            raise NotFound()
        if request.httprequest.method == "POST":
            with self._changing():
                token_sudo.active = False
            return request.redirect(self._get_gym_url("/my/gym/cards?done=deleted", member_sudo))
        values = self._prepare_gym_values(
            member_sudo,
            page_title=request.env._("Delete card"),
            back_url="/my/gym/cards",
            token=token_sudo,
            used_by=self._get_used_by(token_sudo),
        )
        return request.render("gym_collection.portal_card_delete", values)

    @route("/my/gym/plan/<int:subscription_id>/card", type="http", auth="user", website=True)
    def gym_plan_card(self, subscription_id, token=None, **kw):
        """Choose the card that pays a subscription; who has not agreed to that is asked first."""
        subscription_sudo = self._get_subscription(subscription_id, "card")
        error = None
        if request.httprequest.method == "POST":
            token_sudo = self._get_token(subscription_sudo, token)
            chosen = []
            error = self._try(lambda: chosen.append(subscription_sudo._choose_card(token_sudo)))
            if chosen and not chosen[0]:
                return request.redirect(f"/my/gym/plan/{subscription_id}/card/{token_sudo.id}/agree")
            if not error:
                return request.redirect(self._get_done_url(subscription_sudo, "card"))
        following = subscription_sudo._get_portal_next_bill()
        return self._render_about(
            "gym_collection.portal_plan_card",
            subscription_sudo,
            request.env._("Automatic payment"),
            error=error,
            tokens=subscription_sudo._get_portal_tokens(subscription_sudo.company_id),
            charging=subscription_sudo._get_portal_charging(following),
            stopped=subscription_sudo._get_stopped_with() - subscription_sudo,
        )

    @route("/my/gym/plan/<int:subscription_id>/card/stop", type="http", auth="user", website=True, methods=["POST"])
    def gym_plan_card_stop(self, subscription_id, **kw):
        """Take the agreement to automatic charges back."""
        subscription_sudo = self._get_subscription(subscription_id, "card")
        with self._changing():
            subscription_sudo._stop_charges(request.env.user.partner_id, **self._get_evidence())
        return request.redirect(self._get_done_url(subscription_sudo, "stopped"))

    @route("/my/gym/plan/<int:subscription_id>/card/<int:token_id>/agree", type="http", auth="user", website=True)
    def gym_plan_card_agree(self, subscription_id, token_id, digest=None, accept=None, done=None, **kw):
        """Show amount, frequency and first date of what a card will be charged, and on POST record the agreement.

        Who has just changed to a dearer plan comes here, and reads on top that it is ``done``.
        """
        subscription_sudo = self._get_subscription(subscription_id, "card")
        token_sudo = self._get_token(subscription_sudo, token_id)
        error = None
        if request.httprequest.method == "POST":
            if accept:
                error = self._agree(subscription_sudo, token_sudo, digest)
            else:
                error = request.env._("Tick the box to agree. Nothing was recorded.")
            if not error:
                return request.redirect(self._get_done_url(subscription_sudo, "card"))
        return self._render_about(
            "gym_collection.portal_plan_card_agree",
            subscription_sudo,
            request.env._("Automatic payment"),
            back_url=f"/my/gym/plan/{subscription_id}/card",
            token=token_sudo,
            agreement=subscription_sudo._get_portal_agreement(),
            signer=request.env.user.partner_id,
            error=error,
            done=done,
        )

    @route("/my/gym/plan/<int:subscription_id>/card/<int:token_id>/sign", type="jsonrpc", auth="user", website=True)
    def gym_plan_card_sign(self, subscription_id, token_id, name=None, signature=None):
        """Answer of core's signature form, for a gym that wants this agreement signed by hand."""
        subscription_sudo = self._get_subscription(subscription_id, "card")
        token_sudo = self._get_token(subscription_sudo, token_id)
        # a JSON-RPC route gets nothing of the query string as argument
        digest = request.httprequest.args.get("digest")
        signed = {"signature": read_signature(signature), "signer_name": name}
        if error := self._agree(subscription_sudo, token_sudo, digest, **signed):
            return {"error": error}
        return {"force_refresh": True, "redirect_url": self._get_done_url(subscription_sudo, "card")}

    # === CHECKS AND WORK === #

    def _get_token(self, subscription_sudo, token_id):
        """Return, in sudo, the user's card with that id that can pay the subscription.

        :raise NotFound: when it is nobody's, another's, or of a provider that its company does not use
        """
        token_sudo = subscription_sudo._get_portal_token(read_id(token_id))
        if not token_sudo:
            raise NotFound()
        return token_sudo

    def _agree(self, subscription_sudo, token_sudo, digest, **signed):
        """Record the agreement; return why not, or ``None``."""
        evidence = self._get_evidence() | signed
        signer = request.env.user.partner_id
        try:
            with self._changing():
                subscription_sudo._agree_to_charges(token_sudo, digest, signer, **evidence)
        except UserError as error:
            request.env.invalidate_all()
            return str(error)
        return None

    @staticmethod
    def _get_evidence():
        """Return from where the request comes; behind a proxy that needs ``proxy_mode`` in the configuration."""
        http = request.httprequest
        return {"ip_address": http.remote_addr, "user_agent": http.user_agent.string}

    @staticmethod
    def _get_used_by(token_sudo):
        running = request.env["gym.subscription"]._get_running_states()
        return token_sudo._get_gym_subscriptions().filtered(lambda one: one.state in running)
