from datetime import date

from odoo.tests import freeze_time, tagged

from ..models.money import add_up
from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestLeavingEarly(GymSubscriptionsCommon):
    """Twelve months of 1,000.00 were signed from 1 April; leaving earlier costs half of what the rest would have."""

    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 1000
        self.plan.write({"term_periods": 12, "termination_fee_kind": "percent", "termination_percent": 50})
        self.clock = self.enterContext(freeze_time("2026-04-01 18:00:00"))

    def _join(self, **values):
        subscription = self._create_subscription(**values)
        subscription._activate(gift_periods=2 if values.get("gift_partner_id") else 0)
        self.clock.move_to("2026-04-11 18:00:00")
        return subscription

    def _promise(self, **values):
        values = {"name": "Half", "date_start": "2026-04-01", "percent": 50, "periods": 0} | values
        self.env["gym.promotion"].create(values | {"company_id": self.company.id})

    def _leave(self, subscription, at="period_end"):
        preview = subscription._preview_cancel(at)
        moves = subscription._cancel(at)
        self.assertEqual(sum(line["amount"] for line in preview["lines"]), add_up(moves.mapped("amount_total")))
        fees = subscription.due_ids.filtered(lambda line: line.kind == "termination")
        self.assertEqual(fees.partner_id, subscription.payer_id if fees else fees.partner_id)
        return sum(fees.mapped("amount"))

    def test_without_promotion_it_is_of_the_full_price(self):
        # 335 of the 365 days of the term are left
        self.assertEqual(self._leave(self._join()), 5506.85)

    def test_a_promotion_for_good_lowers_it(self):
        self._promise()
        self.assertEqual(self._leave(self._join()), 2753.42)

    def test_a_promotion_counts_for_the_periods_it_has_left(self):
        self._promise(periods=3)
        # May and June at 500.00, 61 days; the other 274 days at 1,000.00
        self.assertEqual(self._leave(self._join()), 5005.48)

    def test_leaving_at_once_counts_the_days_of_the_running_period_at_what_was_billed(self):
        self._promise(periods=1)
        # 20 days at 500.00 and 335 at 1,000.00
        self.assertEqual(self._leave(self._join(), "now"), 5671.23)

    def test_a_season_to_come_counts(self):
        self.env["gym.plan.season"].create(
            {
                "name": "May",
                "company_id": self.company.id,
                "plan_ids": [(6, 0, self.plan.ids)],
                "date_start": "2026-05-01",
                "date_end": "2026-05-31",
                "percent": 50,
            }
        )
        self.assertEqual(self._leave(self._join()), 5252.05)  # 31 days at 500.00

    def test_the_share_of_a_company_is_not_the_persons(self):
        agreement = self.env["gym.corporate.agreement"].create(
            {
                "name": "Acme",
                "company_id": self.company.id,
                "partner_id": self.env["res.partner"].create({"name": "Acme"}).id,
                "share_percent": 90,
                "date_start": "2026-01-01",
            }
        )
        self.assertEqual(self._leave(self._join(agreement_id=agreement.id)), 550.68)

    def test_a_term_that_does_not_renew_asks_for_what_it_announced(self):
        self.plan.is_auto_renewing = False
        subscription = self._create_subscription()
        self.assertIn("Minimum term until", " ".join(subscription._preview_activate()["facts"]))
        self.assertEqual(self._leave(self._join()), 5506.85)

    def test_a_term_that_does_not_renew_is_over_on_its_last_day(self):
        self.plan.write({"is_auto_renewing": False, "term_periods": 1})
        subscription = self._join()
        self.assertEqual((subscription.date_end, self._leave(subscription)), (date(2026, 5, 1), 0))

    def test_who_got_a_present_owes_no_fee(self):
        giver = self.env["res.partner"].create({"name": "Abuela"})
        subscription = self._join(gift_partner_id=giver.id)
        self.assertEqual(self._leave(subscription, "now"), 0)
