from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models.money import to_decimal
from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestSubscriptionJoin(GymSubscriptionsCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2026-01-31 18:00:00"))

    def _join(self, **values):
        subscription = self._create_subscription(**values)
        preview = subscription._preview_activate()
        moves = subscription._activate()
        self.assertEqual(
            sorted((line["name"], line["amount"]) for line in preview["lines"]),
            sorted(subscription.due_ids.mapped(lambda line: (line.name, to_decimal(line.amount)))),
            "what is billed is what was shown",
        )
        return subscription, moves

    def test_joining_bills_the_first_period_with_the_iva_included(self):
        subscription, move = self._join()
        self.assertRecordValues(
            move,
            [
                {
                    "state": "posted",
                    "move_type": "out_invoice",
                    "amount_total": 499.00,
                    "amount_tax": 68.83,
                    "partner_id": self.member.partner_id.id,
                    "invoice_date": date(2026, 1, 31),
                    "gym_location_id": self.roma.id,
                }
            ],
        )
        self.assertRecordValues(
            subscription,
            [
                {
                    "state": "active",
                    "price_id": self.plan.price_ids.id,
                    "date_start": date(2026, 1, 31),
                    "date_anchor": date(2026, 1, 31),
                    "period_start": date(2026, 1, 31),
                    "period_end": date(2026, 2, 28),
                    "next_bill_date": date(2026, 2, 28),
                    "price_total": 499.00,
                }
            ],
        )
        self.assertRecordValues(
            subscription.period_ids,
            [{"kind": "dues", "amount": 499, "move_id": move.id, "date_end": date(2026, 2, 28)}],
        )

    def test_the_anchor_s_day_comes_back_after_february(self):
        subscription, _move = self._join()
        periods = subscription._get_next_periods()
        subscription._advance(periods)
        self.assertEqual(subscription.period_end, date(2026, 3, 31))

    def test_enrolment_is_on_the_first_invoice(self):
        self.plan.enrolment_fee = 300
        _subscription, move = self._join()
        self.assertEqual(move.amount_total, 799)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [300, 499])

    def test_a_promotion_waives_enrolment_and_halves_two_periods(self):
        self.plan.enrolment_fee = 300
        self.env["gym.promotion"].create(
            {
                "name": "Half price",
                "company_id": self.company.id,
                "date_start": "2026-01-01",
                "effect": "percent",
                "percent": 50,
                "periods": 2,
                "is_enrolment_waived": True,
            }
        )
        subscription, move = self._join()
        self.assertEqual(move.amount_total, 249.50)
        self.assertEqual(subscription._get_next_bill()["amount"], 249.50)
        subscription._advance(subscription._get_next_periods())
        self.assertEqual(subscription._get_next_bill()["amount"], 499)

    def test_a_trial_bills_nothing_until_it_ends(self):
        self.plan.write({"trial_days": 7, "enrolment_fee": 300})
        subscription, move = self._join()
        self.assertFalse(move)
        self.assertRecordValues(
            subscription,
            [
                {
                    "state": "trialing",
                    "date_trial_end": date(2026, 2, 7),
                    "next_bill_date": date(2026, 2, 7),
                    "period_end": False,
                }
            ],
        )
        self.assertEqual(self.member.stage, "trial")
        bill = subscription._get_next_bill()
        self.assertEqual((bill["date"], bill["amount"]), (date(2026, 2, 7), 799))
        subscription._advance(subscription._get_next_periods())
        self.assertEqual((subscription.state, subscription.period_end), ("active", date(2026, 3, 7)))

    def test_a_trial_that_ends_by_itself_is_never_billed(self):
        self.plan.write({"trial_days": 7, "trial_outcome": "end"})
        subscription, _move = self._join()
        self.assertFalse(subscription.next_bill_date)
        self.assertIsNone(subscription._get_next_bill())
        with freeze_time("2026-02-07 18:00:00"):
            subscription._turn_day(self.roma)
        self.assertEqual(subscription.state, "expired")
        self.assertFalse(subscription.due_ids)

    def test_nobody_tries_twice(self):
        self.plan.trial_days = 7
        first, _move = self._join()
        first.sudo().state = "expired"
        second, move = self._join()
        self.assertEqual(second.state, "active")
        self.assertEqual(move.amount_total, 499)

    def test_a_plan_that_does_not_renew_ends_after_its_period(self):
        self.plan.is_auto_renewing = False
        subscription, _move = self._join()
        self.assertEqual((subscription.next_bill_date, subscription.date_end), (False, date(2026, 2, 28)))
        with freeze_time("2026-02-28 18:00:00"):
            subscription._turn_day(self.roma)
        self.assertEqual((subscription.state, self.member.stage), ("expired", "lapsed"))

    def test_the_minimum_term_counts_periods_from_the_anchor(self):
        self.plan.term_periods = 12
        subscription, _move = self._join()
        self.assertEqual(subscription.date_term_end, date(2027, 1, 31))

    def test_a_gift_is_paid_by_the_giver_and_ends_with_its_periods(self):
        giver = self.env["res.partner"].create({"name": "Abuela"})
        subscription = self._create_subscription()
        subscription.sudo().gift_partner_id = giver
        move = subscription._activate(gift_periods=3)
        self.assertEqual((move.partner_id, move.amount_total), (giver, 1497))
        self.assertEqual((subscription.date_end, subscription.next_bill_date), (date(2026, 4, 30), False))
        self.assertEqual(len(subscription.period_ids), 3)

    def test_a_company_pays_its_share_on_an_invoice_of_its_own(self):
        agreement = self.env["gym.corporate.agreement"].create(
            {
                "name": "Acme",
                "partner_id": self.env["res.partner"].create({"name": "Acme"}).id,
                "share_percent": 33,
                "seats": 1,
            }
        )
        _subscription, moves = self._join(agreement_id=agreement.id)
        self.assertEqual(
            {move.partner_id: move.amount_total for move in moves},
            {agreement.partner_id: 164.67, self.member.partner_id: 334.33},
        )
        other = self._create_subscription(member_id=self._create_member(name="Ana").id, agreement_id=agreement.id)
        with self.assertRaisesRegex(UserError, "all are taken"):
            other._activate()
        self.assertEqual(other.state, "draft")
        self.assertFalse(other.due_ids)

    def test_the_border_pays_the_same_with_less_iva(self):
        self.env["gym.location.iva.zone"].create(
            {"location_id": self.roma.id, "zone": "border_north", "date_start": "2026-01-01"}
        )
        _subscription, move = self._join()
        self.assertEqual((move.amount_total, move.amount_tax), (499, 36.96))

    def test_without_a_price_nothing_begins(self):
        self.plan.price_ids.valid_from = "2026-02-01"
        subscription = self._create_subscription()
        with self.assertRaisesRegex(UserError, "no price in force"):
            subscription._activate()
        self.assertEqual(subscription.state, "draft")

    def test_beginning_twice_bills_once(self):
        subscription, _move = self._join()
        self.assertFalse(subscription._activate())
        self.assertEqual(len(subscription.due_ids.move_id), 1)

    def test_free_of_charge_bills_nothing_and_says_who_approved(self):
        subscription = self._create_subscription()
        subscription.with_user(self.manager).sudo()._activate_free("Trainer's sister")
        self.assertRecordValues(
            subscription,
            [{"state": "active", "is_comp": True, "next_bill_date": False, "comp_by_id": self.manager.id}],
        )
        self.assertFalse(subscription.due_ids)
        self.assertEqual(self.member.stage, "active")

    def test_members_history_says_so(self):
        subscription, _move = self._join()
        events = self.env["gym.event"].search([("member_id", "=", self.member.id), ("type", "like", "subscription.")])
        self.assertEqual(events.mapped("type"), ["subscription.activated"])
        self.assertEqual(events.payload, {"subscription_id": subscription.id, "plan": "Full"})
        self.assertEqual(self.member.date_joined, date(2026, 1, 31))

    def test_fortnights_of_the_calendar_begin_with_what_is_left_of_one(self):
        plan = self._create_plan(name="Quincenal", price=300, period_unit="fortnight")
        subscription, move = self._join(plan_id=plan.id, date_start="2026-01-26")
        self.assertEqual(subscription.period_end, date(2026, 2, 1))
        self.assertEqual(move.amount_total, 112.50)  # 6 of the 16 days of the second fortnight of January
        self.assertEqual(subscription._get_next_bill()["amount"], 300)

    def test_a_season_prices_the_periods_that_begin_in_it(self):
        self.env["gym.plan.season"].create(
            {
                "name": "February",
                "company_id": self.company.id,
                "plan_ids": [Command.set(self.plan.ids)],
                "date_start": "2026-02-01",
                "date_end": "2026-02-28",
                "effect": "price",
                "amount": 399,
            }
        )
        subscription, move = self._join()
        self.assertEqual(move.amount_total, 499)
        self.assertEqual(subscription._get_next_bill()["amount"], 399)
