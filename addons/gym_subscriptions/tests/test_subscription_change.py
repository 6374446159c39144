from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from ..models.money import to_decimal
from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestSubscriptionChange(GymSubscriptionsCommon):
    """A month of 30 days (April), of which 20 are left on the 11th."""

    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 600
        self.plus = self._create_plan(name="Plus", price=900, tier=2)
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription = self._create_subscription()
            self.invoice = self.subscription._activate()
        self.enterContext(freeze_time("2026-04-11 18:00:00"))

    def _assert_billed_as_shown(self, preview, moves):
        self.assertEqual(
            sorted((line["name"], line["amount"]) for line in preview["lines"]),
            sorted(
                (line.name, to_decimal(line.price_total) * (-1 if line.move_id.move_type == "out_refund" else 1))
                for line in moves.invoice_line_ids
            ),
        )

    def _upgrade(self, plan, when="now"):
        preview = self.subscription._preview_change_plan(plan, when)
        moves = self.subscription._change_plan(plan, when)
        self._assert_billed_as_shown(preview, moves)
        return moves

    def test_an_upgrade_credits_and_charges_the_days_left_on_one_invoice(self):
        move = self._upgrade(self.plus)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [-400, 600])
        self.assertEqual((move.move_type, move.amount_total, move.state), ("out_invoice", 200, "posted"))
        self.assertRecordValues(
            self.subscription,
            [
                {
                    "plan_id": self.plus.id,
                    "price_id": self.plus.price_ids.id,
                    "price_total": 900,
                    "period_end": date(2026, 5, 1),
                    "next_bill_date": date(2026, 5, 1),
                }
            ],
        )
        self.assertEqual(self.subscription._get_next_bill()["amount"], 900)

    def test_two_upgrades_cost_what_one_does(self):
        top = self._create_plan(name="Top", price=1200, tier=3)
        first = self._upgrade(self.plus)
        with freeze_time("2026-04-21 18:00:00"):
            second = self._upgrade(top)
        self.assertEqual(first.amount_total, 200)
        self.assertEqual(second.amount_total, 100)  # 10 of 30 days of 300

    def test_a_downgrade_now_gives_money_back_against_the_invoice(self):
        basic = self._create_plan(name="Basic", price=300, tier=0)
        move = self._upgrade(basic)
        self.assertRecordValues(
            move, [{"move_type": "out_refund", "amount_total": 200, "reversed_entry_id": self.invoice.id}]
        )
        self.assertEqual(self.invoice.amount_residual, 400)

    def test_a_downgrade_waits_for_the_end_of_the_period(self):
        basic = self._create_plan(name="Basic", price=300, tier=0)
        self.assertFalse(self._upgrade(basic, "period_end"))
        self.assertEqual(self.subscription.plan_id, self.plan)
        self.assertEqual(self.subscription._get_next_bill()["amount"], 300)
        self.subscription._advance(self.subscription._get_next_periods())
        self.assertRecordValues(
            self.subscription, [{"plan_id": basic.id, "price_total": 300, "period_end": date(2026, 6, 1)}]
        )
        self.assertEqual(self.subscription.change_ids.mapped("state"), ["done"])

    def test_a_new_plan_takes_the_place_of_the_one_planned(self):
        basic = self._create_plan(name="Basic", price=300, tier=0)
        self._upgrade(basic, "period_end")
        self._upgrade(self.plus, "period_end")
        self.assertEqual(self.subscription._get_next_bill()["amount"], 900)
        self.assertEqual(sorted(self.subscription.change_ids.mapped("state")), ["planned", "undone"])
        self._upgrade(basic, "now")
        self.assertEqual(self.subscription._get_next_bill()["amount"], 300)

    def test_going_to_a_yearly_plan_begins_a_year_today(self):
        yearly = self._create_plan(name="Year", price=6000, tier=2, period_unit="year")
        move = self._upgrade(yearly)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [-400, 6000])
        self.assertRecordValues(
            self.subscription,
            [
                {
                    "date_anchor": date(2026, 4, 11),
                    "period_start": date(2026, 4, 11),
                    "period_end": date(2027, 4, 11),
                    "next_bill_date": date(2027, 4, 11),
                }
            ],
        )

    def _create_promotion(self, **values):
        values = {"name": "First month", "company_id": self.company.id, "date_start": "2026-01-01"} | values
        return self.env["gym.promotion"].create(values)

    def _join_again(self, day):
        with freeze_time(f"{day} 18:00:00"):
            self.subscription = self._create_subscription(member_id=self._create_member(name="Ana").id)
            self.subscription._activate()

    def test_a_month_free_is_no_year_free(self):
        yearly = self._create_plan(name="Year", price=6000, tier=2, period_unit="year")
        self._create_promotion(effect="free", periods=1)
        self._join_again("2026-04-01")
        move = self._upgrade(yearly)
        self.assertEqual(move.invoice_line_ids.mapped("price_total"), [6000])
        self.assertEqual(self.subscription._get_next_bill()["amount"], 6000)

    def test_a_promotion_for_months_is_not_spent_on_a_year(self):
        yearly = self._create_plan(name="Year", price=6000, tier=2, period_unit="year")
        self._create_promotion(effect="percent", percent=50, periods=3)
        self._join_again("2026-04-01")
        self.subscription._change_plan(yearly, "period_end")
        self.assertEqual(self.subscription._get_next_bill()["amount"], 6000)
        move = self._upgrade(yearly)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [-200, 6000])
        self.assertEqual(self.subscription.promotion_ids.periods_used, 1)

    def test_a_promotion_without_end_holds_for_a_year_too(self):
        yearly = self._create_plan(name="Year", price=6000, tier=2, period_unit="year")
        self._create_promotion(effect="percent", percent=50, periods=0)
        self._join_again("2026-04-01")
        move = self._upgrade(yearly)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [-200, 3000])
        self.assertEqual(self.subscription.promotion_ids.periods_used, 2)

    def test_a_period_that_begins_today_has_the_season_of_today(self):
        yearly = self._create_plan(name="Year", price=6000, tier=2, period_unit="year")
        self.env["gym.plan.season"].create(
            {
                "name": "Easter",
                "company_id": self.company.id,
                "plan_ids": yearly.ids,
                "date_start": "2026-04-01",
                "date_end": "2026-04-05",
                "effect": "percent",
                "percent": 50,
            }
        )
        move = self._upgrade(yearly)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [-400, 6000])

    def test_a_planned_plan_with_other_periods_begins_its_own_row(self):
        yearly = self._create_plan(name="Year", price=6000, tier=2, period_unit="year")
        self._upgrade(yearly, "period_end")
        self.subscription._advance(self.subscription._get_next_periods())
        self.assertEqual(
            (self.subscription.date_anchor, self.subscription.period_end), (date(2026, 5, 1), date(2027, 5, 1))
        )

    def test_a_promotion_counts_for_the_days_left_too(self):
        promotion = self.env["gym.promotion"].create(
            {"name": "Half", "company_id": self.company.id, "effect": "percent", "percent": 50, "periods": 2}
        )
        with freeze_time("2026-04-01 18:00:00"):
            other = self._create_subscription(member_id=self._create_member(name="Ana").id)
            promotion.date_start = "2026-04-01"
            other._activate()
        self.assertEqual(other._change_plan(self.plus).amount_total, 100)
        self.assertEqual(other._get_next_bill()["amount"], 450)
        other._advance(other._get_next_periods())
        self.assertEqual(other._get_next_bill()["amount"], 900)

    def test_a_change_on_trial_bills_nothing(self):
        self.plan.trial_days = 7
        trial = self._create_subscription(member_id=self._create_member(name="Ana").id)
        trial._activate()
        self.assertFalse(trial._change_plan(self.plus))
        self.assertEqual((trial.plan_id, trial._get_next_bill()["amount"]), (self.plus, 900))

    def _assert_refused(self, plan, why):
        before = self.subscription.read(["plan_id", "price_id", "state"]), len(self.subscription.due_ids)
        with self.assertRaisesRegex(UserError, why):
            self.subscription._change_plan(plan)
        self.assertEqual(
            (self.subscription.read(["plan_id", "price_id", "state"]), len(self.subscription.due_ids)), before
        )

    def test_a_change_that_may_not_be_says_why(self):
        self._assert_refused(self.plan, "on Full already")
        self.plus.location_ids = self.gdl
        self._assert_refused(self.plus, "does not sell Plus")
        self.plus.write({"location_ids": [Command.clear()]})
        self.plus.price_ids.valid_from = "2027-01-01"
        self._assert_refused(self.plus, "no price in force")
        self.plus.price_ids.valid_from = "2020-01-01"
        self.subscription._transition("fall_due")
        self._assert_refused(self.plus, "first it has to be paid")
        self.subscription._transition("settle")
        self.subscription._cancel()
        self._assert_refused(self.plus, "does not change any more")

    def test_a_price_change_reaches_who_accepted_and_nobody_else(self):
        price = self.env["gym.plan.price"].create({"plan_id": self.plan.id, "amount": 700, "valid_from": "2026-04-15"})
        with freeze_time("2026-04-02 18:00:00"):
            silent = self._create_subscription(member_id=self._create_member(name="Ana").id)
            silent._activate()
        campaign = self.env["gym.price.campaign"].create(
            {"name": "2026", "plan_id": self.plan.id, "price_id": price.id, "date_effective": "2026-05-01"}
        )
        campaign.action_prepare()
        self.assertEqual(campaign.line_ids.subscription_id, self.subscription | silent)
        campaign.action_tell()
        self.assertTrue(all(campaign.line_ids.mapped("told_at")))
        self.assertEqual(campaign.line_ids.mail_id.recipient_ids, (self.subscription | silent).member_id.partner_id)
        campaign.line_ids.filtered(lambda line: line.subscription_id == self.subscription).action_accept()
        self.assertEqual(self.subscription._get_next_bill()["amount"], 700)
        self.assertEqual(silent._get_next_bill()["amount"], 600)
        self.assertEqual((campaign.accepted_count, campaign.kept_count), (1, 1))
        (self.subscription | silent)._advance((self.subscription | silent)._get_next_periods())
        self.assertEqual((self.subscription.price_id, silent.price_id), (price, self.plan.price_ids - price))

    def test_a_price_change_needs_a_plan_an_amount_and_a_day(self):
        """The form offers every plan, also while none is chosen; the price itself is made when people are told."""
        form = Form(self.env["gym.price.campaign"])
        self.assertNotIn("company_id", str(self.env["gym.price.campaign"].fields_get(["plan_id"])["plan_id"]["domain"]))
        form.name, form.plan_id, form.new_amount, form.date_effective = "2026", self.plan, 700, date(2026, 5, 1)
        campaign = form.save()
        campaign.action_prepare()
        self.assertEqual((campaign.line_ids.new_amount, len(self.plan.price_ids)), (700, 1))
        campaign.action_tell()
        self.assertEqual(campaign.price_id, self.plan._get_offered_price(date(2026, 5, 1)))
        self.assertRecordValues(campaign.price_id, [{"amount": 700, "valid_from": date(2026, 5, 1)}])
        campaign.line_ids.action_accept()
        self.assertEqual(self.subscription._get_next_bill()["amount"], 700)

    def test_a_price_of_the_same_day_is_taken_and_one_that_people_pay_is_not_overwritten(self):
        price = self.env["gym.plan.price"].create({"plan_id": self.plan.id, "amount": 650, "valid_from": "2026-05-01"})
        values = {"name": "2026", "plan_id": self.plan.id, "new_amount": 700, "date_effective": "2026-05-01"}
        campaign, late = self.env["gym.price.campaign"].create([values, values | {"new_amount": 800}])
        campaign.action_prepare()
        campaign.action_tell()
        self.assertEqual((campaign.price_id, price.amount), (price, 700))
        self.subscription.sudo().price_id = price
        late.action_prepare()
        with self.assertRaisesRegex(UserError, "Somebody has subscribed at this price"), self.cr.savepoint():
            late.action_tell()
        self.assertEqual((late.state, price.amount), ("draft", 700))

    def test_a_lower_price_is_everybody_s_without_asking(self):
        price = self.env["gym.plan.price"].create({"plan_id": self.plan.id, "amount": 500, "valid_from": "2026-04-15"})
        campaign = self.env["gym.price.campaign"].create(
            {"name": "2026", "plan_id": self.plan.id, "price_id": price.id, "date_effective": "2026-05-01"}
        )
        campaign.action_prepare()
        campaign.action_tell()
        self.assertEqual(self.subscription._get_next_bill()["amount"], 500)
        campaign.action_call_off()
        self.assertEqual(self.subscription._get_next_bill()["amount"], 600)

    def test_going_to_quincenas_now_costs_the_days_until_the_next_one(self):
        plan = self._create_plan(name="Quincena", price=450, period_unit="fortnight", tier=3)
        move = self._upgrade(plan)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [-150, 400])  # 5 of 15 days, 20 of 30
        self.assertEqual((move.move_type, move.amount_total), ("out_refund", 250))
        self.assertEqual(
            (self.subscription.period_end, self.subscription._get_next_bill()["amount"]), (date(2026, 4, 16), 450)
        )
        newcomer = self._create_subscription(member_id=self._create_member(name="New").id, plan_id=plan.id)
        self.assertEqual(newcomer._activate().amount_total, 150)
        with freeze_time("2026-04-13 18:00:00"):
            back = self._create_plan(name="Month", price=600, tier=4)
            lines = self.subscription._preview_change_plan(back)["lines"]
        self.assertEqual([line["amount"] for line in lines], [-90, 600])  # 3 of 15 days are left


@tagged("post_install", "-at_install")
class TestSubscriptionExtras(GymSubscriptionsCommon):
    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 600
        self.plan.write({"kind": "family", "seats_included": 2, "seats_max": 4, "seat_price": 300})
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription = self._create_subscription()
            self.subscription._activate()
        self.enterContext(freeze_time("2026-04-11 18:00:00"))

    def _create_people(self, count):
        return [self._create_member(name=f"Child {number}") for number in range(count)]

    def test_a_seat_in_the_price_costs_nothing_and_one_beyond_the_days_left(self):
        first, second = self._create_people(2)
        self.assertFalse(self.subscription._add_seat(first))
        self.assertEqual(first.stage, "active")
        preview = self.subscription._preview_add_seat(second)
        self.assertEqual([line["amount"] for line in preview["lines"]], [200])
        self.assertEqual(self.subscription._add_seat(second).amount_total, 200)
        self.assertEqual(self.subscription._get_next_bill()["amount"], 900)
        self.assertEqual(self.subscription.price_total, 900)

    def test_taking_a_seat_away_now_gives_its_days_back_whichever_it_is(self):
        first, second = self._create_people(2)
        self.subscription._add_seat(first)
        self.subscription._add_seat(second)
        line = self.subscription.line_ids.filtered(lambda one: one.member_id == first)
        preview = self.subscription._preview_remove_line(line, "now")
        self.assertEqual([one["amount"] for one in preview["lines"]], [-200])
        move = self.subscription._remove_line(line, "now")
        self.assertEqual((move.move_type, move.amount_total), ("out_refund", 200))
        self.assertEqual(self.subscription._get_next_bill()["amount"], 600)
        self.assertEqual((first.stage, second.stage), ("lapsed", "active"))

    def test_a_seat_taken_away_at_the_end_stays_until_then(self):
        first, second = self._create_people(2)
        self.subscription._add_seat(first)
        self.subscription._add_seat(second)
        self.assertFalse(self.subscription._remove_line(self.subscription.line_ids[0]))
        self.assertEqual(self.subscription._get_next_bill()["amount"], 600)
        self.assertEqual(self.subscription.line_ids[0].date_end, date(2026, 5, 1))

    def test_seats_end_with_the_plan_s_limit(self):
        people = self._create_people(4)
        for member in people[:3]:
            self.subscription._add_seat(member)
        with self.assertRaisesRegex(UserError, "4 people at most"):
            self.subscription._add_seat(people[3])
        with self.assertRaisesRegex(UserError, "already"):
            self.subscription._add_seat(people[0])
        self.assertEqual(len(self.subscription.line_ids), 3)

    def test_an_addon_with_the_plan_is_charged_for_the_days_left(self):
        locker = self._create_addon(amount=90)
        self.plan.addon_ids = locker
        preview = self.subscription._preview_add_addon(locker)
        self.assertEqual([line["amount"] for line in preview["lines"]], [60])
        move = self.subscription._add_addon(locker)
        self.assertEqual(move.invoice_line_ids.product_id, locker.product_id)
        self.assertEqual(move.amount_total, 60)
        self.assertEqual(self.subscription._get_next_bill()["amount"], 690)

    def test_an_addon_on_its_own_cycle_is_billed_by_itself(self):
        towel = self._create_addon(name="Towel", amount=50, cycle="own", period_unit="week")
        self.plan.addon_ids = towel
        preview = self.subscription._preview_add_addon(towel)
        self.assertEqual([line["amount"] for line in preview["lines"]], [50])
        self.assertEqual(self.subscription._add_addon(towel).amount_total, 50)
        line = self.subscription.line_ids
        self.assertEqual((line.period_end, line.next_bill_date), (date(2026, 4, 18), date(2026, 4, 18)))
        periods = line._get_next_periods()
        self.assertEqual([one["amount"] for one in line._prepare_dues(periods[line.id])], [50])
        line._advance(periods)
        self.assertEqual(line.next_bill_date, date(2026, 4, 25))
        self.assertEqual(self.subscription._get_next_bill()["amount"], 600)
        self.subscription._remove_line(line, "now")
        self.assertEqual((line.date_end, line.next_bill_date), (date(2026, 4, 25), False))

    def test_an_addon_of_another_plan_is_refused(self):
        with self.assertRaisesRegex(UserError, "cannot be added"):
            self.subscription._add_addon(self._create_addon())
        self.assertFalse(self.subscription.line_ids)
