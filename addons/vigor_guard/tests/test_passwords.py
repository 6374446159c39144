from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.res_users import PASSWORD_SIGNS
from .common import PASSWORD, GuardCase

SHORT = "x" * (PASSWORD_SIGNS - 1)


@tagged("post_install", "-at_install")
class TestPasswords(GuardCase):
    def _is_password(self, user, password):
        credential = {"login": user.login, "password": password, "type": "password"}
        return bool(user.with_user(user)._check_credentials(credential, {"interactive": True}))

    def test_short_ones_are_refused_to_members_and_staff_in_every_way(self):
        for user in (self.member, self.employee):
            for do in (
                lambda user: user.write({"password": SHORT}),
                lambda user: user.with_user(user).change_password(PASSWORD, SHORT),
                lambda user: user._change_password("1"),
            ):
                with self.subTest(user=user.login), self.assertRaisesRegex(UserError, str(PASSWORD_SIGNS)):
                    do(user)
            self.assertTrue(self._is_password(user, PASSWORD), "the old one stays")

    def test_a_longer_minimum_stays(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for before, after in ((0, PASSWORD_SIGNS), (8, PASSWORD_SIGNS), (16, 16)):
            parameters.set_param("auth_password_policy.minlength", before)
            self.env["res.users"]._raise_password_minimum()
            self.assertEqual(int(parameters.get_param("auth_password_policy.minlength")), after)
