from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import MercadoPagoCommon


@tagged("post_install", "-at_install")
class TestPaymentProvider(MercadoPagoCommon):
    def test_it_cannot_be_enabled_without_webhook_secret(self):
        self.provider.mercado_pago_webhook_secret = False
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.provider.state = "enabled"
        self.provider.invalidate_recordset()
        self.assertEqual(self.provider.state, "test")

    def test_the_secret_cannot_be_removed_while_enabled(self):
        self.provider.state = "enabled"
        with self.assertRaises(ValidationError):
            self.provider.mercado_pago_webhook_secret = False

    def test_cards_cannot_be_saved_without_public_key(self):
        self.provider.allow_tokenization = False
        self.provider.mercado_pago_public_key = False
        with self.assertRaisesRegex(ValidationError, "public key"):
            self.provider.allow_tokenization = True

    def test_both_keys_are_in_the_form(self):
        arch = etree.fromstring(self.env["payment.provider"].get_view(view_type="form")["arch"])
        for field in ("mercado_pago_public_key", "mercado_pago_webhook_secret"):
            with self.subTest(field=field):
                self.assertEqual(len(arch.xpath(f"//field[@name='{field}']")), 1)

    def test_only_administrators_read_the_secret(self):
        names = self.env["payment.provider"].with_user(self.internal_user).fields_get()
        self.assertNotIn("mercado_pago_webhook_secret", names)

    def test_credentials_are_reset_and_neutralised(self):
        self.provider.state = "disabled"
        self.provider.action_reset_credentials()
        self.assertFalse(self.provider.mercado_pago_webhook_secret)
        self.provider.write({"mercado_pago_webhook_secret": "s", "mercado_pago_public_key": "p"})
        self.env.flush_all()
        with file_open("payment_mercado_pago_recurring/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.assertFalse(self.provider.mercado_pago_webhook_secret or self.provider.mercado_pago_public_key)
