from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GateCommon


@tagged("post_install", "-at_install")
class TestEvents(GateCommon):
    def _outcomes(self):
        return self._get_visits().mapped("outcome")

    def test_events_are_taken_once_and_in_order_whatever_is_sent(self):
        one, two, three = (self._event(seq) for seq in (1, 2, 3))
        self.assertEqual(0, self.gate._take_events([two, three]))
        self.assertEqual(1, self.gate._take_events([one, three]))
        self.assertEqual(3, self.gate._take_events([one, two, three]))
        self.assertEqual(3, self.gate._take_events([one, two, three]))
        keys = [f"gate:{self.gate.id}:1:{seq}" for seq in (1, 2, 3)]
        self.assertEqual(keys, self._get_visits().mapped("key"))

    def test_an_event_counts_somebody_as_inside_and_takes_a_visit(self):
        self.plan.visits_per_period = 4
        self.gate._take_events([self._event(1, takes=True, offline=True)])
        visit = self._get_visits()
        self.assertRecordValues(visit, [{"visits_taken": 1, "is_offline": True, "method": "code", "outcome": "allow"}])
        self.assertEqual(1, self.env["gym.access.presence"]._count(self.roma))
        self.assertEqual(1, self.env["gym.allowance.entry"].search_count([("member_id", "=", self.member.id)]))
        self._go_to(minutes=30)
        self.gate._take_events([self._event(2, direction="out", opened=None)])
        self.assertEqual(0, self.env["gym.access.presence"]._count(self.roma))

    def test_who_was_let_in_by_no_door_is_not_inside(self):
        self.plan.visits_per_period = 4
        self.gate._take_events([self._event(1, takes=True, opened=None)])
        self.assertEqual(["not_opened"], [one[0] for one in self._get_visits().reasons])
        self.assertEqual(0, self._get_visits().visits_taken)
        self.assertEqual(0, self.env["gym.access.presence"]._count(self.roma))

    @mute_logger("odoo.addons.gym_gate.models.gym_gate_events")
    def test_what_is_no_event_holds_nothing_up(self):
        broken = [self._event(1, at="tomorrow"), self._event(2, outcome="open"), self._event(3, reasons=[["x"]])]
        self.assertEqual(4, self.gate._take_events([*broken, self._event(4)]))
        self.assertEqual(3, self.gate.rejected)
        self.assertEqual(["allow"], self._outcomes())

    def test_a_gate_takes_no_visits_of_others_and_tells_nothing_of_another_company(self):
        other = self._create_subscription(member_id=self._create_member(name="Nora Ruiz").id)
        foreign = self._create_member(name="Zoe Paz", location_id=self.tijuana.id)
        self.gate._take_events(
            [
                self._event(1, right=f"subscription:{other.id}", takes=True),
                self._event(2, who=f"member:{foreign.id}", right=None),
            ]
        )
        self.assertRecordValues(self._get_visits(), [{"visits_taken": 0, "right_key": False}])
        self.assertFalse(self._get_visits(foreign))
        strange = self.env["gym.checkin"].search([("key", "=", f"gate:{self.gate.id}:1:2")])
        self.assertRecordValues(strange, [{"member_id": False, "location_id": self.roma.id}])

    def test_a_clock_that_is_wrong_makes_no_visit_of_another_year(self):
        now = fields.Datetime.now()
        self.gate._take_events(
            [
                self._event(1, at=(now + timedelta(days=400)).isoformat()),
                self._event(2, at=(now - timedelta(days=400)).isoformat()),
            ]
        )
        self.assertEqual([now, now], self._get_visits().mapped("occurred_at"))

    def test_what_comes_late_changes_nothing_about_who_has_entered_since(self):
        early = fields.Datetime.now().isoformat()
        self._go_to(hours=1)
        self._check_in("desk")
        since = self.env["gym.access.presence"].search([("member_id", "=", self.member.id)]).since
        self.gate._take_events([self._event(1, at=early)])
        self.assertEqual(since, self.env["gym.access.presence"].search([("member_id", "=", self.member.id)]).since)

    def test_a_gate_that_is_paired_again_counts_anew(self):
        self.gate._take_events([self._event(1)])
        self._pair(self.gate)
        self.assertEqual(1, self.gate._take_events([self._event(1)]))
        self.assertEqual(2, len(self._get_visits()))

    def test_a_code_that_a_gate_took_is_used(self):
        phone = self.env["gym.access.phone"]._enroll(self.member, "Phone")
        self.gate._take_events([self._event(1, phone=[phone.id, 777])])
        self.assertEqual(777, phone.used_step)

    def test_a_visitor_from_another_branch_is_known_from_then_on(self):
        visitor = self._create_member(name="Nora Ruiz", location_id=self.gdl.id)
        self._poll()
        self.gate._take_events([self._event(1, who=f"member:{visitor.id}", right=None)])
        self.assertIn(f"member:{visitor.id}", [key for key, *_rest in self._poll()["entries"]])

    def test_before_a_refusal_the_facts_are_asked(self):
        self._poll()
        self.member.access_ban_reason = "Fight"
        answer = self.gate._decide({"who": f"member:{self.member.id}"})
        self.assertEqual("refuse", answer["decision"]["outcome"])
        self.member.access_ban_reason = False
        answer = self.gate._decide({"who": f"member:{self.member.id}"})
        self.assertEqual(("allow", "José Á."), (answer["decision"]["outcome"], answer["name"]))
        self.assertEqual(f"member:{self.member.id}", self.gate._decide({"code": self.code})["who"])
        self.assertIsNone(self.gate._decide({"code": "9100000000000000"})["who"])
