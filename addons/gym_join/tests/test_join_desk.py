from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestJoinDesk(GymSubscriptionsCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2026-03-10 18:00:00"))
        self.plan.enrolment_fee = 200
        self.cash = self.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", self.company.id)], limit=1
        )

    def _open(self, user=None, **values):
        return (
            self.env["gym.join.desk"].with_user(user or self.frontdesk).create({"location_id": self.roma.id} | values)
        )

    def _sign_up(self, **values):
        """Go through the steps as the front desk does; returns the dialog at its last step."""
        desk = self._open(**({"member_id": self.member.id} | values))
        desk.action_next()
        desk.plan_id = desk.plan_id or self.plan
        desk.action_next()
        desk.action_next()
        self.assertEqual(desk.step, "pay")
        return desk

    def test_somebody_new_pays_in_cash(self):
        desk = self._sign_up(member_id=False, name="Eva Luna", phone="55 1234 5678", journal=str(self.cash.id))
        self.assertEqual((desk.due, desk.refusal), (699, False))
        self.assertIn("699", desk.preview)
        action = desk.action_finish()
        member = desk.member_id
        self.assertEqual((action["res_id"], member.name, member.stage), (member.id, "Eva Luna", "active"))
        subscription = member.subscription_ids
        self.assertEqual((subscription.state, subscription.channel), ("active", "desk"))
        move = subscription.period_ids.move_id
        self.assertEqual((move.amount_total, move.amount_residual), (699, 0))
        self.assertEqual(move._get_reconciled_payments().journal_id, self.cash)

    def test_a_transfer_to_the_bank_settles_the_invoice_too(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        desk = self._sign_up(journal=str(bank.id), paid_reference="SPEI 123")
        desk.action_finish()
        move = self.member.subscription_ids._get_moves()
        self.assertEqual((move.amount_residual, move.payment_state in ("paid", "in_payment")), (0, True))
        self.assertIn("SPEI 123", move._get_reconciled_payments().memo)

    def test_beginning_twice_bills_and_takes_once(self):
        desk = self._sign_up(journal=str(self.cash.id))
        desk.action_finish()
        desk.action_finish()
        subscription = self.member.subscription_ids
        moves = subscription._get_moves()
        self.assertEqual((len(moves), len(moves._get_reconciled_payments())), (1, 1))

    def test_add_ons_are_in_the_preview_and_in_the_invoices(self):
        with_plan = self._create_addon(name="Towel", amount=50, plan_ids=self.plan.ids)
        own = self._create_addon(name="Locker", amount=100, plan_ids=self.plan.ids, cycle="own")
        desk = self._sign_up(plan_id=self.plan.id, addon_ids=(with_plan | own).ids, way="open")
        self.assertEqual(desk.due, 849)
        desk.action_finish()
        moves = self.member.subscription_ids._get_moves()
        self.assertEqual(sum(moves.mapped("amount_total")), 849)
        self.assertEqual(set(moves.mapped("payment_state")), {"not_paid"})
        self.assertEqual(self.member.subscription_ids.price_total, 549)

    def test_a_link_goes_to_who_pays(self):
        desk = self._sign_up(way="link")
        with self.assertRaisesRegex(UserError, "no e-mail"), self.env.cr.savepoint():
            desk.action_finish()
        self.member.email = "pepe@example.com"
        self.env.invalidate_all()
        self.assertEqual(self.member.subscription_ids.state, "draft")
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        desk.action_finish()
        mails = self.env["mail.mail"].search([("id", ">", last)])
        links = mails.filtered(lambda mail: self.member.subscription_ids._get_moves().access_token in mail.body_html)
        self.assertEqual(links.recipient_ids, self.member.partner_id)

    def test_somebody_known_is_pointed_out(self):
        self.member.phone = "+52 55 1234 5678"
        with Form(self.env["gym.join.desk"].with_user(self.frontdesk)) as form:
            form.location_id = self.roma
            form.name = "José Ángel López"
            form.phone = "55 1234 5678"
            self.assertEqual(form.duplicate_ids.ids, self.member.ids)
            form.member_id = self.member

    def test_a_wrong_coupon_says_why_and_keeps_the_step(self):
        desk = self._open(member_id=self.member.id, step="plan", plan_id=self.plan.id, code="NADA")
        self.assertIn("There is no coupon", desk.refusal)
        with self.assertRaisesRegex(UserError, "There is no coupon"):
            desk.action_next()
        self.assertFalse(self.member.subscription_ids)

    def test_a_trial_needs_no_payment(self):
        self.plan.trial_days = 7
        desk = self._sign_up()
        self.assertEqual(desk.due, 0)
        desk.action_finish()
        self.assertEqual(self.member.subscription_ids.state, "trialing")

    def test_what_is_due_has_to_be_said_how_it_is_paid(self):
        desk = self._sign_up()
        with self.assertRaisesRegex(UserError, "Choose a cash box"):
            desk.action_finish()
        self.assertEqual(self.member.subscription_ids.state, "draft")

    def test_going_back_changes_the_draft_and_makes_no_other(self):
        other = self._create_plan(name="Plus", price=900)
        desk = self._sign_up(way="open")
        desk.action_back()
        desk.action_back()
        desk.plan_id = other
        desk.action_next()
        desk.action_next()
        desk.action_finish()
        self.assertEqual(self.member.subscription_ids.plan_id, other)

    def test_the_till_of_another_company_is_refused(self):
        self._load_chart_of_other_company()
        till = self.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", self.other_company.id)], limit=1
        )
        desk = self._sign_up()
        both = (self.company | self.other_company).ids
        desk.sudo().with_context(allowed_company_ids=both).journal = str(till.id)
        with self.assertRaisesRegex(UserError, "Choose a cash box or bank account of"), self.env.cr.savepoint():
            desk.action_finish()
        self.env.invalidate_all()
        self.assertEqual(self.member.subscription_ids.state, "draft")

    def test_members_plans_and_branches_of_others_are_refused(self):
        neighbour = self._create_member(name="Beto", location_id=self.gdl.id)
        for values in ({"member_id": neighbour.id}, {"member_id": self.member.id, "location_id": self.gdl.id}):
            desk = self._open().sudo()
            desk.write(values | {"plan_id": self.plan.id, "step": "plan"})
            with self.subTest(values=values), self.assertRaises(AccessError):
                desk.with_user(self.frontdesk).action_next()
            self.assertFalse((neighbour | self.member).subscription_ids)

    def test_trainers_sign_nobody_up(self):
        with self.assertRaises(AccessError):
            self._open(user=self.trainer)
        with self.assertRaises(AccessError):
            self.member.with_user(self.trainer).action_sign_up()
