from datetime import date

from odoo.tests import tagged

from .common import StripeCommon


@tagged("post_install", "-at_install")
class TestCards(StripeCommon):
    def test_a_saved_card_knows_when_it_expires(self):
        for reference, card, expires_on in (
            (
                "Card",
                {"brand": "visa", "last4": "4242", "exp_month": 2, "exp_year": 2028, "fingerprint": "Xt5"},
                date(2028, 2, 29),
            ),
            ("Untold", {"brand": "visa", "last4": "4242"}, False),
        ):
            transaction = self._create_transaction("direct", reference=reference, tokenize=True)
            transaction._process(
                "stripe",
                {
                    "payment_intent": {
                        "id": "pi_1",
                        "status": "succeeded",
                        "amount": 111111,
                        "currency": "eur",
                        "customer": "cus_1",
                        "charges": {"data": [{}]},
                    },
                    "payment_method": {"id": "pm_1", "type": "card", "card": card},
                },
            )
            self.assertEqual(transaction.token_id.card_expires_on, expires_on)
            self.assertEqual(bool(transaction.token_id.card_fingerprint), "fingerprint" in card)

    def test_a_voucher_knows_until_when_it_may_be_paid(self):
        intent = {
            "id": "pi_2",
            "status": "processing",
            "amount": round(self.transaction.amount * 100),
            "currency": self.transaction.currency_id.name.lower(),
            "next_action": {"oxxo_display_details": {"expires_after": 1774159140}},
        }
        self.transaction._process("stripe", {"payment_intent": intent, "payment_method": {"type": "oxxo"}})
        self.assertEqual(self.transaction.state, "pending")
        self.assertEqual(str(self.transaction.voucher_expires_at), "2026-03-22 05:59:00")
