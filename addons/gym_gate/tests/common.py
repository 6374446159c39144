from odoo import fields

from odoo.addons.gym_access.tests.common import AccessCommon

REPORT = {"now": "2026-03-10T18:00:00", "program": "test", "pending": 0, "problems": [], "points": []}


class GateCommon(AccessCommon):
    """A paired gate with one door at Roma Norte, and a card of the member; see ``AccessCommon`` for the day."""

    def setUp(self):
        super().setUp()
        self.gate = self._create_gate(self.roma)
        self.key = self._pair(self.gate)
        self.card = self.env["gym.access.card"].create({"member_id": self.member.id})
        self.code = self.card._make_code()

    @classmethod
    def _create_gate(cls, location):
        door = {"name": "Turnstile", "kind": "shelly", "address": "192.168.1.50"}
        return cls.env["gym.gate"].create({"name": "Entrance", "location_id": location.id, "point_ids": [(0, 0, door)]})

    def _pair(self, gate):
        code = self.env["gym.gate.pairing"].browse(gate.action_pair()["res_id"]).code
        paired, key = self.env["gym.gate"]._pair(code, "test")
        self.assertEqual(gate, paired)
        return f"{gate.id}.{key}"

    def _poll(self, since=0, gate=None):
        """Return all that a gate hears after ``since``: the last answer, with the entries of all of them."""
        found, gate = [], gate or self.gate
        for _page in range(50):
            answer = gate._answer_poll(since, REPORT)
            found += answer["entries"]
            since = answer["version"]
            if not answer["more"]:
                return answer | {"entries": found}
        return self.fail("the answers have no end")

    def _event(self, seq, **values):
        at = fields.Datetime.now().isoformat()
        base = {"seq": seq, "at": at, "point": self.gate.point_ids.id, "direction": "in", "method": "code"}
        who = {"who": f"member:{self.member.id}", "outcome": "allow", "reasons": [], "opened": True}
        return base | who | {"right": f"subscription:{self.subscription.id}", "takes": False} | values
