from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models.money import add_up
from ..models.portal.gym_subscription_confirm import PreviewChanged
from .portal_common import PortalDuesCommon


@tagged("post_install", "-at_install")
class TestPortalChanges(PortalDuesCommon):
    """What is confirmed in the portal is what was shown, to the cent, or nothing."""

    @classmethod
    def setUpClass(cls):
        with freeze_time("2026-01-15 18:00:00"):
            super().setUpClass()

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-01-25 18:00:00"))
        self.one = self._as(self.ana, self.sub_ana)

    def _digest(self, preview):
        return self.one._prepare_portal_preview(preview)["digest"]

    # === PLAN === #

    def test_upgrade_bills_what_was_shown(self):
        shown = self.one._prepare_portal_preview(self.one._preview_portal_plan(self.black))
        moves = self.one._change_plan_as_shown(self.black, shown["digest"])
        self.assertEqual(self.black, self.sub_ana.plan_id)
        self.assertGreater(shown["total"], 0)
        self.assertEqual(shown["total"], add_up(moves.mapped("amount_total_signed")))
        self.assertIn(f"{shown['total']:,.2f}", shown["html"])

    def test_downgrade_waits_and_may_be_taken_back(self):
        shown = self._digest(self.one._preview_portal_plan(self.basic))
        self.assertFalse(self.one._change_plan_as_shown(self.basic, shown))
        self.assertEqual(self.plan, self.sub_ana.plan_id)
        self.assertEqual(self.basic, self.one._get_portal_planned_plan().plan_id)
        self.assertEqual(349.0, self.one._get_portal_next_bill()["amount"])
        self.one._keep_plan()
        self.assertFalse(self.one._get_portal_planned_plan())
        self.assertEqual(499.0, self.one._get_portal_next_bill()["amount"])

    def test_preview_of_yesterday_is_not_confirmed(self):
        shown = self._digest(self.one._preview_portal_plan(self.black))
        self.clock.move_to("2026-01-26 18:00:00")
        before = self._snapshot(self.sub_ana)
        with self.assertRaises(PreviewChanged):
            self.one._change_plan_as_shown(self.black, shown)
        self.assertEqual(before, self._snapshot(self.sub_ana))

    def test_new_price_is_shown_before_it_is_billed(self):
        shown = self._digest(self.one._preview_portal_plan(self.black))
        self.black.price = 999.0
        with self.assertRaises(PreviewChanged):
            self.one._change_plan_as_shown(self.black, shown)
        self.assertEqual(self.plan, self.sub_ana.plan_id)

    def test_confirming_twice_bills_once(self):
        shown = self._digest(self.one._preview_portal_plan(self.black))
        self.one._change_plan_as_shown(self.black, shown)
        count = len(self.sub_ana._get_moves())
        with self.assertRaises(UserError):
            self.one._change_plan_as_shown(self.black, shown)
        self.assertEqual(count, len(self.sub_ana._get_moves()))

    def test_plans_not_sold_online_are_not_on_offer(self):
        self.black.is_online = False
        self.assertEqual(self.basic, self.one._get_portal_plans())
        with self.assertRaises(UserError):
            self.one._preview_portal_plan(self.black)

    # === FREEZE === #

    def test_freeze_as_shown_and_back_again(self):
        start, end = fields.Date.to_date("2026-01-25"), fields.Date.to_date("2026-02-04")
        shown = self._digest(self.one._preview_freeze(start, end, is_staff=False))
        self.one._freeze_as_shown(start, end, shown)
        self.assertEqual("frozen", self.sub_ana.state)
        self.assertEqual(fields.Date.to_date("2026-02-25"), self.sub_ana.next_bill_date)
        self.clock.move_to("2026-01-30 18:00:00")
        self.one._end_freeze()
        self.assertEqual("active", self.sub_ana.state)
        self.assertEqual(fields.Date.to_date("2026-02-20"), self.sub_ana.next_bill_date)

    def test_planned_freeze_moves_the_charge_that_the_portal_tells(self):
        start, end = fields.Date.to_date("2026-02-01"), fields.Date.to_date("2026-02-10")
        self.one._freeze_as_shown(start, end, self._digest(self.one._preview_freeze(start, end, is_staff=False)))
        self.assertEqual(fields.Date.to_date("2026-02-15"), self.sub_ana.next_bill_date, "it has not begun")
        self.assertEqual(fields.Date.to_date("2026-02-24"), self.one._get_portal_next_bill()["date"])
        self.one._end_freeze()
        self.assertEqual(fields.Date.to_date("2026-02-15"), self.one._get_portal_next_bill()["date"])

    def test_planned_freeze_is_taken_back_with_its_fee(self):
        self.plan.freeze_fee = 50
        start, end = fields.Date.to_date("2026-02-01"), fields.Date.to_date("2026-02-10")
        shown = self._digest(self.one._preview_freeze(start, end, is_staff=False))
        self.one._freeze_as_shown(start, end, shown)
        self.one._end_freeze()
        self.assertEqual(["undone"], self.sub_ana.freeze_ids.mapped("state"))
        fees = self.sub_ana.due_ids.filtered(lambda line: line.product_id.name == "Freeze").move_id
        self.assertEqual(0.0, sum((self.sub_ana._get_moves() & fees).mapped("amount_residual")))

    def test_limits_of_the_plan_hold_in_the_portal(self):
        day = fields.Date.to_date("2026-02-01")
        for days, is_self_service in ((3, True), (31, True), (10, False)):
            self.plan.is_freeze_self_service = is_self_service
            with self.assertRaises(UserError):
                self.one._preview_freeze(day, day + relativedelta(days=days), is_staff=False)

    def test_mass_freeze_is_not_ended_by_a_member(self):
        self.sub_ana._freeze("2026-01-25", "2026-02-01", is_mass=True)
        with self.assertRaises(UserError):
            self.one._end_freeze()
        self.assertEqual("frozen", self.sub_ana.state)

    # === CANCEL === #

    def test_cancel_gives_a_folio_and_may_be_taken_back(self):
        [way] = self.one._get_portal_cancel_ways()
        reason = self.env["gym.cancel.reason"].search([], limit=1)
        self.one._cancel_as_shown(way["at"], way["digest"], reason, "Me mudo")
        self.assertTrue(self.sub_ana.cancel_folio)
        self.assertRecordValues(
            self.sub_ana,
            [{"cancel_by": "member", "cancel_reason_id": reason.id, "cancel_note": "Me mudo", "state": "active"}],
        )
        folio = self.sub_ana.cancel_folio
        self.one._cancel_as_shown(way["at"], way["digest"])
        self.assertEqual(folio, self.sub_ana.cancel_folio)
        self.one._stay_as_shown(self._digest(self.one._preview_portal_stay()))
        self.assertFalse(self.sub_ana.cancel_folio or self.sub_ana.date_end)

    def test_another_day_does_not_hold_who_leaves(self):
        [way] = self.one._get_portal_cancel_ways()
        self.clock.move_to("2026-01-26 18:00:00")
        self.one._cancel_as_shown(way["at"], way["digest"])
        self.assertTrue(self.sub_ana.cancel_folio)

    def test_another_fee_is_shown_before_it_is_billed(self):
        self.sub_ana.write(
            {
                "termination_fee_kind": "fixed",
                "termination_fee": 300,
                "term_periods": 12,
                "date_term_end": "2027-01-15",
            }
        )
        [way] = self.one._get_portal_cancel_ways()
        self.assertIn("300.00", way["html"])
        self.sub_ana.termination_fee = 400
        with self.assertRaises(PreviewChanged):
            self.one._cancel_as_shown(way["at"], way["digest"])
        self.assertFalse(self.sub_ana.cancel_folio)

    def test_who_joined_online_may_withdraw_within_the_days_of_the_law(self):
        self.assertEqual(["period_end"], [way["at"] for way in self.one._get_portal_cancel_ways()])
        joined = self._join(self.member_ana, plan_id=self.basic.id, channel="online")
        one = self._as(self.ana, joined)
        ways = {way["at"]: way for way in one._get_portal_cancel_ways()}
        self.assertEqual(-349.0, ways["withdrawal"]["total"])
        one._cancel_as_shown("withdrawal", ways["withdrawal"]["digest"])
        self.assertEqual("cancelled", joined.state)
        self.assertEqual(0.0, sum(joined._get_moves().mapped("amount_residual")))

    def test_what_is_over_is_not_taken_back_here(self):
        self.sub_ana._cancel(at="now")
        with self.assertRaises(UserError):
            self.one._stay_as_shown("")
        self.assertEqual("cancelled", self.sub_ana.state)
