from odoo.tests import freeze_time, tagged

from .test_charge_guard import RENEWED, GuardCommon
from .test_charging import JOINED


@tagged("post_install", "-at_install")
class TestNewPrice(GuardCommon):
    """A new price is charged to a card once its payer accepted it and agreed to the charge: the mail asks for both."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(JOINED))
        self.env["res.lang"]._activate_lang("en_US")
        self.member.partner_id.lang = "en_US"
        self.subscription, move = self._join()
        self._charge(move)

    def _tell(self, amount=549.0, day="2026-04-01"):
        price = self.env["gym.plan.price"].create({"plan_id": self.plan.id, "amount": amount, "valid_from": day})
        campaign = self.env["gym.price.campaign"].create(
            {"name": "2026", "plan_id": self.plan.id, "price_id": price.id, "date_effective": day}
        )
        campaign.action_prepare()
        campaign.action_tell()
        return campaign.line_ids.filtered(lambda line: line.subscription_id == self.subscription)

    def _renew_and_charge(self):
        self.clock.move_to("2026-04-03 18:00:00")
        notices = self.env["gym.charge.notice"]._announce(self.subscription)
        for notice in notices:
            notice._note_sent(self.env["mail.mail"].new({"message_id": "<proof@example.com>"}))
        self.clock.move_to(RENEWED)
        period = self.subscription._get_next_periods()
        move = self._renew(self.subscription)
        self.subscription._advance(period)
        return notices, self._charge(move)

    def _is_agreed(self):
        following = self.subscription._get_portal_next_bill()
        return self.subscription._get_portal_charging(following)["is_agreed"]

    def test_the_mail_asks_for_the_agreement_that_the_price_needs(self):
        self.assertIn("only after you agree", self._tell().mail_id.body_html)
        self.subscription._set_token(self.env["payment.token"])
        self.assertNotIn("only after you agree", self._tell(559.0, "2026-05-01").mail_id.body_html)

    def test_accepted_without_the_agreement_nothing_is_announced_or_charged(self):
        self._tell().action_accept()
        self.assertFalse(self._is_agreed())
        notices, charge = self._renew_and_charge()
        self.assertFalse(notices)
        self._assert_refused(charge, "amount_above_consent", "notice_missing")

    def test_agreed_to_it_is_announced_and_charged(self):
        line = self._tell()
        line.action_accept()
        figure = self.subscription._prepare_portal_figure()
        self.assertEqual(figure["amount"], 549.0)
        digest = self.subscription._get_portal_agreement()["digest"]
        self.subscription._agree_to_charges(self.card, digest, self.member.partner_id, ip_address="192.0.2.1")
        self.assertTrue(self._is_agreed())
        self.assertFalse(line._needs_agreement())
        notices, charge = self._renew_and_charge()
        self.assertEqual((notices.amount, charge.state, charge.amount), (549.0, "done", 549.0))

    def test_a_price_after_the_next_period_is_agreed_to_beforehand(self):
        line = self._tell(day="2026-05-01")
        line.action_accept()
        self.assertEqual(self.subscription._get_portal_next_bill()["amount"], 499.0)
        self.assertFalse(self._is_agreed())
        self.assertEqual(self.subscription._prepare_portal_figure()["amount"], 549.0)

    def test_silence_keeps_price_and_charge(self):
        self._tell()
        notices, charge = self._renew_and_charge()
        self.assertEqual((notices.amount, charge.state, charge.amount), (499.0, "done", 499.0))
