from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.vigor_guard.models.res_users import PASSWORD_SIGNS

OLD = "long enough to hold"
SHORT = "x" * (PASSWORD_SIGNS - 1)
PAGE = "/my/security"


@tagged("post_install", "-at_install")
class TestPortalPassword(HttpCase):
    """The page of the portal that changes a password asks for as many signs as every other way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = new_test_user(cls.env, "member", "base.group_portal", password=OLD, email="member@example.com")

    def _is_password(self, password):
        self.authenticate(None, None)
        form = {"login": "member", "password": password, "csrf_token": Request.csrf_token(self)}
        return "/web/login" not in self.url_open("/web/login", data=form).url

    def _change(self, new):
        """Return the page that answers."""
        self.authenticate("member", OLD)
        form = {"old": OLD, "new1": new, "new2": new, "op": "password", "csrf_token": Request.csrf_token(self)}
        response = self.url_open(PAGE, data=form)
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_a_short_one_is_refused_with_how_many_are_asked_for(self):
        self.assertRegex(self._change(SHORT), rf"\b{PASSWORD_SIGNS}\b[^<]*{len(SHORT)}\b")
        self.assertTrue(self._is_password(OLD))
        self.assertFalse(self._is_password(SHORT))

    def test_one_that_is_long_enough_is_taken(self):
        self._change(SHORT + "x")
        self.assertFalse(self._is_password(OLD))
        self.assertTrue(self._is_password(SHORT + "x"))
