import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.gym_subscriptions.domain.periods import month_of
from odoo.addons.gym_subscriptions.models.money import to_decimal
from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon

from ..domain import mrr


@tagged("post_install", "-at_install")
class TestReports(GymSubscriptionsCommon):
    """What the reports say is what was billed, to the cent, and what ``domain/mrr.py`` makes of it."""

    def setUp(self):
        super().setUp()
        self.company._ensure_gym_deferral()
        self.clock = self.enterContext(freeze_time("2026-01-15 18:00:00"))
        self.report = self.env["gym.mrr.report"]

    def go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _join(self, plan=None, **values):
        member = self._create_member(name="Somebody", **{k: v for k, v in values.items() if k == "location_id"})
        subscription = self._create_subscription(member_id=member.id, plan_id=(plan or self.plan).id, **values)
        subscription._activate()
        return subscription

    def _read(self, model, members=None):
        """Return the rows of a report anew, of this company or of some members."""
        self.env.flush_all()
        self.env[model].invalidate_model()
        domain = [("member_id", "in", members.ids)] if members else [("company_id", "=", self.company.id)]
        return self.env[model].search(domain)

    # === MRR === #

    def test_movements_are_those_of_the_domain_on_random_histories(self):
        generator = random.Random(7)
        subscriptions = self.env["gym.subscription"]
        for number in range(10):
            member = self._create_member(name=f"Random {number}")
            for _count in range(generator.choice((1, 1, 2))):
                subscriptions |= self._create_subscription(member_id=member.id)
        rows = self._create_random_rows(generator, subscriptions)
        self.go_to("2026-11-10")
        report = self._read("gym.mrr.report", subscriptions.member_id)
        self.assertTrue({"new", "expansion", "contraction", "churn", "reactivation"} <= set(report.mapped("kind")))
        self._assert_like_the_domain(report, rows)

    def _create_random_rows(self, generator, subscriptions):
        vals_list, values = [], []
        for subscription in subscriptions:
            day = date(2025, 1, 1) + timedelta(days=generator.randrange(200))
            for _number in range(generator.randrange(2, 9)):
                end = day + timedelta(days=generator.randrange(15, 120))
                values.append(generator.choice((0, 199.99, 430.17, 430.17, 350, 861.2)))
                vals_list.append(
                    {
                        "subscription_id": subscription.id,
                        "company_id": self.company.id,
                        "location_id": self.roma.id,
                        "partner_id": subscription.payer_id.id,
                        "plan_id": self.plan.id,
                        "kind": "dues",
                        "item": "plan",
                        "amount": 1,
                        "date_start": day,
                        "date_end": end,
                    }
                )
                day = end + timedelta(days=generator.choice((0, 0, 0, 40)))
        rows = self.env["gym.subscription.period"].create(vals_list)
        for row, value in zip(rows, values, strict=True):
            row.monthly_value = value
        return rows

    def _assert_like_the_domain(self, report, rows):
        before, known = {}, set()
        month = month_of(min(rows.mapped("date_start")))
        today = date(2026, 11, 10)
        while month.start <= today:
            day = min(month.last_day, today)
            after = {}
            for row in rows:
                if row.date_start <= day < row.date_until and row.monthly_value:
                    member = row.subscription_id.member_id.id
                    after[member] = after.get(member, Decimal(0)) + to_decimal(row.monthly_value)
            lines = report.filtered(lambda line, start=month.start: line.month == start)
            found = {(line.member_id.id, line.kind, to_decimal(line.change)) for line in lines if line.kind != "same"}
            expected = {(one.key, one.kind, one.amount) for one in mrr.movements(before, after, known)}
            with self.subTest(month=month.start):
                self.assertEqual(found, expected)
                self.assertEqual(sum(map(to_decimal, lines.mapped("mrr"))), sum(after.values()))
                self.assertEqual(sum(lines.mapped("members")), len(after))
            before, known = after, known | after.keys()
            month = month_of(month.end)

    def test_several_months_have_the_revenue_of_the_last_one(self):
        """In the total of the pivot, of a year and of a branch; what was gained and lost adds up."""
        roma, gdl = self._join(), self._join(location_id=self.gdl.id)
        self.go_to("2026-02-15")
        self.env["gym.billing.engine"]._bill(roma | gdl)
        gdl._cancel(at="now")
        self.go_to("2026-03-10")
        members = (roma | gdl).member_id
        self._read("gym.mrr.report")
        measures = ["mrr:sum", "members:sum", "arpu:avg", "change:sum", "churned:sum"]
        report, mine = self.env["gym.mrr.report"], [("member_id", "in", members.ids)]
        total, months, years, branches = report.formatted_read_grouping_sets(
            mine, [[], ["month:month"], ["month:year"], ["location_id"]], measures
        )
        both, one = [860.34, 2, 430.17, 860.34, 0], [430.17, 1, 430.17, -430.17, 1]
        found = [[round(group[name], 2) for name in measures] for group in months]
        self.assertEqual(found[:2], [both, one])
        for group in (*total, *years):
            self.assertEqual([round(group[name], 2) for name in measures], [430.17, 1, 430.17, 430.17, 1])
        by_branch = {group["location_id"][0]: [group[name] for name in measures[:2]] for group in branches}
        self.assertEqual(by_branch, {self.roma.id: [430.17, 1], self.gdl.id: [0, 0]})

    def test_recurring_revenue_of_months_is_the_base_that_the_ledger_has(self):
        self.plan.enrolment_fee = 300
        subscriptions = self._join() | self._join() | self._join()
        rows = subscriptions.period_ids
        lines = rows.move_id.invoice_line_ids.filtered(lambda line: line.product_id == self.plan.product_id)
        self.assertEqual(len(lines), 3)
        report = self._read("gym.mrr.report", subscriptions.member_id)
        self.assertEqual(sum(map(to_decimal, report.mapped("mrr"))), -sum(to_decimal(line.balance) for line in lines))
        self.assertEqual(report.mapped("mrr"), [430.17] * 3)
        self.assertEqual(set(report.mapped("kind")), {"new"})

    def test_a_cancelled_invoice_is_no_revenue(self):
        subscription = self._join()
        invoice = subscription.period_ids.move_id
        invoice.button_draft()
        invoice.button_cancel()
        self.assertFalse(self._read("gym.mrr.report", subscription.member_id))
        self.assertEqual(self._read("gym.value.report", subscription.member_id).amount, 0)
        invoice.button_draft()
        invoice.action_post()
        self.assertEqual(self._read("gym.mrr.report", subscription.member_id).mrr, 430.17)
        self.assertEqual(self._read("gym.value.report", subscription.member_id).amount, 430.17)

    def test_a_credit_note_by_hand_is_no_value_of_the_member(self):
        one, two = self._join(), self._join()
        day = date(2026, 1, 15)
        one.period_ids.move_id._reverse_moves([{"invoice_date": day, "date": day}], cancel=True)
        values = self._read("gym.value.report", (one | two).member_id)
        self.assertEqual({row.member_id: row.amount for row in values}, {one.member_id: 0, two.member_id: 430.17})

    def test_a_year_counts_a_twelfth_and_all_of_it_is_in_the_ledger(self):
        year = self._create_plan(name="Year", price=4990, period_unit="year")
        subscription = self._join(year)
        row = subscription.period_ids
        self.assertEqual(row.amount_untaxed, -row.move_line_id.balance)
        self.assertEqual(row.monthly_value, float(round(to_decimal(row.amount_untaxed) / 12, 2)))

    def test_an_upgrade_expands_and_a_cancellation_ends_it(self):
        plus = self._create_plan(name="Plus", price=998, tier=2)
        subscription = self._join()
        self.go_to("2026-02-14")
        subscription.next_bill_date = date(2026, 2, 15)
        self.go_to("2026-02-15")
        self.env["gym.billing.engine"]._bill(subscription)
        subscription._change_plan(plus)
        self.go_to("2026-03-10")
        subscription._cancel(at="now")
        self.go_to("2026-04-20")
        report = self._read("gym.mrr.report", subscription.member_id).sorted("month")
        self.assertEqual(
            [(line.month.month, line.kind, line.mrr, line.change) for line in report],
            [
                (1, "new", 430.17, 430.17),
                (2, "expansion", 860.34, 430.17),
                (3, "churn", 0, -860.34),
            ],
        )
        cohort = self._read("gym.cohort.report", subscription.member_id).sorted("month")
        self.assertEqual(cohort.mapped("age"), [0, 1, 2, 3])
        self.assertEqual(cohort.mapped("retention_percent"), [100, 100, 0, 0])
        self.assertEqual(set(cohort.mapped("cohort")), {date(2026, 1, 1)})

    def test_a_freeze_is_no_churn(self):
        self.plan.write({"freeze_days_per_year": 60, "freeze_min_days": 1})
        subscription = self._join()
        self.go_to("2026-01-20")
        subscription._freeze(date(2026, 1, 20), date(2026, 3, 5))
        self.go_to("2026-02-27")
        report = self._read("gym.mrr.report", subscription.member_id)
        self.assertEqual(sorted(report.mapped("kind")), ["new", "same"])

    def test_nobodys_time_zone_matters(self):
        subscription = self._join()
        self.clock.move_to("2026-02-01 05:30:00")  # the last of January in Mexico City
        found = {}
        for zone in ("America/Mexico_City", "Pacific/Auckland", "UTC"):
            self.env.user.tz = zone
            rows = self._read("gym.mrr.report", subscription.member_id)
            found[zone] = [(row.month, row.mrr, row.kind) for row in rows]
        self.assertEqual(set(map(tuple, found.values())), {((date(2026, 1, 1), 430.17, "new"),)})

    # === VALUE, TRIALS, PAYMENTS === #

    def test_the_value_of_members_is_the_income_and_liability_of_their_invoices(self):
        self.plan.enrolment_fee = 116
        year = self._create_plan(name="Year", price=4234, period_unit="year")
        subscriptions = self._join() | self._join(year) | self._join(location_id=self.gdl.id)
        self.go_to("2026-02-01")
        subscriptions[0]._cancel(at="now", is_rest_refunded=True)
        rows = self._read("gym.value.report", subscriptions.member_id)
        moves = subscriptions.period_ids.move_id | subscriptions.due_ids.move_id
        self.assertTrue(set(moves.mapped("move_type")) >= {"out_invoice", "out_refund"})
        posted = moves.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        self.assertEqual(sum(map(to_decimal, rows.mapped("amount"))), -sum(to_decimal(line.balance) for line in posted))
        self.assertEqual(sorted(rows.mapped("amount_fees")), [0, 100, 100])
        gone = rows.filtered(lambda row: row.member_id == subscriptions[0].member_id)
        self.assertRecordValues(gone, [{"is_subscribed": False, "location_id": self.roma.id}])

    def test_trials_run_convert_or_are_lost(self):
        self.plan.write({"trial_days": 7})
        running, converted, lost = self._join(), self._join(), self._join()
        self.go_to("2026-01-16")
        lost._cancel(at="now")
        self.go_to("2026-01-22")
        self.env["gym.billing.engine"]._bill(converted)
        self.go_to("2026-01-23")
        found = {}
        for subscription in (running, converted, lost):
            row = self._read("gym.trial.report", subscription.member_id)
            found[subscription] = (row.outcome, row.converted, row.date_end)
        end = date(2026, 1, 22)
        self.assertEqual(found[running], ("running", 0, end))
        self.assertEqual(found[converted], ("converted", 1, end))
        self.assertEqual(found[lost], ("lost", 0, end))

    def test_what_failed_and_was_recovered(self):
        moves = [self._join().period_ids.move_id for _number in range(4)]
        paid, recovered, failed, unpaid = moves
        charges = self.env["gym.charge"].create(
            [
                {"move_id": move.id, "amount": 499, "date": date(2026, 1, 15), "state": "failed"}
                for move in (recovered, failed)
            ]
        )
        self.assertEqual(len(charges), 2)
        for move in (paid, recovered):
            self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
                {}
            )._create_payments()
        self.env.flush_all()
        rows = self.env["gym.collection.report"].browse(move.id for move in moves)
        self.assertEqual(rows.mapped("outcome"), ["paid", "recovered", "failed", "open"])
        self.assertEqual(rows.mapped("amount_recovered"), [0, 499, 0, 0])
        self.assertEqual(rows.mapped("amount_failed"), [0, 499, 499, 0])
        self.assertEqual(rows.mapped("attempts"), [0, 1, 1, 0])
        self.assertEqual(sum(rows.mapped("amount_open")), sum(unpaid.mapped("amount_residual")) * 2)
        [seen] = rows[0].with_user(self.owner).web_read({"display_name": {}})
        self.assertEqual(seen["display_name"], moves[0].name, "without rights to the entries")

    def test_failed_payments_name_the_payer_not_the_employer(self):
        subscription = self._join()
        payer = subscription.payer_id
        payer.parent_id = self.env["res.partner"].create({"name": "ACME", "is_company": True})
        self.go_to("2026-02-15")
        move = self.env["gym.billing.engine"]._bill(subscription).moves
        self.env.flush_all()
        self.assertEqual(self.env["gym.collection.report"].browse(move.id).partner_id, payer)

    def test_what_was_written_off_or_credited_is_not_recovered(self):
        lost, credited, partly = (self._join().period_ids.move_id for _number in range(3))
        self.env["gym.charge"].create(
            [{"move_id": move.id, "amount": 499, "date": "2026-01-15", "state": "failed"} for move in (lost, partly)]
        )
        loss = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        for move, amount in ((lost, 0.01), (partly, 400.0)):
            register = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            )
            values = {"amount": amount, "payment_difference_handling": "reconcile", "writeoff_account_id": loss.id}
            register.create(values)._create_payments()
        credited._reverse_moves([{"invoice_date": date(2026, 1, 15)}], cancel=True)
        rows = self._read("gym.collection.report").filtered(lambda row: row.move_id in lost | credited | partly)
        found = {row.move_id: (row.outcome, row.amount_recovered, row.amount_open) for row in rows}
        self.assertEqual(found, {lost: ("lost", 0.01, 0), credited: ("credited", 0, 0), partly: ("lost", 400.0, 0)})
        self.assertEqual(round(sum(rows.mapped("recovery_percent"))), round(100 * 400.01 / 499))

    # === DIGEST === #

    def test_the_digest_counts_money_on_its_day(self):
        digest = self.env.ref("gym_revenue.digest_owner")
        before = self._get_digest(digest, ["recovered"])["recovered"]
        old, new = self._join().period_ids.move_id, self._join().period_ids.move_id
        (old | new).invoice_date_due = date(2025, 12, 1)
        with freeze_time("2025-12-03 18:00:00"):
            for case in self.env["gym.dunning.case"]._open_cases(old | new):
                case._take_steps()
        self.assertEqual(self._get_digest(digest, ["recovered"])["recovered"], before)
        for move, day in ((old, "2026-01-12"), (new, "2026-01-14")):
            register = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            )
            payment = register.create({"payment_date": date.fromisoformat(day)})._create_payments()
        self.assertEqual(self._get_digest(digest, ["recovered"])["recovered"], before + 499, "the other week's is not")
        elsewhere = new_test_user(
            self.env,
            "manager_of_gdl",
            groups="gym_members.group_gym_manager",
            gym_location_ids=[(6, 0, self.gdl.ids)],
        )
        for user, seen in ((self.manager, before + 499), (elsewhere, 0)):
            self.assertEqual(self._get_digest(digest, ["recovered"], user)["recovered"], seen, user.login)
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self._get_digest(digest, ["recovered"])["recovered"], before, "it was taken back")

    def test_the_digest_says_what_the_reports_say(self):
        digest = self.env.ref("gym_revenue.digest_owner")
        names = ("new", "cancelled", "mrr", "past_due")
        before = self._get_digest(digest, names)
        subscriptions = self._join() | self._join()
        self.go_to("2026-01-18")
        subscriptions[0]._cancel()
        after = self._get_digest(digest, names)
        gained = {name: round(after[name] - before[name], 2) for name in names}
        self.assertEqual(gained, {"new": 2, "cancelled": 1, "mrr": 860.34, "past_due": 998})

    def _get_digest(self, digest, names, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        times = {"start_datetime": datetime(2026, 1, 13, 6), "end_datetime": datetime(2026, 1, 20, 6)}
        digest = digest.with_user(user or self.owner).with_company(self.company).sudo(False).with_context(**times)
        return {name: digest[f"kpi_gym_{name}_value"] for name in names}

    def test_the_front_desk_gets_no_figures(self):
        digest = self.env.ref("gym_revenue.digest_owner").with_user(self.frontdesk)
        times = {"start_datetime": datetime(2026, 1, 13, 6), "end_datetime": datetime(2026, 1, 20, 6)}
        with self.assertRaises(AccessError):
            digest.with_context(**times).kpi_gym_mrr_value  # noqa: B018

    # === WHO === #

    def test_a_manager_sees_the_own_branch_only(self):
        self._join()
        self._join(location_id=self.gdl.id)
        self.env.flush_all()
        for name in ("gym.mrr.report", "gym.value.report", "gym.collection.report"):
            with self.subTest(report=name):
                self.assertEqual(self.env[name].with_user(self.manager).search([]).location_id, self.roma)
                self.assertIn(self.gdl, self.env[name].with_user(self.owner).search([]).location_id)
        with self.assertRaises(AccessError):
            self.env["gym.mrr.report"].with_user(self.frontdesk).search([])
