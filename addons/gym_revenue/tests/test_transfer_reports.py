from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestTransferReports(GymSubscriptionsCommon):
    """A transfer changes what comes, not what was: the giver leaves on that day and the receiver is new."""

    def setUp(self):
        super().setUp()
        self.company._ensure_gym_deferral()
        self.clock = self.enterContext(freeze_time("2026-01-15 18:00:00"))
        self.giver, self.receiver = (self._create_member(name=name) for name in ("Giver", "Receiver"))

    def go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _join(self, plan=None):
        subscription = self._create_subscription(member_id=self.giver.id, plan_id=(plan or self.plan).id)
        subscription._activate()
        return subscription

    def _bill(self, subscription, *days):
        for day in days:
            self.go_to(day)
            self.env["gym.billing.engine"]._bill(subscription)

    def _read(self, model, member):
        self.env.flush_all()
        self.env[model].invalidate_model()
        return self.env[model].search([("member_id", "=", member.id)])

    def _get_movements(self, member):
        rows = self._read("gym.mrr.report", member).sorted("month")
        return [(row.month.month, row.kind, row.change) for row in rows]

    def test_months_before_a_transfer_stay_those_of_the_giver(self):
        subscription = self._join()
        self._bill(subscription, "2026-02-15", "2026-03-15")
        self.go_to("2026-03-20")
        subscription._transfer(self.receiver)
        self._bill(subscription, "2026-04-15")
        self.go_to("2026-04-20")
        self.assertEqual(self._get_movements(self.giver), [(1, "new", 430.17), (2, "same", 0), (3, "churn", -430.17)])
        self.assertEqual(self._get_movements(self.receiver), [(3, "new", 430.17), (4, "same", 0)])
        cohorts = [self._read("gym.cohort.report", one).mapped("cohort")[0] for one in (self.giver, self.receiver)]
        self.assertEqual(cohorts, [date(2026, 1, 1), date(2026, 3, 1)])
        values = [self._read("gym.value.report", one) for one in (self.giver, self.receiver)]
        self.assertEqual([(row.amount, row.is_subscribed) for row in values], [(1290.51, False), (430.17, True)])
        self.assertEqual([row.date_joined for row in values], [date(2026, 1, 15), date(2026, 3, 20)])
        self.assertEqual(subscription.period_ids.sorted("date_start").member_id, self.giver | self.receiver)

    def test_a_year_passes_on_the_day_of_the_transfer(self):
        subscription = self._join(self._create_plan(name="Year", price=4234, period_unit="year"))
        self.go_to("2026-03-20")
        subscription._transfer(self.receiver)
        self.go_to("2026-05-10")
        self.assertEqual(self._get_movements(self.giver), [(1, "new", 304.17), (2, "same", 0), (3, "churn", -304.17)])
        self.assertEqual(self._get_movements(self.receiver), [(3, "new", 304.17), (4, "same", 0), (5, "same", 0)])
        values = [self._read("gym.value.report", one) for one in (self.giver, self.receiver)]
        self.assertEqual([(row.amount, row.is_subscribed) for row in values], [(3650, False), (0, True)])

    def test_passed_on_twice_in_a_month_counts_who_has_it_at_its_end(self):
        third = self._create_member(name="Third")
        subscription = self._join()
        for day, member in (("2026-01-20", self.receiver), ("2026-01-25", third), ("2026-01-25", self.receiver)):
            self.go_to(day)
            subscription._transfer(member)
        self.go_to("2026-02-10")
        self.assertFalse(self._get_movements(self.giver))
        self.assertFalse(self._get_movements(third))
        self.assertEqual(self._get_movements(self.receiver), [(1, "new", 430.17), (2, "same", 0)])

    def test_the_sum_of_all_is_what_it_was(self):
        subscription = self._join()
        self._bill(subscription, "2026-02-15")
        self.go_to("2026-02-20")
        before = self._get_mrr()
        subscription._transfer(self.receiver)
        self.assertEqual(self._get_mrr(), before)

    def _get_mrr(self):
        self.env.flush_all()
        self.env["gym.mrr.report"].invalidate_model()
        rows = self.env["gym.mrr.report"].search([("company_id", "=", self.company.id)])
        return {month: round(sum(found.mapped("mrr")), 2) for month, found in rows.grouped("month").items()}

    def test_fees_and_credits_belong_to_who_was_billed(self):
        self.plan.enrolment_fee = 116
        subscription = self._join()
        self.go_to("2026-01-30")
        subscription._transfer(self.receiver)
        subscription._cancel(at="now", is_rest_refunded=True)
        values = [self._read("gym.value.report", one) for one in (self.giver, self.receiver)]
        moves = subscription._get_moves()
        self.assertEqual(values[0].amount, round(sum(moves.mapped("amount_untaxed_signed")), 2))
        self.assertEqual((values[0].amount_fees, sum(values[1].mapped("amount"))), (100, 0))

    def test_what_a_change_gives_the_receiver_is_theirs(self):
        plus = self._create_plan(name="Plus", price=998, tier=2)
        subscription = self._join()
        self.go_to("2026-01-30")
        subscription._transfer(self.receiver)
        move = subscription._change_plan(plus)
        values = [self._read("gym.value.report", one) for one in (self.giver, self.receiver)]
        self.assertEqual([row.amount for row in values], [430.17, move.amount_untaxed])

    def test_each_person_is_told_the_own_periods(self):
        subscription = self._join()
        self.go_to("2026-02-01")
        subscription._transfer(self.receiver)
        self._bill(subscription, "2026-02-15")
        told = [
            [row["date_start"] for row in one._get_personal_data()["billed_periods"]]
            for one in (self.giver, self.receiver)
        ]
        self.assertEqual([len(rows) for rows in told], [1, 1])
        self.assertNotEqual(told[0], told[1])
