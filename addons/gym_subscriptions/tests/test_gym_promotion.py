from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GymSubscriptionsCommon

DAY = date(2026, 3, 15)


@tagged("post_install", "-at_install")
class TestGymPromotion(GymSubscriptionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promotion = cls._create_promotion()
        cls.subscription = cls._create_subscription()

    @classmethod
    def _create_promotion(cls, **values):
        return cls.env["gym.promotion"].create(
            {
                "name": "Half price",
                "company_id": cls.company.id,
                "date_start": "2026-03-01",
                "date_end": "2026-03-31",
                "effect": "percent",
                "percent": 50,
            }
            | values
        )

    def _create_coupon(self, code="HOLA", **values):
        return self.env["gym.coupon"].create({"promotion_id": self.promotion.id, "code": code} | values)

    def _use(self, coupon=None, subscription=None):
        return self.env["gym.subscription.promotion"].create(
            {
                "promotion_id": self.promotion.id,
                "coupon_id": coupon and coupon.id,
                "plan_id": self.plan.id,
                "subscription_id": (subscription or self.subscription).id,
                "effect": "percent",
                "percent": 50,
            }
        )

    def _find(self, code=None, day=DAY):
        return self.env["gym.promotion"]._find_for(self.subscription, day, code)

    def test_it_holds_from_its_first_to_its_last_day(self):
        for day, found in (
            (date(2026, 2, 28), False),
            (date(2026, 3, 1), True),
            (date(2026, 3, 31), True),
            (date(2026, 4, 1), False),
        ):
            with self.subTest(day=day):
                self.assertEqual(bool(self._find(day=day)[0]), found)

    def test_it_is_for_its_plans_and_branches_only(self):
        self.promotion.plan_ids = self._create_plan(name="Other")
        self.assertIn("is not for Full", self.promotion._get_refusal(self.subscription, DAY))
        self.promotion.write({"plan_ids": [Command.clear()], "location_ids": [Command.set(self.gdl.ids)]})
        self.assertIn("is not for Roma Norte", self.promotion._get_refusal(self.subscription, DAY))
        self.promotion.location_ids = self.roma
        self.assertIsNone(self.promotion._get_refusal(self.subscription, DAY))

    def test_who_subscribed_before_is_not_new(self):
        earlier = self._create_subscription()
        self.assertTrue(self._find()[0])
        earlier.sudo().state = "cancelled"
        self.assertFalse(self._find()[0])
        self.promotion.is_new_only = False
        self.assertTrue(self._find()[0])

    def test_its_uses_are_limited(self):
        self.promotion.max_uses = 1
        self.assertTrue(self._find()[0])
        self._use(subscription=self._create_subscription())
        self.promotion.invalidate_recordset()
        self.assertIn("used up", self.promotion._get_refusal(self.subscription, DAY))

    def test_a_promotion_with_coupons_is_not_given_without(self):
        self.promotion.is_coupon_needed = True
        self.assertFalse(self._find()[0])

    def test_a_code_is_read_in_any_case_and_with_spaces(self):
        coupon = self._create_coupon("hola 2026")
        self.assertEqual(coupon.code, "HOLA2026")
        self.assertEqual(self._find(" Hola2026 "), (self.promotion, coupon))

    def test_a_coupon_that_may_not_be_used_says_why(self):
        self._create_coupon("LATE", date_end="2026-03-14")
        self._create_coupon("EARLY", date_start="2026-03-16")
        self._create_coupon("HERS", member_id=self._create_member(name="Ana").id)
        used = self._create_coupon("USED")
        self._use(used)
        for code, why in (
            ("NONE", "There is no coupon"),
            ("LATE", "not valid today"),
            ("EARLY", "not valid today"),
            ("HERS", "somebody else's"),
            ("USED", "used already"),
        ):
            with self.subTest(code=code), self.assertRaisesRegex(UserError, why):
                self._find(code)
        self.assertEqual(self.promotion.use_count, 1)

    def test_a_coupon_of_another_company_is_unknown(self):
        other = self._create_promotion(company_id=self.other_company.id)
        self.env["gym.coupon"].create({"promotion_id": other.id, "code": "NORTE"})
        with self.assertRaisesRegex(UserError, "There is no coupon"):
            self._find("NORTE")

    def test_a_code_is_unique_in_its_company(self):
        self._create_coupon()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_coupon("hola")

    def test_a_company_pays_for_so_many_seats(self):
        agreement = self.env["gym.corporate.agreement"].create(
            {"name": "Acme", "partner_id": self.env["res.partner"].create({"name": "Acme"}).id, "seats": 1}
        )
        agreement._check_seat_free()
        self.subscription.sudo().write({"agreement_id": agreement.id, "state": "active"})
        agreement.invalidate_recordset()
        self.assertEqual(agreement.seats_used, 1)
        with self.assertRaisesRegex(UserError, "all are taken"):
            agreement._check_seat_free()
