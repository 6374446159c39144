from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .test_charging import ChargingCommon

JOINED = "2026-03-10 18:00:00"


@tagged("post_install", "-at_install")
class TestDunning(ChargingCommon):
    """Somebody who joined on 10 March without paying: due that day."""

    def setUp(self):
        super().setUp()
        with freeze_time(JOINED):
            self.subscription, self.move = self._join(with_mandate=False)
        self.policy = self.env["gym.dunning.policy"]._ensure_of_company(self.company)

    def _run_day(self, day):
        with freeze_time(f"{day} 18:00:00"):
            self.env["gym.dunning.case"]._open_cases()
            case = self._get_case()
            if case.state == "open":
                case._take_steps()
        return case

    def _get_case(self):
        return self.env["gym.dunning.case"].search(
            [("partner_id", "=", self.member.partner_id.id), ("location_id", "=", self.roma.id)]
        )

    def _pay(self, day, amount=None):
        with freeze_time(f"{day} 18:00:00"):
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=self.move.ids
            )
            wizard.create({"amount": amount} if amount else {})._create_payments()

    def _kinds(self, case):
        return case.taken_ids.sorted("id").mapped("kind")

    def test_nothing_happens_on_the_day_itself(self):
        self.assertFalse(self._run_day("2026-03-10"))
        self.assertEqual(self.subscription.state, "active")

    def test_steps_follow_the_policy_and_each_is_taken_once(self):
        case = self._run_day("2026-03-11")
        self.assertEqual((case.date_due, case.amount_opened), (date(2026, 3, 10), 499.0))
        self.assertEqual(self.subscription.state, "past_due")
        self.assertEqual(self._kinds(case), ["message", "retry"])
        self._run_day("2026-03-11")
        self.assertEqual(len(case.taken_ids), 2)
        self.assertEqual(self._kinds(self._run_day("2026-03-14")), ["message", "retry", "voucher"])
        self._run_day("2026-03-20")
        self.assertEqual(self.subscription.state, "suspended")

    def test_the_card_is_planned_for_a_payday(self):
        self._agree(self.subscription)
        self._run_day("2026-03-11")
        [charge] = self.move.gym_charge_ids
        self.assertEqual((charge.state, charge.date), ("planned", date(2026, 3, 15)))

    def test_money_opens_the_door_in_the_same_transaction(self):
        case = self._run_day("2026-03-20")
        self.assertEqual(self.subscription.state, "suspended")
        self._pay("2026-03-28")
        self.assertEqual(self.subscription.state, "active")
        self.assertEqual((case.state, case.amount_recovered), ("recovered", 499.0))
        self.assertEqual(case.taken_ids.sorted("id")[-1].amount_recovered, 499.0)

    def test_a_part_is_not_enough(self):
        case = self._run_day("2026-03-20")
        self._pay("2026-03-28", 100.0)
        self.assertEqual(self.subscription.state, "suspended")
        self.assertEqual(case.state, "open")
        case.invalidate_recordset(["amount_due"])
        self.assertEqual(case.amount_due, 399.0)

    def test_a_promise_puts_the_steps_off_and_keeps_the_door_open(self):
        case = self._run_day("2026-03-11")
        case.with_user(self.frontdesk).promised_on = "2026-03-25"
        self._run_day("2026-03-22")
        self.assertEqual(self.subscription.state, "past_due")
        with freeze_time("2026-03-25 18:00:00"):
            self.assertTrue(self._may_enter(self.subscription))
        with freeze_time("2026-03-26 18:00:00"):
            self.assertFalse(self._may_enter(self.subscription))
        self._run_day("2026-03-26")
        self.assertEqual(self.subscription.state, "suspended")

    def test_days_of_grace_at_the_door(self):
        for day, may_enter in (("2026-03-10", True), ("2026-03-13", True), ("2026-03-14", False)):
            with freeze_time(f"{day} 18:00:00"):
                self.assertEqual(self._may_enter(self.subscription), may_enter, day)

    def test_the_desk_writes_promises_and_nothing_else(self):
        case = self._run_day("2026-03-11")
        desk = case.with_user(self.frontdesk)
        for vals in ({"state": "recovered"}, {"date_due": "2026-05-01"}, {"amount_recovered": 499}):
            with self.assertRaises(AccessError):
                desk.write(vals)
        with self.assertRaises(AccessError):
            desk.action_give_up()
        with freeze_time("2026-03-11 18:00:00"), self.assertRaises(ValidationError):
            desk.promised_on = "2026-12-24"
        self.assertEqual((case.state, case.date_due), ("open", date(2026, 3, 10)))

    def test_what_is_given_up_is_left_alone(self):
        case = self._run_day("2026-03-11")
        with freeze_time("2026-03-12 18:00:00"):
            case.with_user(self.manager).action_give_up()
        before = len(case.taken_ids)
        with freeze_time("2026-03-30 18:00:00"):
            case._take_steps()
        self.assertEqual((case.state, len(case.taken_ids)), ("given_up", before))

    def test_days_of_the_month_are_checked(self):
        for days in ("0, 15", "32", "quince", ""):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.policy.retry_days = days
        self.policy.retry_days = "15,31, 1"
        self.assertEqual(self.policy._get_retry_days(), (15, 31, 1))

    def test_another_branch_sees_nothing_of_it(self):
        case = self._run_day("2026-03-11")
        elsewhere = self._create_staff_of(self.gdl)
        self.assertFalse(self.env["gym.dunning.case"].with_user(elsewhere).search([]) & case)

    def _create_staff_of(self, location):
        return new_test_user(
            self.env,
            "desk_of_gdl",
            groups="gym_members.group_gym_frontdesk",
            gym_location_ids=[(6, 0, location.ids)],
        )
