from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from ..models.mails.gym_event_mail import EVENT_MAILS
from .test_charging import JOINED, RENEWED
from .test_refunds import RefundCommon


@tagged("post_install", "-at_install")
class TestEventMails(RefundCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["gym.event.mail"].search([("company_id", "=", cls.company.id)])

    def _get_mails(self, since=0):
        return self.env["mail.mail"].search([("model", "=", "gym.subscription"), ("id", ">", since)], order="id")

    def _tell(self, subscription, code, **payload):
        """Let an event happen and its job run; returns the mails."""
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        with trap_jobs() as trap:
            subscription._emit(code, **payload)
            jobs = [job for job in trap.enqueued_jobs if job.method_name == "_send_for_events"]
        for job in jobs:
            self.env["gym.event.mail"]._send_for_events(*job.args)
            self.env["gym.event.mail"]._send_for_events(*job.args)
        return self._get_mails(last)

    def test_every_company_has_a_message_for_every_event(self):
        self.assertEqual(set(self.rules.mapped("event_type")), set(EVENT_MAILS))
        company = self.env["res.company"].create({"name": "Otro gimnasio"})
        self.assertEqual(self.env["gym.event.mail"].search_count([("company_id", "=", company.id)]), len(EVENT_MAILS))

    @freeze_time(JOINED)
    def test_every_message_renders_and_is_sent_once_to_who_pays(self):
        subscription, move = self._join()
        payloads = {
            "subscription.billed": {"amount": "499.00", "until": str(subscription.period_end)},
            "charge.done": {"invoice": move.name, "amount": 499.0},
            "charge.failed": {"invoice": move.name, "amount": 499.0},
            "subscription.changed": {"before": "Básico", "after": "Full"},
            "card.expiring": {"card": "•••• 4242", "expires": "2026-04-30"},
            "refund.done": {"invoice": move.name, "amount": 499.0},
        }
        for code, (_label, xmlid) in EVENT_MAILS.items():
            with self.subTest(event=code):
                mail = self._tell(subscription, code, **payloads.get(code, {}))
                self.assertEqual(len(mail), 1, "the job ran twice")
                self.assertEqual(mail.recipient_ids, self.member.partner_id)
                self.assertIn(self.member.name, mail.body_html)
                for left_over in ("ctx", "t-out", "{{", "None", "False"):
                    self.assertNotIn(left_over, mail.body_html + mail.subject)
                if "amount" in payloads.get(code, {}):
                    self.assertIn("499.00", mail.body_html)
                template = self.env.ref(xmlid)
                self.assertTrue(template._render_field("body_html", subscription.ids)[subscription.id], "without event")

    @freeze_time(JOINED)
    def test_a_switch_turns_a_message_off(self):
        subscription, _move = self._join()
        self.rules.filtered(lambda rule: rule.event_type == "subscription.frozen").is_on = False
        self.assertFalse(self._tell(subscription, "subscription.frozen"))
        self.assertEqual(len(self._tell(subscription, "subscription.unfrozen")), 1)

    @freeze_time(JOINED)
    def test_a_declined_card_gets_a_link_to_pay(self):
        subscription, move = self._join()
        mail = self._tell(subscription, "charge.failed", invoice=move.name, amount=499.0)
        self.assertIn(f"/my/invoices/{move.id}", mail.body_html)
        self._pay_cash(move)
        mail = self._tell(subscription, "charge.failed", invoice=move.name, amount=499.0)
        self.assertNotIn("/my/invoices/", mail.body_html)

    @freeze_time(JOINED)
    def test_a_family_on_one_invoice_is_written_once(self):
        first, second = (self._create_subscription() for _number in range(2))
        for subscription in (first, second):
            subscription._activate()
        with freeze_time(RENEWED):
            last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
            with trap_jobs() as trap:
                outcome = self.env["gym.billing.engine"]._bill(first | second)
                jobs = [job for job in trap.enqueued_jobs if job.method_name == "_send_for_events"]
            self.assertEqual(len(outcome.moves), 1)
            for job in jobs:
                self.env["gym.event.mail"]._send_for_events(*job.args)
            mail = self._get_mails(last)
            self.assertEqual(len(mail), 1)
            self.assertIn("998.00", mail.body_html)

    @freeze_time(JOINED)
    def test_who_has_no_address_and_who_was_just_imported_is_not_written(self):
        subscription, _move = self._join()
        self.member.partner_id.email = False
        self.assertFalse(self._tell(subscription, "subscription.frozen"))
        self.member.partner_id.email = "ana@example.com"
        imported = self._create_subscription()
        imported.sudo().channel = "import"
        self.assertFalse(self._tell(imported, "subscription.frozen"))

    def test_a_card_that_expires_is_told_once(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
            self.card.card_expires_on = date(2026, 4, 30)
            tokens = self.env["payment.token"]
            tokens._cron_tell_expiring()
            self.assertFalse(self.card.gym_expiry_told, "too early")
        with freeze_time("2026-04-05 18:00:00"):
            tokens._cron_tell_expiring()
            tokens._cron_tell_expiring()
        timeline = [entry for entry in subscription.member_id._get_timeline() if entry["type"] == "card.expiring"]
        self.assertEqual(len(timeline), 1)

    def test_a_card_that_pays_for_several_is_written_about_once(self):
        with freeze_time(JOINED):
            first, _move = self._join()
            second, _move = self._join(plan_id=self._create_plan(name="Plus").id)
            self.card.card_expires_on = date(2026, 4, 30)
        with freeze_time("2026-04-05 18:00:00"), trap_jobs() as trap:
            last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
            self.env["payment.token"]._cron_tell_expiring()
            jobs = [job for job in trap.enqueued_jobs if job.method_name == "_send_for_events"]
            for job in jobs:
                self.env["gym.event.mail"]._send_for_events(*job.args)
            mail = self._get_mails(last)
        self.assertEqual((len(mail), mail.recipient_ids), (1, self.member.partner_id))
        self.assertIn("/my/gym", mail.body_html)
        told = self.env["gym.event"].search([("type", "=", "card.expiring")])
        self.assertEqual({event.payload["subscription_id"] for event in told}, {first.id, second.id})


@tagged("post_install", "-at_install")
class TestPriceCampaignEnd(RefundCommon):
    def test_it_is_done_when_nothing_waits(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
            price = self.env["gym.plan.price"].create(
                {"plan_id": self.plan.id, "amount": 549.0, "valid_from": "2026-04-01"}
            )
            campaign = self.env["gym.price.campaign"].create(
                {
                    "name": "2026",
                    "plan_id": self.plan.id,
                    "price_id": price.id,
                    "date_effective": "2026-04-01",
                    "location_ids": [Command.link(self.roma.id)],
                }
            )
            campaign.action_prepare()
            campaign.action_tell()
        with freeze_time("2026-04-02 18:00:00"):
            campaign._cron_finish()
            self.assertEqual(campaign.state, "told", "nobody has answered")
            campaign.line_ids.action_accept()
            campaign._cron_finish()
            self.assertEqual(campaign.state, "told", "the new price waits for the next period")
        with freeze_time(RENEWED):
            self.env["gym.billing.engine"]._bill(subscription)
            self.assertEqual(subscription.price_id, price)
            campaign._cron_finish()
            self.assertEqual(campaign.state, "done")

    def test_a_manager_finishes_it_and_silence_keeps_the_price(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
            price = self.env["gym.plan.price"].create(
                {"plan_id": self.plan.id, "amount": 549.0, "valid_from": "2026-04-01"}
            )
            values = {"name": "2026", "plan_id": self.plan.id, "price_id": price.id, "date_effective": "2026-04-01"}
            campaign = self.env["gym.price.campaign"].create(values)
            campaign.action_prepare()
            campaign.action_tell()
            campaign.action_finish()
            with self.assertRaisesRegex(Exception, "takes no answers"):
                campaign.line_ids.action_accept()
        self.assertEqual(subscription.price_id.amount, 499.0)
