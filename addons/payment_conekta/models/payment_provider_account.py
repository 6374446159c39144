from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

from odoo.addons.payment.logging import get_payment_logger

from ..const import PROVIDER_CODE, REMEDIES
from ..domain.errors import ConektaError
from ..domain.networks import NETWORKS
from ..domain.notifications import EVENTS
from ..domain.references import LOOK_BACK_S
from ..domain.signature import is_signed, split_keys
from ..services.client import ConektaClient
from .payment_transaction import to_epoch

_logger = get_payment_logger(__name__)
WEBHOOK_ROUTE = "/payment/conekta/webhook"


class PaymentProvider(models.Model):
    """The account at the network: its client, its notifications, and buttons that try them."""

    _inherit = "payment.provider"

    # === CLIENT === #

    def _conekta_has_key(self, is_live):
        self.ensure_one()
        sealed = self.sudo()
        return bool(sealed.conekta_live_key_sealed if is_live else sealed.conekta_test_key_sealed)

    def _conekta_get_client(self, is_live):
        """Return the client of this account (:class:`~..services.client.ConektaClient`) in one mode.

        :raise UserError: when this server cannot open the key
        """
        self.ensure_one()
        key = self._vault_read("conekta_live_key_sealed" if is_live else "conekta_test_key_sealed")
        return ConektaClient(NETWORKS[self.conekta_network], key or "", host=self._conekta_get_host())

    def _conekta_get_host(self):
        """Return where to send to; tests and sandboxes have their own."""
        return NETWORKS[self.conekta_network].host

    def _conekta_explain(self, error):
        """Return what a person reads about a :class:`~..domain.errors.ConektaError`: why, and the way out."""
        remedy = REMEDIES.get(error.reason)
        told = f"{self.name}: {error.message}" + (f" ({error.log_id})" if error.log_id else "")
        return f"{self.env._(remedy)} ({told})" if remedy else told  # pylint: disable=gettext-variable

    # === VOUCHERS === #

    def _conekta_get_expiry(self):
        """Return until when a voucher of today is good: the end of a day at the company's place, naive UTC."""
        self.ensure_one()
        company = self.company_id
        day = company._today() + timedelta(days=self.conekta_voucher_days)
        return company._to_utc(datetime.combine(day, time(23, 59, 59)))

    # === NOTIFICATIONS === #

    def _conekta_get_webhook_url(self):
        self.ensure_one()
        return urljoin(self.get_base_url(), f"{WEBHOOK_ROUTE}/{self.id}")

    def _conekta_is_signed(self, body, header):
        """Tell whether the network signed a notification; without keys none is."""
        self.ensure_one()
        return is_signed(body, header, split_keys(self.sudo().conekta_webhook_keys))

    def _conekta_follow(self, subject):
        """Ask for the order that a notification is about, and take over how it stands.

        :param subject: :class:`~..domain.notifications.Subject`
        :raise ConektaError: when the network cannot be asked now; it notifies again
        """
        self.ensure_one()
        order_id = subject.order_id or self._conekta_find_order_of(subject.charge_id)
        if not order_id or not self._conekta_has_key(subject.is_live):
            return
        order = self._conekta_get_client(subject.is_live).get_order(order_id)
        if order:
            transaction = self.env["payment.transaction"].sudo()._conekta_find(self, order)
            if transaction:
                transaction._conekta_take(order)
            else:
                self.env["conekta.reference"].sudo()._receive(self, order)

    def _conekta_find_order_of(self, charge_id):
        domain = [("provider_id", "=", self.id), ("conekta_charge_id", "=", charge_id)]
        return self.env["payment.transaction"].sudo().search(domain, limit=1).provider_reference

    def _conekta_receive_missed(self):
        """Look through the orders of the last days for what came by permanent references.

        :raise UserError: when the network cannot be asked now
        """
        self.ensure_one()
        now = to_epoch(fields.Datetime.now())
        references = self.env["conekta.reference"].sudo()
        for is_live in (False, True):
            is_used = references.search_count([("provider_id", "=", self.id), ("is_live", "=", is_live)], limit=1)
            if not is_used or not self._conekta_has_key(is_live):
                continue
            try:
                orders = list(self._conekta_get_client(is_live).list_orders(now - LOOK_BACK_S, now + 3600))
            except ConektaError as error:
                raise UserError(self._conekta_explain(error)) from error
            for order in orders:
                references._receive(self, order)

    # === BUTTONS === #

    def action_conekta_check(self):
        """Try each key that is there, changing nothing at the network."""
        self.check_access("write")
        self.ensure_one()
        told = [self._conekta_try_key(is_live) for is_live in (False, True) if self._conekta_has_key(is_live)]
        if not told:
            raise UserError(self.env._("%(provider)s has no private key yet.", provider=self.name))
        return self._conekta_tell("\n".join(text for _works, text in told), all(works for works, _text in told))

    def _conekta_try_key(self, is_live):
        mode = self.env._("Live key") if is_live else self.env._("Test key")
        try:
            self._conekta_get_client(is_live).check()
        except ConektaError as error:
            return False, f"{mode}: {self._conekta_explain(error)}"
        return True, self.env._("%(mode)s: it works.", mode=mode)

    def action_conekta_connect(self):
        """Have the network make a key for its notifications in this provider's mode, and send them here."""
        self.check_access("write")
        self.ensure_one()
        if self.code != PROVIDER_CODE or self.state == "disabled":
            raise UserError(
                self.env._("Save the key and set %(provider)s to test or enabled mode first.", provider=self.name)
            )
        client, url = self._conekta_get_client(self.state == "enabled"), self._conekta_get_webhook_url()
        try:
            public_key = client.create_webhook_key()
            if url not in client.list_webhooks():
                client.create_webhook(url, EVENTS)
        except ConektaError as error:
            raise UserError(self._conekta_explain(error)) from error
        self.conekta_webhook_keys = "\n".join(filter(None, [self.conekta_webhook_keys, public_key.strip()]))
        return self._conekta_tell(self.env._("Notifications come to %(url)s from now on.", url=url), True)

    def _conekta_tell(self, message, is_good):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_good else "danger",
                "message": message,
                "sticky": not is_good,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
