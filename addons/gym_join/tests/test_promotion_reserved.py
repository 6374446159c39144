from odoo.tests import tagged

from .join_common import JoinCommon


@tagged("post_install", "-at_install")
class TestPromotionReserved(JoinCommon):
    """A coupon for one use gives its price to one registration, however many are under way."""

    def setUp(self):
        super().setUp()
        values = {"name": "Half", "company_id": self.company.id, "percent": 50, "date_start": "2020-01-01"}
        self.promotion = self.env["gym.promotion"].create(values | {"is_coupon_needed": True})
        self.coupon = self.env["gym.coupon"].create({"promotion_id": self.promotion.id, "code": "MITAD", "max_uses": 1})
        self.joins = self._make_join("ana"), self._make_join("beto")

    def _make_join(self, name):
        join = self.env["gym.join"]._begin(self.roma, self.plan)
        join.write({"name": name, "email": f"{name}@example.com", "phone": "5512345678", "code": "MITAD"})
        join._show_price()
        return join

    def _make_payment(self, join, **values):
        join.invalidate_recordset()
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": join._show_price()["due"],
                "currency_id": join.currency_id.id,
                "partner_id": join._ensure_partner().id,
                "reference": f"JOIN-{join.id}",
                "gym_join_id": join.id,
                "gym_join_choice": join._get_choice(),
            }
            | join._reserve_promotion()
            | values
        )

    def test_who_pays_first_has_it_and_the_rest_see_the_full_price(self):
        first, second = self.joins
        self.assertEqual((first.quote, second.quote), (449.5, 449.5))
        tx = self._make_payment(first)
        self.assertEqual((tx.amount, tx.gym_coupon_id, tx.gym_promotion_id), (449.5, self.coupon, self.promotion))
        offer = second._show_price()
        self.assertEqual((offer["due"], second.quote), (699, 699))
        self.assertIn("has been used already", offer["code_refusal"])
        other = self._make_payment(second)
        self.assertEqual((other.amount, other.gym_coupon_id), (699, self.coupon.browse()))
        self.assertEqual(first._get_offer()["due"], 449.5)
        refusal = self.coupon._get_refusal(self._create_subscription(), self.roma._today())
        self.assertIn("has been used already", refusal)
        self.assertEqual(self.coupon.use_count, 0)

    def test_a_payment_without_money_frees_it(self):
        first, second = self.joins
        tx = self._make_payment(first)
        for state in ("cancel", "error"):
            with self.subTest(state=state):
                tx.state = "pending"
                self.assertEqual(second._get_offer()["due"], 699)
                tx.state = state
                self.assertEqual(second._get_offer()["due"], 449.5)

    def test_a_payment_that_was_only_begun_keeps_it_for_an_hour(self):
        first, second = self.joins
        tx = self._make_payment(first)
        self.env.flush_all()
        self.env.cr.execute("UPDATE payment_transaction SET create_date = create_date - interval '61 minutes'")
        tx.invalidate_recordset()
        self.assertEqual(second._get_offer()["due"], 449.5)
        tx.state = "done"
        self.assertEqual(second._get_offer()["due"], 699)

    def test_a_promotion_with_a_limit_is_reserved_without_a_coupon_too(self):
        self.promotion.write({"is_coupon_needed": False, "max_uses": 1})
        self.coupon.max_uses = 0
        first, second = self.joins
        (first | second).code = False
        self.assertEqual(second._get_offer()["due"], 449.5)
        self._make_payment(first)
        self.assertEqual(second._get_offer()["due"], 699)
        self.assertEqual(first._get_offer()["due"], 449.5)
