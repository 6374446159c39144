from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .test_charging import ChargingCommon


@tagged("post_install", "-at_install")
class TestDunningWaits(ChargingCommon):
    """A step that could not do its work is taken on another day; those who rest are left alone."""

    def setUp(self):
        super().setUp()
        self.card.active = False  # one that fails has no other card beside it

    def _join_on(self, day, card=None, **values):
        with freeze_time(f"{day} 18:00:00"):
            subscription, move = self._join(with_mandate=bool(card), **values)
            if card:
                subscription.sudo().token_id = card
        return subscription, move

    def _run_day(self, day):
        with freeze_time(f"{day} 18:00:00"):
            self.env["gym.dunning.case"]._open_cases()
            case = self.env["gym.dunning.case"].search([("partner_id", "=", self.member.partner_id.id)])
            case._take_steps()
        return case

    def _kinds(self, case):
        return case.taken_ids.sorted("id").mapped("kind")

    def _fail(self, charge):
        with freeze_time(f"{charge.date} 18:00:00"):
            charge._job_charge()
        self.assertEqual(charge.state, "failed")

    def test_a_retry_that_plans_nothing_stays_open(self):
        subscription, move = self._join_on("2026-03-01", card=self._create_card("error"))
        case = self._run_day("2026-03-02")
        [first] = move.gym_charge_ids
        self.assertEqual((first.date, self._kinds(case)), (date(2026, 3, 15), ["message", "retry"]))
        self._run_day("2026-03-11")
        self.assertEqual((subscription.state, self._kinds(case)[-1]), ("suspended", "suspend"))
        for day in ("2026-03-13", "2026-03-14"):
            self._run_day(day)
            self.assertEqual((self._kinds(case).count("retry"), move.gym_charge_ids), (1, first), day)
        self._fail(first)
        self._run_day("2026-03-16")
        [second] = move.gym_charge_ids - first
        self.assertEqual((second.state, second.date, self._kinds(case)[-1]), ("planned", date(2026, 3, 31), "retry"))
        self._fail(second)
        self._run_day("2026-04-01")
        self.assertEqual(move.gym_charge_ids, first | second, "the policy has two retries")

    def test_the_retry_after_the_suspension_pays_and_lets_in(self):
        subscription, move = self._join_on("2026-03-02", card=self._create_card("error"))
        for day in ("2026-03-03", "2026-03-12", "2026-03-14"):
            self._run_day(day)
        [first] = move.gym_charge_ids
        self._fail(first)
        self._run_day("2026-03-16")
        [second] = move.gym_charge_ids - first
        subscription.token_id.demo_simulated_state = "done"
        with freeze_time(f"{second.date} 18:00:00"):
            second._job_charge()
        self.assertEqual((second.state, subscription.state), ("done", "active"))

    def _close_branch(self, first, last):
        with freeze_time(f"{first} 18:00:00"):
            mass = self.env["gym.mass.freeze"].create(
                {"location_id": self.roma.id, "date_start": first, "date_last": last, "reason": "Works"}
            )
            mass = mass.with_context(queue_job__no_delay=True)
            mass.action_prepare()
            mass.action_carry_out()

    def _turn(self, day):
        with freeze_time(f"{day} 18:00:00"):
            self.env["gym.subscription"]._turn_day(self.roma)

    def test_no_step_is_taken_while_frozen_nor_used_up(self):
        subscription, _move = self._join_on("2026-03-10")
        case = self._run_day("2026-03-11")
        before = self._kinds(case)
        self._close_branch("2026-03-18", "2026-03-27")
        self.assertEqual(subscription.state, "frozen")
        for day in ("2026-03-18", "2026-03-20", "2026-03-27"):
            self._run_day(day)
            self.assertEqual((self._kinds(case), subscription.state), (before, "frozen"), day)
        self._turn("2026-03-28")
        self.assertEqual(subscription.state, "past_due")
        self._run_day("2026-03-28")
        self.assertEqual(subscription.state, "suspended")
        self.assertIn("suspend", self._kinds(case))

    def test_one_of_a_family_who_is_frozen_is_suspended_when_they_go_on(self):
        kid = self._create_member(name="Kid")
        subscription, _move = self._join_on("2026-03-10")
        other, _move = self._join_on("2026-03-10", member_id=kid.id, payer_id=self.member.partner_id.id)
        case = self._run_day("2026-03-11")
        with freeze_time("2026-03-18 18:00:00"):
            subscription._freeze("2026-03-18", "2026-03-28", is_mass=True)
        self._run_day("2026-03-20")
        self.assertEqual((subscription.state, other.state), ("frozen", "suspended"))
        self.assertNotIn("suspend", self._kinds(case), "it waits for the other one")
        self._turn("2026-03-28")
        self._run_day("2026-03-28")
        self.assertEqual((subscription.state, self._kinds(case).count("suspend")), ("suspended", 1))
