from datetime import timedelta

from odoo.addons.payment.tests.common import PaymentCommon

from ..domain.networks import CONEKTA, DIGITAL_FEMSA
from ..sandbox.account import GOOD_CARD, LIVE_KEY, TEST_KEY, Account
from ..sandbox.server import ConektaServer

MODELS = "odoo.addons.payment_conekta.models"
QUIET = (f"{MODELS}.payment_transaction_answers", f"{MODELS}.payment_transaction_ask")


class ConektaCommon(PaymentCommon):
    """A provider for each network, in pesos, against servers that behave as theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls._enable_currency("MXN")
        cls.partner.write({"name": "Fulano Perez", "email": "fulano@example.com", "phone": "55 2299 7233"})
        cls.provider = cls._prepare_network(CONEKTA)
        cls.femsa = cls._prepare_network(DIGITAL_FEMSA)
        cls.card, cls.spei, cls.oxxo = (
            cls.env.ref(f"payment.payment_method_{code}") for code in ("card", "spei", "oxxopay")
        )
        cls.cash = cls.env.ref("payment_conekta.payment_method_cash")
        # making a pair of keys is slow, so all tests of a class use the same two
        cls.signing_keys = Account(CONEKTA).signing_key, Account(DIGITAL_FEMSA).signing_key
        cls.payment_method = cls.card
        cls.payment_method_id = cls.card.id
        cls.amount = 499.0

    @classmethod
    def _prepare_network(cls, network):
        values = {"conekta_test_key": TEST_KEY, "conekta_live_key": LIVE_KEY, "allow_tokenization": network is CONEKTA}
        return cls._prepare_provider("conekta", update_values=values, conekta_network=network.code)

    @classmethod
    def _get_provider_domain(cls, code, **kwargs):
        return cls.env["payment.provider"]._get_provider_domain(code, **kwargs)

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(ConektaServer(CONEKTA))
        self.femsa_server = self.enterContext(ConektaServer(DIGITAL_FEMSA))
        self.server.signing_key, self.femsa_server.signing_key = self.signing_keys
        servers = {CONEKTA.code: self.server, DIGITAL_FEMSA.code: self.femsa_server}
        self.patch(
            self.env.registry["payment.provider"],
            "_conekta_get_host",
            lambda provider: servers[provider.conekta_network].url,
        )
        self.provider.conekta_webhook_keys = self.server.public_key
        self.femsa.conekta_webhook_keys = self.femsa_server.public_key

    # === PAYING === #

    def _create_voucher(self, method=None, provider=None, reference="Dues 1", **values):
        """Return a transaction whose payer has just got a voucher."""
        transaction = self._create_transaction(
            "redirect",
            reference=reference,
            payment_method_id=(method or self.cash).id,
            provider_id=(provider or self.provider).id,
            **values,
        )
        self.processing = transaction._get_processing_values()
        return transaction

    def _create_page(self, reference="Dues 1", **values):
        """Return a transaction whose payer has just been sent to the network's page."""
        transaction = self._create_transaction("redirect", reference=reference, **values)
        self.processing = transaction._get_processing_values()
        return transaction

    def _create_charge(self, card=GOOD_CARD, reference="Dues 1", operation="offline", **values):
        """Return a charge of a saved card that was not sent yet."""
        token = self._create_token(provider_ref=card, conekta_customer_id="cus_1")
        return self._create_transaction("token", reference=reference, token_id=token.id, operation=operation, **values)

    def _charge(self, card=GOOD_CARD, fault=None, reference="Dues 1", **values):
        transaction = self._create_charge(card, reference, **values)
        self.server.fault = fault
        transaction._charge_with_token()
        return transaction

    def _order_of(self, transaction, server=None):
        return (server or self.server).orders[transaction.provider_reference]

    # === TIME === #

    def _age(self, transactions, **ago):
        """Make transactions older, as time does."""
        for transaction in transactions:
            for name in ("conekta_sent_at", "conekta_doubt_at", "conekta_checked_at", "voucher_expires_at"):
                if transaction[name]:
                    transaction[name] -= timedelta(**ago)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = create_date - %s WHERE id = ANY(%s)",
            [timedelta(**ago), transactions.ids],
        )
        self.env.invalidate_all()

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("payment_conekta.ir_cron_conekta_ask").method_direct_trigger()
        self.env.invalidate_all()
