from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gym_subscriptions.models.portal.gym_subscription_confirm import PreviewChanged
from odoo.addons.gym_subscriptions.tests.portal_common import PortalDuesCommon


@tagged("post_install", "-at_install")
class TestPortalCards(PortalDuesCommon):
    """No card is charged without an agreement to the amount, the frequency and the date that were shown."""

    def setUp(self):
        super().setUp()
        self.document = self._publish_agreement()
        self.one = self._as(self.ana, self.sub_ana)
        self.token = self.token_ana.with_user(self.ana).sudo()

    def _agree(self, one, user=None, token=None):
        user = user or self.ana
        one._agree_to_charges(
            token or self.token, one._get_portal_agreement()["digest"], user.partner_id, ip_address="192.0.2.1"
        )

    def test_card_waits_for_the_agreement(self):
        self.assertFalse(self.one._choose_card(self.token))
        self.assertFalse(self.sub_ana.token_id)
        self._agree(self.one)
        self.assertEqual(self.token_ana, self.sub_ana.token_id)
        mandate = self.sub_ana.mandate_ids
        self.assertRecordValues(
            mandate,
            [
                {
                    "amount": 499.0,
                    "plan_id": self.plan.id,
                    "partner_id": self.ana.partner_id.id,
                    "date_first": self.sub_ana.next_bill_date,
                    "is_live": True,
                }
            ],
        )
        self.assertEqual("192.0.2.1", mandate.consent_id.ip_address)

    def test_charge_guard_takes_the_agreement(self):
        self._agree(self.one)
        day = self.sub_ana.location_id._today()
        self.assertTrue(self.sub_ana._decide_charge(499.0, day, day, is_renewal=False).allow)
        self.assertFalse(self.sub_ana._decide_charge(499.01, day, day, is_renewal=False).allow)

    def test_another_card_needs_no_new_agreement(self):
        self._agree(self.one)
        other = self._create_token(self.ana.partner_id)
        self.assertTrue(self.one._choose_card(other.with_user(self.ana).sudo()))
        self.assertEqual(other, self.sub_ana.token_id)
        self.assertEqual(1, len(self.sub_ana.mandate_ids))

    def test_dearer_plan_asks_again(self):
        self._agree(self.one)
        self.sub_ana._change_plan(self.black)
        self.assertFalse(self.one._get_portal_charging(self.one._get_portal_next_bill())["is_agreed"])
        self.assertFalse(self.one._choose_card(self.token))
        self._agree(self.one)
        self.assertEqual([899.0], self.sub_ana.mandate_ids.filtered("is_live").mapped("amount"))

    def test_new_agreement_keeps_the_other_plans_of_the_member(self):
        self._agree(self.one)
        second = self._as(self.ana, self._join(self.member_ana, plan_id=self.basic.id))
        self.assertEqual(
            {(self.sub_ana, 499.0), (second, 349.0)},
            {(figure["subscription"], figure["amount"]) for figure in second._get_portal_agreement()["figures"]},
        )
        self._agree(second)
        for one in (self.one, second):
            self.assertTrue(one._get_portal_charging(one._get_portal_next_bill())["is_agreed"], one.display_name)

    def test_agreement_to_other_figures_is_not_recorded(self):
        digest = self.one._get_portal_agreement()["digest"]
        self.sub_ana._add_addon(self._create_addon(plan_ids=[(6, 0, self.plan.ids)]))
        with self.assertRaises(PreviewChanged):
            self.one._agree_to_charges(self.token, digest, self.ana.partner_id)
        self.assertFalse(self.sub_ana.mandate_ids or self.sub_ana.token_id)
        self.assertFalse(self.member_ana._has_consent("recurring_charge"))

    def test_payer_agrees_for_the_adult_they_pay_for(self):
        one = self._as(self.ana, self.sub_raul)
        self._agree(one)
        self.assertEqual(self.ana.partner_id, self.sub_raul.mandate_ids.partner_id)
        self.assertEqual(self.token_ana, self.sub_raul.token_id)

    def test_who_pays_from_now_on_agrees_for_themselves_before_the_first_charge(self):
        self._agree(self._as(self.ana, self.sub_raul))
        self.sub_raul._change_payer(self.raul.partner_id)
        token = self._create_token(self.raul.partner_id).with_user(self.raul).sudo()
        own = self._as(self.raul, self.sub_raul)
        self.assertFalse(own._choose_card(token), "nobody is charged on somebody else's word")
        day = self.sub_raul.location_id._today()
        self.sub_raul._set_token(token)
        refused = self.sub_raul._decide_charge(499.0, day, day, is_renewal=False)
        self.assertEqual([reason.code for reason in refused.reasons], ["consent_other_payer"])
        self.sub_raul._set_token(self.env["payment.token"])
        self._agree(own, self.raul, token)
        self.assertEqual(token, self.sub_raul.token_id)
        self.assertTrue(self.sub_raul._decide_charge(499.0, day, day, is_renewal=False).allow)
        self.assertEqual(self.raul.partner_id, self.sub_raul.mandate_ids.filtered("is_live").partner_id)

    def test_cards_of_others_are_not_met(self):
        self.assertFalse(self.one._get_portal_token(self.token_beto.id))
        self.assertEqual(self.token_ana, self.one._get_portal_token(self.token_ana.id))
        with self.assertRaises(UserError):
            self._agree(self.one, token=self.token_beto)

    def test_stopping_ends_the_agreement_and_the_card(self):
        self._agree(self.one)
        self.one._stop_charges(self.ana.partner_id)
        self.assertFalse(self.sub_ana.token_id)
        self.assertFalse(self.sub_ana.mandate_ids.is_live)
        day = self.sub_ana.location_id._today()
        self.assertFalse(self.sub_ana._decide_charge(499.0, day, day, is_renewal=False).allow)

    def test_stopping_leaves_what_another_payer_agreed_to(self):
        self._agree(self._as(self.ana, self.sub_raul))
        own = self._as(self.raul, self._join(self.member_raul, plan_id=self.basic.id, payer_id=self.raul.partner_id.id))
        own._stop_charges(self.raul.partner_id)
        self.assertEqual(self.token_ana, self.sub_raul.token_id)
        self.assertTrue(self.sub_raul.mandate_ids.is_live)

    def test_deleted_card_pays_nothing_any_more(self):
        self._agree(self.one)
        self.token.active = False
        self.assertFalse(self.sub_ana.token_id)
        self.assertEqual("active", self.sub_ana.state)
        self.assertTrue(self.sub_ana.change_ids.filtered(lambda change: change.kind == "token"))

    def test_without_a_text_there_is_nothing_to_agree_to(self):
        self.document._set_retired()
        with self.assertRaises(UserError):
            self._agree(self.one)
        self.assertFalse(self.sub_ana.token_id)
