from odoo.tests import new_test_user, tagged

from odoo.addons.vigor_test.strangers import Person, StrangersCase

from .common import GymWebsiteCommon

ADDONS = ("gym_website",)


@tagged("post_install", "-at_install")
class TestPortalMatrix(StrangersCase, GymWebsiteCommon):
    """The public pages, asked for branches of another company: a site shows what its own company sells alone."""

    def setUp(self):
        super().setUp()
        self.tijuana.is_join_online = True
        self.ana = self._prepare_person("site_ana", "Ana Ríos", self.roma)
        self.beto = self._prepare_person("site_beto", "Beto Garza", self.tijuana)

    def _prepare_person(self, login, name, location):
        values = {"name": name, "email": f"{login}@example.com", "password": f"{login} long enough"}
        user = new_test_user(self.env, login, groups="base.group_portal", **values)
        self._create_member(name=name, partner_id=user.partner_id.id, location_id=location.id)
        return self._at(location, user, user.partner_id, (name, location.name))

    def _at(self, location, user, partner, secrets=()):
        things = {"slug": location._get_page_slug(), "branch_id": location.id, "width": 480}
        return Person(user, partner, things, {}, secrets)

    def test_a_member_of_another_company_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self.ana, self.beto)

    def test_a_visitor_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self._at(self.roma, None, None), self.beto)

    def test_nonsense_is_no_error_of_the_server(self):
        self._assert_nonsense_is_refused(ADDONS, self.ana)
