import json

from odoo.tests import HttpCase, new_test_user, tagged

from .common import REPORT, GateCommon


@tagged("post_install", "-at_install")
class TestApi(GateCommon, HttpCase):
    def _ask(self, name, data, key=None):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key or self.key}"}
        return self.url_open(f"/gym/gate/1/{name}", data=json.dumps(data), headers=headers)

    def test_a_gate_polls_decides_and_hands_over_what_happened(self):
        answer = self._ask("poll", REPORT | {"since": 0}).json()
        self.assertEqual([f"member:{self.member.id}"], [key for key, *_rest in answer["entries"]])
        self.assertEqual("Turnstile", answer["points"][0]["name"])
        found = self._ask("decide", {"who": f"member:{self.member.id}"}).json()
        self.assertEqual("allow", found["decision"]["outcome"])
        self.assertEqual({"accepted": 1}, self._ask("events", {"events": [self._event(1)]}).json())
        self.assertEqual(1, len(self._get_visits()))

    def test_without_a_good_key_nothing_is_told_and_nothing_happens(self):
        for name in ("poll", "events", "decide"):
            for key in ("none", f"{self.gate.id}.wrong", "9" * 40):
                answer = self._ask(name, {"events": [self._event(1)], "since": 0}, key)
                self.assertEqual(401, answer.status_code)
                self.assertNotIn("José", answer.text)
        self.assertFalse(self._get_visits())
        self.assertFalse(self.env["gym.gate.entry"].search([]))

    def test_a_stolen_gate_is_shut_out_at_once(self):
        self.gate.action_revoke()
        self.assertEqual(401, self._ask("poll", REPORT).status_code)
        self.assertEqual(401, self._ask("events", {"events": [self._event(1)]}).status_code)
        self.assertFalse(self._get_visits())

    def test_pairing_by_code_and_guessing_it(self):
        code = self.env["gym.gate.pairing"].browse(self.gate.action_pair()["res_id"]).code
        self.assertEqual(403, self._ask("pair", {"code": "AAAA-AAAA"}).status_code)
        key = self._ask("pair", {"code": code, "program": "test"}).json()["key"]
        self.assertEqual(200, self._ask("poll", REPORT, key).status_code)
        self.assertEqual(401, self._ask("poll", REPORT).status_code)
        for _guess in range(10):
            self._ask("pair", {"code": "AAAA-AAAA"})
        self.assertEqual(429, self._ask("pair", {"code": "AAAA-AAAA"}).status_code)

    def test_what_is_no_json_is_refused(self):
        for body in ("", "[]", "{", "x" * 100):
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
            answer = self.url_open("/gym/gate/1/events", data=body or b" ", headers=headers)
            self.assertIn(answer.status_code, (200, 400))
        self.assertFalse(self._get_visits())

    def test_the_program_is_for_the_staff(self):
        self.assertEqual(303, self.url_open("/gym/gate/program", allow_redirects=False).status_code)
        self.authenticate(self.frontdesk.login, self.frontdesk.login)
        self.assertEqual(b"#!", self.url_open("/gym/gate/program").content[:2])
        portal = new_test_user(self.env, "gate_portal", groups="base.group_portal")
        self.authenticate(portal.login, portal.login)
        self.assertEqual(403, self.url_open("/gym/gate/program").status_code)
