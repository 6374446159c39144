from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.gym_subscriptions.models.money import to_decimal, to_float
from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.addons.vigor_guard.domain.secret import is_same

from ..domain import joining
from .join_common import JoinPages


class GymJoinPayment(JoinPages, PaymentPortal):
    """The last step of joining: what is paid and how, and the end. All routes are public; see :class:`JoinPages`.

    ``/join/<token>/pay`` the price and Odoo's payment form, ``code`` a coupon, ``transaction`` (JSON-RPC) the payment,
    ``start`` a start without payment, ``confirm`` its confirmation from the mailbox, ``desk`` pay at the front desk,
    ``end`` its result.
    """

    @route("/join/<string:token>/pay", type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def join_pay(self, token, error=None, **kw):
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        if refusal := self._get_step_refusal(join_sudo, joining.PAY):
            return refusal
        return self._render_payment(join_sudo)

    @route("/join/<string:token>/code", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def join_code(self, token, code=None, **kw):
        """Take a coupon, or take it away."""
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        if refusal := self._get_step_refusal(join_sudo, joining.PAY):
            return refusal
        error = self._run(join_sudo._use_code, code)
        if error:
            return self._render_payment(join_sudo, code_error=error, typed_code=code)
        return request.redirect(join_sudo._get_path("pay"))

    @route("/join/<string:token>/start", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def join_start(self, token, **kw):
        """Begin what costs nothing today: at once when signed in, else once the mailbox has confirmed it."""
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        if refusal := self._get_step_refusal(join_sudo, joining.PAY):
            return refusal
        if error := self._run(join_sudo._start_free):
            return self._render_payment(join_sudo, error=error)
        return request.redirect(join_sudo._get_path("end"))

    @route("/join/<string:token>/confirm", type="http", auth="public", website=True, sitemap=False)
    def join_confirm(self, token, key=None, **kw):
        """The link of the mail shows a button, because programs open links too; the button begins the subscription."""
        join_sudo = self._find_join(token)
        if not join_sudo or not is_same(join_sudo._get_confirmation(), key):
            return self._render_gone()
        if join_sudo.state != joining.UNCONFIRMED:
            return request.redirect(join_sudo._get_path())
        if join_sudo._find_owner_of_mailbox():
            return self._respond("gym_join.join_known", {"join": join_sudo})
        if request.httprequest.method == "POST":
            error = self._run(join_sudo._confirm)
            return self._render_end(join_sudo, error) if error else request.redirect(join_sudo._get_path("end"))
        return self._respond("gym_join.join_confirm", {"join": join_sudo, "key": key})

    @route("/join/<string:token>/desk", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def join_desk(self, token, **kw):
        """Keep the registration for the front desk, where it is paid."""
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        if refusal := self._get_step_refusal(join_sudo, joining.PAY):
            return refusal
        if error := self._run(join_sudo._go_to_desk):
            return self._render_payment(join_sudo, error=error)
        return request.redirect(join_sudo._get_path("end"))

    @route("/join/<string:token>/edit", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def join_edit(self, token, **kw):
        """Take up again what waits for the mailbox or the desk."""
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        error = self._run(join_sudo._edit)
        return self._render_end(join_sudo, error) if error else request.redirect(join_sudo._get_path("data"))

    @route("/join/<string:token>/end", type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def join_end(self, token, **kw):
        join_sudo = self._find_join(token)
        if not join_sudo:
            return self._render_gone()
        if join_sudo.state == joining.OPEN and not join_sudo._get_open_payment():
            return request.redirect(join_sudo._get_path("pay"))
        return self._render_end(join_sudo)

    # === PAYMENT === #

    @route("/join/<string:token>/transaction", type="jsonrpc", auth="public", website=True)
    def join_transaction(self, token, access_token=None, **kwargs):
        """Make the payment of a join. Amount, payer and whether the card is kept come from the join, not the page.

        :param access_token: sent by Odoo's payment form; the token of the join is what counts here
        :raise ValidationError: when the join cannot be paid, or not that amount any more
        """
        join_sudo = self._find_join(token)
        if not join_sudo or self._get_step_refusal(join_sudo, joining.PAY):
            raise ValidationError(request.env._("This page is closed. Open it again."))
        reserved = join_sudo._reserve_promotion()
        quote, offer = join_sudo.quote, join_sudo._show_price()
        if to_decimal(quote) != offer["due"]:
            raise ValidationError(request.env._("The price has changed. Open the page again to see it."))
        is_validation = not offer["due"]
        if is_validation and not join_sudo._is_card_needed():
            raise ValidationError(request.env._("Nothing has to be paid today. Open the page again."))
        self._validate_transaction_kwargs(kwargs)
        if kwargs.get("provider_id") not in self._get_payment_context(join_sudo, offer)["providers_sudo"].ids:
            raise ValidationError(request.env._("Choose another way to pay."))
        join_sudo._check_no_twin(join_sudo.plan_id, join_sudo.member_id)
        partner_sudo = join_sudo._ensure_partner()
        tx_sudo = self._create_transaction(
            **kwargs
            | {
                "flow": "direct" if kwargs.get("flow") == "token" else kwargs.get("flow"),
                "token_id": None,
                "amount": to_float(offer["due"]) or None,
                "currency_id": join_sudo.currency_id.id,
                "partner_id": partner_sudo.id,
                "tokenization_requested": False,
                "is_gym_card_kept": join_sudo._is_charge_agreed(),
                "is_validation": is_validation,
                "landing_route": join_sudo._get_path("end"),
                "reference_prefix": f"JOIN-{join_sudo.id}",
            },
            custom_create_values=reserved | {"gym_join_id": join_sudo.id, "gym_join_choice": join_sudo._get_choice()},
        )
        return tx_sudo._get_processing_values()

    def _get_payment_context(self, join_sudo, offer):
        """Return what Odoo's payment form needs; payments that keep the card show only what can keep one."""
        is_validation = not offer["due"]
        partner_sudo = join_sudo._ensure_partner()
        keeps = {"force_tokenization": join_sudo._is_charge_agreed()}
        currency = join_sudo.currency_id
        providers_sudo = (
            request.env["payment.provider"]
            .sudo()
            ._get_compatible_providers(
                join_sudo.company_id.id,
                partner_sudo.id,
                to_float(offer["due"]),
                currency_id=currency.id,
                is_validation=is_validation,
                **keeps,
            )
        )
        methods_sudo = (
            request.env["payment.method"]
            .sudo()
            ._get_compatible_payment_methods(providers_sudo.ids, partner_sudo.id, currency_id=currency.id, **keeps)
        )
        return {
            "mode": "validation" if is_validation else "payment",
            "allow_token_selection": False,
            "show_tokenize_input_mapping": {provider.id: False for provider in providers_sudo},
            "reference_prefix": f"JOIN-{join_sudo.id}",
            "amount": to_float(offer["due"]),
            "currency": currency,
            "partner_id": partner_sudo.id,
            "providers_sudo": providers_sudo,
            "payment_methods_sudo": methods_sudo,
            "tokens_sudo": request.env["payment.token"].sudo(),
            "transaction_route": join_sudo._get_path("transaction"),
            "landing_route": join_sudo._get_path("end"),
            "access_token": "",
        }

    # === PAGES === #

    def _render_payment(self, join_sudo, **values):
        offer = join_sudo._show_price()
        needs_form = bool(offer["due"]) or join_sudo._is_card_needed()
        context = self._get_payment_context(join_sudo, offer) if needs_form else {}
        last = join_sudo.transaction_ids.sorted("id")[-1:]
        return self._render_step(
            "pay",
            join_sudo,
            **context
            | {
                "offer": offer,
                "needs_form": needs_form,
                "is_charge_agreed": join_sudo._is_charge_agreed(),
                "failed": last if last.state in ("error", "cancel") else None,
                "code_error": offer["code_refusal"],
                "typed_code": join_sudo.code,
            }
            | values,
        )

    def _render_end(self, join_sudo, error=None):
        member_sudo = join_sudo.member_id
        card = member_sudo._get_portal_card() if join_sudo._is_card_shown() else None
        if card:  # who holds the link has just joined; the portal asks who is signed in
            card |= {"code": member_sudo._get_card_code_uri()}
        has_account = bool(member_sudo.user_ids.filtered("login_date"))
        values = {"join": join_sudo, "member": member_sudo, "card": card, "has_account": has_account, "error": error}
        return self._respond("gym_join.join_end", values | {"payment": join_sudo._get_open_payment()})
