from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.gym_subscriptions.domain import lifecycle
from odoo.addons.gym_subscriptions.domain.periods import month_of

from .deferral_common import DeferralCommon


@tagged("post_install", "-at_install")
class TestDeferral(DeferralCommon):
    def test_the_journal_has_a_name_in_each_language(self):
        """Also when it is made without any, as it is when the addon is installed."""
        for lang in ("en_US", "es_MX"):
            self.env["res.lang"]._activate_lang(lang)
        self.company.gym_deferral_journal_id.write({"code": "OTRO"})
        made = self.company.with_context(lang=None)._ensure_gym_deferral_journal()
        self.assertEqual(made.with_context(lang="es_MX").name, "Cuotas devengadas")
        self.assertEqual(made.with_context(lang="en_US").name, "Earned dues")

    # === BILLING === #

    def test_a_month_is_income_when_it_is_billed(self):
        subscription = self._join(self.month)
        self.assertFalse(self.deferrals.search([("move_id", "in", subscription.period_ids.move_id.ids)]))
        self.assertFalse(self._get_balance())

    def test_a_year_is_a_liability_and_iva_stays_where_it_was(self):
        invoice = self._join().period_ids.move_id
        row = self.deferrals.search([("move_id", "=", invoice.id)])
        self.assertRecordValues(
            row,
            [
                {
                    "amount": 3650,
                    "amount_left": 3650,
                    "date_start": date(2026, 1, 1),
                    "date_end": date(2027, 1, 1),
                    "location_id": self.roma.id,
                    "deferred_account_id": self.account.id,
                }
            ],
        )
        self.assertNotEqual(row.income_account_id, self.account)
        monthly = self._join(self.month).period_ids.move_id
        tax_accounts = [
            move.line_ids.filtered(lambda line: line.display_type == "tax").account_id for move in (invoice, monthly)
        ]
        self.assertEqual(tax_accounts[0], tax_accounts[1])
        self.assertEqual(row.income_account_id, monthly.invoice_line_ids.account_id)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (3650, 584))
        self.assert_ties()

    def test_enrolment_is_income_at_once(self):
        self.year.enrolment_fee = 116
        invoice = self._join().period_ids.move_id
        self.assertEqual(self._get_balance(), -3650)
        self.assertEqual(self._get_income(invoice), 100)

    def test_months_paid_ahead_are_a_liability_too(self):
        subscription = self._create_subscription()
        subscription._activate(gift_periods=3)
        rows = self.deferrals.search([("company_id", "=", self.company.id)])
        self.assertEqual(sorted(rows.mapped("date_start")), [date(2026, 2, 1), date(2026, 3, 1)])

    def test_the_company_may_spread_every_period_that_crosses_a_month(self):
        self.company.gym_deferral_scope = "crossing"
        self.go_to("2026-01-16")
        self._join(self.month)
        self._close("2026-02-01")
        self.assertEqual(self._get_balance(), round(-430.17 * 15 / 31, 2))
        self._close("2026-03-01")
        self.assertEqual(self._get_balance(), 0)

    def test_without_an_account_everything_is_income(self):
        self.company.gym_deferred_account_id = False
        subscription = self._join()
        self.assertFalse(self.deferrals.search([("move_id", "in", subscription.period_ids.move_id.ids)]))

    def test_the_billing_engine_defers_with_a_constant_number_of_queries(self):
        def bill(count):
            subscriptions = self.env["gym.subscription"]
            for number in range(count):
                member = self._create_member(name=f"Payer {number}")
                subscriptions |= self._join(member_id=member.id)
            subscriptions.write({"next_bill_date": date(2026, 1, 1), "period_start": False, "period_end": False})
            subscriptions.period_ids.write({"is_reversed": True})
            self.env.flush_all()
            rows = self.deferrals.search_count([])
            counts = []
            take_over, record = type(self.deferrals)._take_over, type(self.deferrals)._record

            def counted(method):
                def call(deferrals, argument):
                    before = self.env.cr.sql_log_count
                    result = method(deferrals, argument)
                    self.env.flush_all()
                    counts.append(self.env.cr.sql_log_count - before)
                    return result

                return call

            with (
                patch.object(type(self.deferrals), "_take_over", counted(take_over)),
                patch.object(type(self.deferrals), "_record", counted(record)),
            ):
                outcome = self.env["gym.billing.engine"]._bill(subscriptions, date(2026, 1, 1))
            self.assertFalse(outcome.issues)
            self.assertEqual(self.deferrals.search_count([]) - rows, count)
            self.assert_ties()
            return sum(counts)

        bill(3)  # fills caches
        self.assertLessEqual(bill(12), bill(3) + 2)

    # === CLOSING === #

    def test_months_are_closed_one_by_one_and_once(self):
        self._join()
        self.assertFalse(self._close("2026-01-31"))
        [january] = self._close("2026-02-01")
        self.assertRecordValues(january, [{"date": date(2026, 1, 31), "amount_total": 310, "state": "posted"}])
        self.assertFalse(self._close("2026-02-28"))
        moves = self._close("2026-04-15")
        self.assertEqual(moves.mapped("date"), [date(2026, 2, 28), date(2026, 3, 31)])
        self.assertEqual(moves.mapped("amount_total"), [280, 310])
        self._close("2027-03-01")
        self.assertEqual(self._get_balance(), 0)
        self.assertFalse(self._close("2027-05-01"))

    def test_a_branch_gets_an_entry_of_its_own_with_lines_by_account(self):
        self._join()
        self._join(member_id=self._create_member(name="Two").id)
        there = self._create_member(name="There", location_id=self.gdl.id)
        self._join(member_id=there.id)
        moves = self._close("2026-02-01")
        self.assertEqual(
            sorted((move.gym_location_id.name, move.amount_total, len(move.line_ids)) for move in moves),
            sorted([(self.roma.name, 620, 2), (self.gdl.name, 310, 2)]),
        )

    def test_analytic_income_is_spread_as_the_income_is(self):
        """A year of a member of the north: nothing when billed, then what each month earned there."""
        plan = self.env["account.analytic.plan"].create({"name": "Zones"})
        north, south = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("North", "South")]
        )
        shares = [{str(north.id): 100}, {str(north.id): 60, str(south.id): 40}, False]
        for number, share in enumerate(shares):
            member = self._create_member(name=f"Member {number}")
            invoice = self._create_subscription(member_id=member.id, plan_id=self.year.id)._activate()
            invoice.invoice_line_ids.analytic_distribution = share
        self.assertFalse(self._get_analytic(north | south))
        [january] = self._close("2026-02-01")
        self.assertEqual((january.amount_total, len(january.line_ids)), (930, 4))
        self.assertEqual(self._get_analytic(north), {date(2026, 1, 31): 310 + 186})
        self.assertEqual(self._get_analytic(south), {date(2026, 1, 31): 124})
        self._close("2027-01-01")
        self.assertEqual(sum(self._get_analytic(north | south).values()), 7300)

    def _get_analytic(self, accounts):
        """Return what the analytic items of ``accounts`` come to, by day."""
        names = accounts.plan_id._column_name()
        found = self.env["account.analytic.line"]._read_group(
            [(names, "in", accounts.ids)], ["date:day"], ["amount:sum"]
        )
        return {day: round(amount, 2) for day, amount in found}

    def test_a_locked_month_goes_into_the_next_one(self):
        self._join()
        self.company.fiscalyear_lock_date = date(2026, 2, 28)
        with self.assertRaises(UserError):
            self.deferrals._close_month(self.company, self._get_month("2026-02-01"))
        [move] = self._close("2026-04-01")
        self.assertRecordValues(move, [{"date": date(2026, 3, 31), "amount_total": 900}])

    def test_a_company_that_cannot_close_stops_no_other_and_says_why(self):
        self._join()
        self._load_chart_of_other_company()
        other = self.other_company
        other._ensure_gym_deferral()
        journal = self.company.gym_deferral_journal_id
        self.go_to("2026-02-01")
        self.company.gym_deferral_journal_id = False
        closed = []
        close = type(self.deferrals)._close_months

        def noted(deferrals, company, day):
            result = close(deferrals, company, day)
            closed.append(company)
            return result

        with (
            patch.object(type(self.deferrals), "_close_months", noted),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
        ):
            self.deferrals._cron_close_months()
        self.assertIn(other, closed)
        self.assertEqual(self._get_balance(), -3650)
        self.assertIn("Choose the journal", self.company.gym_deferral_problem)
        action = self.deferrals.with_user(self.accountant).action_close_last_month()
        self.assertIn("Choose the journal", action["params"]["message"])
        self.company.gym_deferral_journal_id = journal
        self.deferrals.with_user(self.accountant).action_close_last_month()
        self.assertEqual((self._get_balance(), self.company.gym_deferral_problem), (-3340, False))

    def _get_month(self, day):
        return month_of(date.fromisoformat(day))

    def test_a_month_before_one_that_is_closed_posts_nothing(self):
        self._join()
        self.deferrals._close_month(self.company, self._get_month("2026-02-01"))
        self.assertFalse(self.deferrals._close_month(self.company, self._get_month("2026-01-01")))
        self.assertEqual(self._get_balance(), -3650 + 590)

    # === WHAT BECOMES OF IT === #

    def test_a_freeze_earns_nothing_and_its_undoing_makes_up_for_it(self):
        subscription = self._join()
        self.go_to("2026-02-11")
        freeze = subscription._freeze(date(2026, 2, 11), date(2026, 3, 11))
        self._close("2026-03-01")
        self.assertEqual(self._get_balance(), -3650 + 310 + 100)
        subscription._unfreeze(date(2026, 3, 1))
        self.assertEqual(subscription.period_ids.date_until, date(2027, 1, 19))
        self._close("2026-04-01")
        self.assertEqual(self._get_balance(), -3650 + 310 + 100 + 310)
        freeze._undo()
        self._close("2026-05-01")
        self.assertEqual(self._get_balance(), -3650 + 1200)

    def test_leaving_with_the_rest_paid_back_leaves_no_liability(self):
        subscription = self._join()
        self._close("2026-04-01")
        self.go_to("2026-04-11")
        note = subscription._cancel(at="now", is_rest_refunded=True)
        self.assertEqual((note.move_type, note.amount_untaxed), ("out_refund", 2650))
        self.assertEqual(self._get_balance(), -100)  # ten days of April, earned but not closed
        self.assert_ties()
        self._close("2026-05-01")
        self.assertEqual(self._get_balance(), 0)
        self.assertEqual(self._get_income(subscription), 1000)
        self.assertFalse(self._close("2027-03-01"))

    def test_leaving_at_once_without_refund_earns_the_rest(self):
        subscription = self._join()
        self._pay(subscription)
        self.go_to("2026-04-11")
        subscription._cancel(at="now")
        self._close("2026-05-01")
        self.assertEqual((self._get_balance(), self._get_income(subscription)), (0, 3650))
        subscription._reactivate()
        self._close("2026-06-01")
        self.assertEqual(self._get_balance(), -3650 + 31 * 10 + 30 * 10 + 31 * 10 + 28 * 10 + 31 * 10)

    def test_a_year_nobody_paid_is_earned_until_the_door_closes(self):
        """Ten days of January; nothing of the months behind the door, nor any recurring revenue."""
        subscription = self._join()
        self.go_to("2026-01-11")
        subscription._transition(lifecycle.SUSPEND)
        self._close("2026-07-01")
        self.assertEqual(self._get_income(subscription), 100)
        self.assertEqual([self._get_mrr(subscription, f"2026-0{month}-01") for month in (1, 6)], [0, 0])
        return subscription

    def test_who_pays_late_earns_the_months_behind_the_door_when_the_money_is_there(self):
        subscription = self.test_a_year_nobody_paid_is_earned_until_the_door_closes()
        self._pay(subscription)
        self.assertEqual((subscription.state, subscription.period_ids.date_until), ("active", date(2027, 1, 1)))
        [july] = self._close("2026-08-01")
        self.assertRecordValues(july, [{"date": date(2026, 7, 31), "amount_total": 2120 - 100}])
        self.assertEqual(self._get_mrr(subscription, "2026-07-01"), 304.17)

    def test_who_leaves_from_behind_the_door_leaves_no_income(self):
        """What was not served goes out of the books by a credit note, not through income."""
        subscription = self.test_a_year_nobody_paid_is_earned_until_the_door_closes()
        subscription._cancel(at="now")
        self._close("2027-03-01")
        self.assertEqual((self._get_income(subscription), self._get_balance()), (100, -3550))
        invoice = subscription.period_ids.move_id
        invoice._reverse_moves([{"invoice_date": date(2027, 3, 1), "date": date(2027, 3, 1)}], cancel=True)
        self._close("2027-04-01")
        self.assertEqual((self._get_income(subscription), self._get_balance()), (0, 0))

    def test_leaving_without_having_paid_earns_what_was_served(self):
        subscription = self._join()
        self.go_to("2026-04-11")
        subscription._cancel(at="now")
        self._close("2027-03-01")
        self.assertEqual(self._get_income(subscription), 1000)

    def test_a_withdrawal_leaves_nothing(self):
        subscription = self._join(channel="online")
        self.go_to("2026-01-03")
        subscription._cancel(at="withdrawal", by="member")
        self.assertEqual(self._get_balance(), 0)
        self._close("2026-02-01")
        self.assertEqual((self._get_balance(), self._get_income(subscription)), (0, 0))

    def test_an_upgrade_moves_what_is_left_to_the_new_plan(self):
        subscription = self._join()
        plus = self._create_plan(name="Plus", price=8468, period_unit="year", tier=2)
        self._close("2026-04-01")
        self.go_to("2026-04-11")
        move = subscription._change_plan(plus)
        self.assertEqual(move.amount_untaxed, 2650)
        self.assertEqual(self._get_balance(), -3650 + 900 - 2650)
        self._close("2026-05-01")  # ten days at 10 and twenty at 20
        self.assertEqual(self._get_balance(), -(7300 - 7300 * 120 / 365) + 0.0)
        self._close("2027-02-01")
        self.assertEqual((self._get_balance(), self._get_income(subscription)), (0, 1000 + 5300))

    def test_a_part_given_back_makes_the_rest_of_the_months_cheaper(self):
        subscription = self._join()
        invoice = subscription.period_ids.move_id
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()
        self._close("2026-02-01")
        invoice._give_back(Decimal("423.40"), "Sauna closed")
        self.assertEqual(self._get_balance(), -3650 + 310 + 365)
        self._close("2026-03-01")
        self.assertEqual(self._get_balance(), -3650 + 310 + 280 + 365 - 59)
        self._close("2027-02-01")
        self.assertEqual((self._get_balance(), self._get_income(subscription)), (0, 3285))

    def test_the_accountants_own_credit_note_takes_back_all(self):
        subscription = self._join()
        invoice = subscription.period_ids.move_id
        self._close("2026-03-01")
        note = invoice._reverse_moves([{"invoice_date": date(2026, 3, 1), "date": date(2026, 3, 1)}], cancel=True)
        self.assertEqual(note.invoice_line_ids.account_id, self.account)
        self._close("2026-04-01")
        self.assertEqual((self._get_balance(), self._get_income(subscription)), (0, 0))

    def test_an_invoice_taken_back_to_draft_is_corrected_by_the_next_month(self):
        subscription = self._join()
        invoice = subscription.period_ids.move_id
        self._close("2026-03-01")
        invoice.button_draft()
        self.assert_ties()
        self._close("2026-04-01")
        self.assertEqual((self._get_balance(), self._get_income(subscription)), (0, 0))
        invoice.action_post()
        self._close("2026-05-01")
        self.assertEqual(self._get_balance(), -3650 + 1200)
        self.assertEqual(self._get_income(subscription), 1200)

    def test_a_draft_of_which_nothing_was_earned_leaves_no_trace(self):
        invoice = self._join().period_ids.move_id
        invoice.button_draft()
        self.assertFalse(self.deferrals.search([("move_id", "=", invoice.id)]))
        self.assertFalse(self._get_balance())

    def test_the_entries_themselves_are_not_taken_back(self):
        self._join()
        [move] = self._close("2026-02-01")
        with self.assertRaises(UserError):
            move.button_draft()
        self.assertEqual(move.state, "posted")

    # === WHO === #

    def test_only_owner_and_accountant_close_a_month(self):
        self._join()
        self.go_to("2026-02-01")
        with self.assertRaises(AccessError):
            self.deferrals.with_user(self.manager).action_close_last_month()
        self.assertEqual(self._get_balance(), -3650)
        self.deferrals.with_user(self.accountant).action_close_last_month()
        self.assertEqual(self._get_balance(), -3340)

    def test_a_manager_sees_the_own_branch_only(self):
        self._join()
        self._join(member_id=self._create_member(name="There", location_id=self.gdl.id).id)
        for name in ("gym.deferral", "gym.unearned.report"):
            self.assertEqual(self.env[name].with_user(self.manager).search([]).location_id, self.roma, name)
