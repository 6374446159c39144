from odoo.tests import freeze_time, tagged

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class BillingCommon(GymSubscriptionsCommon):
    """Members who joined on 15 January 2026 at noon in Mexico City and are due again on 15 February."""

    def setUp(self):
        super().setUp()
        self.company.partner_id.lang = "en_US"  # what runs write of themselves is for who reads at the company
        self.engine = self.env["gym.billing.engine"]
        self.clock = self.enterContext(freeze_time("2026-01-15 18:00:00"))
        self.subscriptions = self._join(3)

    def go_to(self, day):
        """Let it be noon of ``day`` in Mexico City."""
        self.clock.move_to(f"{day} 18:00:00")

    def _join(self, count, **values):
        subscriptions = self.env["gym.subscription"]
        place = {"location_id": values["location_id"]} if "location_id" in values else {}
        for number in range(count):
            member = self._create_member(name=f"Member {number}", **place)
            subscriptions |= self._create_subscription(member_id=member.id, **values)
        for subscription in subscriptions:
            subscription._activate()
        return subscriptions

    def assert_ledger_balances(self):
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT line.move_id FROM account_move_line line JOIN account_move move ON move.id = line.move_id
                WHERE move.state = 'posted' GROUP BY line.move_id HAVING SUM(line.balance) != 0"""
        )
        self.assertFalse(self.env.cr.fetchall())

    def assert_billed_once(self, subscriptions):
        """Every period follows the one before, on one invoice, and comes to what was asked for it."""
        for subscription in subscriptions:
            periods = subscription.period_ids.filtered(lambda period: period.kind == "dues").sorted("date_start")
            for before, after in zip(periods, periods[1:], strict=False):
                self.assertEqual(after.date_start, before.date_end, subscription.name)
            self.assertEqual(subscription.period_end, periods[-1].date_end)
            self.assertEqual(len(periods.move_id), len(periods))
