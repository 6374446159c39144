from odoo.tests import new_test_user, tagged

from odoo.addons.gym_members.controllers import portal
from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon
from odoo.addons.vigor_test.strangers import Person, StrangersCase

ADDONS = ("gym_access",)


@tagged("post_install", "-at_install")
class TestPortalMatrix(StrangersCase, GymSubscriptionsCommon):
    """The visits of a member, asked for by a member of the same branch, by one of another company and by a visitor."""

    limits = ((portal, "CHANGES"),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gym.access.policy"].create({"company_id": cls.company.id, "waiver_severity": "off"})
        cls.ana = cls._prepare_person("visits_ana", "Ana Ríos", cls.roma)
        cls.beto = cls._prepare_person("visits_beto", "Beto Garza", cls._create_location(name="Solo Beto"))
        cls.carla = cls._prepare_person("visits_carla", "Carla Solís", cls.tijuana)
        cls.visitor = Person(None, None, {}, {"member": 0, "before": 0, "phone": 0})

    @classmethod
    def _prepare_person(cls, login, name, location):
        """Return somebody who came to train at ``location``, whose name is their secret."""
        values = {"name": name, "email": f"{login}@example.com", "lang": "en_US", "password": f"{login} long enough"}
        user = new_test_user(cls.env, login, groups="base.group_portal", **values)
        member = cls._create_member(name=name, partner_id=user.partner_id.id, location_id=location.id)
        plan = cls._create_plan(0.0, name=f"Plan {login}", company_id=location.company_id.id)
        if location.company_id == cls.company:
            cls._create_subscription(member_id=member.id, plan_id=plan.id)._activate()
        why = cls.env.ref("gym_access.override_reason_courtesy")
        visit, _decision = member._check_in(location, login, override=why)
        phone = cls.env["gym.access.phone"]._enroll(member, "Phone of a test")
        form = {"member": member.id, "before": visit.id + 1, "phone": phone.id}
        return Person(user, user.partner_id, {}, form, (name, location.name))

    def test_a_member_of_the_same_company_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self.ana, self.beto)

    def test_a_member_of_another_company_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self.carla, self.beto)

    def test_a_visitor_reaches_nothing(self):
        self._assert_nothing_is_reached(ADDONS, self.visitor, self.beto)

    def test_what_the_matrix_asks_for_is_there(self):
        self._assert_own_opens(ADDONS, self.beto)

    def test_nonsense_is_no_error_of_the_server(self):
        self._assert_nonsense_is_refused(ADDONS, self.beto)

    def test_a_member_sees_when_and_where_they_trained(self):
        self._authenticate(self.beto)
        page = self.url_open("/my/gym/visits").text
        self.assertIn("Solo Beto", page)
        self.assertIn("<strong>1</strong>", page)
        self.assertIn("/my/gym/visits", self.url_open("/my/gym").text)
