from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from ..models.payment_provider import MASK
from ..sandbox.account import LIVE_KEY, TEST_KEY
from .common import ConektaCommon


@tagged("post_install", "-at_install")
class TestPaymentProvider(ConektaCommon):
    def test_each_company_has_a_provider_for_each_network(self):
        company = self.env["res.company"].create({"name": "Another Gym"})
        for network in ("conekta", "digital_femsa"):
            self.env["payment.provider"]._setup_provider("conekta", conekta_network=network)
        providers = self.env["payment.provider"].search([("company_id", "=", company.id), ("code", "=", "conekta")])
        self.assertEqual(sorted(providers.mapped("conekta_network")), ["conekta", "digital_femsa"])
        self.assertFalse(any(provider.conekta_test_key_sealed for provider in providers))

    def test_a_key_is_kept_encrypted_and_never_shown(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT conekta_test_key_sealed FROM payment_provider WHERE id = %s", [self.provider.id])
        [[sealed]] = self.env.cr.fetchall()
        self.assertNotIn(TEST_KEY, sealed)
        self.assertEqual(self.provider._vault_read("conekta_test_key_sealed"), TEST_KEY)
        self.assertEqual((self.provider.conekta_test_key, self.provider.conekta_live_key), (MASK, MASK))
        self.provider.conekta_test_key = MASK
        self.assertEqual(self.provider._vault_read("conekta_test_key_sealed"), TEST_KEY)

    def test_a_mode_needs_its_own_key(self):
        for state, key in (("test", "conekta_test_key"), ("enabled", "conekta_live_key")):
            self.provider.write({"state": "disabled", key: False})
            with self.assertRaisesRegex(ValidationError, "needs the private key"), self.env.cr.savepoint():
                self.provider.state = state
            self.provider.invalidate_recordset()
            self.assertEqual(self.provider.state, "disabled")
            self.provider.write({"state": state, key: "key_again"})
            self.assertEqual(self.provider.state, state)

    def test_a_transaction_stays_in_the_mode_it_was_made_in(self):
        transaction = self._charge()
        self.assertFalse(self._order_of(transaction)["livemode"])
        self.provider.state = "enabled"
        live = self._charge(reference="Live")
        self.assertTrue(self._order_of(live)["livemode"])
        self.assertTrue(transaction._conekta_ask())
        self.assertEqual(self.server.requests[-1][2]["Authorization"], f"Bearer {TEST_KEY}")
        self.assertTrue(live._conekta_ask())
        self.assertEqual(self.server.requests[-1][2]["Authorization"], f"Bearer {LIVE_KEY}")

    def test_only_public_keys_are_taken_for_public_keys(self):
        key = self.provider.conekta_webhook_keys
        for text in ("no key", key + "x", key.replace("MIIB", "MIIC")):
            with self.assertRaisesRegex(ValidationError, "cannot be used"), self.env.cr.savepoint():
                self.provider.conekta_webhook_keys = text
        self.provider.conekta_webhook_keys = f"{key}\n{key}"

    def test_a_voucher_is_good_for_1_to_30_days(self):
        for days in (0, 31):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.provider.conekta_voucher_days = days
                self.provider.flush_recordset()

    def test_the_connection_is_tried_without_changing_anything(self):
        told = self.provider.action_conekta_check()["params"]
        self.assertEqual(told["type"], "success")
        self.assertEqual(told["message"], "Test key: it works.\nLive key: it works.")
        self.assertEqual({method for method, *_rest in self.server.requests}, {"GET"})

    def test_a_wrong_key_is_told_with_its_remedy(self):
        self.provider.write({"conekta_test_key": "key_wrong", "conekta_live_key": False})
        told = self.provider.action_conekta_check()["params"]
        self.assertEqual(told["type"], "danger")
        self.assertIn("Copy it again from the network's panel", told["message"])
        self.assertNotIn("key_wrong", told["message"])

    def test_without_a_key_there_is_nothing_to_try(self):
        self.provider.write({"state": "disabled", "conekta_test_key": False, "conekta_live_key": False})
        with self.assertRaisesRegex(UserError, "no private key"):
            self.provider.action_conekta_check()

    def test_notifications_are_connected_once_and_old_keys_stay(self):
        old = self.provider.conekta_webhook_keys
        for _time in range(2):
            self.provider.action_conekta_connect()
        self.assertEqual(self.server.webhooks, [self.provider._conekta_get_webhook_url()])
        self.assertEqual(self.provider.conekta_webhook_keys.count("BEGIN PUBLIC KEY"), 3)
        self.assertTrue(self.provider.conekta_webhook_keys.startswith(old.strip()))
        [(_headers, body)] = self.server.sent("POST", "/webhooks")
        self.assertIn("order.paid", body["subscribed_events"])

    def test_a_disabled_provider_connects_nothing(self):
        self.provider.state = "disabled"
        with self.assertRaisesRegex(UserError, "test or enabled mode"):
            self.provider.action_conekta_connect()
        self.assertFalse(self.server.requests)

    def test_only_administrators_press_the_buttons(self):
        for method in ("action_conekta_check", "action_conekta_connect"):
            with self.assertRaises(AccessError):
                getattr(self.provider.with_user(self.internal_user), method)()
        self.assertFalse(self.server.requests)

    def test_oxxo_takes_10_to_10000_pesos(self):
        for amount, is_offered in ((9.99, False), (10.0, True), (10000.0, True), (10000.01, False)):
            offered = self._offered(amount)
            self.assertEqual(self.femsa in offered, is_offered, amount)
            self.assertIn(self.provider, offered)

    def test_no_card_is_saved_without_a_payment(self):
        offered = self._offered(0.0, is_validation=True, force_tokenization=True)
        self.assertFalse(offered & (self.provider | self.femsa))

    def _offered(self, amount, **kwargs):
        return self.env["payment.provider"]._get_compatible_providers(
            self.company.id, self.partner.id, amount, currency_id=self.currency.id, report={}, **kwargs
        )

    def test_pesos_only(self):
        self.assertEqual(self.provider.available_currency_ids.mapped("name"), ["MXN"])

    def test_cards_are_saved_and_given_back_by_conekta_alone(self):
        self.assertEqual((self.provider.support_tokenization, self.provider.support_refund), (True, "partial"))
        self.assertEqual((self.femsa.support_tokenization, self.femsa.support_refund), (False, "none"))

    def test_reset_credentials_are_gone(self):
        self.provider.action_reset_credentials()
        self.assertFalse(self.provider.conekta_test_key)
        self.assertFalse(self.provider.conekta_live_key)
        self.assertFalse(self.provider.conekta_webhook_keys)

    def test_a_copy_of_the_database_keeps_no_keys(self):
        with file_open("payment_conekta/data/neutralize.sql") as script:
            self.env.flush_all()
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.provider.conekta_test_key_sealed)
        self.assertFalse(self.provider.conekta_live_key_sealed)
        self.assertFalse(self.provider.conekta_webhook_keys)
