from odoo.tests import new_test_user, tagged

from odoo.addons.vigor_test.strangers import Person, StrangersCase

from ..controllers import gate_api
from .common import GateCommon

ADDONS = ("gym_gate",)


@tagged("post_install", "-at_install")
class TestPortalMatrix(StrangersCase, GateCommon):
    """The addresses of gates, asked by a member of the branch and by a visitor: they answer keys alone."""

    limits = ((gate_api, "REQUESTS"), (gate_api, "STRANGERS"))

    def setUp(self):
        super().setUp()
        self.ana = self._prepare_person("gate_ana", "Ana Ríos")
        self.beto = self._prepare_person("gate_beto", "Beto Garza")
        self._poll()

    def _prepare_person(self, login, name):
        values = {"name": name, "email": f"{login}@example.com", "password": f"{login} long enough"}
        user = new_test_user(self.env, login, groups="base.group_portal", **values)
        member = self._create_member(name=name, partner_id=user.partner_id.id)
        form = {"since": 0, "who": f"member:{member.id}", "code": "AAAAAAAA"}
        return Person(user, user.partner_id, {}, form, (name, name.split()[0]))

    def test_a_member_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self.ana, self.beto)

    def test_a_visitor_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, Person(None, None), self.beto)

    def test_nonsense_is_no_error_of_the_server(self):
        self._assert_nonsense_is_refused(ADDONS, self.beto)
