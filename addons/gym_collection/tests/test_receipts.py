from urllib.parse import parse_qs, urlparse

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .test_charging import JOINED
from .test_refunds import RefundCommon


@freeze_time(JOINED)
@tagged("post_install", "-at_install")
class TestReceipts(HttpCase, RefundCommon):
    """What somebody who pays at the desk takes home."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("en_US")
        self.member.partner_id.write({"phone": "+52 55 1234 5678", "email": "ana@example.com", "lang": "en_US"})
        self.move = self._create_subscription()._activate()

    def _pay(self, **values):
        action = self.member.with_user(self.desk).action_take_payment()
        dialogs = self.env["gym.payment.desk"].with_user(self.desk).with_context(**action["context"])
        dialog = dialogs.create({"journal": str(self.cash.id)} | values)
        self.opened = dialog.action_confirm()
        return dialog

    def _get_text(self, payment):
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "gym_collection.gym_receipt_letter", payment.ids
        )
        return " ".join(html.fromstring(content).find_class("o_gym_receipt")[0].text_content().split())

    def test_the_receipt_states_what_was_paid_and_the_change(self):
        dialog = self._pay(tendered=500.0)
        payment = dialog.sudo().payment_id
        self.assertEqual((payment.amount, payment.gym_tendered, dialog.change), (499.0, 500.0, 1.0))
        text = self._get_text(payment)
        for stated in (payment.name, self.move.name, self.cash.name, self.member.partner_id.name, "Change"):
            self.assertIn(stated, text)
        self.assertIn("499.00", text)
        self.assertIn("paid until", text)

    def test_paying_leads_to_the_receipt(self):
        dialog = self._pay()
        self.assertEqual((self.opened["res_id"], self.opened["res_model"]), (dialog.id, "gym.payment.desk"))
        self.assertEqual(dialog.folio, dialog.sudo().payment_id.name)
        paper = dialog.with_context(receipt_as="80mm").action_open_receipt()
        self.assertTrue(paper["url"].endswith("/80mm.pdf"))
        link = dialog.with_context(receipt_as="whatsapp").action_open_receipt()["url"]
        self.assertTrue(link.startswith("https://wa.me/525512345678?text="))
        self.assertIn(dialog.sudo().payment_id._get_gym_receipt_url(), parse_qs(urlparse(link).query)["text"][0])

    def test_less_handed_over_than_received_is_refused(self):
        with self.assertRaisesRegex(UserError, "less than what is received"):
            self._pay(tendered=400.0)
        self.assertEqual(self.move.amount_residual, 499.0)

    def test_the_receipt_goes_by_mail(self):
        dialog = self._pay()
        dialog.action_mail_receipt()
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.member.partner_id.ids)], limit=1, order="id desc"
        )
        self.assertIn(dialog.sudo().payment_id._get_gym_receipt_url(), mail.body_html)

    def test_without_phone_and_address_it_says_so(self):
        self.member.partner_id.write({"phone": False, "email": False})
        dialog = self._pay()
        self.assertFalse(dialog.has_phone or dialog.has_email)
        self.assertIn("no phone", dialog.receipt_lack)
        mails = self.env["mail.mail"].search_count([])
        for kind in ("whatsapp", "mail"):
            with self.assertRaisesRegex(UserError, "no phone"):
                if kind == "mail":
                    dialog.action_mail_receipt()
                dialog.with_context(receipt_as=kind).action_open_receipt()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_only_the_link_opens_the_receipt(self):
        payment = self._pay().sudo().payment_id
        path = urlparse(payment._get_gym_receipt_url()).path
        self.authenticate(None, None)
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn(payment.name, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        for wrong in (
            path[:-1] + ("0" if path[-1] != "0" else "1"),
            f"/recibo/{payment.id}/x",
            path.replace(str(payment.id), str(payment.id + 1), 1),
        ):
            self.assertEqual(self.url_open(wrong).status_code, 404, wrong)
        self.assertEqual(self.url_open(f"{path}/a4.pdf").status_code, 404)
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self.url_open(path).status_code, 404, "what was undone has no receipt")

    def test_a_dialog_without_payment_has_no_receipt(self):
        action = self.member.with_user(self.desk).action_take_payment()
        dialogs = self.env["gym.payment.desk"].with_user(self.desk).with_context(**action["context"])
        dialog = dialogs.create({"journal": str(self.cash.id)})
        with self.assertRaisesRegex(UserError, "no receipt yet"):
            dialog.action_open_receipt()
