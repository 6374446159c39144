from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.gym_collection.tests.test_refunds import RefundCommon
from odoo.addons.payment_conekta.domain.networks import CONEKTA
from odoo.addons.payment_conekta.sandbox.server import ConektaServer

from .common import ReferenceMixin


@tagged("post_install", "-at_install")
class TestDesk(ReferenceMixin, RefundCommon):
    def setUp(self):
        super().setUp()
        self._prepare_conekta(self.company)
        self.server = self.enterContext(ConektaServer(CONEKTA))
        url = self.server.url
        self.patch(self.env.registry["payment.provider"], "_conekta_get_host", lambda _provider: url)
        self.member.partner_id.write({"email": "ana@example.com", "phone": "55 2299 7233"})

    def _open(self, user=None):
        action = self.member.with_user(user or self.desk).action_take_payment()
        desks = self.env["gym.payment.desk"].with_user(user or self.desk).with_context(**action["context"])
        return desks.create({"journal": str(self.cash.id)})

    def test_the_front_desk_has_them_made_and_sees_them(self):
        desk = self._open()
        self.assertFalse(desk.references)
        self.assertEqual(desk.action_make_references()["res_id"], desk.id)
        desk.invalidate_recordset()
        numbers = self.member.partner_id._get_gym_references(self.company).mapped("reference")
        self.assertEqual(len(numbers), 2)
        for number in numbers:
            self.assertIn(number, desk.references)
        desk.action_make_references()
        self.assertEqual(len(self.server.references), 2)

    def test_the_desk_of_another_branch_has_none_made(self):
        desk = self._open()
        other = new_test_user(
            self.env, "desk_elsewhere", groups="gym_members.group_gym_frontdesk", gym_location_ids=[(5, 0, 0)]
        )
        with self.assertRaises(AccessError):
            desk.with_user(other).action_make_references()
        self.assertFalse(self.server.requests)

    def test_those_of_test_mode_are_not_shown_when_live(self):
        self._open().action_make_references()
        self.provider.write({"conekta_live_key": "key_live", "state": "enabled"})
        self.assertFalse(self.member.partner_id._get_gym_references(self.company))
