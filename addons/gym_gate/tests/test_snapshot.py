from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.gym_access.domain import codes, pass_code

from ..domain import protocol
from .common import GateCommon


@tagged("post_install", "-at_install")
class TestSnapshot(GateCommon):
    def _entries(self, since=0, gate=None):
        return {key: data for key, _version, data in self._poll(since, gate)["entries"]}

    def test_a_gate_hears_of_its_members_with_their_codes_and_no_more_of_the_name_than_needed(self):
        entry = self._entries()[f"member:{self.member.id}"]
        self.assertEqual("José Á.", entry["name"])
        self.assertEqual([[codes.fingerprint(self.code), None, None]], entry["codes"])
        self.assertNotIn("López", str(entry))

    def test_72_hours_are_known_at_any_time(self):
        for hours in (0, 11, 12, 30):
            self._go_to(hours=hours)
            self._poll()
            entries = self.env["gym.gate.entry"].sudo().search([])
            ahead = [entry.data["facts"]["until"] for entry in entries]
            self.assertGreaterEqual(min(ahead), (fields.Datetime.now() + timedelta(hours=72)).isoformat())

    def test_only_what_is_new_comes_and_the_digest_tells_that_nothing_is_missing(self):
        first = self._poll()
        versions = {key: version for key, version, _data in first["entries"]}
        self.assertEqual(protocol.digest(versions.items()), first["digest"])
        again = self._poll(first["version"])
        self.assertEqual([], again["entries"])
        self.subscription._entry_changed()
        news = self._poll(first["version"])
        self.assertEqual([f"member:{self.member.id}"], [key for key, *_rest in news["entries"]])
        versions |= {key: version for key, version, _data in news["entries"]}
        self.assertEqual(protocol.digest(versions.items()), news["digest"])

    def test_a_gate_that_knows_more_than_the_server_gets_everything(self):
        first = self._poll()
        self.assertTrue(self._poll(first["version"] + 1000)["full"])

    def test_a_ban_reaches_the_gate_with_its_next_poll(self):
        version = self._poll()["version"]
        self.member.access_ban_reason = "Fight"
        entry = self._entries(version)[f"member:{self.member.id}"]
        self.assertIn("banned", str(entry["facts"]["bars"]))
        self.assertNotIn("Fight", str(entry))

    def test_a_new_member_is_known_at_once_and_a_deleted_one_shows_in_the_digest(self):
        before = self._poll()
        other = self._create_member(name="Nora Ruiz")
        self._create_subscription(member_id=other.id)._activate()
        news = self._poll(before["version"])
        self.assertIn(f"member:{other.id}", dict((key, data) for key, _version, data in news["entries"]))
        self.env["gym.gate.entry"].sudo().search([("member_id", "=", other.id)]).unlink()
        self.assertNotEqual(news["digest"], self._poll(news["version"])["digest"])

    def test_a_gate_reads_nothing_of_another_branch(self):
        elsewhere = self._create_gate(self.gdl)
        self._pair(elsewhere)
        self.assertEqual({}, self._entries(gate=elsewhere))
        asked = elsewhere._decide({"who": f"member:{self.member.id}"})
        self.assertIsNone(asked["who"])
        self.assertNotIn("José", str(asked))
        self.assertIn(f"member:{self.member.id}", self._entries())

    def test_a_phone_is_known_by_its_anchors(self):
        version = self._poll()["version"]
        phone = self.env["gym.access.phone"]._enroll(self.member, "Phone")
        day = pass_code.step_of(fields.Datetime.now()) // pass_code.STEPS
        phone._keep_anchors({day: "0" * 32})
        [found] = self._entries(version)[f"member:{self.member.id}"]["phones"]
        self.assertEqual(
            {"id": phone.id, "anchors": {str(day): "0" * 32}, "used": 0, "revoked": False},
            found | {"anchors": {str(key): value for key, value in found["anchors"].items()}},
        )

    def test_debts_reach_no_door(self):
        facts = {
            "bars": [[["owes", "block", {"amount": 499.0, "day": ["day", "2026-01-01"]}], None, None]],
            "rights": [],
        }
        [[[_code, _severity, values], *_span]] = protocol.without_money(facts)["bars"]
        self.assertEqual({"day": ["day", "2026-01-01"]}, values)
        self.assertEqual(
            {}, {code: text for code, text in self._poll()["branch"]["texts"].items() if "amount" in str(text)}
        )

    def test_guests_with_a_pass_are_known_and_forgotten_when_it_is_over(self):
        one = self._create_pass()
        one._make_code()
        self.assertEqual("Ana", self._entries()[f"pass:{one.id}"]["name"])
        self._go_to(days=2)
        self.env["gym.gate.entry"]._cron_prune()
        self.assertNotIn(f"pass:{one.id}", self._entries())

    def test_the_health_of_doors_is_kept(self):
        door = self.gate.point_ids
        report = {
            "problems": ["Clock is wrong"],
            "pending": 3,
            "points": [[door.id, False, "No answer"]],
            "program": "x",
        }
        self.gate._answer_poll(0, report)
        self.assertRecordValues(self.gate, [{"problems": "Clock is wrong", "pending": 3, "health": "problem"}])
        self.assertRecordValues(door, [{"is_well": False, "said": "No answer"}])

    def test_a_gym_without_gates_takes_no_notes(self):
        self._poll()
        self.gate.action_revoke()
        self.member.access_ban_reason = "Fight"
        self.assertFalse(self.env["gym.gate.due"].search([]))

    def test_silence_is_told_once(self):
        self._go_to(minutes=10)
        self.assertEqual("silent", self.gate.health)
        before = len(self.gate.message_ids)
        self.gate._tell_silence()
        self.assertEqual(1, len(self.gate.message_ids) - before)
        self.assertTrue(self.gate.silence_told_at)
        self._poll()
        self.assertFalse(self.gate.silence_told_at)
