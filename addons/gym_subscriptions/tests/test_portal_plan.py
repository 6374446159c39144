from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo.tests import freeze_time, tagged

from .portal_common import PortalDuesCommon


@tagged("post_install", "-at_install")
class TestPortalWho(PortalDuesCommon):
    """Who sees a subscription in the portal, and what they may do with it."""

    def _verbs(self, user, subscription):
        found = self._as(user, subscription)
        return found._get_portal_verbs(self._get_viewer(found.env)) if found else set()

    def test_payer_decides_all_that_costs_money(self):
        everything = {"see", "money", "pay", "change", "card", "price", "freeze", "cancel"}
        for subscription in (self.sub_ana, self.sub_sofia, self.sub_raul):
            self.assertEqual(everything, self._verbs(self.ana, subscription), subscription.display_name)

    def test_member_for_whom_another_pays_may_rest_and_leave(self):
        self.assertEqual({"see", "money", "freeze", "cancel"}, self._verbs(self.raul, self.sub_raul))

    def test_freeze_with_a_fee_is_for_who_pays_it(self):
        self.plan.freeze_fee = 50
        self.assertNotIn("freeze", self._verbs(self.raul, self.sub_raul))
        self.assertIn("freeze", self._verbs(self.ana, self.sub_raul))

    def test_nobody_meets_subscriptions_of_others(self):
        self.assertFalse(self._verbs(self.beto, self.sub_ana))
        self.assertFalse(self._verbs(self.beto, self.sub_raul))
        self.assertFalse(self._verbs(self.ana, self.sub_beto))
        self.assertFalse(self._verbs(self.raul, self.sub_ana))
        self.assertFalse(self._verbs(self.env.ref("base.public_user"), self.sub_ana))

    def test_draft_is_not_met(self):
        self.assertFalse(self._as(self.ana, self._create_subscription(member_id=self.member_ana.id)))

    def test_who_trains_on_a_seat_sees_the_plan_only(self):
        self.plan.write({"kind": "family", "seats_max": 3})
        self.sub_ana._add_seat(self.member_beto)
        self.assertEqual({"see"}, self._verbs(self.beto, self.sub_ana))

    def test_minor_with_a_login_changes_nothing(self):
        self.member_beto.birthdate = self.env.company._today() - relativedelta(years=15)
        self.assertEqual({"see", "money", "pay"}, self._verbs(self.beto, self.sub_beto))

    def test_free_and_corporate_plans_are_not_changed_by_the_member(self):
        self.sub_ana.sudo().is_comp = True
        self.assertNotIn("change", self._verbs(self.ana, self.sub_ana))

    def test_payer_of_the_subscription_alone_meets_its_member(self):
        members = self.env["gym.member"].with_user(self.ana)._get_portal_members()
        self.assertIn(self.member_raul, members)
        self.assertFalse(members.filtered(lambda one: one == self.member_raul)._is_portal_self_or_ward())
        self.assertNotIn(self.member_raul, self.env["gym.member"].with_user(self.beto)._get_portal_members())

    def test_payer_signs_for_charges_and_for_nothing_else(self):
        member = self.member_raul.with_user(self.ana).sudo()
        self.assertTrue(member._may_sign_consent("recurring_charge", self.ana.partner_id))
        self.assertFalse(member._may_sign_consent("waiver", self.ana.partner_id))
        self.assertFalse(member._may_sign_consent("recurring_charge", self.beto.partner_id))


@tagged("post_install", "-at_install")
class TestPortalPage(PortalDuesCommon):
    """What the page of the plan says."""

    def _card(self, user, subscription):
        found = self._as(user, subscription)
        viewer = self._get_viewer(found.env)
        return found._get_portal_card(viewer) | found._get_portal_details(viewer)

    def _owed(self, user):
        env = self.env(user=user)
        return env["account.move"]._get_portal_owed(self._get_viewer(env))

    def test_next_charge_is_what_is_billed_then(self):
        addon = self._create_addon(plan_ids=[(6, 0, self.plan.ids)])
        self.sub_ana._add_addon(addon)
        following = self._card(self.ana, self.sub_ana)["next"]
        self.assertEqual((self.sub_ana.next_bill_date, 599.0), (following["date"], following["amount"]))
        self.assertEqual([499.0, 100.0], [amount for _name, amount in following["lines"]])

    def test_company_share_is_not_shown_as_the_members(self):
        partner = self.env["res.partner"].create({"name": "Acero SA", "is_company": True})
        agreement = self.env["gym.corporate.agreement"].create(
            {"name": "Acero", "partner_id": partner.id, "company_id": self.company.id, "share_percent": 60}
        )
        self.sub_ana.sudo().agreement_id = agreement
        self.assertEqual(Decimal("199.60"), self._card(self.ana, self.sub_ana)["next"]["amount"])

    def test_debt_says_who_can_settle_it(self):
        self.sub_raul._fall_due()
        self.assertIn("Pay them here", self._card(self.ana, self.sub_raul)["state"]["remedy"])
        self.assertIn("Ana Ríos pays", self._card(self.raul, self.sub_raul)["state"]["remedy"])

    def test_invoices_are_for_who_pays_them(self):
        [line] = self._as(self.ana, self.sub_raul)._get_portal_invoices()
        self.assertEqual((499.0, "To pay"), (line["move"].amount_total, line["label"]))
        self._pay(line["move"])
        [line] = self._as(self.ana, self.sub_raul)._get_portal_invoices()
        self.assertEqual("Paid", line["label"])

    def test_invoice_of_another_subscription_is_not_led_to(self):
        stranger = self.sub_beto._get_moves()
        self.assertFalse(self._as(self.ana, self.sub_ana)._get_portal_invoice(stranger.id))
        own = self.sub_ana._get_moves()
        self.assertEqual(own, self._as(self.ana, self.sub_ana)._get_portal_invoice(own.id))

    def test_owed_is_one_total_of_all_that_the_user_pays(self):
        [group] = self._owed(self.ana)
        self.assertEqual(1497.0, group["total"])
        self.assertEqual((self.sub_ana | self.sub_sofia | self.sub_raul)._get_moves(), group["moves"])
        self.assertFalse(self._owed(self.raul))

    def test_history_tells_of_this_subscription_only(self):
        other = self._join(self.member_ana, plan_id=self.basic.id)
        other._cancel(by="member")
        titles = [event["title"] for event in self._as(self.ana, self.sub_ana)._get_portal_events()]
        self.assertEqual(["Subscribed to Full"], titles)

    def test_queries_do_not_grow_with_the_invoices(self):
        engine = self.env["gym.billing.engine"]

        def count(subscription):
            self.env.flush_all()
            self.env.invalidate_all()
            found = self._as(self.ana, subscription)
            before = self.env.cr.sql_log_count
            found._get_portal_invoices()
            found._get_portal_events()
            found._get_portal_next_bill()
            return self.env.cr.sql_log_count - before

        one = count(self.sub_ana)
        for _period in range(5):
            with self._on(self.sub_ana.next_bill_date):
                engine._bill(self.sub_ana)
        self.assertEqual(6, len(self._as(self.ana, self.sub_ana)._get_portal_invoices()))
        self.assertLessEqual(count(self.sub_ana), one)

    def _on(self, day):
        return freeze_time(f"{day} 18:00:00")
