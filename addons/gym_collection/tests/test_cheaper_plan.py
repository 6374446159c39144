from odoo.tests import freeze_time, tagged

from odoo.addons.gym_subscriptions.tests.portal_common import PortalDuesCommon

from .test_charge_guard import RENEWED, GuardCommon
from .test_charging import JOINED


@tagged("post_install", "-at_install")
class TestCheaperPlan(GuardCommon):
    """Who consented to 499.00 has consented to less, as often; for more, or on other days, they are asked."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(JOINED))
        self.basic = self._create_plan(399.0, name="Basic", tier=-1)
        self.subscription, move = self._join()
        self._charge(move)

    def _announce(self):
        notices = self.env["gym.charge.notice"]._announce(self.subscription)
        for notice in notices:
            notice._note_sent(self.env["mail.mail"].new({"message_id": "<proof@example.com>"}))
        return notices

    def _renew_and_charge(self):
        self.clock.move_to(RENEWED)
        period = self.subscription._get_next_periods()
        self.env["gym.due"].create(self.subscription._prepare_dues(period)[self.subscription.id])
        move = self.subscription._bill_pending()
        self.subscription._advance(period)
        return self._charge(move)

    def test_a_planned_change_to_a_cheaper_plan_is_charged_on(self):
        shown = self.subscription._preview_change_plan(self.basic, "period_end")["facts"]
        self.assertEqual(len(shown), 1, shown)
        self.subscription._change_plan(self.basic, "period_end")
        self.clock.move_to("2026-04-03 18:00:00")
        self.assertEqual(self._announce().amount, 399.0)
        charge = self._renew_and_charge()
        self.assertEqual(self.subscription.plan_id, self.basic)
        self.assertEqual((charge.state, charge.amount, charge.reason), ("done", 399.0, ""))

    def test_an_immediate_change_to_a_cheaper_plan_is_charged_on(self):
        self.clock.move_to("2026-03-20 18:00:00")
        self.subscription._change_plan(self.basic)
        self.assertTrue(self.subscription.mandate_ids.is_live)
        self.clock.move_to("2026-04-03 18:00:00")
        self._announce()
        self.assertEqual(self._renew_and_charge().state, "done")

    def test_a_dearer_plan_says_what_is_missing_and_announces_nothing(self):
        dear = self._create_plan(899.0, name="Dear")
        for when in ("now", "period_end"):
            facts = self.subscription._preview_change_plan(dear, when)["facts"]
            self.assertIn("899.00", facts[-1], when)
            self.assertIn("agrees", facts[-1], when)
        self.subscription._change_plan(dear, "period_end")
        self.clock.move_to("2026-04-03 18:00:00")
        self.assertFalse(self._announce())
        charge = self._renew_and_charge()
        self._assert_refused(charge, "consent_other_plan", "notice_missing")

    def test_the_difference_for_a_dearer_plan_waits_for_the_consent(self):
        dear = self._create_plan(899.0, name="Dear", tier=9)
        move = self.subscription._change_plan(dear)
        self._assert_refused(self._charge(move), "consent_other_plan")

    def test_a_plan_charged_on_other_days_is_asked_for(self):
        weekly = self._create_plan(150.0, name="Weekly", period_unit="week", tier=-1)
        self.assertIn("150.00", self.subscription._preview_change_plan(weekly, "period_end")["facts"][-1])
        self.subscription._change_plan(weekly, "period_end")
        self.clock.move_to("2026-04-03 18:00:00")
        self.assertFalse(self._announce())

    def test_a_consent_withdrawn_since_holds_for_no_cheaper_plan(self):
        self.subscription._change_plan(self.basic, "period_end")
        self.clock.move_to("2026-04-03 18:00:00")
        self.subscription.mandate_ids.consent_id._withdraw("staff")
        self.assertFalse(self._announce())
        self._assert_refused(self._renew_and_charge(), "consent_withdrawn", "notice_missing")

    def test_who_has_a_card_of_another_payer_is_told_nothing(self):
        self.subscription.sudo().token_id = self.other_card
        self.clock.move_to("2026-04-03 18:00:00")
        self.assertFalse(self._announce())


@tagged("post_install", "-at_install")
class TestAgreementWithTheChange(PortalDuesCommon):
    """In the portal, who goes to a dearer plan is asked for the agreement next."""

    @classmethod
    def setUpClass(cls):
        with freeze_time("2026-01-15 18:00:00"):
            super().setUpClass()

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2026-01-25 18:00:00"))
        self._publish_agreement()
        self.one = self._as(self.ana, self.sub_ana)
        self.token = self.token_ana.with_user(self.ana).sudo()
        self._agree()

    def _agree(self):
        self.one._agree_to_charges(self.token, self.one._get_portal_agreement()["digest"], self.ana.partner_id)

    def test_a_cheaper_plan_needs_no_new_agreement(self):
        self.one._change_plan(self.basic, "period_end")
        self.assertFalse(self.one._get_token_to_agree())
        self.one._keep_plan()
        self.one._change_plan(self.basic)
        self.assertFalse(self.one._get_token_to_agree())

    def test_a_dearer_plan_is_agreed_to_before_it_begins(self):
        self.one._change_plan(self.black, "period_end")
        self.assertEqual(self.one._get_token_to_agree(), self.token)
        [figure] = self.one._get_portal_agreement()["figures"]
        self.assertEqual((figure["plan"], figure["amount"]), (self.black, 899.0))
        self._agree()
        self.assertFalse(self.one._get_token_to_agree())
        self.assertEqual(self.sub_ana.mandate_ids[0].plan_id, self.black)
