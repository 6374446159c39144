from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestOwnCycleAddons(GymSubscriptionsCommon):
    """A locker of 3,650 a year from 1 April on, beside a month of 600; 20 days of April are left on the 11th."""

    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 600
        self.locker = self._create_addon(amount=3650, cycle="own", period_unit="year")
        self.towel = self._create_addon(name="Towel", amount=90)
        self.plan.addon_ids = self.locker | self.towel
        self.clock = self.enterContext(freeze_time("2026-04-01 18:00:00"))
        self.subscription = self._create_subscription()
        self.invoice = self.subscription._activate()

    def _go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _add(self, addon):
        move = self.subscription._add_addon(addon)
        return self.subscription.line_ids.filtered(lambda line: line.addon_id == addon), move

    def test_a_change_leaves_what_has_periods_of_its_own_alone(self):
        line, _move = self._add(self.locker)
        self._go_to("2026-04-11")
        _towel, move = self._add(self.towel)
        self.assertEqual(move.invoice_line_ids.mapped("price_total"), [60])
        plus = self._create_plan(name="Plus", price=900, tier=2)
        move = self.subscription._change_plan(plus)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [-400, 600])
        self.assertEqual((line.is_live, line.period_end), (True, date(2027, 4, 1)))

    def test_leaving_gives_its_days_back_by_its_own_periods(self):
        line, bought = self._add(self.locker)
        self._go_to("2026-04-11")
        preview = self.subscription._preview_cancel("now", is_rest_refunded=True)
        moves = self.subscription._cancel(at="now", is_rest_refunded=True)
        self.assertEqual(sorted(one["amount"] for one in preview["lines"]), [-3550, -400])  # 355 of 365 days of 3,650
        self.assertEqual(
            {move.reversed_entry_id: move.amount_total for move in moves}, {bought: 3550, self.invoice: 400}
        )
        self.assertTrue(line.subscription_id.period_ids.filtered(lambda row: row.kind == "addon").is_superseded)

    def test_a_freeze_moves_its_end_and_what_is_given_back(self):
        self.plan.freeze_days_per_year = 30
        line, _move = self._add(self.locker)
        self.subscription._freeze("2026-04-01", "2026-04-11")
        self.assertEqual(line.period_end, date(2027, 4, 11))
        self._go_to("2026-04-11")
        self.subscription._turn_day(self.roma)
        self._go_to("2026-04-21")
        lines = self.subscription._preview_cancel("now", is_rest_refunded=True)["lines"]
        self.assertEqual(sorted(one["amount"] for one in lines), [-3550, -400])

    def test_a_freeze_that_pays_days_back_moves_its_end_all_the_same(self):
        self.plan.freeze_days_per_year = 30
        line, _move = self._add(self.locker)
        self._go_to("2026-04-11")
        freeze = self.subscription._freeze("2026-04-11", "2026-04-21", mode="credit")
        self.assertEqual(freeze.due_ids.mapped("amount"), [-200])
        self.assertEqual((line.period_end, line.next_bill_date), (date(2027, 4, 11), date(2027, 4, 11)))
        freeze._undo()
        self.assertEqual(line.period_end, date(2027, 4, 1))

    def test_its_periods_stay_while_somebody_has_it(self):
        self._add(self.locker)
        with self.assertRaisesRegex(UserError, "another add-on"):
            self.locker.period_unit = "month"
        self.locker.amount = 5000
        self.assertEqual(self.locker.period_unit, "year")

    def _bill(self):
        return self.env["gym.billing.engine"]._bill(self.subscription).moves

    def _leave_with_locker(self):
        """A locker of 310 a month bought on 16 April; the subscription ends with May."""
        self.locker.write({"amount": 310, "period_unit": "month"})
        self._go_to("2026-04-16")
        line, _move = self._add(self.locker)
        self._go_to("2026-05-01")
        self._bill()
        self.subscription._cancel()
        return line

    def test_it_is_billed_no_further_than_the_subscription_lasts(self):
        line = self._leave_with_locker()
        self._go_to("2026-05-16")
        self.assertEqual(self._bill().amount_total, 160)  # 16 of 31 days
        self.assertEqual(line.period_end, date(2026, 6, 1))
        self._go_to("2026-06-01")
        self.assertFalse(self._bill())

    def test_it_goes_on_when_a_cancellation_is_taken_back(self):
        line = self._leave_with_locker()
        self._go_to("2026-05-16")
        self._bill()
        self.subscription._reactivate()
        self._go_to("2026-06-01")
        move = self._bill()
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [150, 600])
        self.assertEqual(line.period_end, date(2026, 6, 16))

    def test_nobody_pays_for_the_time_away(self):
        line = self._leave_with_locker()
        self._go_to("2026-06-01")
        self.subscription._turn_day(self.roma)
        self._go_to("2026-09-10")
        preview = self.subscription._preview_reactivate()
        move = self.subscription._reactivate()
        self.assertEqual(sorted(one["amount"] for one in preview["lines"]), [310, 600])
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [310, 600])
        self.assertEqual(
            (line.date_anchor, line.period_end, line.next_bill_date),
            (date(2026, 9, 10), date(2026, 10, 10), date(2026, 10, 10)),
        )
        self.assertFalse(self._bill())

    def test_what_is_still_paid_of_it_counts_on_return(self):
        line, _move = self._add(self.locker)
        self.subscription._cancel(at="now")
        self._go_to("2026-07-10")
        self.assertEqual(self.subscription._reactivate().amount_total, 600)
        self.assertEqual((line.period_end, line.next_bill_date), (date(2027, 4, 1), date(2027, 4, 1)))
