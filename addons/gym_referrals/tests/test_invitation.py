from odoo.tests import HttpCase, tagged

from odoo.addons.gym_members.controllers.portal import CHANGES
from odoo.addons.gym_subscriptions.tests.portal_common import PortalDuesCommon


@tagged("post_install", "-at_install")
class TestInvitationPage(PortalDuesCommon, HttpCase):
    """The page of a member: code, what is due, and who brought them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = cls.roma._today()
        cls.program = cls.env["gym.referral.program"].create(
            {
                "name": "Trae a un amigo",
                "company_id": cls.company.id,
                "date_start": today,
                "date_end": today.replace(year=today.year + 1, day=1),
                "rule_ids": [(0, 0, {"amount": 150})],
                "tier_ids": [(0, 0, {"name": "Plata", "threshold": 3, "factor": 1.5})],
            }
        )

    def _open(self, login):
        self.authenticate(login, f"{login} long enough")
        return self.url_open("/my/gym/referrals")

    def test_without_a_program_there_is_no_page(self):
        self.assertTrue(self._open("dues_ana").url.endswith("/my/gym"))

    def test_a_member_sees_code_link_and_what_it_brings(self):
        self.program.action_run()
        page = self._open("dues_ana").text
        code = self.env["gym.referral.code"]._of(self.member_ana)
        for shown in (code.display_name, f"/i/{code.code}", "wa.me", "150.00", "Plata"):
            self.assertIn(shown, page)
        self.assertIn("/my/gym/referrals", self.url_open("/my/gym").text)

    def test_a_friend_is_an_initial(self):
        self.program.action_run()
        friend = self._create_member(name="Zoila Paz")
        self._join(friend, invited_by_id=self.member_ana.id)
        page = self._open("dues_ana").text
        self.assertIn("Z.", page)
        self.assertNotIn("Zoila", page)

    def test_who_brought_somebody_can_be_said_later_and_is_looked_at(self):
        self.program.action_run()
        code = self.env["gym.referral.code"]._of(self.member_ana)
        self.authenticate("dues_beto", "dues_beto long enough")
        CHANGES._seen.clear()
        form = {"csrf_token": self._csrf(), "code": code.code}
        self.assertIn("claimed=1", self.url_open("/my/gym/referrals", data=form).url)
        referral = self.env["gym.referral"].search([("friend_id", "=", self.member_beto.id)])
        self.assertRecordValues(referral, [{"referrer_id": self.member_ana.id, "way": "late", "state": "review"}])

    def test_a_code_that_is_nobodys_is_answered_the_same(self):
        self.program.action_run()
        self.authenticate("dues_beto", "dues_beto long enough")
        form = {"csrf_token": self._csrf(), "code": "22222222"}
        self.assertIn("claimed=1", self.url_open("/my/gym/referrals", data=form).url)
        self.assertFalse(self.env["gym.referral"].search([("friend_id", "=", self.member_beto.id)]))

    def _csrf(self):
        page = self.url_open("/my/gym/referrals").text
        return page.split('name="csrf_token" value="')[1].split('"')[0]
