from odoo.tests import HttpCase, tagged

from odoo.addons.gym_subscriptions.tests.portal_common import PortalDuesCommon

from .common import CLABE, ReferenceMixin


@tagged("post_install", "-at_install")
class TestPortal(ReferenceMixin, PortalDuesCommon, HttpCase):
    def test_a_member_sees_their_own_where_they_pay(self):
        self._prepare_conekta(self.company)
        self._give_clabe(self.ana.partner_id)
        self._give_clabe(self.beto.partner_id, "646180111805034237")
        self.authenticate(self.ana.login, f"{self.ana.login} long enough")
        page = self.url_open("/my/gym/pay").text
        self.assertIn(CLABE, page)
        self.assertNotIn("646180111805034237", page)
