from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GateCommon


@tagged("post_install", "-at_install")
class TestGate(GateCommon):
    def test_a_key_is_known_until_it_is_revoked_or_another_program_is_paired(self):
        gates = self.env["gym.gate"]
        self.assertEqual(self.gate, gates._find_by_key(self.key))
        for wrong in ("", ".", f"{self.gate.id}.", f"{self.gate.id}.x", self.key[:-1], self.key.swapcase(), "²." + "x"):
            self.assertFalse(gates._find_by_key(wrong), wrong)
        newer = self._pair(self.gate)
        self.assertFalse(gates._find_by_key(self.key))
        self.gate.action_revoke()
        self.assertFalse(gates._find_by_key(newer))

    def test_a_pairing_code_is_good_once_and_for_a_quarter_of_an_hour(self):
        gates = self.env["gym.gate"]
        code = self.env["gym.gate.pairing"].browse(self.gate.action_pair()["res_id"]).code
        self.assertTrue(gates._pair(code.lower(), "test")[0])
        self.assertFalse(gates._pair(code, "test")[0])
        code = self.env["gym.gate.pairing"].browse(self.gate.action_pair()["res_id"]).code
        self._go_to(minutes=16)
        self.assertFalse(gates._pair(code, "test")[0])
        self.assertFalse(gates._pair("", "test")[0])

    def test_only_managers_pair_and_revoke(self):
        for user in (self.frontdesk, self.trainer):
            for action in ("action_pair", "action_revoke"):
                with self.assertRaises(AccessError):
                    getattr(self.gate.with_user(user), action)()
        self.assertEqual("active", self.gate.state)
        self.assertFalse(self.gate.sudo().pairing_hash)
        self.gate.with_user(self.manager).action_revoke()
        self.assertEqual("revoked", self.gate.state)

    def test_nobody_sees_the_gates_of_another_branch(self):
        elsewhere = self._create_gate(self.gdl)
        self.assertEqual(self.gate, self.env["gym.gate"].with_user(self.manager).search([]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            elsewhere.with_user(self.manager).action_pair()

    def test_a_paired_gate_stays_at_its_branch(self):
        with self.assertRaises(AccessError):
            self.gate.with_user(self.owner).location_id = self.gdl
        self.assertEqual(self.roma, self.gate.location_id)

    def test_the_password_of_a_device_is_shown_to_nobody_and_goes_along_to_no_other_address(self):
        door = self.gate.point_ids.with_user(self.manager)
        door.password = "secret"
        self.assertEqual("••••••••", door.password)
        self.assertEqual("secret", door.sudo()._get_settings()["password"])
        door.address = "192.168.1.66"
        self.assertEqual("", door.sudo()._get_settings()["password"])

    def test_a_device_is_never_on_the_internet(self):
        with self.assertRaises(ValidationError):
            self.gate.point_ids.address = "8.8.8.8:80"
        with self.assertRaises(UserError):
            self.gate.point_ids.write({"kind": "zkteco", "serial": False})
