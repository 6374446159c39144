from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.payment import utils as payment_utils

from ..const import PROVIDER_CODE


class ConektaPayerController(http.Controller):
    """Pages of somebody who pays; the address alone opens them."""

    @http.route(
        "/payment/conekta/return/<int:tx_id>/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def conekta_return(self, tx_id, token, **_told):
        """Ask how the payment stands from whose page somebody comes back; what the address says beside is not read."""
        transaction_sudo = self._find(tx_id, token)
        if transaction_sudo.state != "done":
            transaction_sudo._conekta_ask()
        return request.redirect("/payment/status")

    @http.route(
        "/payment/conekta/voucher/<int:tx_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def conekta_voucher(self, tx_id, token, **_told):
        """Show what is paid at the store or by transfer."""
        return request.render("payment_conekta.voucher_page", {"tx": self._find(tx_id, token)})

    @staticmethod
    def _find(tx_id, token):
        """Return the transaction of an address.

        :raise NotFound: for a wrong one, and for none
        """
        transaction_sudo = request.env["payment.transaction"].sudo().browse(tx_id).exists()
        is_ours = transaction_sudo.provider_code == PROVIDER_CODE
        if not is_ours or not payment_utils.check_access_token(token, tx_id, transaction_sudo.reference):
            raise NotFound()
        return transaction_sudo
