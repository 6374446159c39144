from lxml import html

from odoo.tests import new_test_user, tagged

from .common import GymMembersCommon

ADVERTISEMENT = ("odoo.com", "Powered by", "875A7B")


@tagged("post_install", "-at_install")
class TestMails(GymMembersCommon):
    """What leaves the gym looks like the gym, on a phone too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"primary_color": "#0a7d3c", "phone": "55 0100 0001"})
        cls.member = cls._create_member(name="Ana Luna", email="ana.luna@example.com")

    def _get_mail(self):
        return self.env["mail.mail"].search([], limit=1, order="id desc")

    def _check_layout(self, body):
        self.assertIn("#0a7d3c", body)
        self.assertIn("55 0100 0001", body)
        for word in ADVERTISEMENT:
            self.assertNotIn(word, body)
        frame = html.fromstring(body).find_class("gym_mail")
        self.assertEqual(len(frame), 1, "one frame, not one in another")
        self.assertNotIn('width="590"', body)

    def test_the_invitation_has_the_layout_and_a_password_to_choose(self):
        self.member._invite_to_portal()
        mail = self._get_mail()
        self._check_layout(mail.body_html)
        self.assertIn("/web/signup?", mail.body_html)
        self.assertIn(self.member.partner_id.sudo().signup_type, ("signup",))

    def test_a_new_password_has_the_layout(self):
        user = new_test_user(
            self.env, "beto", groups="base.group_portal", email="beto@example.com", password="a-long-password"
        )
        user.company_id = self.company
        user.partner_id.signup_prepare(signup_type="reset")
        view = self.env.ref("auth_signup.reset_password_email")
        bodies = self.env["mail.render.mixin"]._render_template(view, "res.users", user.ids, engine="qweb_view")
        self._check_layout(bodies[user.id])
        self.assertIn("/web/reset_password", bodies[user.id])

    def test_a_warning_has_the_layout(self):
        user = new_test_user(
            self.env, "carla", groups="base.group_portal", email="carla@example.com", password="a-long-password"
        )
        user.write({"company_ids": [(4, self.company.id)], "company_id": self.company.id})
        user.with_user(user)._update_last_login()
        user._notify_security_setting_update("Changed", "Your password was changed.")
        self._check_layout(self._get_mail().body_html)

    def test_templates_of_paragraphs_have_it_and_those_with_a_frame_keep_theirs(self):
        template = self.env["mail.template"].create(
            {
                "name": "x",
                "model_id": self.env["ir.model"]._get_id("gym.member"),
                "email_to": "x@example.com",
                "body_html": "<p>Hello</p>",
            }
        )
        template.send_mail(self.member.id)
        self._check_layout(self._get_mail().body_html)
        template.body_html = "<table><tr><td>Framed</td></tr></table>"
        template.send_mail(self.member.id)
        self.assertNotIn("gym_mail", self._get_mail().body_html)
