from datetime import datetime

from freezegun import freeze_time
from psycopg2.errors import InsufficientPrivilege

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from ..domain.events import EventError, EventType
from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestGymEvent(GymMembersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_member()
        cls.events = cls.env["gym.event"]
        cls.classPatch(
            type(cls.events),
            "_get_event_types",
            lambda self: {
                "test.visited": EventType("Visited", properties={"door": {"type": "string"}}, retention_days=30),
                "test.kept": EventType("Kept"),
                "test.said": EventType("Said %(word)s", properties={"word": {"type": "string"}}),
                "member.created": EventType("Registered"),
            },
        )

    def _emit(self, code="test.kept", **values):
        return self.events._emit([{"member_id": self.member.id, "type": code} | values])

    def _codes(self, member=None):
        return [event["type"] for event in (member or self.member)._get_timeline()]

    def test_an_event_carries_the_place_of_its_member(self):
        with freeze_time("2026-03-01 12:00:00"):
            (id_,) = self._emit("test.visited", payload={"door": "A"})
        self.assertRecordValues(
            self.events.browse(id_),
            [
                {
                    "member_id": self.member.id,
                    "company_id": self.company.id,
                    "location_id": self.roma.id,
                    "type": "test.visited",
                    "payload": {"door": "A"},
                    "occurred_at": datetime(2026, 3, 1, 12),
                    "user_id": self.env.uid,
                    "title": "Visited",
                }
            ],
        )

    def test_one_bad_event_keeps_the_whole_batch_out(self):
        before = self._codes()
        for bad in (
            {"type": "test.unknown"},
            {"type": "test.visited", "payload": {"door": 7}},
            {"type": "test.kept", "occurred_at": datetime(1899, 1, 1)},
        ):
            with self.subTest(bad=bad), self.assertRaises(EventError):
                self.events._emit(
                    [{"member_id": self.member.id, "type": "test.kept"}, {"member_id": self.member.id} | bad]
                )
        self.assertEqual(self._codes(), before)

    def test_nobody_writes_changes_or_deletes_through_the_orm(self):
        event = self.events.browse(self._emit())
        for user in (self.owner, self.manager, self.frontdesk, self.env.user):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    event.with_user(user).write({"type": "test.visited"})
                with self.assertRaises(AccessError):
                    event.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    self.events.with_user(user).create({"member_id": self.member.id, "type": "test.kept"})
        self.assertEqual(event.type, "test.kept")

    def test_the_database_itself_refuses(self):
        (id_,) = self._emit()
        for statement in (
            "UPDATE gym_event_log SET type = 'x' WHERE id = %s",
            "DELETE FROM gym_event_log WHERE id = %s",
            "TRUNCATE gym_event_log -- %s",
            f"TRUNCATE gym_event_log_{self.env.cr.now():%Y_%m} -- %s",
        ):
            with self.subTest(statement=statement), mute_logger("odoo.sql_db"):
                with self.assertRaises(InsufficientPrivilege), self.env.cr.savepoint():
                    self.env.cr.execute(statement, [id_])
        self.assertEqual(self.events.browse(id_).type, "test.kept")

    def test_all_months_before_the_first_share_a_partition(self):
        for instant in (datetime(1901, 12, 31, 23, 59, 59), datetime(2002, 1, 1), datetime(2002, 1, 31, 23, 59)):
            self._emit(occurred_at=instant)
        self.env.cr.execute(
            """SELECT tableoid::regclass::text, count(*) FROM gym_event_log WHERE occurred_at < '2003-01-01'
               GROUP BY 1 ORDER BY 1"""
        )
        self.assertEqual(self.env.cr.fetchall(), [("gym_event_log_before", 3)])

    def test_a_later_month_gets_its_partition_with_its_first_event(self):
        with freeze_time("2032-02-01 12:00:00"):
            self._emit(occurred_at=datetime(2032, 1, 31, 23, 59))
        self.env.cr.execute(
            "SELECT DISTINCT tableoid::regclass::text FROM gym_event_log WHERE occurred_at > '2032-01-01'"
        )
        self.assertEqual(self.env.cr.fetchall(), [("gym_event_log_2032_01",)])

    def test_partitions_are_ready_for_the_next_months(self):
        with freeze_time("2030-11-15 12:00:00"):
            self.events._cron_make_partitions()
            self.events._cron_make_partitions()
        self.env.cr.execute("SELECT relname FROM pg_class WHERE relname ~ '^gym_event_log_203[01]_..$' ORDER BY 1")
        self.assertEqual(
            [name for (name,) in self.env.cr.fetchall()],
            ["gym_event_log_2030_11", "gym_event_log_2030_12", "gym_event_log_2031_01", "gym_event_log_2031_02"],
        )

    def test_a_batch_costs_the_same_queries_as_one(self):
        self._emit()

        def queries(count):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.events._emit([{"member_id": self.member.id, "type": "test.kept"}] * count)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(200), queries(1))

    def test_the_timeline_is_newest_first_and_pages_lose_nothing(self):
        instants = [datetime(2026, 1, 3)] * 3 + [datetime(2026, 1, 1), datetime(2026, 1, 2)]
        ids = [self._emit(occurred_at=instant)[0] for instant in instants]
        newest_first = [ids[2], ids[1], ids[0], ids[4], ids[3]]
        first = self.member._get_timeline(limit=1)
        self.assertEqual(first[0]["type"], "member.created")
        seen, cursor = [], first[0]["cursor"]
        while page := self.member._get_timeline(limit=2, before=cursor):
            seen += [int(entry["cursor"].split("_")[1]) for entry in page]
            cursor = page[-1]["cursor"]
        self.assertEqual(seen, newest_first)

    def test_a_visit_elsewhere_is_booked_where_it_was(self):
        (id_,) = self._emit(location_id=self.gdl.id)
        self.assertEqual(self.events.browse(id_).location_id, self.gdl)

    def test_an_erased_payload_still_reads(self):
        (id_,) = self._emit("test.said", payload={"word": "hola"})
        self.assertEqual(self.events.browse(id_).title, "Said hola")
        self.events._scrub(self.member.ids)
        self.assertEqual(self.events.browse(id_).title, "test.said (details erased)")

    def test_retention_takes_only_what_is_due(self):
        self._emit("test.visited", occurred_at=datetime(2026, 1, 1))
        self._emit("test.visited", occurred_at=datetime(2026, 1, 2))
        self._emit("test.kept", occurred_at=datetime(2025, 1, 1))
        self.assertEqual(self.events._purge_expired(datetime(2026, 1, 31, 12)), 1)
        self.assertEqual(self._codes().count("test.visited"), 1)
        self.assertEqual(self._codes().count("test.kept"), 1)

    def test_scrubbing_empties_what_was_said_and_keeps_what_happened(self):
        (id_,) = self._emit("test.visited", payload={"door": "A"})
        other = self._create_member(name="Other")
        (untouched,) = self.events._emit([{"member_id": other.id, "type": "test.visited", "payload": {"door": "B"}}])
        self.events._scrub(self.member.ids)
        self.assertEqual(self.events.browse(id_).payload, {})
        self.assertEqual(self.events.browse(untouched).payload, {"door": "B"})

    def test_subscribers_are_told_once_per_batch_by_a_job(self):
        self.patch(
            type(self.events),
            "_get_event_subscribers",
            lambda events: {"test.visited": [("gym.event", "_cron_purge_expired")]},
        )
        other = self._create_member(name="Other")
        with trap_jobs() as trap:
            ids = self.events._emit(
                [
                    {"member_id": self.member.id, "type": "test.visited"},
                    {"member_id": self.member.id, "type": "test.kept"},
                    {"member_id": other.id, "type": "test.visited"},
                ]
            )
        trap.assert_jobs_count(1)
        trap.assert_enqueued_job(self.events._cron_purge_expired, args=([ids[0], ids[2]],))

    def test_staff_read_the_history_of_whom_they_see(self):
        far = self._create_member(name="Far", location_id=self.gdl.id)
        stranger = self._create_member(name="Stranger", location_id=self.tijuana.id)
        for user, sees_far in ((self.frontdesk, False), (self.owner, True), (self.accountant, True)):
            with self.subTest(user=user.login):
                seen = self.events.with_user(user).search([]).member_id
                self.assertIn(self.member, seen)
                self.assertEqual(far in seen, sees_far)
                self.assertNotIn(stranger, seen)

    def test_a_member_entered_by_mistake_goes_with_its_events(self):
        member = self._create_member(name="Mistake")
        self.assertEqual(self._codes(member), ["member.created"])
        member_id = member.id
        member.with_user(self.owner).unlink()
        self.assertFalse(self.events.search_count([("member_id", "=", member_id)]))

    def test_who_may_not_delete_a_member_does_not_delete_its_events(self):
        with self.assertRaises(AccessError):
            self.member.with_user(self.frontdesk).unlink()
        self.assertEqual(self._codes(), ["member.created"])


@tagged("post_install", "-at_install")
class TestMemberEvents(GymMembersCommon):
    def _titles(self, member):
        return [event["title"] for event in reversed(member._get_timeline())]

    def test_the_life_of_a_member_is_written_down(self):
        member = self._create_member()
        member.date_joined = "2026-01-10"
        member.location_id = self.gdl
        member.date_left = "2026-06-01"
        self.assertEqual(
            self._titles(member),
            [
                "Joined at Roma Norte",
                "Registered",
                "From Prospect to Active",
                "Moved from Roma Norte to Guadalajara",
                "From Active to Former",
                "Left",
            ],
        )

    def test_joining_is_written_on_the_day_it_was(self):
        member = self._create_member(date_joined="1998-05-02")
        self.assertEqual(member._get_timeline()[-1]["occurred_at"], datetime(1998, 5, 2, 17))

    def test_a_write_that_changes_nothing_is_no_event(self):
        member = self._create_member(date_joined="2026-01-10")
        before = self._titles(member)
        member.write({"location_id": self.roma.id, "date_joined": "2026-01-11", "gender": "male"})
        self.assertEqual(self._titles(member), before)

    def test_the_front_desk_s_work_is_written_in_their_name(self):
        member = self.env["gym.member"].with_user(self.frontdesk).create({"name": "Eva", "location_id": self.roma.id})
        self.assertEqual(member.recent_event_ids.user_id, self.frontdesk)
