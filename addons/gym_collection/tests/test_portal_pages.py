import json
from unittest.mock import patch

from lxml import html

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.gym_members.controllers.portal import CHANGES
from odoo.addons.gym_subscriptions.domain import lifecycle
from odoo.addons.gym_subscriptions.tests.portal_common import PortalDuesCommon


@tagged("post_install", "-at_install")
class TestPortalPages(HttpCase, PortalDuesCommon):
    """The pages over HTTP: who opens them, what their forms do, and what nobody else can do with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        english = cls.env["res.lang"]._activate_lang("en_US")
        cls.env["website"].search([]).write({"language_ids": [Command.link(english.id)], "default_lang_id": english.id})
        cls._publish_agreement()

    def _get(self, path, user):
        self.authenticate(user.login, user.login)
        return self.url_open(path)

    def _get_page(self, path, user):
        response = self._get(path, user)
        self.assertEqual(200, response.status_code, path)
        [wrap] = html.fromstring(response.text).xpath("//div[@id='wrap']")
        return html.fromstring(html.tostring(wrap))

    def _post(self, path, user, form=None, with_token=True):
        self.authenticate(user.login, user.login)
        token = {"csrf_token": http.Request.csrf_token(self)} if with_token else {}
        return self.url_open(path, data={"x": "x"} | (form or {}) | token)

    def _get_form(self, page, action):
        """Return the hidden values of the form that posts to ``action``."""
        [form] = page.xpath(f"//form[@action='{action}'][@method='post']")
        return {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}

    def _paths(self, subscription, token):
        """Return the addresses of all that can be done with a subscription and a card, with what a form sends."""
        path = f"/my/gym/plan/{subscription.id}"
        return [
            (f"{path}/change/{self.black.id}", {"digest": "x"}),
            (f"{path}/keep", {}),
            (f"{path}/price", {"answer": "accepted", "digest": "x"}),
            (f"{path}/freeze", {"first": "2030-01-01", "last": "2030-01-10", "digest": "x"}),
            (f"{path}/unfreeze", {}),
            (f"{path}/cancel", {"at": "period_end", "digest_period_end": "x"}),
            (f"{path}/stay", {"digest": "x"}),
            (f"{path}/card", {"token": token.id}),
            (f"{path}/card/stop", {}),
            (f"{path}/card/{token.id}/agree", {"accept": "1", "digest": "x"}),
            (f"/my/gym/cards/{token.id}/delete", {}),
        ]

    # === PAGES === #

    def test_home_leads_to_the_plan_and_the_debt(self):
        page = self._get_page("/my/gym", self.ana)
        [card] = page.xpath("//section[@id='gym_portal_plan']/a[@href='/my/gym/plan']")
        self.assertIn("499.00", card.text_content())
        [owed] = page.xpath("//div[contains(@class, 'o_gym_owed')]")
        self.assertIn("1,497.00", owed.text_content())

    def test_member_without_plan_reads_where_to_get_one(self):
        self.sub_beto._cancel(at="now")
        page = self._get_page("/my/gym", self.beto)
        self.assertTrue(page.xpath("//div[@id='gym_portal_no_plan']"))

    def test_every_page_opens(self):
        self.sub_raul._cancel(by="member")
        path = f"/my/gym/plan/{self.sub_ana.id}"
        for url in (
            "/my/gym/plan",
            f"/my/gym/plan?member={self.member_sofia.id}",
            f"{path}/history",
            f"{path}/change",
            f"{path}/change/{self.black.id}",
            f"{path}/freeze",
            f"{path}/freeze?first=2030-01-05&last=2030-01-01",
            f"{path}/freeze?first=nonsense&last=2030-01-01",
            f"{path}/cancel",
            f"{path}/card",
            f"{path}/card/{self.token_ana.id}/agree",
            f"/my/gym/plan/{self.sub_raul.id}/stay",
            "/my/gym/cards",
            f"/my/gym/cards/{self.token_ana.id}/delete",
            "/my/gym/pay",
        ):
            with self.subTest(url=url):
                self._get_page(url, self.ana)

    def test_who_does_not_pay_reads_who_does(self):
        page = self._get_page("/my/gym/plan", self.raul)
        self.assertIn("Ana Ríos pays this plan", page.text_content())
        self.assertFalse(page.xpath("//a[contains(@href, '/invoice/')] | //a[contains(@href, '/card')]"))

    def test_invoice_leads_to_odoos_own_page(self):
        move = self.sub_ana._get_moves()
        self.authenticate(self.ana.login, self.ana.login)
        url = f"/my/gym/plan/{self.sub_ana.id}/invoice/{move.id}?pdf=1"
        target = self.url_open(url, allow_redirects=False).headers["Location"]
        self.assertIn(f"/my/invoices/{move.id}?access_token={move.access_token}", target)
        self.assertIn("report_type=pdf", target)

    # === WITHOUT JAVASCRIPT === #

    def test_upgrade_from_page_to_invoice(self):
        url = f"/my/gym/plan/{self.sub_ana.id}/change/{self.black.id}"
        form = self._get_form(self._get_page(url, self.ana), url)
        response = self._post(url, self.ana, form)
        self.assertIn("done=changed", response.url)
        self.assertEqual(self.black, self.sub_ana.plan_id)

    def test_stale_preview_shows_the_new_one(self):
        url = f"/my/gym/plan/{self.sub_ana.id}/change/{self.black.id}"
        form = self._get_form(self._get_page(url, self.ana), url)
        self.black.price = 999.0
        before = self._snapshot(self.sub_ana)
        response = self._post(url, self.ana, form)
        self.assertIn("have changed since you saw them", response.text)
        self.assertEqual(before, self._snapshot(self.sub_ana))
        fresh = self._get_form(html.fromstring(response.text), url)
        self.assertNotEqual(form["digest"], fresh["digest"])
        self._post(url, self.ana, fresh)
        self.assertEqual(self.black, self.sub_ana.plan_id)

    def test_cancel_takes_two_taps_and_gives_the_receipt(self):
        url = f"/my/gym/plan/{self.sub_ana.id}/cancel"
        form = self._get_form(self._get_page(url, self.ana), url)
        response = self._post(url, self.ana, form | {"at": "period_end"})
        self.assertIn(self.sub_ana.cancel_folio, response.text)
        reports = self.env.registry["ir.actions.report"]
        with patch.object(reports, "_render_qweb_pdf", lambda *args, **kwargs: (b"%PDF-1", "pdf")):
            receipt = self.url_open(f"/my/gym/plan/{self.sub_ana.id}/receipt")
        self.assertEqual("application/pdf", receipt.headers["Content-Type"])

    def test_card_is_chosen_agreed_to_and_stopped(self):
        url = f"/my/gym/plan/{self.sub_ana.id}/card"
        response = self._post(url, self.ana, {"token": self.token_ana.id})
        agree = f"{url}/{self.token_ana.id}/agree"
        self.assertTrue(response.url.endswith(agree))
        form = self._get_form(html.fromstring(response.text), agree)
        self.assertIn("Nothing was recorded", self._post(agree, self.ana, form).text)
        self.assertFalse(self.sub_ana.token_id)
        self._post(agree, self.ana, form | {"accept": "1"})
        self.assertEqual(self.token_ana, self.sub_ana.token_id)
        self._post(f"{url}/stop", self.ana)
        self.assertFalse(self.sub_ana.token_id)

    def test_deleted_card_is_archived(self):
        self._post(f"/my/gym/cards/{self.token_ana.id}/delete", self.ana)
        self.assertFalse(self.token_ana.active)

    # === DENIAL === #

    def test_nothing_of_others_is_read_or_changed(self):
        self.sub_ana.sudo().token_id = self.token_ana
        before = self._snapshot(self.sub_ana | self.sub_beto)
        for path, form in self._paths(self.sub_ana, self.token_ana):
            with self.subTest(path=path):
                self.assertEqual(404, self._post(path, self.beto, form).status_code)
        for page in ("history", "change", "freeze", "cancel", "card", "stay", "receipt"):
            with self.subTest(page=page):
                response = self._get(f"/my/gym/plan/{self.sub_ana.id}/{page}", self.beto)
                self.assertEqual(404, response.status_code)
                self.assertNotIn(self.member_ana.name, response.text)
        self.assertEqual(before, self._snapshot(self.sub_ana | self.sub_beto))
        self.assertTrue(self.token_ana.active)

    def test_own_subscription_does_not_open_anothers_invoice_plan_or_card(self):
        path, move = f"/my/gym/plan/{self.sub_beto.id}", self.sub_ana._get_moves()
        foreign = self._create_plan(name="Hidden", tier=9)
        before = self._snapshot(self.sub_ana | self.sub_beto)
        for url in (f"{path}/invoice/{move.id}", f"{path}/invoice/99999999", f"{path}/change/{foreign.id}"):
            self.assertEqual(404, self._get(url, self.beto).status_code, url)
        for token in (self.token_ana.id, "nonsense", "-1", 10**12, ""):
            self.assertEqual(404, self._post(f"{path}/card", self.beto, {"token": token}).status_code, token)
        self.assertEqual(404, self._post(f"{path}/card/{self.token_ana.id}/agree", self.beto).status_code)
        self.assertEqual(before, self._snapshot(self.sub_ana | self.sub_beto))

    def test_member_does_not_spend_the_payers_money(self):
        before = self._snapshot(self.sub_raul)
        token = self._create_token(self.raul.partner_id)
        for path, form in self._paths(self.sub_raul, token):
            if not path.endswith(("/freeze", "/unfreeze", "/cancel", "/stay", "/delete")):
                with self.subTest(path=path):
                    self.assertEqual(404, self._post(path, self.raul, form).status_code)
        self.assertEqual(before, self._snapshot(self.sub_raul))

    def test_changes_need_a_token_of_the_form(self):
        before = self._snapshot(self.sub_ana)
        for path, form in self._paths(self.sub_ana, self.token_ana):
            with self.subTest(path=path), mute_logger("odoo.http"):
                self.assertEqual(400, self._post(path, self.ana, form, with_token=False).status_code)
        self.assertEqual(before, self._snapshot(self.sub_ana))
        self.assertTrue(self.token_ana.active)

    def test_reading_an_address_changes_nothing(self):
        before = self._snapshot(self.sub_ana)
        digest = self._as(self.ana, self.sub_ana)._get_portal_cancel_ways()[0]["digest"]
        self._get(f"/my/gym/plan/{self.sub_ana.id}/cancel?at=period_end&digest_period_end={digest}", self.ana)
        for verb in ("keep", "unfreeze", "card/stop"):
            self._get(f"/my/gym/plan/{self.sub_ana.id}/{verb}", self.ana)
        self._get(f"/my/gym/cards/{self.token_ana.id}/delete", self.ana)
        self.assertEqual(before, self._snapshot(self.sub_ana))
        self.assertTrue(self.token_ana.active)

    def test_too_many_changes_have_to_wait(self):
        url = f"/my/gym/plan/{self.sub_ana.id}/cancel"
        form = self._get_form(self._get_page(url, self.ana), url) | {"at": "period_end"}
        with patch.object(CHANGES, "limit", 0):
            self.assertEqual(429, self._post(url, self.ana, form).status_code)
        self.assertFalse(self.sub_ana.cancel_folio)

    # === PAY === #

    def _ask_to_pay(self, user, payer, amount, token):
        self.authenticate(user.login, user.login)
        params = {
            "provider_id": token.provider_id.id,
            "payment_method_id": token.payment_method_id.id,
            "token_id": token.id,
            "amount": amount,
            "flow": "token",
            "tokenization_requested": False,
            "landing_route": "/my/gym/plan",
            "is_validation": False,
        }
        response = self.url_open(
            f"/my/gym/pay/{payer.id}/{self.company.id}/transaction",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def _get_transactions(self):
        return self.env["payment.transaction"].search([("invoice_ids", "in", self.sub_ana._get_moves().ids)])

    def test_one_payment_for_all_that_is_owed(self):
        page = self._get_page("/my/gym/pay", self.ana)
        self.assertIn("1,497.00", page.text_content())
        answer = self._ask_to_pay(self.ana, self.ana.partner_id, 1497.0, self.token_ana)
        self.assertNotIn("error", answer)
        transaction = self._get_transactions()
        self.assertEqual((1497.0, self.ana.partner_id), (transaction.amount, transaction.partner_id))
        self.assertEqual((self.sub_ana | self.sub_sofia | self.sub_raul)._get_moves(), transaction.invoice_ids)

    def test_who_was_shut_out_pays_with_the_saved_card_and_is_in_again_at_once(self):
        move = self.sub_beto._get_moves()
        move.invoice_date_due = "2026-01-01"
        self.sub_beto._fall_due()
        self.sub_beto._transition(lifecycle.SUSPEND)
        self.assertFalse(self.sub_beto.mandate_ids or self.sub_beto.notice_ids, "paying oneself needs neither")
        self.token_beto.demo_simulated_state = "done"
        posting = [("cron_id", "=", self.env.ref("payment.cron_post_process_payment_tx").id)]
        self.env["ir.cron.trigger"].search(posting).unlink()
        answer = self._ask_to_pay(self.beto, self.beto.partner_id, 499.0, self.token_beto)
        self.assertNotIn("error", answer)
        transaction = move.transaction_ids
        self.assertEqual(
            (transaction.state, transaction.operation, len(move.gym_charge_ids)), ("done", "online_token", 0)
        )
        self.assertTrue(
            self.env["ir.cron.trigger"].search(posting),
            "the money is posted within seconds, even when the page is closed",
        )
        transaction._post_process()
        self.assertEqual((self.sub_beto.state, move.amount_residual), ("active", 0))

    @mute_logger("odoo.http")
    def test_another_amount_or_anothers_debt_or_card_is_refused(self):
        for user, payer, amount, token in (
            (self.ana, self.ana.partner_id, 1.0, self.token_ana),
            (self.ana, self.ana.partner_id, None, self.token_ana),
            (self.beto, self.ana.partner_id, 1497.0, self.token_beto),
            (self.raul, self.ana.partner_id, 1497.0, self.token_beto),
            (self.ana, self.ana.partner_id, 1497.0, self.token_beto),
        ):
            with self.subTest(user=user.login, amount=amount):
                self.assertIn("error", self._ask_to_pay(user, payer, amount, token))
        self.assertFalse(self._get_transactions())

    def test_what_a_card_is_being_charged_for_is_not_paid_again(self):
        move = self.sub_beto._get_moves()
        self.env["gym.charge"].create(
            {"move_id": move.id, "amount": 499, "date": move.invoice_date, "state": "in_doubt"}
        )
        page = self._get_page("/my/gym/pay", self.beto)
        self.assertIn("please do not pay again", page.text_content())
        self.assertFalse(page.xpath("//form[@id='o_payment_form']"))

    # === A NEW PRICE === #

    def test_a_new_price_is_accepted_and_leads_to_the_agreement(self):
        price = self.env["gym.plan.price"].create(
            {"plan_id": self.plan.id, "amount": 549.0, "valid_from": "2040-01-01"}
        )
        campaign = self.env["gym.price.campaign"].create(
            {"name": "2026", "plan_id": self.plan.id, "price_id": price.id, "date_effective": "2040-01-01"}
        )
        campaign.action_prepare()
        campaign.action_tell()
        self.sub_ana._set_token(self.token_ana)
        path = f"/my/gym/plan/{self.sub_ana.id}/price"
        self.assertTrue(self._get_page("/my/gym/plan", self.ana).xpath(f"//a[@href='{path}']"))
        page = self._get_page(path, self.ana)
        self.assertIn("549.00", page.text_content())
        self.assertIn("only after you agree", page.text_content())
        answer = self._post(path, self.ana, self._get_form(page, path) | {"answer": "accepted"})
        self.assertIn(f"/card/{self.token_ana.id}/agree", answer.url)
        self.assertIn("549.00", answer.text)
        line = campaign.line_ids.filtered(lambda line: line.subscription_id == self.sub_ana)
        self.assertEqual((line.answer, line.answered_by_id), ("accepted", self.ana))
