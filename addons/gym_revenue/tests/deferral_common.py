from datetime import date

from odoo.tests import freeze_time

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


class DeferralCommon(GymSubscriptionsCommon):
    """A year of 365 days from 1 January 2026 at 4,234.00, which are 3,650.00 and IVA: 10 a day."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-01-01 18:00:00"))
        self.year = self._create_plan(
            name="Year", price=4234, period_unit="year", freeze_days_per_year=60, freeze_min_days=1
        )
        self.month = self.plan
        self.company._ensure_gym_deferral()
        self.account = self.company.gym_deferred_account_id
        self.deferrals = self.env["gym.deferral"]

    def go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _join(self, plan=None, **values):
        subscription = self._create_subscription(plan_id=(plan or self.year).id, **values)
        subscription._activate()
        return subscription

    def _close(self, day):
        self.go_to(day)
        moves = self.deferrals._close_months(self.company, date.fromisoformat(day))
        self.assert_ties()
        return moves

    def _get_balance(self, account=None, day="2099-12-31", location=None):
        domain = [
            ("account_id", "=", (account or self.account).id),
            ("parent_state", "=", "posted"),
            ("date", "<=", day),
        ]
        if location:
            domain.append(("move_id.gym_location_id", "=", location.id))
        return round(sum(self.env["account.move.line"].search(domain).mapped("balance")), 2)

    def assert_ties(self):
        """Rows, report and ledger say the same, in all and of each branch and day."""
        self.env.flush_all()
        rows = self.deferrals.search([("company_id", "=", self.company.id)])
        self.assertEqual(round(sum(rows.mapped("amount_left")), 2), -self._get_balance())
        report = self.env["gym.unearned.report"].search([("company_id", "=", self.company.id)])
        for location in rows.location_id:
            for day in ("2026-01-31", "2026-06-30", "2026-12-31", "2099-12-31"):
                part = report.filtered(
                    lambda row, location=location, day=day: row.location_id == location and str(row.date) <= day
                )
                with self.subTest(branch=location.name, day=day):
                    total = round(sum(part.mapped("amount")), 2)
                    self.assertEqual(total, -self._get_balance(day=day, location=location))

    def _get_income(self, subscription, day="2099-12-31"):
        accounts = self.deferrals.search([("company_id", "=", self.company.id)]).income_account_id
        return -sum(self._get_balance(account, day) for account in accounts)

    def _pay(self, subscription):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=subscription.period_ids.move_id.ids
        ).create({"payment_date": self.roma._today()})._create_payments()

    def _get_mrr(self, subscription, month):
        self.env.flush_all()
        self.env["gym.mrr.report"].invalidate_model()
        rows = self.env["gym.mrr.report"].search([("member_id", "=", subscription.member_id.id), ("month", "=", month)])
        return sum(rows.mapped("mrr"))
