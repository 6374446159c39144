from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .billing_common import BillingCommon


@tagged("post_install", "-at_install")
class TestPromisedPeriods(BillingCommon):
    """Who is promised a number of periods gets them whole, whatever days come between them."""

    def setUp(self):
        super().setUp()
        self.monthly = self._create_plan(name="Month", price=500, freeze_days_per_year=60, freeze_min_days=1)
        self.quincena = self._create_plan(
            name="Quincena", price=300, period_unit="fortnight", freeze_days_per_year=60, freeze_min_days=1
        )

    def _promise(self, **values):
        values = {"name": "Offer", "date_start": "2026-01-01", "percent": 50, "periods": 3} | values
        return self.env["gym.promotion"].create(values | {"company_id": self.company.id})

    def _join_one(self, **values):
        member = self._create_member(name="Promised")
        subscription = self._create_subscription(member_id=member.id, **values)
        subscription._activate()
        return subscription

    def _bill_until(self, subscription, *days):
        for day in days:
            self.go_to(day)
            subscription._turn_day(self.roma)
            outcome = self.engine._bill(subscription)
            self.assertFalse(outcome.issues)
        rows = subscription.period_ids.filtered(lambda row: row.kind == "dues").sorted("date_start")
        return rows.mapped("amount")

    def test_the_days_that_a_freeze_leaves_over_use_nothing_up(self):
        self._promise()
        subscription = self._join_one(plan_id=self.monthly.id)
        self.go_to("2026-02-01")
        subscription._freeze("2026-02-01", "2026-02-21")
        self.assertEqual(subscription._get_next_bill()["amount"], Decimal("71.43"))
        amounts = self._bill_until(subscription, "2026-02-21", "2026-03-07", "2026-03-15", "2026-04-15", "2026-05-15")
        self.assertEqual(amounts, [250, 71.43, 250, 250, 500])

    def test_the_stub_of_a_quincena_has_the_promotion_and_uses_nothing_up(self):
        self._promise(effect="free", percent=0, periods=1)
        self.go_to("2026-01-14")
        subscription = self._join_one(plan_id=self.quincena.id)
        self.assertEqual(subscription.period_end, date(2026, 1, 16))
        self.assertEqual(self._bill_until(subscription, "2026-01-16", "2026-02-01"), [0, 0, 300])

    def test_going_to_a_stub_uses_nothing_up(self):
        self._promise(effect="free", percent=0, periods=2, plan_ids=[(6, 0, self.quincena.ids)])
        two_weeks = self._create_plan(name="Two Weeks", price=300, period_unit="week", period_count=2)
        subscription = self._join_one(plan_id=two_weeks.id)
        self.env["gym.subscription.promotion"].create(
            {
                "promotion_id": self.env["gym.promotion"].search([("name", "=", "Offer")]).id,
                "subscription_id": subscription.id,
                "plan_id": self.quincena.id,
                "effect": "free",
                "periods": 1,
            }
        )
        self.go_to("2026-01-20")
        subscription._change_plan(self.quincena)
        self.assertEqual(subscription.promotion_ids.periods_used, 0)
        self.assertEqual(subscription._get_next_bill()["amount"], 0)

    def test_a_change_in_a_stub_keeps_its_promotion(self):
        self._promise(percent=50, periods=1)
        plus = self._create_plan(name="Plus", price=600, tier=2, period_unit="fortnight")
        self.go_to("2026-01-14")
        subscription = self._join_one(plan_id=self.quincena.id)
        lines = subscription._preview_change_plan(plus)["lines"]
        self.assertEqual([line["amount"] for line in lines], [-20, 40])  # two of 15 days of 150 and of 300

    def test_a_quincena_that_is_partly_paid_back_uses_nothing_up(self):
        self._promise(percent=50, periods=2)
        self.go_to("2026-01-16")
        subscription = self._join_one(plan_id=self.quincena.id)
        use = subscription.promotion_ids
        self.assertEqual(use.periods_used, 1)
        self.go_to("2026-01-20")
        freeze = subscription._freeze("2026-01-20", "2026-01-28")
        self.assertEqual((freeze.mode, use.periods_used), ("credit", 0))
        freeze._undo()
        self.assertEqual(use.periods_used, 1)
        subscription._freeze("2026-01-20", "2026-01-28")
        amounts = self._bill_until(subscription, "2026-01-28", "2026-02-01", "2026-02-16", "2026-03-01")
        self.assertEqual(amounts, [150, 150, 150, 300])
