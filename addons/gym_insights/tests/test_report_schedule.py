import io
from datetime import date
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import InsightsCommon


@tagged("post_install", "-at_install")
class TestReportSchedule(InsightsCommon):
    """Reports that are mailed on their days, each reader getting what they may see."""

    def setUp(self):
        super().setUp()
        self.owner.email, self.manager.email = "owner@gym.example", "manager@gym.example"

    def _schedule(self, user=None, **values):
        schedules = self.env["gym.report.schedule"].with_user(user or self.owner)
        return schedules.create({"company_id": self.company.id, "user_ids": [(6, 0, self.owner.ids)], **values})

    def _mails(self, schedule):
        """Return the mails to each reader, by address."""
        before = self.env["mail.mail"].search([])
        self.env["gym.report.schedule"]._cron_send_reports()
        problems = self.env["vigor.cron.problem"].search([("res_model", "=", "gym.report.schedule")])
        self.assertFalse(problems.mapped("text"))
        found = self.env["mail.mail"].search([]) - before
        return {mail.email_to.split("<")[-1].strip(">"): mail for mail in found}

    def _rows(self, mail):
        sheet = openpyxl.load_workbook(io.BytesIO(mail.attachment_ids.raw)).active
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    def _owe(self):
        self._join(name="=HYPERLINK(1)", phone="55 1234 5678")
        self._join(self.gdl, name="Beto Paz")
        self._go_to("2026-01-19")

    def test_it_is_sent_on_its_day_and_once(self):
        schedule = self._schedule(weekday="0")
        self.assertEqual(schedule.next_date, date(2026, 1, 19))
        self.assertFalse(self._mails(schedule))
        self._owe()
        self.assertEqual(list(self._mails(schedule)), ["owner@gym.example"])
        self.assertEqual((schedule.sent_on, schedule.next_date), (date(2026, 1, 19), date(2026, 1, 26)))
        self.assertFalse(self._mails(schedule))

    def test_each_reader_gets_what_they_may_see(self):
        schedule = self._schedule(user_ids=[(6, 0, (self.owner | self.manager).ids)])
        self._owe()
        mails = self._mails(schedule)
        everybody, own = (self._rows(mails[f"{who}@gym.example"])[1:] for who in ("owner", "manager"))
        self.assertEqual(sorted(row[0] for row in everybody), ["=HYPERLINK(1)", "Beto Paz"])
        self.assertEqual([row[0] for row in own], ["=HYPERLINK(1)"])
        self.assertEqual(own[0][2], 499.0)
        self.assertEqual(own[0][3].date(), date(2026, 1, 15))

    def test_a_name_is_no_formula_in_csv(self):
        schedule = self._schedule(file_format="csv")
        self._owe()
        [mail] = self._mails(schedule).values()
        lines = mail.attachment_ids.raw.decode("utf-8-sig").splitlines()
        self.assertTrue(any(line.startswith("'=HYPERLINK(1),") for line in lines), lines)
        self.assertIn("15/01/2026", "".join(lines))

    def test_a_pdf_has_the_rows(self):
        schedule = self._schedule(file_format="pdf")
        self._owe()
        pages = []
        reports = self.env.registry["ir.actions.report"]
        with patch.object(
            reports, "_run_wkhtmltopdf", lambda _self, bodies, **_options: pages.extend(bodies) or b"%PDF"
        ):
            [mail] = self._mails(schedule).values()
        self.assertTrue(mail.attachment_ids.name.endswith(".pdf"))
        self.assertEqual(mail.attachment_ids.raw, b"%PDF")
        for part in ("Beto Paz", "15/01/2026", "499.00"):
            self.assertIn(part, pages[0])

    def test_money_is_that_of_the_days_since_the_last_one(self):
        _subscription, move = self._join()
        self._pay(move, 100)
        schedule = self._schedule(report="money")
        self._go_to("2026-01-19")
        self._pay(move, 50)
        [mail] = self._mails(schedule).values()
        self.assertEqual([row[-1] for row in self._rows(mail)[1:]], [100])

    def test_members_of_a_segment_and_movements(self):
        segment = self.env["gym.segment"].create(
            {"name": "GDL", "company_id": self.company.id, "location_ids": [(4, self.gdl.id)]}
        )
        members = self._schedule(report="segment", segment_id=segment.id)
        self._owe()
        [mail] = self._mails(members).values()
        self.assertIn("Beto Paz", [row[1] for row in self._rows(mail)])
        self.assertNotIn("=HYPERLINK(1)", [row[1] for row in self._rows(mail)])
        members.active = False
        moved = self._schedule(report="movements")
        self._go_to("2026-01-26")
        [mail] = self._mails(moved).values()
        self.assertEqual(len(self._rows(mail)), 3)

    def test_nobody_gets_what_they_may_not_see(self):
        self.trainer.email = "trainer@gym.example"
        stranger = self._create_staff("owner", company=self.other_company)
        stranger.email = "stranger@gym.example"
        before = self.env["gym.report.schedule"].search_count([])
        for user, why in ((self.trainer, "may not see"), (stranger, "does not work in this company")):
            with self.assertRaises(UserError) as caught:
                self._schedule(user_ids=[(6, 0, user.ids)])
            self.assertRegex(str(caught.exception), f"{why}|may not see")
        self.manager.email = False
        with self.assertRaises(ValidationError) as caught:
            self._schedule(user_ids=[(6, 0, self.manager.ids)])
        self.assertIn("no e-mail", str(caught.exception))
        for user in (self.manager, self.frontdesk, self.trainer):
            with self.assertRaises(AccessError):
                self._schedule(user)
        self.assertEqual(self.env["gym.report.schedule"].search_count([]), before)

    def test_who_lost_the_right_gets_no_more(self):
        schedule = self._schedule(user_ids=[(6, 0, (self.owner | self.manager).ids)])
        self._owe()
        self.manager.email = False
        self.assertEqual(list(self._mails(schedule)), ["owner@gym.example"])
        self.assertIn(self.manager.name, schedule.problem)

    def test_a_form_that_is_filled_in_tells_no_problem_that_is_none(self):
        self.owner.company_id = self.company
        form = Form(self.env["gym.report.schedule"].with_user(self.owner))
        self.assertFalse(form.problem)
        self.assertEqual(form.save().user_ids, self.owner)

    def test_it_can_be_sent_at_once_by_who_may_change_it(self):
        schedule = self._schedule()
        before = self.env["mail.mail"].search_count([])
        with self.assertRaises(AccessError):
            schedule.with_user(self.manager).action_send_now()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        schedule.action_send_now()
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 1)
        self.assertFalse(schedule.sent_on)
