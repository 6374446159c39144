from odoo.tests import tagged

from odoo.addons.gym_members.controllers import portal
from odoo.addons.gym_subscriptions.tests.portal_common import PortalDuesCommon
from odoo.addons.vigor_test.strangers import Person, StrangersCase

from ..controllers import invitation

ADDONS = ("gym_referrals",)


@tagged("post_install", "-at_install")
class TestPortalMatrix(StrangersCase, PortalDuesCommon):
    """Every address of referrals, asked for what is another member's. A code is everybody's; whose it is, is not."""

    limits = ((portal, "CHANGES"), (invitation, "REQUESTS"))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls.env["gym.referral.program"].create(
            {
                "name": "Trae a un amigo",
                "company_id": cls.company.id,
                "date_start": "2020-01-01",
                "date_end": "2099-12-31",
                "rule_ids": [(0, 0, {"amount": 150})],
            }
        )
        cls.program.action_run()
        cls.ana_things, cls.beto_things = cls._things(cls.ana, cls.member_ana), cls._things(cls.beto, cls.member_beto)

    @classmethod
    def _things(cls, user, member):
        friend = cls._create_member(name=f"Amistad de {member.name}")
        cls._join(friend, invited_by_id=member.id)
        code = cls.env["gym.referral.code"]._of(member)
        form = {"member": member.id, "code": "X"}
        return Person(user, user.partner_id, {"code": code.code}, form, (code.display_name,))

    def test_a_member_reaches_nothing_of_another(self):
        self._assert_nothing_is_reached(ADDONS, self.ana_things, self.beto_things)

    def test_a_visitor_reaches_nothing(self):
        visitor = Person(None, None, {"code": "22222223"})
        self._assert_nothing_is_reached(ADDONS, visitor, self.beto_things)

    def test_what_the_matrix_asks_for_is_there(self):
        self._assert_own_opens(ADDONS, self.beto_things)

    def test_nonsense_is_no_error_of_the_server(self):
        self._assert_nonsense_is_refused(ADDONS, self.beto_things)

    def test_forms_of_other_sites_are_refused(self):
        self._assert_forged_forms_are_refused(ADDONS, self.beto_things)
