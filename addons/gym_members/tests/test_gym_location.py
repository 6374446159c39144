from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestGymLocation(GymMembersCommon):
    def test_today_is_the_branch_s_own(self):
        instant = datetime(2026, 3, 1, 6, 30)
        self.assertEqual(str(self.roma._today(instant)), "2026-03-01")
        self.assertEqual(str(self.tijuana._today(instant)), "2026-02-28")

    def test_a_mexican_branch_has_a_postal_code_of_five_digits(self):
        for typed in ("ABCDE", "6700"):
            with self.assertRaisesRegex(ValidationError, "5 digits"), self.cr.savepoint():
                self.roma.zip = typed
        self.roma.write({"country_id": self.env.ref("base.us").id, "zip": "SW1A 1AA"})

    def test_iva_zone_follows_its_dates(self):
        self.tijuana.iva_zone_ids = [
            (0, 0, {"zone": "border_north", "date_start": "2024-01-01", "date_end": "2025-12-31"})
        ]
        with freeze_time("2025-12-31 20:00:00"):
            self.tijuana.invalidate_recordset(["iva_zone"])
            self.assertEqual(self.tijuana.iva_zone, "border_north")
        with freeze_time("2026-01-01 20:00:00"):
            self.tijuana.invalidate_recordset(["iva_zone"])
            self.assertEqual(self.tijuana.iva_zone, "general")

    def test_two_iva_zones_cannot_share_a_day(self):
        self.tijuana.iva_zone_ids = [(0, 0, {"zone": "border_north", "date_start": "2024-01-01"})]
        with self.assertRaisesRegex(ValidationError, "Tijuana"):
            self.tijuana.iva_zone_ids = [(0, 0, {"zone": "general", "date_start": "2026-01-01"})]

    def test_closed_on_a_closure_and_outside_opening_hours(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Mornings",
                "tz": "America/Mexico_City",
                "company_id": self.company.id,
                "attendance_ids": [
                    (0, 0, {"name": "Mon", "dayofweek": "0", "hour_from": 6, "hour_to": 12, "day_period": "morning"})
                ],
            }
        )
        self.roma.resource_calendar_id = calendar
        self.env["res.lang"]._activate_lang("en_US")
        monday_at_seven, monday_at_one = datetime(2026, 3, 2, 13, 0), datetime(2026, 3, 2, 19, 0)
        self.assertTrue(self.roma._is_open_at(monday_at_seven))
        self.assertFalse(self.roma._is_open_at(monday_at_one))
        self.roma.closure_ids = [(0, 0, {"date_start": "2026-03-02", "reason": "Works"})]
        self.assertFalse(self.roma._is_open_at(monday_at_seven))
        english = self.roma.with_context(lang="en_US")
        self.assertEqual(english._describe_opening(monday_at_seven), "Closed, opens on 03/09/2026")

    def test_a_branch_says_until_when_it_is_open_or_when_it_opens_again(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.assertFalse(self.roma._describe_opening(datetime(2026, 3, 2, 13, 0)), "it states no hours")
        attendance = [
            (0, 0, {"name": "x", "dayofweek": day, "hour_from": 6, "hour_to": 22, "day_period": "morning"})
            for day in ("0", "1", "3")
        ]
        calendar = {"name": "Hours", "company_id": self.company.id, "attendance_ids": [(5, 0, 0), *attendance]}
        self.roma.resource_calendar_id = self.env["resource.calendar"].create(calendar)
        for utc, text in (
            (datetime(2026, 3, 2, 13, 0), "Open until 22:00"),  # Monday, 7:00 in Mexico City
            (datetime(2026, 3, 2, 10, 0), "Closed, opens at 6:00"),
            (datetime(2026, 3, 3, 5, 0), "Closed, opens tomorrow at 6:00"),  # still Monday there
            (datetime(2026, 3, 4, 18, 0), "Closed, opens tomorrow at 6:00"),
            (datetime(2026, 3, 4, 5, 0), "Closed, opens on Thursday at 6:00"),  # Tuesday night
        ):
            self.assertEqual(self.roma.with_context(lang="en_US")._describe_opening(utc), text)
            self.assertEqual(self.roma._is_open_at(utc), text.startswith("Open"))

    @freeze_time("2026-12-01 18:00:00")
    def test_a_closure_lasts_one_day_unless_told_otherwise(self):
        with Form(self.env["gym.location.closure"]) as form:
            form.location_id = self.roma
            form.date_start = "2026-12-25"
            form.reason = "Christmas"
        self.assertEqual(str(form.record.date_end), "2026-12-25")

    def test_counts_of_the_board(self):
        self._create_member(date_joined="2026-03-02")
        self._create_member(date_joined="2026-02-10")
        self._create_member(date_joined="2025-02-10", date_left="2026-01-01")
        self._create_member(location_id=self.gdl.id, date_joined="2026-03-03")
        with freeze_time("2026-03-15 18:00:00"):
            self.assertRecordValues(
                self.roma | self.gdl,
                [
                    {"member_count": 2, "joined_this_month_count": 1, "past_due_count": 0},
                    {"member_count": 1, "joined_this_month_count": 1, "past_due_count": 0},
                ],
            )

    def test_counting_costs_the_same_for_one_branch_and_for_many(self):
        branches = self.env["gym.location"].create(
            [{"name": f"Branch {n}", "tz": "America/Mexico_City"} for n in range(12)]
        )
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            branches.mapped("member_count")

    def test_a_branch_with_members_stays_a_branch_of_its_company(self):
        self._create_member(location_id=self.roma.id)
        with self.assertRaisesRegex(ValidationError, "stay a branch"):
            self.roma.kind = "region"
        with self.assertRaisesRegex(ValidationError, "Create a new branch"):
            self.roma.company_id = self.other_company
