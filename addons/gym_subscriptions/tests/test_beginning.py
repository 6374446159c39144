from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestBeginning(GymSubscriptionsCommon):
    """What a draft must be for to begin, whoever begins it and by whatever dialog."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-04-10 18:00:00"))

    def _begin_as(self, user, subscription, **values):
        wizard = self.env["gym.subscription.begin"].with_user(user)
        wizard.create({"subscription_id": subscription.id} | values).action_confirm()

    def _assert_refused(self, subscription, text, user=None, **values):
        with self.assertRaisesRegex(UserError, text), self.cr.savepoint():
            self._begin_as(user or self.frontdesk, subscription, **values)
        self.assertEqual((subscription.state, len(subscription._get_moves())), ("draft", 0))

    # === THE DAY === #

    def test_the_desk_begins_within_the_days_of_the_company(self):
        for day in ("2026-03-09", "2026-07-10", "2098-01-01", "2020-01-01"):
            self._assert_refused(self._create_subscription(date_start=day), "cannot begin")
        self.company.write({"gym_start_days_back": 0, "gym_start_days_ahead": 5})
        for day in ("2026-04-09", "2026-04-16"):
            self._assert_refused(self._create_subscription(date_start=day), "cannot begin")
        subscription = self._create_subscription(date_start="2026-04-15")
        self._begin_as(self.frontdesk, subscription)
        self.assertEqual(subscription.state, "active")

    def test_a_manager_goes_further_but_not_beyond_a_year(self):
        for day in ("2025-04-08", "2027-04-12"):
            self._assert_refused(self._create_subscription(date_start=day), "cannot begin", self.manager)
        subscription = self._create_subscription(date_start="2027-04-11")
        self._begin_as(self.manager, subscription)
        self.assertEqual(subscription.state, "active")

    def test_what_is_free_has_the_same_limits(self):
        subscription = self._create_subscription(date_start="2098-01-01")
        self._assert_refused(subscription, "cannot begin", self.manager, how="free", free_reason="Friend")
        self._begin_as(self.frontdesk, subscription, how="free", free_reason="Friend")
        with self.assertRaisesRegex(UserError, "cannot begin"), self.cr.savepoint():
            subscription.with_user(self.manager).action_approve_free()
        self.assertEqual(subscription.state, "draft")

    def test_nobody_is_let_in_before_the_first_day(self):
        plan = self._create_plan(name="Family", kind="family", seats_included=2, seats_max=2)
        child = self._create_member(name="Child")
        subscription = self._create_subscription(plan_id=plan.id, date_start="2026-05-01")
        seat = {"kind": "seat", "member_id": child.id, "cycle": "plan", "amount": 0, "date_start": "2026-05-01"}
        subscription.sudo().line_ids = [Command.create(seat)]
        self.assertIn("Nobody is let in before", " ".join(subscription._preview_activate()["facts"]))
        moves = subscription._activate()
        self.assertEqual((subscription.state, moves.amount_total), ("active", 499))
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=moves.ids).create(
            {}
        ).action_create_payments()
        for day, stage in (("2026-04-30", "prospect"), ("2026-05-01", "active")):
            with self.subTest(day):
                self.clock.move_to(f"{day} 18:00:00")
                self.env["gym.subscription"]._turn_day(self.roma)
                self.assertEqual((self.member | child).mapped("stage"), [stage, stage])

    def test_who_trains_already_stays_a_member_until_the_next_one_begins(self):
        self._create_subscription()._activate()
        other = self._create_plan(name="Other")
        self._create_subscription(plan_id=other.id, date_start="2026-05-01")._activate()
        self.assertEqual(self.member.stage, "active")

    # === PRESENTS === #

    def test_the_gym_gives_no_presents_to_itself(self):
        staff = new_test_user(
            self.env, "giver_at_desk", groups="gym_members.group_gym_frontdesk", company_id=self.company.id
        )
        contact = self.env["res.partner"].create({"name": "Office", "parent_id": self.company.partner_id.id})
        for giver in (self.company.partner_id, contact, staff.partner_id):
            with self.subTest(giver.name):
                draft = self._create_subscription()
                draft.sudo().gift_partner_id = giver
                with self.assertRaisesRegex(UserError, "belongs to the gym"), self.cr.savepoint():
                    draft._activate(gift_periods=2)
                self.assertEqual((draft.state, len(draft._get_moves())), ("draft", 0))

    def test_a_present_lasts_two_years_at_most(self):
        draft = self._create_subscription()
        draft.sudo().gift_partner_id = self.env["res.partner"].create({"name": "Abuela"})
        with self.assertRaisesRegex(UserError, "24 periods at most"), self.cr.savepoint():
            draft._activate(gift_periods=25)
        self.assertEqual(draft.state, "draft")
        draft._activate(gift_periods=24)
        self.assertEqual(draft.date_end, date(2028, 4, 10))

    # === TWICE === #

    def test_the_same_plan_twice_is_asked_about(self):
        first = self._create_subscription()
        first._activate()
        second = self._create_subscription()
        facts = " ".join(second._preview_activate()["facts"])
        self.assertIn(f"already has Full: {first.name}, billed until", facts)
        self._assert_refused(second, f"already has Full: {first.name}")
        self._begin_as(self.frontdesk, second, is_second_wanted=True)
        self.assertEqual(second.state, "active")

    def test_who_comes_back_to_a_plan_that_runs_again_is_told_of_it(self):
        left = self._create_subscription()
        left._activate()
        left._cancel(at="now")
        running = self._create_subscription()
        running._activate()
        for verb in (left._preview_reactivate, left._reactivate):
            with self.assertRaisesRegex(UserError, f"already has Full: {running.name}"), self.cr.savepoint():
                verb()
        self.assertEqual(left.state, "cancelled")

    def test_a_change_to_a_plan_that_the_member_has_names_it(self):
        running = self._create_subscription()
        running._activate()
        plus = self._create_plan(name="Plus", price=900.0, tier=2)
        other = self._create_subscription(plan_id=plus.id)
        other._activate()
        for when in ("now", "period_end"):
            facts = " ".join(other._preview_change_plan(self.plan, when=when)["facts"])
            self.assertIn(f"already has Full: {running.name}", facts)

    def test_free_and_as_a_present_it_is_asked_about_too(self):
        self._create_subscription()._activate()
        second = self._create_subscription()
        giver = self.env["res.partner"].create({"name": "Abuela"})
        self._assert_refused(second, "already has Full", self.manager, how="free", free_reason="Friend")
        self._assert_refused(second, "already has Full", self.manager, how="gift", gift_partner_id=giver.id)

    def test_who_left_begins_again_without_question(self):
        self._create_subscription()._activate()
        self.member.subscription_ids._cancel(at="now")
        second = self._create_subscription()
        self._begin_as(self.frontdesk, second)
        self.assertEqual(second.state, "active")
