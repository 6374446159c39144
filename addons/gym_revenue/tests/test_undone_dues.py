from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestUndoneDues(GymSubscriptionsCommon):
    """An invoice of dues that accounting cancels or credits: no revenue, and a manager decides what follows."""

    def setUp(self):
        super().setUp()
        self.company._ensure_gym_deferral()
        self.clock = self.enterContext(freeze_time("2026-01-15 18:00:00"))
        self.plan.enrolment_fee = 116
        self.subscription = self._join()
        self.invoice = self.subscription.period_ids.move_id

    def go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _join(self, plan=None, **values):
        member = self._create_member(name="Somebody")
        subscription = self._create_subscription(member_id=member.id, plan_id=(plan or self.plan).id, **values)
        subscription._activate()
        return subscription

    def _cancel(self, move):
        move.button_draft()
        move.button_cancel()

    def _credit(self, move, **values):
        """Return a posted credit note as *Reverse* in accounting makes it; ``values`` change its lines."""
        day = self.roma._today()
        note = move._reverse_moves([{"invoice_date": day, "date": day}])
        if values:
            note.write({"invoice_line_ids": [Command.update(line.id, values) for line in note.invoice_line_ids]})
        note.action_post()
        return note

    def _get_issues(self, subscription=None):
        domain = [("subscription_id", "=", (subscription or self.subscription).id), ("state", "=", "open")]
        return self.env["gym.billing.issue"].search(domain)

    def _get_amounts(self, subscription=None):
        """Return MRR of the month that runs and the value of the member."""
        self.env.flush_all()
        found = []
        member = (subscription or self.subscription).member_id
        for model, name in (("gym.mrr.report", "mrr"), ("gym.value.report", "amount")):
            self.env[model].invalidate_model()
            domain = [("member_id", "=", member.id)]
            if name == "mrr":
                domain.append(("month", "=", self.roma._today().replace(day=1)))
            found.append(round(sum(self.env[model].search(domain).mapped(name)), 2))
        return tuple(found)

    def _get_open_rows(self):
        return self.subscription.period_ids.filtered(lambda row: not row.is_reversed)

    def test_a_cancelled_invoice_is_shown_to_the_manager_and_billed_again(self):
        self._cancel(self.invoice)
        self.assertEqual(self._get_amounts(), (0, 0))
        issue = self._get_issues().with_user(self.manager)
        self.assertEqual((issue.code, len(issue)), ("undone", 1))
        self.assertIn(self.invoice.name, issue.text)
        issue.action_bill()
        again = self.subscription._get_moves() - self.invoice
        self.assertRecordValues(
            again, [{"amount_total": 615, "state": "posted", "partner_id": self.invoice.partner_id.id}]
        )
        self.assertEqual(again.invoice_line_ids.mapped("name"), self.invoice.invoice_line_ids.mapped("name"))
        self.assertRecordValues(
            self._get_open_rows(),
            [{"date_start": date(2026, 1, 15), "date_until": date(2026, 2, 15), "move_id": again.id, "kind": "dues"}],
        )
        self.assertEqual((self._get_amounts(), issue.state), ((430.17, 530.17), "solved"))
        self.assertEqual(self.subscription.next_bill_date, date(2026, 2, 15))
        issue.action_bill()
        self.assertEqual(self.subscription._get_moves(), self.invoice | again)

    def test_a_period_long_past_is_billed_again_for_its_days(self):
        for day in ("2026-02-15", "2026-03-15"):
            self.go_to(day)
            self.env["gym.billing.engine"]._bill(self.subscription)
        february = self.subscription.period_ids.filtered(lambda row: row.date_start == date(2026, 2, 15))
        self._cancel(february.move_id)
        self._get_issues().action_bill()
        rows = self._get_open_rows().sorted("date_start")
        self.assertEqual(rows.mapped("date_start"), [date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 15)])
        self.assertEqual(rows[1].move_id.invoice_date, date(2026, 3, 15))
        self.assertEqual(self.subscription.period_end, date(2026, 4, 15))
        self.assertEqual(self._get_amounts(), (430.17, 1390.51))

    def test_a_freeze_before_lasts_in_what_is_billed_again(self):
        self.plan.write({"freeze_days_per_year": 60, "freeze_min_days": 1})
        self.subscription._freeze(date(2026, 1, 15), date(2026, 1, 25))
        self._cancel(self.invoice)
        self._get_issues().action_bill()
        self.assertEqual(self._get_open_rows().date_until, date(2026, 2, 25))

    def test_what_is_left_unbilled_is_no_problem_any_more(self):
        self._cancel(self.invoice)
        issue = self._get_issues()
        with self.assertRaises(AccessError):
            issue.with_user(self.accountant).action_leave()
        self.assertEqual(issue.state, "open")
        issue.with_user(self.manager).action_leave()
        self.assertEqual((issue.state, self.subscription._get_moves()), ("solved", self.invoice))
        self.assertIn(self.invoice.name, self.subscription.message_ids[0].body)

    def test_what_a_run_could_not_bill_is_not_left(self):
        issue = self.env["gym.billing.issue"]
        issue._open({self.subscription: ("refused", "Something", self.subscription)})
        with self.assertRaisesRegex(UserError, "Bill it"):
            self._get_issues().action_leave()
        self.assertTrue(self._get_issues())

    def test_the_nightly_run_neither_solves_it_nor_stops_at_it(self):
        self._cancel(self.invoice)
        self.go_to("2026-02-15")
        due = self.env["gym.subscription"]._select_due(self.company, date(2026, 2, 15), skip_open_issues=True)
        self.assertIn(self.subscription.id, [one.subscription_id for one in due])
        outcome = self.env["gym.billing.engine"]._bill(self.subscription)
        self.assertEqual(len(outcome.moves), 1)
        self.assertEqual(self._get_issues().code, "undone")

    def test_an_invoice_posted_again_solves_it(self):
        self._cancel(self.invoice)
        self.invoice.button_draft()
        self.assertEqual(len(self._get_issues()), 1)
        self.invoice.action_post()
        self.assertFalse(self._get_issues())
        self.assertEqual(self._get_amounts(), (430.17, 530.17))

    def test_what_was_billed_again_is_not_posted_a_second_time(self):
        self._cancel(self.invoice)
        self._get_issues().action_bill()
        self.invoice.button_draft()
        with self.assertRaisesRegex(UserError, "billed again"):
            self.invoice.action_post()
        self.assertEqual(self.invoice.state, "draft")

    # === CREDIT NOTES BY HAND === #

    def test_a_credit_note_for_all_is_no_revenue_and_is_billed_again(self):
        note = self._credit(self.invoice)
        self.assertEqual(note.invoice_line_ids.gym_reversed_line_id, self.invoice.invoice_line_ids)
        self.assertEqual(self._get_amounts(), (0, 0))
        issue = self._get_issues()
        self.assertIn(note.name, issue.text)
        issue.action_bill()
        self.assertEqual(self._get_amounts(), (430.17, 530.17))
        with self.assertRaisesRegex(UserError, "billed again"):
            note.button_draft()
        self.assertEqual(note.state, "posted")

    def test_a_credit_note_taken_back_brings_the_revenue_back(self):
        note = self._credit(self.invoice)
        note.button_draft()
        self.assertFalse(self._get_issues())
        self.assertEqual(self._get_amounts(), (430.17, 530.17))

    def test_a_credit_note_for_a_part_lowers_the_revenue_and_asks_nothing(self):
        month = self._create_plan(name="Month")
        subscription = self._join(month)
        self._credit(subscription.period_ids.move_id, price_unit=249.5)
        self.assertEqual(self._get_amounts(subscription), (215.08, 215.08))
        self.assertFalse(self._get_issues(subscription))

    def test_each_member_of_a_family_is_credited_the_own_line(self):
        month = self._create_plan(name="Month")
        family = self._join(month) | self._join(month) | self._join(month)
        family.payer_id = family[0].payer_id
        self.go_to("2026-02-15")
        [move] = self.env["gym.billing.engine"]._bill(family).moves
        note = self._credit(move)
        self.assertEqual(note.invoice_line_ids.gym_reversed_line_id, move.invoice_line_ids)
        for one in family:
            self.assertEqual(self._get_amounts(one), (0, 430.17))
        self.assertEqual(len(self.env["gym.billing.issue"].search([("subscription_id", "in", family.ids)])), 3)
        self._get_issues(family[1]).action_bill()
        self.assertEqual([self._get_amounts(one) for one in family], [(0, 430.17), (430.17, 860.34), (0, 430.17)])

    def test_a_year_billed_again_is_deferred_once(self):
        year = self._create_plan(name="Year", price=4234, period_unit="year")
        subscription = self._join(year)
        move = subscription.period_ids.move_id
        deferrals = self.env["gym.deferral"]
        self.go_to("2026-03-10")
        deferrals._close_months(self.company, date(2026, 3, 10))
        self._credit(move)
        self._get_issues(subscription).action_bill()
        self.go_to("2026-04-01")
        deferrals._close_months(self.company, date(2026, 4, 1))
        rows = deferrals.search([("company_id", "=", self.company.id)])
        self.assertEqual(round(sum(rows.mapped("amount_recognised")), 2), (17 + 28 + 31) * 10)
        self.assertEqual(round(sum(rows.mapped("amount_left")), 2), 3650 - 760)
        self.assertEqual(self._get_amounts(subscription), (304.17, 3650))

    def test_what_the_gym_gives_back_itself_asks_nothing(self):
        self._join()._cancel(at="now", is_rest_refunded=True)
        self.subscription._cancel(at="now", is_rest_refunded=True)
        self.assertFalse(self._get_issues())

    def test_posting_many_invoices_asks_no_more_than_posting_one(self):
        def count(subscriptions):
            self.env.flush_all()
            self.env.invalidate_all()
            moves = subscriptions._get_moves().sudo(False)
            moves.mapped("gym_location_id")
            before = self.env.cr.sql_log_count
            moves._check_not_billed_again()
            moves._name_reversed_lines()
            moves._tell_undone()
            return self.env.cr.sql_log_count - before

        one = count(self._join())
        self.assertLessEqual(count(self._join() | self._join() | self._join()), one)
