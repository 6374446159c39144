import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..gate.clock import Clock
from ..gate.passage import Door, Passage
from ..gate.people import People
from ..gate.store import Store
from ..gate.sync import Sync
from .common import REPORT, GateCommon


class Direct:
    """The server to a gate without HTTP, everything through JSON."""

    def __init__(self, gate):
        self.gate = gate

    def poll(self, since, report):
        return json.loads(json.dumps(self.gate._answer_poll(since, REPORT)))

    def send(self, events, timeout_s=0):
        return self.gate._take_events(json.loads(json.dumps(events)))

    def decide(self, question):
        return json.loads(json.dumps(self.gate._decide(question)))


class Relay:
    def open(self):
        return True


@tagged("post_install", "-at_install")
class TestEqual(GateCommon):
    """The gate decides as the server does, about real members with all that may be known of them."""

    def setUp(self):
        super().setUp()
        self.store = Store(":memory:")
        clock = Clock(wall=fields.Datetime.now, ticks=lambda: fields.Datetime.now().timestamp())
        self.people = People(self.store)
        self.sync = Sync(self.store, Direct(self.gate), clock, "test")
        self.sync.patience_s = 60
        self.passage = Passage(self.store, self.people, clock, self.sync.ask)
        self.door = Door(self.gate.point_ids.id, "Turnstile", "in", Relay())

    def _assert_equal(self, members):
        """Compare what both decide now, and at instants of the 72 hours that the gate knows."""
        self.sync.run_once()
        self.assertIsNone(self.sync.problem)
        now = fields.Datetime.now()
        for hours in (0, 7, 30, 71):
            at = now + timedelta(hours=hours)
            for member in members:
                expected = member._decide_access(self.roma, at)[member.id]
                self.store.put(heard_at=at.isoformat())
                found = self.people.decide(f"member:{member.id}", None, at).decision
                with self.subTest(member=member.name, hours=hours, codes=expected.codes):
                    said = [(one.code, one.severity) for one in expected.reasons]
                    self.assertEqual(expected.outcome, found.outcome)
                    self.assertEqual(said, [(one.code, one.severity) for one in found.reasons])
                    self.assertEqual(expected.right, found.right)

    def _subscribed(self, name, **values):
        member = self._create_member(name=name)
        subscription = self._create_subscription(member_id=member.id, **values)
        subscription._activate()
        return member, subscription

    def test_members_of_all_kinds(self):
        self.plan.visits_per_period = 1
        self.policy.write({"minor_severity": "block", "photo_severity": "warn", "waiver_severity": "warn"})
        self.roma.resource_calendar_id = self._create_hours(6, 22)
        nobody = self._create_member(name="Sin Plan")
        banned, _one = self._subscribed("Vetada Uno")
        banned.write({"access_ban_reason": "Fight", "access_ban_until": "2026-03-11"})
        used, _two = self._subscribed("Usada Dos")
        used._check_in(self.roma, "used")
        child, _three = self._subscribed("Niña Tres")
        child.birthdate = "2012-03-11"
        self.env["gym.location.closure"].create(
            {"location_id": self.roma.id, "date_start": "2026-03-12", "date_end": "2026-03-12", "reason": "Fiesta"}
        )
        night, _four = self._subscribed("Noche Cuatro", plan_id=self._create_plan(0.0, name="Noche").id)
        night._get_entry_rights()[night.id].plan_id.access_calendar_id = self._create_hours(18, 21)
        self._assert_equal(self.member | nobody | banned | used | child | night)

    def test_who_is_inside_and_a_full_house(self):
        self.policy.write({"anti_passback": "block", "capacity_severity": "block"})
        self.roma.capacity = 1
        other, _one = self._subscribed("Otra Persona")
        self._check_in("in")
        self._assert_equal(self.member | other)
        self.policy.write({"anti_passback": "timed", "timed_minutes": 20})
        self._go_to(minutes=10)
        self._assert_equal(self.member | other)

    def test_a_visit_through_the_gate_is_one_of_the_server(self):
        self.plan.visits_per_period = 2
        self.sync.run_once()
        verdict = self.passage.scan(self.door, self.code)
        self.assertEqual(("allow", "José Á."), (verdict.outcome, verdict.name))
        for _time in range(2):
            self.sync.run_once()
        self.assertRecordValues(
            self._get_visits(), [{"outcome": "allow", "visits_taken": 1, "location_id": self.roma.id}]
        )
        self.assertEqual(1, self.env["gym.access.presence"]._count(self.roma))
        self._assert_equal(self.member)

    def test_what_the_gate_takes_alone_is_what_the_server_takes(self):
        """The facts that a gate reckons with on its own are those that the server makes when it has heard of it."""
        self.plan.visits_per_period = 2
        self.sync.run_once()
        server, self.sync._server = self.sync._server, Direct(self.gate.browse())
        data, through = self.store.get_entry(f"member:{self.member.id}")
        self.passage.scan(self.door, self.code)
        alone = self.people.get_facts(f"member:{self.member.id}", data, through)
        self.sync._server = server
        self.sync.run_once()
        data, through = self.store.get_entry(f"member:{self.member.id}")
        self.assertEqual(1, through)
        heard = self.people.get_facts(f"member:{self.member.id}", data, through)
        self.assertEqual(alone.rights, heard.rights)

    def test_money_received_opens_with_the_next_code(self):
        self.member.access_ban_reason = "Owes a towel"
        self.sync.run_once()
        self.assertEqual("refuse", self.passage.scan(self.door, self.code).outcome)
        self.member.access_ban_reason = False
        self._go_to(seconds=10)
        self.assertEqual("allow", self.passage.scan(self.door, self.code).outcome)

    def test_a_guest_enters_by_the_code_of_a_pass(self):
        one = self._create_pass(visits=1, kind="punch")
        code = one._make_code()
        self.sync.run_once()
        self.assertTrue(self.passage.scan(self.door, code).lets_in)
        self.sync.run_once()
        self.assertEqual(0, one.visits_left)
        self._go_to(hours=4)
        self.assertIn("pass_used_up", self.passage.scan(self.door, code).codes)
