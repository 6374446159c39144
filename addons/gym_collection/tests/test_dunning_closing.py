from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .test_charging import ChargingCommon


@tagged("post_install", "-at_install")
class TestDunningClosing(ChargingCommon):
    """How debts end otherwise than by paying the first invoice."""

    def setUp(self):
        super().setUp()
        with freeze_time("2026-03-10 18:00:00"):
            self.subscription, self.move = self._join(with_mandate=False)

    def _run_day(self, day):
        with freeze_time(f"{day} 18:00:00"):
            self.env["gym.dunning.case"]._open_cases()
            case = self._get_cases("open")
            for one in case:
                one._take_steps()
        return case

    def _get_cases(self, *states):
        domain = [("partner_id", "=", self.member.partner_id.id), ("state", "in", states)]
        return self.env["gym.dunning.case"].search(domain)

    def _pay(self, move, day):
        with freeze_time(f"{day} 18:00:00"):
            register = self.env["account.payment.register"]
            register.with_context(active_model="account.move", active_ids=move.ids).create({})._create_payments()

    def _bill(self, day):
        with freeze_time(f"{day} 18:00:00"):
            return self.env["gym.billing.engine"]._bill(self.subscription).moves

    def test_a_credit_note_for_all_of_it_ends_the_debt(self):
        case = self._run_day("2026-03-21")
        self.assertEqual((self.subscription.state, case.state), ("suspended", "open"))
        with freeze_time("2026-03-22 18:00:00"):
            self.move._reverse_moves([{"invoice_date": date(2026, 3, 22)}], cancel=True)
        self.assertEqual((self.move.payment_state, self.subscription.state), ("reversed", "active"))
        self.assertEqual((case.state, case.amount_recovered), ("recovered", 0))

    def test_the_cron_closes_what_owes_nothing_any_more(self):
        case = self._run_day("2026-03-21")
        nothing = patch.object(self.env.registry["account.move"], "_invoice_paid_hook", lambda moves: None)
        with nothing:
            self._pay(self.move, "2026-03-22")
        self.assertEqual((self.subscription.state, case.state), ("suspended", "open"))
        with freeze_time("2026-03-23 18:00:00"):
            self.env["gym.dunning.case"]._cron_dun()
        self.assertEqual((self.subscription.state, case.state), ("active", "recovered"))

    def test_what_was_handed_over_is_not_dunned_anew(self):
        case = self._run_day("2026-03-21")
        taken = len(case.taken_ids)
        with freeze_time("2026-03-22 18:00:00"):
            case.with_user(self.manager).action_hand_over()
        self.assertFalse(self._run_day("2026-03-23"))
        self.assertEqual((self._get_cases("open", "handed_over"), len(case.taken_ids)), (case, taken))
        case.invalidate_recordset(["amount_due"])
        self.assertEqual((case.amount_due, self.subscription.state), (499.0, "suspended"))
        self._pay(self.move, "2026-03-24")
        self.assertEqual(self.subscription.state, "active")

    def test_what_falls_due_later_has_a_case_of_its_own(self):
        case = self._run_day("2026-03-11")
        with freeze_time("2026-03-12 18:00:00"):
            case.with_user(self.manager).action_give_up()
        later = self._bill("2026-04-10")
        opened = self._run_day("2026-04-11")
        self.assertEqual((opened.date_due, opened.amount_opened, opened.amount_due), (date(2026, 4, 10), 499.0, 499.0))
        self.assertEqual(opened._get_overdue_moves(), later)

    def test_the_days_are_counted_from_the_oldest_open_invoice(self):
        case = self._run_day("2026-03-11")
        later = self._bill("2026-04-10")
        self._pay(self.move, "2026-04-11")
        self.assertEqual((case.state, case.date_due, case._get_overdue_moves()), ("open", date(2026, 4, 10), later))
        before = len(case.taken_ids)
        self._run_day("2026-04-11")
        self._run_day("2026-04-13")
        self.assertEqual(self.subscription.state, "past_due", "three days late, not a month and three days")
        self.assertGreater(len(case.taken_ids), before, "the new debt has its own messages")
        self._run_day("2026-04-20")
        self.assertEqual(self.subscription.state, "suspended")

    def test_overdue_is_judged_by_the_day_of_the_branch(self):
        case = self._run_day("2026-03-11")
        with freeze_time("2026-03-11 01:00:00"):  # still 10 March in Mexico City
            self.assertFalse(case._get_overdue_moves())

    def test_nobody_pays_for_months_behind_a_closed_door(self):
        self._run_day("2026-03-21")
        self.assertEqual(self.subscription.state, "suspended")
        self._pay(self.move, "2026-06-20")
        self.assertEqual((self.subscription.state, self.subscription.next_bill_date), ("active", date(2026, 6, 20)))
        moves = self._bill("2026-06-20")
        rows = self.subscription.period_ids.filtered(lambda row: row.move_id in moves)
        self.assertEqual([(row.date_start, row.date_end) for row in rows], [(date(2026, 6, 20), date(2026, 7, 10))])
        self.assertLess(sum(moves.mapped("amount_total")), 499.0)
        self.assertEqual(self.subscription.period_end, date(2026, 7, 10))

    def test_nor_for_add_ons_of_that_time(self):
        addon = self._create_addon(name="Towels", cycle="own", period_unit="week", period_count=1)
        self.plan.addon_ids = addon
        with freeze_time("2026-03-10 18:00:00"):
            self.subscription._add_addon(addon)
        self._run_day("2026-03-21")
        for move in self.subscription._get_moves():
            self._pay(move, "2026-06-20")
        self.assertEqual((self.subscription.state, self.subscription.line_ids.next_bill_date.month), ("active", 6))
        moves = self._bill("2026-06-20")
        rows = self.subscription.period_ids.filtered(lambda row: row.move_id in moves and row.line_id)
        self.assertEqual([(row.date_start, row.date_end) for row in rows], [(date(2026, 6, 20), date(2026, 6, 27))])

    def test_who_pays_within_the_paid_month_goes_on_as_before(self):
        self._run_day("2026-03-21")
        self._pay(self.move, "2026-03-25")
        self.assertEqual((self.subscription.state, self.subscription.next_bill_date), ("active", date(2026, 4, 10)))
