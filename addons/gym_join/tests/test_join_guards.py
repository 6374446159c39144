import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.http import HTTPRequest, Request
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.gym_members.domain.rate import RateLimit
from odoo.addons.queue_job.tests.common import trap_jobs

from ..controllers import join, join_common
from .join_common import JoinCommon, drawn

PAGES = ("", "/plan", "/data", "/sign", "/pay", "/end", "/confirm?key=x")


@tagged("post_install", "-at_install")
class TestJoinGuards(JoinCommon):
    """What the pages refuse. Every refusal also shows that nothing has happened."""

    def _get_state(self, found):
        found.invalidate_recordset()
        names = ("state", "name", "email", "plan_id", "quote", "signature_ids", "transaction_ids", "partner_id")
        return found.read(names)

    def test_a_wrong_token_opens_nothing(self):
        found = self._fill_in()
        before, token = self._get_state(found), found._get_token()
        other = self._begin()
        wrong = (
            f"{found.id}.{other._get_token().partition('.')[2]}",
            f"{found.id}.",
            f"{found.id}",
            token[:-1],
            f"{found.id + 1000}.{token.partition('.')[2]}",
            "0.x",
            f"{found.id}.é",
            f"{found.id}.日本",
        )
        form = other._get_path("data")
        answers = set()
        for text in wrong:
            for page in PAGES:
                response = self.url_open(f"/join/{text}{page}")
                self.assertEqual(response.status_code, 410)
                answers.add(response.text.count("The link is wrong or too old"))
            for verb in ("data", "sign", "code", "start", "desk", "edit", "link", "confirm"):
                self.assertEqual(self._post(f"/join/{text}/{verb}", form, name="X Y").status_code, 410)
            self.assertIn("redirect_url", self._rpc(f"/join/{text}/draw", name="X", signature=drawn())["result"])
            with mute_logger("odoo.http"):
                self.assertIn("error", self._rpc(f"/join/{text}/transaction", provider_id=self.provider.id))
        self.assertEqual(answers, {1}, "what does not exist and what is another's look the same")
        self.assertEqual(self._get_state(found), before)

    @mute_logger("odoo.http")
    def test_a_form_of_another_site_is_refused(self):
        found = self._fill_in()
        before = self._get_state(found)
        self.assertEqual(self.url_open(f"/join/at/{self.roma.id}", data={"plan": self.plan.id}).status_code, 400)
        for verb in ("plan", "data", "sign", "code", "start", "desk", "edit", "link"):
            response = self.url_open(found._get_path(verb), data={"name": "Otra Persona", "code": "X"})
            self.assertEqual(response.status_code, 400, verb)
        self.assertEqual(self._get_state(found), before)

    def test_steps_cannot_be_skipped(self):
        found = self._begin()
        for step in ("sign", "pay"):
            self.assertTrue(self._get(found._get_path(step)).get("data-url").endswith("/data"))
        self._type(found)
        self.assertTrue(self._get(found._get_path("pay")).get("data-url").endswith("/sign"))
        path = found._get_path("sign")
        self._post(found._get_path("desk"), path)
        self._post(found._get_path("start"), path)
        with mute_logger("odoo.http"):
            self.assertIn("error", self._rpc(found._get_path("transaction"), provider_id=self.provider.id))
        found.invalidate_recordset()
        self.assertEqual((found.state, len(found.transaction_ids), len(found.partner_id)), ("open", 0, 0))

    def test_what_is_not_sold_online_cannot_be_chosen(self):
        hidden = self._create_plan(name="Secret")
        path = f"/join/at/{self.roma.id}"
        self.assertNotIn("Secret", self.url_open(path).text)
        self.assertFalse(self._begin(plan=hidden))
        found = self._begin()
        self._post(found._get_path("plan"), found._get_path("plan"), plan=hidden.id)
        found.invalidate_recordset()
        self.assertEqual(found.plan_id, self.plan)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"/join/at/{self.gdl.id}").status_code, 404)
            self.assertEqual(self.url_open("/join/at/99999999").status_code, 404)

    def test_robots_are_refused(self):
        found = self._begin()
        response = self._type(found, website="http://spam.example")
        self.assertIn("That went too fast", response.text)
        self._age(found, seconds=-120)
        self.assertIn("That went too fast", self._type(found).text)
        found.invalidate_recordset()
        self.assertFalse(found.name or found.email)

    def test_too_many_beginnings_from_one_address_are_refused(self):
        with patch.object(join, "BEGINNINGS", RateLimit(limit=2, window_s=600)):
            self.assertTrue(self._begin())
            self.assertTrue(self._begin())
            self.assertFalse(self._begin())

    def test_too_many_requests_from_one_address_find_nothing(self):
        found = self._begin()
        with patch.object(join_common, "REQUESTS", RateLimit(limit=1, window_s=60)):
            self.assertEqual(self.url_open(found._get_path("data")).status_code, 200)
            self.assertEqual(self.url_open(found._get_path("data")).status_code, 410)

    def test_the_addresses_of_one_line_share_its_limit(self):
        path = self._begin()._get_path("data")
        asking = ""
        address = patch.object(HTTPRequest, "remote_addr", property(lambda request: asking), create=True)
        with patch.object(join_common, "REQUESTS", RateLimit(limit=1, window_s=60)), address:
            answers = {}
            for asking in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"):
                answers[asking] = self.url_open(path).status_code
        self.assertEqual(list(answers.values()), [200, 410, 200])

    def test_the_key_to_a_registration_is_a_cookie_of_a_week(self):
        self.authenticate(None, None)
        self._begin()
        [cookie] = [one for one in self.opener.cookies if one.name == "gym_join"]
        days = (cookie.expires - time.time()) / 86400
        self.assertTrue(6 < days <= 7, days)
        self.assertFalse(cookie.secure, "this was http")

    def test_the_key_to_a_registration_goes_by_https_only_where_there_is(self):
        self.authenticate(None, None)
        form = {"plan": self.plan.id, "csrf_token": Request.csrf_token(self)}
        with patch.object(HTTPRequest, "scheme", "https", create=True):
            answer = self.url_open(f"/join/at/{self.roma.id}", data=form, allow_redirects=False)
        [cookie] = [value for value in answer.raw.headers.getlist("Set-Cookie") if value.startswith("gym_join=")]
        self.assertIn("Secure", cookie)
        self.assertIn(f"Max-Age={7 * 86400}", cookie)

    def test_pages_are_stored_nowhere_and_shown_in_no_frame(self):
        for path in ("/join", self._begin()._get_path("data")):
            headers = self.url_open(path).headers
            self.assertEqual(headers["Cache-Control"], "no-store", path)
            self.assertIn("frame-ancestors 'self'", headers["Content-Security-Policy"], path)

    def test_a_name_that_is_a_formula_joins_nobody(self):
        found = self._begin()
        before = self._get_state(found)
        for name in ('=HYPERLINK("http://evil.example","Ver") X', "+1 X", "@SUM(A1) X", " =1 X", "-2 X"):
            self._type(found, name=name)
            self.assertEqual(self._get_state(found), before, name)

    def test_the_captcha_of_odoo_is_asked(self):
        asked = []
        with patch.object(
            self.env.registry["ir.http"], "_verify_request_recaptcha_token", lambda _self, action: asked.append(action)
        ):
            found = self._begin()
            self._type(found)
        self.assertEqual(asked, ["gym_join", "gym_join"])

    def test_a_stranger_does_not_learn_who_is_a_member(self):
        self.member.write({"name": "Ana Núñez", "email": "ana@example.com", "lang": "en_US"})
        pages = []
        for email in ("ana@example.com", "nadie@example.com"):
            found = self._begin()
            with trap_jobs() as trap:
                response = self._type(found, email=email)
            self.assertEqual([job.method_name for job in trap.enqueued_jobs], ["_recognise"])
            text = response.text.replace(found._get_token(), "TOKEN").replace(email, "MAIL")
            pages.append([line for line in text.splitlines() if "csrf" not in line and "odoo.__session" not in line])
            told = self._trap_mails(trap).filtered(lambda mail: mail.subject == "Are you joining again?")
            known = self.member.partner_id if email.startswith("ana") else self.env["res.partner"]
            self.assertEqual((told.recipient_ids, len(told)), (known, len(known)))
            self.assertEqual(found.is_known, email.startswith("ana"))
        self.assertEqual(pages[0], pages[1])
        # and at most one mail a day
        found = self._begin()
        with trap_jobs() as trap:
            self._type(found)
        self.assertFalse(self._trap_mails(trap))

    def test_a_trial_is_not_begun_in_the_name_of_a_member(self):
        self.plan.write({"trial_days": 7, "is_trial_card_required": False})
        self.member.write({"name": "Ana Núñez", "email": "ana@example.com", "lang": "en_US"})
        found = self._fill_in()
        self._post(found._get_path("start"), found._get_path("pay"))
        found.invalidate_recordset()
        url = f"{found._get_path('confirm')}?key={found._get_confirmation()}"
        page = self.url_open(url)
        self.assertIn("You have been with us before", page.text)
        self._post(found._get_path("confirm"), f"/join/at/{self.roma.id}", key=found._get_confirmation())
        found.invalidate_recordset()
        self.assertEqual((found.state, len(self.member.subscription_ids)), ("unconfirmed", 0))

    def test_a_wrong_confirmation_begins_nothing(self):
        self.plan.write({"trial_days": 7, "is_trial_card_required": False})
        found = self._fill_in()
        self._post(found._get_path("start"), found._get_path("pay"))
        for key in ("", "x", found._get_token()):
            response = self._post(found._get_path("confirm"), f"/join/at/{self.roma.id}", key=key)
            self.assertEqual(response.status_code, 410)
        found.invalidate_recordset()
        self.assertEqual((found.state, self._get_traces()["members"]), ("unconfirmed", 0))

    def test_nothing_that_costs_begins_without_money(self):
        found = self._fill_in()
        response = self._post(found._get_path("start"), found._get_path("pay"))
        self.assertIn("cannot begin without a payment", response.text)
        self.roma.is_join_paid_at_desk = False
        response = self._post(found._get_path("desk"), found._get_path("pay"))
        self.assertIn("are paid online", response.text)
        found.invalidate_recordset()
        self.assertEqual((found.state, self._get_traces()["members"]), ("open", 0))

    @mute_logger("odoo.http")
    def test_the_page_decides_neither_amount_nor_payer_nor_card(self):
        found = self._fill_in()
        self._get(found._get_path("pay"))
        foreign = self.provider.copy({"company_id": self.other_company.id, "state": "test", "is_published": True})
        call = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "flow": "direct",
            "landing_route": "https://evil.example",
            "tokenization_requested": True,
        }
        path = found._get_path("transaction")
        self.assertIn("error", self._rpc(path, **call, partner_id=self.owner.partner_id.id))
        self.assertIn("error", self._rpc(path, **call | {"provider_id": foreign.id}))
        self.assertFalse(found.transaction_ids)
        self.assertIn("result", self._rpc(path, **call, amount=1, is_validation=True))
        found.invalidate_recordset()
        self.assertRecordValues(
            found.transaction_ids,
            [{"amount": 699, "partner_id": found.partner_id.id, "tokenize": False, "operation": "online_direct"}],
        )
        self.assertTrue(found.transaction_ids.landing_route.startswith("/join/"))

    @mute_logger("odoo.http")
    def test_a_price_that_rose_is_shown_before_it_is_paid(self):
        found = self._fill_in()
        self._get(found._get_path("pay"))
        self.plan.price = 599
        call = {"provider_id": self.provider.id, "payment_method_id": self.method.id, "flow": "direct"}
        answer = self._rpc(found._get_path("transaction"), **call, token_id=None)
        self.assertIn("price has changed", str(answer["error"]))
        self.assertFalse(found.transaction_ids)

    def test_a_blank_signature_is_none(self):
        found = self._begin()
        self._type(found)
        self._accept(found, "privacy_necessary")
        for signature in ("", "x", "PHN2Zy8+"):
            answer = self._rpc(found._get_path("draw"), name="Ana", signature=signature)["result"]
            self.assertEqual(list(answer), ["error"])
        self.assertFalse(found.signature_ids.filtered("signature"))

    def test_the_link_goes_to_the_address_typed_and_not_too_often(self):
        found = self._fill_in()
        path = found._get_path("pay")
        with trap_jobs() as trap:
            for _time in range(6):
                self._post(found._get_path("link"), path)
        mails = self._trap_mails(trap)
        self.assertEqual((set(mails.mapped("email_to")), len(mails) <= 4), ({"ana@example.com"}, True))
        self.assertIn(found._get_token(), mails[0].body_html)

    def test_an_old_link_of_a_finished_join_shows_no_card(self):
        found = self._fill_in()
        self._pay(found)._post_process()
        number = found.member_id.member_number
        self.assertIn(number, self.url_open(found._get_path("end")).text)
        found.finished_at = fields.Datetime.now() - timedelta(hours=25)
        found.flush_recordset()
        self.assertNotIn(number, self.url_open(found._get_path("end")).text)

    def test_a_member_who_is_signed_in_joins_as_themselves(self):
        user = new_test_user(self.env, "join_portal", groups="base.group_portal", email="ana@example.com")
        user.partner_id.write({"name": "Ana Núñez", "phone": "+52 55 1234 5678"})
        member = self._create_member(partner_id=user.partner_id.id, name="Ana Núñez", birthdate="1990-05-05")
        self.authenticate("join_portal", "join_portal")
        found = self._begin()
        self.assertEqual(found.member_id, member)
        self._type(found, name="Otra Persona")
        self._accept(found, "privacy_necessary", "recurring_charge")
        self._draw(found)
        self._pay(found)._post_process()
        self.assertEqual((found.name, found.subscription_id.member_id), ("Ana Núñez", member))
        self.assertEqual(member.stage, "active")

    def test_staff_see_the_registrations_of_their_branches_and_write_none(self):
        found = self._begin()
        joins = self.env["gym.join"]
        self.assertIn(found, joins.with_user(self.frontdesk).search([]))
        other = self.env["gym.join"].create({"location_id": self.gdl.id, "plan_id": self.plan.id})
        self.assertNotIn(other, joins.with_user(self.frontdesk).search([]))
        self.assertIn(other, joins.with_user(self.owner).search([]))
        for user in (self.frontdesk, self.owner):
            self.assertFalse(any(joins.with_user(user).has_access(name) for name in ("write", "create", "unlink")))
        portal = new_test_user(self.env, "join_stranger", groups="base.group_portal")
        self.assertFalse(joins.with_user(portal).has_access("read"))
