from unittest.mock import patch

import requests

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import PASSWORD, GuardCase


@tagged("post_install", "-at_install")
class TestLinks(GuardCase):
    """The server asks no address that a user names."""

    def setUp(self):
        super().setUp()
        self.asked = []
        send = requests.Session.send

        def record(session, request, **kwargs):
            if request.headers.get("Odoo-Link-Preview") or "evil.example" in request.url:
                self.asked.append(request.url)
                raise requests.ConnectionError("refused by the test")
            return send(session, request, **kwargs)

        self.enterContext(patch.object(requests.Session, "send", record))

    def test_nobody_gets_a_preview_of_an_address(self):
        self.authenticate(None, None)
        self.assertIn("error", self.ask_json("/html_editor/link_preview_external", preview_url="http://evil.example/"))
        self.assertEqual(self.asked, [])

    def test_neither_do_members_nor_employees(self):
        for login in ("member", "employee"):
            self.authenticate(login, PASSWORD)
            for path in ("/html_editor/link_preview_external", "/html_editor/link_preview_internal"):
                answer = self.ask_json(path, preview_url="http://evil.example/")
                self.assertFalse(answer["result"], (login, path))
        self.assertEqual(self.asked, [])

    def test_an_image_is_uploaded_and_not_fetched(self):
        for login in ("member", "employee"):
            self.authenticate(login, PASSWORD)
            for editor in ("web_editor", "html_editor"):
                answer = self.ask_json(
                    f"/{editor}/attachment/add_url",
                    url="http://evil.example/a.png",
                    res_model="res.partner",
                    res_id=self.member.partner_id.id,
                )
                self.assertIn("error", answer)
        self.assertFalse(self.env["ir.attachment"].search([("url", "=like", "http://evil.example%")]))
        self.assertEqual(self.asked, [])

    def test_links_in_messages_are_left_alone(self):
        message = self.member.partner_id.message_post(body="http://evil.example/")
        previews = self.env["mail.link.preview"]
        previews._create_from_message_and_notify(message)
        self.assertFalse(previews._search_or_create_from_url("http://evil.example/"))
        self.assertFalse(previews._is_link_preview_enabled())
        self.assertEqual(self.asked, [])

    def test_pages_bring_no_images_from_elsewhere(self):
        self.assertIsNone(self.env["ir.qweb.field.image"].load_remote_url("http://evil.example/a.png"))
        self.assertEqual(self.asked, [])

    def test_notifications_go_to_push_services_of_browsers_only(self):
        devices = self.env["mail.push.device"].sudo()
        values = {"keys": "{}", "partner_id": self.member.partner_id.id}
        before = devices.search_count([])
        for endpoint in (
            "http://127.0.0.1:8069/",
            "https://evil.example/",
            "https://fcm.googleapis.com.evil.example/",
            "https://evil.example/?fcm.googleapis.com",
            "http://fcm.googleapis.com/fcm/send/x",
            "https://fcm.googleapis.com@evil.example/",
            "",
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                devices.create({**values, "endpoint": endpoint})
        self.assertEqual(devices.search_count([]), before)
        device = devices.create({**values, "endpoint": "https://fcm.googleapis.com/fcm/send/x"})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            device.endpoint = "https://evil.example/"
        self.assertEqual(device.endpoint, "https://fcm.googleapis.com/fcm/send/x")
