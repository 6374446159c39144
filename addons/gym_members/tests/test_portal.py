from dateutil.relativedelta import relativedelta
from lxml import html

from odoo import http
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers.portal import CHANGES
from ..controllers.portal_privacy import REQUESTS
from .common import GymMembersCommon


class GymPortalCommon(HttpCase, GymMembersCommon):
    """Two portal users with a membership each, and one without any."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        english = cls.env["res.lang"]._activate_lang("en_US")
        cls.env["website"].search([]).write({"language_ids": [Command.link(english.id)], "default_lang_id": english.id})
        cls.user_a = cls._create_portal_user("portal_ana", "Ana Ñúñez Ríos")
        cls.user_b = cls._create_portal_user("portal_beto", "Beto Garza")
        cls.stranger = cls._create_portal_user("portal_nadie", "Nadie Aquí")
        cls.member_a = cls._create_member(name="Ana Ñúñez Ríos", partner_id=cls.user_a.partner_id.id)
        cls.member_b = cls._create_member(name="Beto Garza", partner_id=cls.user_b.partner_id.id)
        today = cls.env.company._today()
        cls.daughter_of_a = cls._create_member(
            name="Sofía Núñez", birthdate=today - relativedelta(years=12), guardian_id=cls.user_a.partner_id.id
        )
        cls.husband_of_a = cls._create_member(name="Raúl Ibarra", payer_id=cls.user_a.partner_id.id)

    def setUp(self):
        super().setUp()
        for limit in (CHANGES, REQUESTS):
            limit._seen.clear()  # as if nobody had changed anything yet

    @classmethod
    def _create_portal_user(cls, login, name):
        values = {"name": name, "email": f"{login}@example.com", "lang": "en_US", "password": f"{login} long enough"}
        return new_test_user(cls.env, login, groups="base.group_portal", **values)

    def _get(self, path, user):
        self.authenticate(user.login, user.login)
        return self.url_open(path)

    def _post(self, path, user, form, with_token=True):
        self.authenticate(user.login, user.login)
        token = {"csrf_token": http.Request.csrf_token(self)} if with_token else {}
        return self.url_open(path, data=form | token)

    def _get_page(self, path, user):
        response = self._get(path, user)
        self.assertEqual(response.status_code, 200, path)
        [wrap] = html.fromstring(response.text).xpath("//div[@id='wrap']")
        return html.fromstring(html.tostring(wrap))  # on its own, so that "//" stays inside


@tagged("post_install", "-at_install")
class TestPortalMembers(GymPortalCommon):
    def _portal_members(self, user):
        return self.env["gym.member"].with_user(user)._get_portal_members()

    def test_own_membership_comes_first_then_dependants(self):
        self.assertEqual(
            self.member_a + self.husband_of_a + self.daughter_of_a, self._portal_members(self.user_a).sorted("id")
        )
        self.assertEqual(self.member_a, self._portal_members(self.user_a)[0])
        self.assertEqual(self.member_b, self._portal_members(self.user_b))

    def test_nobody_is_met_by_a_stranger_or_the_public(self):
        self.assertFalse(self._portal_members(self.stranger))
        self.assertFalse(self._portal_members(self.env.ref("base.public_user")))

    def test_guardian_loses_sight_of_the_ward_who_comes_of_age(self):
        self.daughter_of_a.birthdate = self.env.company._today() - relativedelta(years=18)
        self.assertNotIn(self.daughter_of_a, self._portal_members(self.user_a))

    def test_archived_member_is_not_met(self):
        self.member_b.active = False
        self.assertFalse(self._portal_members(self.user_b))

    def test_payer_of_an_adult_does_not_stand_for_them(self):
        as_user_a = self._portal_members(self.user_a)
        stands_for = as_user_a.filtered(lambda member: member._is_portal_self_or_ward())
        self.assertEqual(self.member_a + self.daughter_of_a, stands_for.sorted("id"))


@tagged("post_install", "-at_install")
class TestPortalHome(GymPortalCommon):
    def test_card_shows_the_member(self):
        self.member_a.date_joined = "2026-01-10"
        page = self._get_page("/my/gym", self.user_a)
        card = page.xpath("//section[contains(@class, 'o_gym_card')]")[0].text_content()
        for shown in ("Ana Ñúñez Ríos", self.member_a.member_number, "Roma Norte", "Active"):
            self.assertIn(shown, card)
        [code] = page.xpath("//img[contains(@class, 'o_gym_card_code')]/@src")
        self.assertTrue(code.startswith("data:image/png;base64,"))

    def test_switcher_leads_to_each_member_of_the_user(self):
        page = self._get_page("/my/gym", self.user_a)
        chips = page.xpath("//nav[contains(@class, 'o_gym_switcher')]//a/@href")
        self.assertEqual(
            {f"/my/gym?member={member.id}" for member in self.member_a + self.daughter_of_a + self.husband_of_a},
            set(chips),
        )
        page = self._get_page(f"/my/gym?member={self.daughter_of_a.id}", self.user_a)
        self.assertEqual("Sofía Núñez", page.xpath("//h1")[0].text_content())

    def test_payer_of_an_adult_sees_the_card_only(self):
        page = self._get_page(f"/my/gym?member={self.husband_of_a.id}", self.user_a)
        self.assertIn("Raúl Ibarra", page.text_content())
        self.assertFalse(page.xpath("//img[contains(@class, 'o_gym_card_code')]"))
        self.assertFalse(page.xpath("//div[@id='gym_portal_sections']"))

    def test_who_is_no_member_reads_what_to_do(self):
        page = self._get_page("/my/gym", self.stranger)
        self.assertIn("portal_nadie@example.com", page.text_content())

    def test_portal_home_leads_to_the_gym_for_members_only(self):
        page = self._get_page("/my", self.user_a)
        self.assertTrue(page.xpath("//section[contains(@class, 'o_gym_card')]"), "the gym's page")
        self.assertTrue(page.xpath("//a[@href='/my/home']"))
        self.assertTrue(self._get_page("/my/home", self.user_a).xpath("//a[@href='/my/gym']"))
        for path in ("/my", "/my/home"):
            self.assertFalse(self._get_page(path, self.stranger).xpath("//a[@href='/my/gym']"))

    def test_website_menu_shows_to_portal_users(self):
        self.authenticate(None, None)
        self.assertNotIn('href="/my/gym"', self.url_open("/").text)
        self.assertIn('href="/my/gym"', self._get("/", self.stranger).text)

    def test_required_document_is_a_thing_to_do_until_signed(self):
        document = self.env["gym.consent.document"].create(
            {"name": "Deslinde", "purpose": "waiver", "company_id": self.company.id, "body": "<p>Acepto.</p>"}
        )
        document._set_published()
        path = "//div[@id='gym_portal_todo']/a[contains(@href, '/my/gym/consents')]"
        [alert] = self._get_page("/my/gym", self.user_a).xpath(path)
        self.assertIn("Deslinde", alert.text_content())
        self.env["gym.consent"]._record([{"member": self.member_a, "document": document, "method": "import"}])
        self.assertFalse(self._get_page("/my/gym", self.user_a).xpath(path))

    def test_missing_emergency_contact_is_a_thing_to_do(self):
        path = "//div[@id='gym_portal_todo']/a[contains(@href, '/my/gym/data')]"
        self.assertTrue(self._get_page("/my/gym", self.user_a).xpath(path))
        self.member_a.write({"emergency_name": "Luz", "emergency_phone": "+52 55 1234 5678"})
        self.assertFalse(self._get_page("/my/gym", self.user_a).xpath(path))


@tagged("post_install", "-at_install")
class TestPortalAccess(GymPortalCommon):
    """Nobody reads or changes what belongs to someone else, on any page."""

    PAGES = ("/my/gym", "/my/gym/data", "/my/gym/privacy", "/my/gym/privacy/new", "/my/gym/timeline")
    ACTIONS = (
        ("/my/gym/data", {"emergency_name": "Intruso", "emergency_phone": "5512345678", "city": "Intrusa"}),
        ("/my/gym/privacy/new", {"kind": "cancellation", "text": "Intruso"}),
    )

    def test_pages_of_others_are_not_found(self):
        for path in self.PAGES:
            for user, member in (
                (self.user_a, self.member_b),
                (self.user_b, self.member_a),
                (self.user_b, self.daughter_of_a),
                (self.stranger, self.member_a),
            ):
                with self.subTest(path=path, user=user.login, member=member.name):
                    response = self._get(f"{path}?member={member.id}", user)
                    self.assertEqual(404, response.status_code)
                    self.assertNotIn(member.name, response.text)
                    self.assertNotIn(member.member_number, response.text)

    def _snapshot(self, members):
        members.invalidate_recordset()
        return members.read(["name", "birthdate", "message_ids", *members._get_portal_data_fields()])

    def test_actions_on_others_change_nothing(self):
        targets = self.member_a + self.member_b + self.daughter_of_a + self.husband_of_a
        before = self._snapshot(targets)
        for path, form in self.ACTIONS:
            for user, member in (
                (self.user_a, self.member_b),
                (self.user_a, self.husband_of_a),
                (self.user_b, self.member_a),
                (self.user_b, self.daughter_of_a),
                (self.stranger, self.member_a),
            ):
                with self.subTest(path=path, user=user.login, member=member.name):
                    response = self._post(f"{path}?member={member.id}", user, form)
                    self.assertEqual(404, response.status_code)
        self.assertEqual(before, self._snapshot(targets))
        self.assertFalse(self.env["gym.privacy.request"].search([("member_id", "in", targets.ids)]))

    def test_actions_need_a_token(self):
        before = self._snapshot(self.member_a)
        for path, form in self.ACTIONS:
            with self.subTest(path=path), mute_logger("odoo.http"):
                self.assertEqual(400, self._post(path, self.user_a, form, with_token=False).status_code)
        self.assertEqual(before, self._snapshot(self.member_a))

    def test_payer_of_an_adult_reaches_no_personal_page(self):
        for path in self.PAGES[1:]:
            with self.subTest(path=path):
                self.assertEqual(404, self._get(f"{path}?member={self.husband_of_a.id}", self.user_a).status_code)

    def test_who_is_no_member_is_led_home(self):
        for path in self.PAGES[1:]:
            with self.subTest(path=path):
                self.assertTrue(self._get(path, self.stranger).url.endswith("/my/gym"))

    def test_records_are_closed_to_portal_users_over_rpc(self):
        for user in (self.user_a, self.stranger):
            with self.assertRaises(AccessError):
                self.member_a.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.daughter_of_a.with_user(user).partner_id.read(["phone"])

    def test_pages_of_nobody_and_nonsense_are_not_found(self):
        for path in self.PAGES:
            for member_id in (self.member_b.id + 999_999, "x", "-1"):
                with self.subTest(path=path, member_id=member_id):
                    self.assertEqual(404, self._get(f"{path}?member={member_id}", self.user_a).status_code)

    def test_pages_ask_the_public_to_sign_in(self):
        self.authenticate(None, None)
        for path in self.PAGES:
            with self.subTest(path=path):
                self.assertIn("/web/login", self.url_open(path, allow_redirects=False).headers["Location"])
