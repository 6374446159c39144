from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.gym_join.tests.join_common import JoinCommon

from ..controllers import invitation

NOBODYS = "22222222"


@tagged("post_install", "-at_install")
class TestJoinInvited(JoinCommon):
    """A friend joins by a link, or types a code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = cls.roma._today()
        cls.promotion = cls.env["gym.promotion"].create(
            {
                "name": "Sin inscripción",
                "company_id": cls.company.id,
                "date_start": today,
                "percent": 10,
                "is_enrolment_waived": True,
                "is_coupon_needed": True,
            }
        )
        cls.program = cls.env["gym.referral.program"].create(
            {
                "name": "Trae a un amigo",
                "company_id": cls.company.id,
                "date_start": today,
                "date_end": today.replace(year=today.year + 1, day=1),
                "friend_promotion_id": cls.promotion.id,
                "terms": "<p>Bases del programa</p>",
                "rule_ids": [(0, 0, {"amount": 150})],
            }
        )
        cls.program.action_run()
        cls.ana = cls._create_member(name="Ana Ríos")
        cls._create_subscription(member_id=cls.ana.id)._activate()
        cls.code = cls.env["gym.referral.code"]._of(cls.ana)

    def setUp(self):
        super().setUp()
        invitation.REQUESTS._seen.clear()

    def test_the_page_names_nobody_and_leads_to_the_branch(self):
        page = self._get(f"/i/{self.code.code.lower()}")
        self.assertNotIn("Ana", page.text_content())
        self.assertIn("Bases del programa", page.text_content())
        self.assertTrue(page.xpath(f"//a[@href='/join/at/{self.roma.id}?i={self.code.code}']"))
        self.assertEqual(self.opener.cookies["gym_invite"], self.code.code)

    def test_what_is_nobodys_looks_like_what_is_over(self):
        unknown = self.url_open(f"/i/{NOBODYS}")
        self.program.action_end()
        over = self.url_open(f"/i/{self.code.code}")
        self.assertEqual((unknown.status_code, over.status_code), (404, 404))
        self.assertIn("not valid any more", unknown.text)
        self.assertIn("not valid any more", over.text)
        self.assertNotIn("gym_invite", self.opener.cookies)

    def test_a_link_brings_the_invitation_into_the_registration(self):
        self._get(f"/i/{self.code.code}")
        join = self._begin()
        self.assertRecordValues(join, [{"invited_by_id": self.ana.id, "referral_way": "cookie"}])
        self.assertEqual(join._get_offer()["due"], Decimal("449.10"))

    def test_a_link_works_without_cookies(self):
        path = f"/join/at/{self.roma.id}?i={self.code.code}"
        page = self._get(path)
        form = page.xpath("//form[@data-captcha]/@action")[0]
        self.opener.cookies.pop("gym_invite", None)
        before = self.env["gym.join"].search([])
        self._post(form, path, plan=self.plan.id)
        join = self.env["gym.join"].search([]) - before
        self.assertRecordValues(join, [{"invited_by_id": self.ana.id, "referral_way": "link"}])

    def test_a_typed_code_counts_and_a_wrong_one_is_told_at_once(self):
        join = self._begin()
        self.assertFalse(join.invited_by_id)
        answer = self._type(join, invite_code="7K3Q-AAAA")
        self.assertIn("Check the code", answer.text)
        self.assertFalse(join.name)
        self.assertTrue(self._type(join, invite_code=self.code.display_name).url.endswith("/sign"))
        self.assertRecordValues(join, [{"invited_by_id": self.ana.id, "referral_way": "code"}])

    def test_joining_with_an_invitation_makes_the_referral(self):
        self._get(f"/i/{self.code.code}")
        join = self._fill_in()
        tx = self._pay(join)
        self.assertEqual(tx.amount, 449.1)
        tx._post_process()
        referral = self.env["gym.referral"].search([("friend_id", "=", join.member_id.id)])
        self.assertRecordValues(
            referral, [{"referrer_id": self.ana.id, "way": "cookie", "state": "holding", "employee_id": False}]
        )

    def test_the_desk_names_who_invited_and_how_it_knows(self):
        desk = self.frontdesk
        wizard = (
            self.env["gym.join.desk"]
            .with_user(desk)
            .create(
                {
                    "name": "Beto Garza",
                    "location_id": self.roma.id,
                    "plan_id": self.plan.id,
                    "invited_by_id": self.ana.id,
                }
            )
        )
        wizard.write({"referral_evidence": "together", "way": "open"})
        wizard._leave_who()
        self.assertEqual(wizard.due, 449.1)
        wizard._leave_plan()
        wizard.step = "pay"
        wizard.action_finish()
        referral = self.env["gym.referral"].search([("friend_id", "=", wizard.member_id.id)])
        self.assertRecordValues(
            referral,
            [{"referrer_id": self.ana.id, "way": "desk", "evidence": "together", "employee_id": desk.id}],
        )
