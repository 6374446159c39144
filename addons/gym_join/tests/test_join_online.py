from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .join_common import JoinCommon


@tagged("post_install", "-at_install")
class TestJoinOnline(JoinCommon):
    def test_joining_paying_with_a_card_that_is_kept(self):
        page = self._get("/join")
        self.assertTrue(page.get("data-url").endswith(f"/join/at/{self.roma.id}"), "one branch is not asked for")
        text = page.text_content()
        for told in ("Full", "499.00", "699.00", "No minimum term", "5 business days"):
            self.assertIn(told, text)
        # the captcha's script sends forms without their button
        self.assertEqual(page.xpath("//form[@data-captcha]//input[@name='plan']/@value"), [str(self.plan.id)])
        join = self._begin()
        response = self._type(join)
        self.assertTrue(response.url.endswith("/sign"))
        response = self._accept(join, "privacy_necessary", "recurring_charge")
        self.assertTrue(response.url.endswith("/sign?draw=1"))
        self.assertTrue(self._draw(join)["redirect_url"].endswith("/pay"))
        self.assertEqual(self._get_traces(), {"contacts": 0, "members": 0, "subscriptions": 0, "invoices": 0})

        tx = self._pay(join)
        self.assertEqual((tx.amount, tx.state, join.state), (699.0, "done", "open"))
        self.assertEqual(self._get_traces(), {"contacts": 1, "members": 0, "subscriptions": 0, "invoices": 0})
        with trap_jobs() as trap:
            tx._post_process()
        self.assertEqual(join.state, "done")
        subscription = join.subscription_id
        self.assertRecordValues(
            subscription,
            [
                {
                    "state": "active",
                    "channel": "online",
                    "plan_id": self.plan.id,
                    "location_id": self.roma.id,
                    "token_id": tx.token_id.id,
                }
            ],
        )
        self.assertTrue(tx.token_id)
        move = tx.invoice_ids
        self.assertEqual((move.amount_total, move.amount_residual, move.state), (699.0, 0.0, "posted"))
        self.assertTrue(subscription._may_withdraw())
        self.assertRecordValues(
            subscription.mandate_ids, [{"amount": 499.0, "is_live": True, "partner_id": join.partner_id.id}]
        )
        consents = join.member_id.consent_ids
        self.assertEqual(set(consents.mapped("purpose")), {"waiver", "privacy_necessary", "recurring_charge"})
        self.assertEqual(set(consents.mapped("method")), {"online"})
        signed = consents.filtered(lambda consent: consent.purpose == "waiver")
        self.assertEqual((bool(signed.signature), signed.signer_name), (True, "Ana Núñez"))
        self.assertEqual(signed.ip_address, "127.0.0.1")
        [mail] = self._trap_mails(trap)
        self.assertEqual((mail.email_to, "Welcome" in mail.subject), ("ana@example.com", True))
        for told in (join.member_id.member_number, "699.00", move.access_token):
            self.assertIn(told, mail.body_html)
        self.assertIn("Choose your password", mail.body_html, "the account needs no other mail")
        self.assertIn(join.member_id._get_password_url().split("?")[0], mail.body_html)
        self.assertEqual(len(mail.attachment_ids), len(consents), "nor do the copies of what was signed")
        sent = {job.method_name for job in trap.enqueued_jobs}
        self.assertFalse(sent & {"_send_copy", "_invite_to_portal"})
        end = self._get(join._get_path()).text_content()
        self.assertIn(join.member_id.member_number, end)

    def test_a_payment_told_twice_joins_once(self):
        join = self._fill_in()
        tx = self._pay(join)
        tx._post_process()
        self._notify(tx, "done")
        tx._post_process()
        self.assertEqual(self._get_traces(), {"contacts": 1, "members": 1, "subscriptions": 1, "invoices": 1})
        self.assertEqual(len(join.subscription_id.period_ids.filtered(lambda row: row.kind == "dues")), 1)

    def test_late_money_still_joins(self):
        join = self._fill_in()
        tx = self._pay(join, "pending")
        tx._post_process()
        self.assertIn("Waiting for your payment", self._get(join._get_path("end")).text_content())
        self.assertEqual(self._get_traces()["members"], 0)
        # nothing can be changed meanwhile, and time does not abandon it
        self.assertTrue(self._get(join._get_path("plan")).get("data-url").endswith("/end"))
        join.active_until = fields.Datetime.now() - timedelta(days=1)
        self.env["gym.join"]._cron_expire()
        self.assertEqual(join.state, "open")
        self._notify(tx, "done")
        tx._post_process()
        self.assertEqual((join.state, join.subscription_id.state), ("done", "active"))

    def test_money_for_an_abandoned_join_still_joins(self):
        join = self._fill_in()
        tx = self._pay(join, "error")
        join.active_until = fields.Datetime.now() - timedelta(days=1)
        self.env["gym.join"]._cron_expire()
        self.assertEqual(join.state, "expired")
        self.assertEqual(self._get_traces()["contacts"], 0, "what was typed is gone from the contact")
        self._notify(tx, "done")
        tx._post_process()
        self.assertEqual((join.state, join.subscription_id.state), ("done", "active"))
        self.assertEqual(join.member_id.email, "ana@example.com")

    def test_a_second_payment_is_the_payer_s_credit_and_the_staff_are_told(self):
        join = self._fill_in()
        first, second = self._pay(join, "error"), self._pay(join)
        second._post_process()
        self._notify(first, "done")
        first._post_process()
        self.assertEqual(self._get_traces()["invoices"], 1)
        self.assertIn(first.reference, join.trouble)
        self.assertEqual((first.payment_id.amount, first.invoice_ids), (699, self.env["account.move"]))

    def test_a_payment_that_failed_leaves_no_member(self):
        join = self._fill_in()
        tx = self._pay(join, "error")
        tx._post_process()
        self.assertEqual(join.state, "open")
        page = self._get(join._get_path())
        self.assertTrue(page.get("data-url").endswith("/pay"))
        self.assertIn("did not go through", page.text_content())
        self.assertEqual(self._get_traces(), {"contacts": 1, "members": 0, "subscriptions": 0, "invoices": 0})

    def test_the_price_shown_is_the_price_paid_though_it_rises_meanwhile(self):
        join = self._fill_in()
        tx = self._pay(join)
        self.plan.price = 599
        tx._post_process()
        self.assertEqual((tx.invoice_ids.amount_total, tx.invoice_ids.amount_residual), (699, 0))
        self.assertEqual(join.subscription_id.price_total, 599)

    def test_the_price_of_a_cheap_plan_does_not_buy_a_dear_one(self):
        dear = self._create_plan(4990, name="Year", is_online=True)
        join = self._fill_in()
        tx = self._pay(join, None)  # its page is still open in another tab
        join._choose_plan(dear.id)
        self._notify(tx, "done")
        tx._post_process()
        self.assertEqual((join.state, join.plan_id), ("open", dear))
        self.assertIn(tx.reference, join.trouble)
        self.assertEqual(self._get_traces()["subscriptions"], 0)
        self.assertEqual((tx.payment_id.amount, tx.invoice_ids), (699, self.env["account.move"]))

    def test_an_abandoned_join_leaves_nothing(self):
        join = self._fill_in()
        self._get(join._get_path("pay"))
        self.assertEqual(self._get_traces()["contacts"], 1)
        join.active_until = fields.Datetime.now() - timedelta(days=1)
        self.env["gym.join"]._cron_expire()
        self.assertEqual(join.state, "expired")
        self.assertEqual(self._get_traces(), {"contacts": 0, "members": 0, "subscriptions": 0, "invoices": 0})
        join.active_until = fields.Datetime.now() - timedelta(days=31)
        self.env["gym.join"]._cron_expire()
        self.assertFalse(join.exists())

    def test_a_trial_without_a_card_begins_with_the_mailbox(self):
        self.plan.write({"trial_days": 7, "is_trial_card_required": False})
        join = self._fill_in()
        page = join._get_path("pay")
        self.assertIn("$\xa00.00", self._get(page).text_content())
        with trap_jobs() as trap:
            response = self._post(join._get_path("start"), page)
        self.assertIn("Look into your mailbox", response.text)
        self.assertEqual(self._get_traces()["members"], 0)
        [mail] = self._trap_mails(trap)
        self.assertEqual(mail.email_to, "ana@example.com")
        url = f"{join._get_path('confirm')}?key={join._get_confirmation()}"
        self.assertIn(join._get_confirmation(), mail.body_html)
        self._get(url)
        self.assertEqual(self._get_traces()["members"], 0, "opening the link begins nothing")
        self._post(join._get_path("confirm"), url, key=join._get_confirmation())
        join.invalidate_recordset()
        self.assertEqual((join.state, join.subscription_id.state), ("done", "trialing"))
        self.assertEqual(self._get_traces()["invoices"], 0)

    def test_a_trial_with_a_card_keeps_it_and_charges_nothing(self):
        self.plan.write({"trial_days": 7})
        join = self._begin()
        self._type(join)
        response = self._accept(join, "privacy_necessary")
        self.assertIn("To go on, read and accept", response.text)
        self._accept(join, "privacy_necessary", "recurring_charge")
        self._draw(join)
        tx = self._pay(join)
        self.assertEqual((tx.operation, bool(tx.token_id)), ("validation", True))
        tx._post_process()
        self.assertEqual(join.subscription_id.state, "trialing")
        self.assertEqual(join.subscription_id.mandate_ids.amount, 699)
        self.assertEqual((self._get_traces()["invoices"], bool(tx.payment_id)), (0, False))

    def test_paying_at_the_desk_makes_nobody_a_member_until_they_come(self):
        join = self._fill_in()
        response = self._post(join._get_path("desk"), join._get_path("pay"))
        self.assertIn("Come to the front desk", response.text)
        join.invalidate_recordset()
        self.assertEqual((join.state, self._get_traces()["members"]), ("desk", 0))
        action = join.with_user(self.frontdesk).action_receive()
        desk = self.env["gym.join.desk"].browse(action["res_id"])
        self.assertEqual((desk.subscription_id, desk.step), (join.subscription_id, "sign"))
        self.assertEqual((join.state, join.subscription_id.state), ("done", "draft"))
        self.assertEqual(self._get_traces()["invoices"], 0)

    def test_a_guardian_joins_for_a_child(self):
        born = self.env.company._today() - timedelta(days=12 * 365)
        join = self._begin()
        response = self._type(join, name="Leo Núñez", birthdate=str(born))
        self.assertIn("Under age: the mother", response.text)
        self._type(join, name="Leo Núñez", birthdate=str(born), guardian_name="Ana Núñez")
        self._accept(join, "privacy_necessary", "recurring_charge")
        self._draw(join)
        self._pay(join)._post_process()
        member = join.member_id
        self.assertEqual(
            (member.name, member.guardian_id.name, member.payer_id), ("Leo Núñez", "Ana Núñez", join.partner_id)
        )
        self.assertEqual(join.subscription_id.payer_id, join.partner_id)
        self.assertEqual(set(member.consent_ids.signer_partner_id), set(join.partner_id))
        self.assertTrue(join.subscription_id.mandate_ids.is_live)

    def test_a_coupon_lowers_the_price_and_a_wrong_one_says_why(self):
        promotion = self.env["gym.promotion"].create(
            {
                "name": "Half price",
                "company_id": self.company.id,
                "percent": 50,
                "is_coupon_needed": True,
                "date_start": "2020-01-01",
            }
        )
        self.env["gym.coupon"].create({"promotion_id": promotion.id, "code": "MITAD"})
        join = self._fill_in()
        pay = join._get_path("pay")
        self.assertIn("There is no coupon", self._post(join._get_path("code"), pay, code="nada").text)
        self.assertIn("449.50", self._post(join._get_path("code"), pay, code="mitad").text)
        join.invalidate_recordset()
        tx = self._pay(join)
        tx._post_process()
        self.assertEqual((tx.amount, tx.invoice_ids.amount_residual), (449.5, 0))
        self.assertEqual(join.subscription_id.promotion_ids.coupon_id.code, "MITAD")

    def test_a_coupon_used_up_meanwhile_still_gives_the_price_that_was_paid(self):
        promotion = self.env["gym.promotion"].create(
            {
                "name": "Half price",
                "company_id": self.company.id,
                "percent": 50,
                "is_coupon_needed": True,
                "date_start": "2020-01-01",
            }
        )
        coupon = self.env["gym.coupon"].create({"promotion_id": promotion.id, "code": "MITAD"})
        join = self._fill_in()
        self._post(join._get_path("code"), join._get_path("pay"), code="mitad")
        join.invalidate_recordset()
        tx = self._pay(join)
        coupon.active = False
        tx._post_process()
        self.assertEqual((join.state, tx.invoice_ids.amount_total, tx.invoice_ids.amount_residual), ("done", 449.5, 0))
        self.assertFalse(join.subscription_id.promotion_ids)

    def test_one_reminder_to_who_asked_for_it(self):
        join = self._begin()
        self._type(join, may_remind="1")
        other = self._begin()
        self._type(other, email="beto@example.com")
        (join | other).visited_at = fields.Datetime.now() - timedelta(hours=4)
        with trap_jobs() as trap:
            self.env["gym.join"]._cron_remind()
            self.env["gym.join"]._cron_remind()
        [mail] = self._trap_mails(trap)
        self.assertEqual(mail.email_to, "ana@example.com")
        self.assertIn(join._get_token(), mail.body_html)
