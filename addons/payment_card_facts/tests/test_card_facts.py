from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.payment.tests.common import PaymentCommon


@tagged("post_install", "-at_install")
class TestCardFacts(PaymentCommon):
    def test_a_card_is_good_until_the_end_of_its_month(self):
        for month, year, last in ((2, 2028, date(2028, 2, 29)), ("11", "2030", date(2030, 11, 30))):
            token = self._create_token(**self.env["payment.token"]._prepare_expiry(month, year))
            self.assertEqual(token.card_expires_on, last)

    def test_what_the_provider_does_not_tell_stays_empty(self):
        for month, year in ((None, None), (0, 2030), (11, "")):
            self.assertEqual(self.env["payment.token"]._prepare_expiry(month, year), {})

    def test_one_card_has_one_fingerprint_that_tells_nothing(self):
        tokens = self.env["payment.token"]
        one = tokens._prepare_fingerprint("stripe", "Xt5EWLLDS7FJjR1c")["card_fingerprint"]
        self.assertEqual(tokens._prepare_fingerprint("stripe", "Xt5EWLLDS7FJjR1c")["card_fingerprint"], one)
        self.assertNotIn("Xt5EWLLDS7FJjR1c", one)
        for others in (("stripe", "other"), ("demo", "Xt5EWLLDS7FJjR1c")):
            self.assertNotEqual(tokens._prepare_fingerprint(*others)["card_fingerprint"], one)
        self.env["ir.config_parameter"].set_param("database.secret", "of another database")
        self.assertNotEqual(tokens._prepare_fingerprint("stripe", "Xt5EWLLDS7FJjR1c")["card_fingerprint"], one)
        self.assertEqual(tokens._prepare_fingerprint("stripe", None), {})

    def test_a_dispute_changes_nothing_by_itself(self):
        transaction = self._create_transaction("direct", state="done")
        told = []
        with patch.object(
            self.registry["payment.transaction"],
            "_log_message_on_linked_documents",
            lambda _self, text: told.append(text),
        ):
            transaction._notify_dispute("dp_1", "open")
        self.assertEqual(transaction.state, "done")
        self.assertIn("dp_1", told[0], "who looks after what was paid is told")
