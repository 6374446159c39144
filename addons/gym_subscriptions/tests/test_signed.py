from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestSigned(GymSubscriptionsCommon):
    """What was signed survives changes of the plan, and edits of it."""

    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 600
        self.clock = self.enterContext(freeze_time("2026-04-01 18:00:00"))

    def _go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _join(self):
        self.subscription = self._create_subscription()
        self.subscription._activate()
        return self.subscription

    def _bill(self):
        return self.env["gym.billing.engine"]._bill(self.subscription).moves

    def _announce_price(self, amount):
        price = self.env["gym.plan.price"].create(
            {"plan_id": self.plan.id, "amount": amount, "valid_from": "2026-04-15"}
        )
        campaign = self.env["gym.price.campaign"].create(
            {"name": "2026", "plan_id": self.plan.id, "price_id": price.id, "date_effective": "2026-05-01"}
        )
        campaign.action_prepare()
        campaign.action_tell()
        return campaign

    def test_a_price_of_the_old_plan_does_not_follow_to_another(self):
        self._join()
        campaign = self._announce_price(500)
        plus = self._create_plan(name="Plus", price=900, tier=2)
        self.subscription._change_plan(plus)
        self._go_to("2026-05-01")
        self.assertEqual(self.subscription._get_next_bill()["amount"], 900)
        self.assertEqual(self._bill().amount_total, 900)
        self.assertEqual(self.subscription.price_id, plus.price_ids)
        self.assertEqual(campaign.line_ids.change_id.state, "undone")

    def test_a_planned_plan_takes_the_place_of_a_planned_price(self):
        self._join()
        self._announce_price(500)
        plus = self._create_plan(name="Plus", price=900, tier=2)
        self.subscription._change_plan(plus, "period_end")
        self._go_to("2026-05-01")
        self.assertEqual(self._bill().amount_total, 900)
        self.assertEqual(self.subscription.price_id, plus.price_ids)

    def test_a_term_ends_when_it_was_signed_to_whatever_the_periods_are_now(self):
        self.plan.write({"term_periods": 12, "termination_fee_kind": "percent", "termination_percent": 50})
        yearly = self._create_plan(name="Year", price=6000, tier=2, period_unit="year")
        self._join()._change_plan(yearly, "period_end")
        self._go_to("2026-05-01")
        self._bill()
        preview = self.subscription._preview_cancel("now")
        # of a year at 6,000, the 335 days until 1 April 2027 are left: half of 5,506.85
        self.assertEqual([line["amount"] for line in preview["lines"]], [Decimal("2753.42")])
        self._go_to("2027-05-01")
        self._bill()
        self._go_to("2027-06-01")
        self.assertEqual(self.subscription._preview_cancel()["lines"], [])
        self.assertEqual(self.subscription._preview_cancel("now")["lines"], [])

    def test_the_periods_of_a_plan_stay_while_somebody_is_on_it(self):
        self._join()
        for values in ({"period_count": 12}, {"period_unit": "week"}):
            with self.assertRaisesRegex(UserError, "another plan"):
                self.plan.write(values)
        self.plan.write({"period_count": 1, "name": "Complete"})
        self.subscription._cancel(at="now")
        self.plan.period_count = 12
        self.assertEqual(self.plan.period_count, 12)

    def test_who_has_a_seat_keeps_its_price(self):
        self.plan.write({"kind": "family", "seats_included": 2, "seats_max": 5, "seat_price": 100})
        self._join()
        people = [self._create_member(name=f"Child {number}") for number in range(3)]
        self.subscription._add_seat(people[0])
        self.subscription._add_seat(people[1])
        self.plan.seat_price = 300
        self.assertEqual((self.subscription.price_total, self.subscription._get_next_bill()["amount"]), (700, 700))
        preview = self.subscription._preview_add_seat(people[2])
        self.assertEqual([line["amount"] for line in preview["lines"]], [300])
        self.subscription._add_seat(people[2])
        self.assertEqual((self.subscription.price_total, self.subscription._get_next_bill()["amount"]), (1000, 1000))

    def test_seats_cost_what_the_plan_asks_that_one_goes_to(self):
        family = {"kind": "family", "seats_included": 1, "seats_max": 5}
        self.plan.write(family | {"seat_price": 100})
        plus = self._create_plan(name="Plus", price=900, tier=2, seat_price=200, **family)
        basic = self._create_plan(name="Basic", price=300, tier=0, seat_price=50, **family)
        self._join()._add_seat(self._create_member(name="Child"))
        preview = self.subscription._preview_change_plan(plus)
        self.assertEqual(sum(line["amount"] for line in preview["lines"]), 400)
        self.assertEqual(self.subscription._get_next_bill()["amount"], 700)
        self.subscription._change_plan(plus)
        self.assertEqual((self.subscription.price_total, self.subscription._get_next_bill()["amount"]), (1100, 1100))
        self.subscription._change_plan(basic, "period_end")
        self.assertEqual(self.subscription._get_next_bill()["amount"], 350)
        self._go_to("2026-05-01")
        self.assertEqual(self._bill().amount_total, 350)
        self.assertEqual(self.subscription.price_total, 350)
