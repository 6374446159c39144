from unittest.mock import patch

from lxml import html

from odoo.http import Request
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs
from odoo.addons.vigor_guard.models.res_users import RESETS_PER_ACCOUNT, RESETS_PER_NETWORK

from .common import PASSWORD, GuardCase


@tagged("post_install", "-at_install")
class TestResetPassword(GuardCase):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        self.authenticate(None, None)

    def forget(self, login):
        """Ask for a new password; return what the page says, and the jobs that it planned."""
        with trap_jobs() as trap:
            form = {"login": login, "csrf_token": Request.csrf_token(self)}
            page = self.url_open("/web/reset_password", data=form).text
        return page, trap

    def perform(self, trap):
        """Do what the page planned, now that its request is over."""
        for job in trap.enqueued_jobs:
            getattr(self.env["res.users"], job.method_name)(*job.args)

    def mails_to(self, address):
        return self.env["mail.mail"].sudo().search_count([("email_to", "=", address)])

    def test_known_and_unknown_get_the_same_page(self):
        known, _jobs = self.forget("member")
        unknown, _jobs = self.forget("nobody")
        self.assertEqual(self._alerts(known, "alert-success"), 1)
        self.assertEqual(self._without_tokens(known, "member"), self._without_tokens(unknown, "nobody"))

    def _alerts(self, page, kind):
        return len(html.fromstring(page).xpath(f"//p[contains(@class, '{kind}')]"))

    def _without_tokens(self, page, login):
        lines = page.replace(login, "LOGIN").splitlines()
        return [line for line in lines if "csrf_token" not in line]

    def test_the_mail_leaves_in_a_job_for_who_exists(self):
        before = self.mails_to("member@example.com")
        _page, trap = self.forget("member")
        trap.assert_jobs_count(1)
        self.assertEqual(self.mails_to("member@example.com"), before)
        self.perform(trap)
        self.assertTrue(self.member.partner_id.signup_type)

    def test_nobody_signs_up_as_a_formula(self):
        users = self.env["res.users"].with_context(active_test=False)
        before = users.search([])
        form = {"login": "new@example.com", "password": PASSWORD, "confirm_password": PASSWORD, "name": "=1+1"}
        is_open = patch.object(self.registry["res.users"], "_get_signup_invitation_scope", lambda users: "b2c")
        with is_open:
            page = self.url_open("/web/signup", data=form | {"csrf_token": Request.csrf_token(self)})
        self.assertEqual(self._alerts(page.text, "alert-danger"), 1)
        self.assertEqual(users.search([]), before)

    def test_nothing_is_sent_to_who_does_not_exist(self):
        before = self.env["mail.mail"].sudo().search_count([])
        _page, trap = self.forget("nobody@example.com")
        self.perform(trap)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)

    def test_one_account_gets_few_mails_an_hour(self):
        for _ in range(RESETS_PER_ACCOUNT):
            self.env["res.users"]._send_reset("member")
        self.member.partner_id.signup_type = False
        self.env["res.users"]._send_reset("member@example.com")
        self.assertFalse(self.member.partner_id.signup_type)

    def test_one_network_asks_a_few_times_an_hour_whoever_for(self):
        for number in range(RESETS_PER_NETWORK):
            self.forget(f"nobody{number}")
        page, trap = self.forget("member")
        self.assertEqual(self._alerts(page, "alert-success"), 0)
        self.assertEqual(self._alerts(page, "alert-danger"), 1)
        trap.assert_jobs_count(0)

    def test_an_address_in_the_link_tells_nothing(self):
        for path in ("/web/reset_password", "/web/signup"):
            known = self.url_open(f"{path}?signup_email=member@example.com", allow_redirects=False)
            unknown = self.url_open(f"{path}?signup_email=nobody@example.com", allow_redirects=False)
            self.assertEqual(known.status_code, unknown.status_code)
            self.assertNotIn("login=", known.headers.get("Location", ""))
