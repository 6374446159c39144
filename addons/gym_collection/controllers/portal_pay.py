from werkzeug.exceptions import NotFound

from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.account_payment.controllers.portal import PortalAccount
from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal, to_float

from .portal_cards import GymPortalCards


class GymPortalPay(GymPortalCards, PortalAccount, PaymentPortal):
    """Pay all that is owed for dues in one go, with Odoo's payment form and transactions.

    Odoo's own page of overdue invoices asks for their totals even when a part was paid, leaves out what falls due
    today, and adds what is no dues; hence the choice of invoices and the amount are ours and the rest is Odoo's.
    """

    @route("/my/gym/pay", type="http", auth="user", website=True)
    def gym_pay(self, member=None, payer=None, company=None, **kw):
        member_sudo = self._get_gym_member(member, personal=False)
        if not member_sudo:
            return request.redirect("/my/gym")
        groups = self._get_owed()
        chosen = groups[0] if len(groups) == 1 else self._find_group(groups, payer, company)
        if payer and not chosen:
            raise NotFound()
        values = self._prepare_gym_values(
            member_sudo, page_title=request.env._("Pay now"), back_url="/my/gym/plan", groups=groups, chosen=chosen
        )
        if chosen:
            values["what"] = chosen["moves"]._describe_dues()
        if chosen and chosen["payable"]:
            values |= self._prepare_pay_values(chosen, member_sudo)
        return request.render("gym_collection.portal_pay", values)

    @route("/my/gym/pay/<int:payer_id>/<int:company_id>/transaction", type="jsonrpc", auth="user")
    def gym_pay_transaction(self, payer_id, company_id, amount=None, **kwargs):
        """Create the transaction of a payment of several invoices and return what the payment form goes on with.

        :raise ValidationError: when something was billed or paid since the page was opened, so the amount is another
        """
        groups = self._get_owed()
        group = self._find_group(groups, payer_id, company_id)
        moves_sudo = group and group["payable"]
        if not moves_sudo:
            raise ValidationError(request.env._("There is nothing left to pay. Open the page again."))
        owed = add_up(moves_sudo.mapped("amount_residual"))
        if to_decimal(self._cast_as_float(amount)) != owed:
            raise ValidationError(request.env._("The amount has changed. Open the page again and check it."))
        self._validate_transaction_kwargs(kwargs, additional_allowed_keys=("payment_reference",))
        kwargs |= {"amount": to_float(owed), "is_validation": False}
        kwargs.pop("payment_reference", None)
        reference = group["company"].sudo().get_next_batch_payment_communication()
        return self._process_transaction(
            request.env.user.partner_id.id, group["currency"].id, moves_sudo.ids, reference, **kwargs
        )

    def _get_owed(self):
        return request.env["account.move"]._get_portal_owed(self._get_viewer())

    @staticmethod
    def _find_group(groups, payer_id, company_id):
        """Return what is owed by that payer to that company, or ``None``."""
        wanted = (str(payer_id), str(company_id))
        return next((one for one in groups if (str(one["payer"].id), str(one["company"].id)) == wanted), None)

    def _prepare_pay_values(self, group, member_sudo):
        """Return what Odoo's payment form needs to take what is owed."""
        moves_sudo = group["payable"]
        residual = to_float(add_up(moves_sudo.mapped("amount_residual")))
        if len(moves_sudo) == 1:
            transaction_route, access_token = f"/invoice/transaction/{moves_sudo.id}", moves_sudo._portal_ensure_token()
        else:
            transaction_route, access_token = (
                f"/my/gym/pay/{group['payer'].id}/{group['company'].id}/transaction",
                None,
            )
        values = self._get_common_page_view_values(
            {
                "partner": group["payer"],
                "company": group["company"],
                "total_amount": residual,
                "currency": group["currency"],
                "amount_residual": residual,
                "landing_route": self._get_gym_url("/my/gym/plan?done=paid", member_sudo),
                "transaction_route": transaction_route,
            },
            access_token=access_token,
        )
        return values | {"amount": residual}
