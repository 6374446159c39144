from datetime import date

from odoo.exceptions import AccessError, UserError

from odoo.addons.queue_job.tests.common import trap_jobs

from .billing_common import BillingCommon


class TestBillingRun(BillingCommon):
    def setUp(self):
        super().setUp()
        self.subscriptions |= self._join(4, location_id=self.gdl.id)
        self.roma.gym_journal_id = self.roma._get_gym_journal()
        self.gdl.gym_journal_id = self.roma.gym_journal_id.copy({"code": "GDL"})
        self.company.gym_billing_chunk_size = 2
        self.go_to("2026-02-15")

    def _create_run(self, user=None, **values):
        return self.env["gym.billing.run"].with_user(user or self.owner).create(values)

    def _work_off(self, trap):
        """Do the jobs, and the ones they plan, as workers would."""
        count = 0
        while trap.enqueued_jobs:
            count += len(trap.enqueued_jobs)
            trap.perform_enqueued_jobs()
        return count

    def test_a_run_bills_everything_due_in_chunks_of_each_journal(self):
        with trap_jobs() as trap:
            run = self._create_run()
            run.action_start()
            chunks = run.sudo().chunk_ids
            self.assertEqual(chunks.mapped("subscription_count"), [2, 1, 2, 2])
            trap.assert_jobs_count(2)  # a lane for each journal
            self._work_off(trap)
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "subscription_count": 7,
                    "billed_count": 7,
                    "move_count": 7,
                    "issue_count": 0,
                    "amount_total": 3493.0,
                    "progress": 100.0,
                }
            ],
        )
        self.assertEqual(self.env["account.move"].search_count([("gym_billing_run_id", "=", run.id)]), 7)
        self.assert_billed_once(self.subscriptions)
        self.assert_ledger_balances()

    def test_one_message_says_what_a_run_did(self):
        self.subscriptions[0].payer_id = self.env["res.partner"].create({"name": "Gone", "active": False})
        with trap_jobs() as trap:
            run = self._create_run()
            run.action_start()
            self._work_off(trap)
        messages = run.message_ids.filtered(lambda message: message.message_type != "notification" or message.body)
        summary = messages.filtered(lambda message: "6 of 7" in message.body)
        self.assertEqual(len(summary), 1)
        self.assertIn("1 could not be billed", summary.body)
        self.assertEqual(run.open_issue_count, 1)
        moves = self.env["account.move"].search([("gym_billing_run_id", "=", run.id)])
        self.assertFalse(moves.message_ids, "the run speaks for its invoices")

    def test_preview_says_what_is_billed_and_bills_nothing(self):
        self.subscriptions[1].payer_id = self.subscriptions[0].payer_id
        run = self._create_run()
        run.action_preview()
        lines = run.preview_line_ids
        self.assertFalse(self.env["account.move"].search([("invoice_date", "=", date(2026, 2, 15))]))
        self.assertEqual((run.preview_count, run.preview_amount), (6, 3493.0))
        expected = sorted((line.partner_id.id, line.amount) for line in lines)
        with trap_jobs() as trap:
            run.action_start()
            self._work_off(trap)
        moves = self.env["account.move"].search([("gym_billing_run_id", "=", run.id)])
        self.assertEqual(sorted((move.partner_id.id, move.amount_total) for move in moves), expected)
        self.assertFalse(run.preview_line_ids)

    def test_preview_shows_every_missed_period_and_leaves_no_trace(self):
        self.go_to("2026-04-20")
        before = self.env["queue.job"].search_count([]), self.env["gym.event"].search_count([])
        run = self._create_run()
        run.action_preview()
        after = self.env["queue.job"].search_count([]), self.env["gym.event"].search_count([])
        self.assertEqual(after, before)
        self.assertEqual(set(self.subscriptions.mapped("next_bill_date")), {date(2026, 2, 15)})
        expected = sorted((line.partner_id.id, line.amount) for line in run.preview_line_ids)
        self.assertEqual(len(expected), 21)
        with trap_jobs() as trap:
            run.action_start()
            self._work_off(trap)
        moves = self.env["account.move"].search([("gym_billing_run_id", "=", run.id)])
        self.assertEqual(sorted((move.partner_id.id, move.amount_total) for move in moves), expected)

    def test_preview_names_what_could_not_be_billed(self):
        self.subscriptions[0].payer_id = self.env["res.partner"].create({"name": "Gone", "active": False})
        run = self._create_run()
        run.action_preview()
        bad = run.preview_line_ids.filtered("reason")
        self.assertEqual(bad.subscriptions, self.subscriptions[0].name)
        self.assertEqual(run.preview_count, 6)

    def test_a_run_of_some_branches_leaves_the_others(self):
        with trap_jobs() as trap:
            run = self._create_run(location_ids=[(6, 0, self.gdl.ids)])
            run.action_start()
            self._work_off(trap)
        self.assertEqual(run.billed_count, 4)
        self.assertEqual(set(self.subscriptions[:3].mapped("next_bill_date")), {date(2026, 2, 15)})

    def test_a_run_up_to_an_earlier_day_bills_no_further(self):
        self.go_to("2026-03-20")
        with trap_jobs() as trap:
            run = self._create_run(date="2026-03-01")
            run.action_start()
            self._work_off(trap)
        self.assertEqual(run.move_count, 7)
        self.assertEqual(set(self.subscriptions.mapped("next_bill_date")), {date(2026, 3, 15)})

    def test_a_run_for_the_future_bills_nothing_early(self):
        with trap_jobs() as trap:
            run = self._create_run(date="2026-12-31")
            run.action_start()
            self._work_off(trap)
        self.assertEqual(run.move_count, 7)

    def test_stopped_and_resumed(self):
        with trap_jobs() as trap:
            run = self._create_run()
            run.action_start()
            trap.perform_enqueued_jobs()  # one chunk of each lane
            run.action_stop()
            self._work_off(trap)
            self.assertEqual(run.sudo().chunk_ids.mapped("state"), ["done", "todo", "done", "todo"])
            self.assertEqual(run.billed_count, 4)
            run.action_resume()
            self._work_off(trap)
        run.invalidate_recordset()
        self.assertRecordValues(run, [{"state": "done", "billed_count": 7}])
        self.assert_billed_once(self.subscriptions)

    def test_jobs_that_run_twice_do_nothing_the_second_time(self):
        with trap_jobs() as trap:
            run = self._create_run()
            run.action_start()
            jobs = [*trap.enqueued_jobs]
            self._work_off(trap)
            for job in jobs:
                job.perform()
        self.assertEqual(run.move_count, 7)
        self.assertEqual(len(run.message_ids.filtered(lambda message: "7 of 7" in message.body)), 1)
        self.assert_billed_once(self.subscriptions)

    def test_two_runs_at_once_bill_once(self):
        with trap_jobs() as trap:
            runs = self._create_run() | self._create_run()
            for run in runs:
                run.action_start()
            self._work_off(trap)
        self.assertEqual(runs.mapped("state"), ["done", "done"])
        self.assertEqual(sum(runs.mapped("move_count")), 7)
        self.assert_billed_once(self.subscriptions)

    def test_starting_twice_is_refused(self):
        with trap_jobs():
            run = self._create_run()
            run.action_start()
            chunks = run.sudo().chunk_ids
            with self.assertRaises(UserError):
                run.action_start()
        self.assertEqual(run.sudo().chunk_ids, chunks)

    def test_other_addons_get_to_know_the_invoices_in_the_same_transaction(self):
        told = []
        self.patch(self.registry["gym.billing.run"], "_after_billed", lambda runs, moves: told.append(moves))
        self.engine._bill(self.subscriptions)
        self.assertEqual(len(told), 1)
        self.assertEqual(len(told[0]), 7)


class TestBillingCron(BillingCommon):
    def test_the_clock_starts_a_run_when_something_is_due(self):
        with trap_jobs() as trap:
            self.env["gym.billing.run"]._cron_bill()
            trap.assert_jobs_count(0)
            self.assertFalse(self.env["gym.billing.run"].search([("is_automatic", "=", True)]))
            self.go_to("2026-02-15")
            self.env["gym.billing.run"]._cron_bill()
            self.env["gym.billing.run"]._cron_bill()  # twice at a time
            while trap.enqueued_jobs:
                trap.perform_enqueued_jobs()
        run = self.env["gym.billing.run"].search([("is_automatic", "=", True)])
        self.assertRecordValues(run, [{"state": "done", "billed_count": 3, "company_id": self.company.id}])
        self.assert_billed_once(self.subscriptions)

    def test_what_failed_today_is_not_tried_every_hour(self):
        self.subscriptions.payer_id = self.env["res.partner"].create({"name": "Gone", "active": False})
        for day, runs in (("2026-02-15", 1), ("2026-02-15", 1), ("2026-02-16", 2)):
            self.go_to(day)
            with trap_jobs() as trap:
                self.env["gym.billing.run"]._cron_bill()
                while trap.enqueued_jobs:
                    trap.perform_enqueued_jobs()
            self.assertEqual(self.env["gym.billing.run"].search_count([("is_automatic", "=", True)]), runs)
        issues = self.env["gym.billing.issue"].search([("subscription_id", "in", self.subscriptions.ids)])
        self.assertEqual(len(issues), 3, "one each, however often it was tried")
        self.assertEqual(set(issues.mapped("date_first")), {date(2026, 2, 15)})
        self.assertEqual(set(issues.mapped("date_last")), {date(2026, 2, 16)})

    def _bill_by_clock(self):
        with trap_jobs() as trap:
            self.env["gym.billing.run"]._cron_bill()
            while trap.enqueued_jobs:
                trap.perform_enqueued_jobs()

    def test_a_stopped_run_holds_its_company_until_it_is_resumed(self):
        self.go_to("2026-02-15")
        run = self.env["gym.billing.run"].create({})
        with trap_jobs():
            run.action_start()
        run.action_stop()
        for day in ("2026-02-15", "2026-02-16"):
            self.go_to(day)
            self._bill_by_clock()
            self.assertFalse(self.env["gym.billing.run"].search([("is_automatic", "=", True)]))
            self.assertRecordValues(run, [{"state": "stopped", "billed_count": 0}])
        with trap_jobs() as trap:
            run.action_resume()
            while trap.enqueued_jobs:
                trap.perform_enqueued_jobs()
        run.invalidate_recordset()
        self.assertRecordValues(run, [{"state": "done", "billed_count": 3}])

    def test_a_stopped_run_of_a_branch_holds_no_other_branch(self):
        self.go_to("2026-02-15")
        branches = self.subscriptions.location_id
        there = self.subscriptions[:1]
        there.location_id = self.gdl
        run = self.env["gym.billing.run"].create({"location_ids": branches.ids})
        with trap_jobs():
            run.action_start()
        run.action_stop()
        self._bill_by_clock()
        automatic = self.env["gym.billing.run"].search([("is_automatic", "=", True)])
        automatic.invalidate_recordset()
        self.assertRecordValues(automatic, [{"state": "done", "billed_count": 1}])
        self.assertFalse(automatic.location_ids & branches)
        self.assertEqual(set((self.subscriptions - there).mapped("next_bill_date")), {date(2026, 2, 15)})

    def test_an_abandoned_run_holds_nothing_and_is_not_taken_up_again(self):
        self.go_to("2026-02-15")
        run = self.env["gym.billing.run"].create({})
        with self.assertRaises(UserError):
            run.action_abandon()
        with trap_jobs():
            run.action_start()
        run.action_stop()
        run.action_abandon()
        with self.assertRaises(UserError):
            run.action_resume()
        self.assertRecordValues(run, [{"state": "abandoned", "billed_count": 0}])
        self._bill_by_clock()
        automatic = self.env["gym.billing.run"].search([("is_automatic", "=", True)])
        self.assertRecordValues(automatic, [{"state": "done", "billed_count": 3}])

    def test_a_problem_of_what_is_not_due_any_more_is_closed(self):
        self.company.gym_billing_catch_up = 1
        self.go_to("2026-05-15")
        self._bill_by_clock()
        issues = self.env["gym.billing.issue"].search(
            [("subscription_id", "in", self.subscriptions.ids), ("state", "=", "open")]
        )
        self.assertEqual(len(issues), 3)
        self.subscriptions.next_bill_date = date(2026, 6, 15)
        issues.action_bill()
        self.assertEqual(issues.mapped("state"), ["solved"] * 3)

    def test_who_is_too_far_behind_waits_for_a_person_on_the_next_days_too(self):
        self.company.gym_billing_catch_up = 1
        periods = self.env["gym.subscription.period"]
        domain = [("subscription_id", "in", self.subscriptions.ids)]
        self.go_to("2026-05-15")
        self._bill_by_clock()
        billed = periods.search_count(domain)
        for day in ("2026-05-16", "2026-05-20"):
            self.go_to(day)
            self._bill_by_clock()
            self.assertEqual(periods.search_count(domain), billed)
        issues = self.env["gym.billing.issue"].search([*domain, ("state", "=", "open")])
        self.assertEqual(issues.mapped("code"), ["too_late"] * 3)
        issues.action_bill()
        self.assertEqual(periods.search_count(domain), billed + 3, "one period more each, because a person asked")

    def test_a_run_whose_jobs_were_lost_is_woken(self):
        self.go_to("2026-02-15")
        run = self.env["gym.billing.run"].create({})
        with trap_jobs():
            run.action_start()  # and the jobs are gone
        with trap_jobs() as trap:
            self.env["gym.billing.run"]._cron_bill()
            while trap.enqueued_jobs:
                trap.perform_enqueued_jobs()
        self.assertRecordValues(run, [{"state": "done", "billed_count": 3}])


class TestBillingRights(BillingCommon):
    def test_only_owners_and_accountants_bill(self):
        self.go_to("2026-02-15")
        for user in (self.trainer, self.frontdesk, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["gym.billing.run"].with_user(user).create({})
        self.assertFalse(self.env["gym.billing.run"].search([]))
        for user in (self.owner, self.accountant):
            with trap_jobs() as trap:
                run = self.env["gym.billing.run"].with_user(user).create({})
                run.action_start()
                trap.assert_jobs_count(1)

    def test_nobody_writes_what_a_run_did(self):
        run = self.env["gym.billing.run"].with_user(self.owner).create({})
        for vals in ({"state": "done"}, {"is_automatic": True}, {"preview_amount": 1}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                run.write(vals)
        with self.assertRaises(AccessError):
            self.env["gym.billing.run"].with_user(self.owner).create({"state": "running"})
        crafted = self.env["gym.billing.run"].with_user(self.owner).with_context(default_state="running").create({})
        self.assertEqual((run.state, crafted.state), ("draft", "draft"))

    def test_a_run_that_began_keeps_its_day(self):
        run = self.env["gym.billing.run"].with_user(self.owner).create({})
        with trap_jobs():
            run.action_start()
        with self.assertRaises(AccessError):
            run.date = "2030-01-01"
        with self.assertRaises(UserError):
            run.unlink()
        self.assertEqual(run.date, date(2026, 1, 15))

    def test_managers_see_and_bill_the_problems_of_their_branch_only(self):
        self.subscriptions |= self._join(1, location_id=self.gdl.id)
        self.subscriptions.payer_id = payer = self.env["res.partner"].create({"name": "Gone", "active": False})
        self.go_to("2026-02-15")
        self.engine._bill(self.subscriptions)
        issues = self.env["gym.billing.issue"].search([("subscription_id", "in", self.subscriptions.ids)])
        mine = issues.with_user(self.manager).search([("id", "in", issues.ids)])
        self.assertEqual(mine.sudo().location_id, self.roma)
        payer.active = True
        elsewhere = issues.filtered(lambda issue: issue.location_id == self.gdl)
        with self.assertRaises(AccessError):
            elsewhere.with_user(self.manager).action_bill()
        with self.assertRaises(AccessError):
            mine.with_user(self.frontdesk).action_bill()
        self.assertEqual(set(issues.mapped("state")), {"open"})
        mine.action_bill()
        self.assertEqual(set(mine.mapped("state")), {"solved"})
        self.assertEqual(elsewhere.state, "open")


class TestBillingSpeed(BillingCommon):
    def test_queries_per_invoice(self):
        self.plan.company_id = self.company
        members = self.env["gym.member"].create(
            [{"name": f"Member {number}", "location_id": self.roma.id} for number in range(100)]
        )
        subscriptions = self.env["gym.subscription"].create(
            [{"member_id": member.id, "plan_id": self.plan.id} for member in members]
        )
        today = date(2026, 1, 15)
        subscriptions.write(
            {"state": "active", "price_id": self.plan.price_ids.id, "date_anchor": today, "next_bill_date": today}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(len(self.engine._bill(subscriptions).moves), 100)
        self.env.flush_all()
        self.assertLessEqual((self.env.cr.sql_log_count - before) / 100, 3)
