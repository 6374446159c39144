import time

from odoo.addons.payment.tests.common import PaymentCommon

from ..domain.signature import sign
from .mercado_pago_server import ACCESS_TOKEN, MercadoPagoServer

SECRET = "webhook-secret"


def sign_headers(data_id, secret=SECRET, request_id="request-1", signature=None, age_s=0):
    """Return the headers that Mercado Pago sends with a notification; ``request_id`` and ``signature`` may lie."""
    timestamp = str(round((time.time() - age_s) * 1000))
    signed = sign(secret, data_id, "request-1", timestamp)
    return {
        "x-signature": f"ts={timestamp},v1={signed}" if signature is None else signature,
        "x-request-id": request_id,
    }


class MercadoPagoCommon(PaymentCommon):
    """A provider in pesos with one saved card, against a server that behaves as Mercado Pago's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls._enable_currency("MXN")
        cls.provider = cls._prepare_provider(
            "mercado_pago",
            update_values={
                "mercado_pago_account_country_id": cls.env.ref("base.mx").id,
                "mercado_pago_access_token": ACCESS_TOKEN,
                "mercado_pago_public_key": "APP_USR-public",
                "mercado_pago_webhook_secret": SECRET,
                "allow_tokenization": True,
            },
        )
        cls.payment_method = cls.env.ref("payment.payment_method_card")
        cls.payment_method_id = cls.payment_method.id
        cls.amount = 499.0

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(MercadoPagoServer())
        self.server.cards["card-1"] = "APRO"
        self.patch(
            self.env.registry["payment.provider"],
            "_build_request_url",
            lambda _provider, endpoint, **_options: f"{self.server.url}{endpoint}",
        )
        self.token = self._create_token(provider_ref="card-1", mercado_pago_customer_id="customer-1")

    def _create_charge(self, reference="Dues 1", **values):
        return self._create_transaction("token", reference=reference, token_id=self.token.id, **values)

    def _charge(self, holder="APRO", fault=None, reference="Dues 1"):
        """Charge the saved card of ``holder``; ``fault`` is one of the server's."""
        self.server.cards["card-1"], self.server.fault = holder, fault
        transaction = self._create_charge(reference, operation="offline")
        transaction._charge_with_token()
        return transaction

    def _age(self, transaction, **ago):
        """Make a transaction and the doubt about it older, as time does."""
        self.env.flush_all()
        for column in ("create_date", "mercado_pago_doubt_at", "mercado_pago_checked_at"):
            interval = " ".join(f"{value} {unit}" for unit, value in ago.items())
            self.env.cr.execute(
                f"UPDATE payment_transaction SET {column} = {column} - %s::interval WHERE id = %s",  # noqa: S608
                [interval, transaction.id],
            )
        self.env.invalidate_all()

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("payment_mercado_pago_recurring.ir_cron_mercado_pago_reconcile").method_direct_trigger()
        self.env.invalidate_all()
