from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import InsightsCommon


@tagged("post_install", "-at_install")
class TestWeeklyMail(InsightsCommon):
    """What an owner who asked for it reads on Monday."""

    def setUp(self):
        super().setUp()
        self.owner.write({"email": "owner@gym.example", "company_id": self.company.id, "gym_weekly_mail": True})
        self.env["mail.mail"].search([]).unlink()

    def _mails(self):
        return self.env["mail.mail"].search([("email_to", "ilike", "owner@gym.example")])

    def _run(self):
        self.env["res.users"]._cron_mail_week()
        return self._mails()

    def _live(self):
        """Two join on Thursday 15 January, one of them pays; one of another branch leaves on the Tuesday after."""
        _one, first = self._join(name="Ana Ruiz", phone="55 1234 5678")
        self._join(self.gdl, name="Beto Paz", phone="33 1234 5678")
        self._pay(first)
        self._go_to("2026-01-20")
        gone, _move = self._join(self.gdl, name="Carla Gil")
        gone._cancel("now")
        self._go_to("2026-01-26")

    def test_it_comes_on_monday_and_once(self):
        self._go_to("2026-01-18")
        self.assertFalse(self._run())
        self._go_to("2026-01-19")
        self.assertEqual(len(self._run()), 1)
        self.assertEqual(len(self._run()), 1)
        self._go_to("2026-01-27")
        self.assertEqual(len(self._run()), 2)
        self.assertEqual(self.owner.gym_weekly_mail_on, date(2026, 1, 26))

    def test_it_says_the_week_its_change_and_whom_to_call(self):
        self._live()
        week = self.env["gym.insights.week"].with_user(self.owner)
        for branch in self.roma | self.gdl:
            branch._keep_insight_days()
        told = week.with_context(allowed_company_ids=self.company.ids)._get_week(date(2026, 1, 26))
        total = told["total"]
        self.assertEqual((total["joined"], total["joined_before"], total["ended"]), (1, 2, 1))
        self.assertEqual([row["name"] for row in told["rows"]], (self.roma | self.gdl).sorted("name").mapped("name"))
        page = self.env["gym.insights.page"]
        self.assertEqual(total["revenue"], page._tell_pesos(2 * 430.17))
        self.assertEqual(total["change"], page._tell_pesos(0))
        self.assertEqual([call["name"] for call in told["calls"]], ["Beto Paz"])
        [mail] = self._run()
        for part in ("Beto Paz", "33 1234 5678", self.roma.name, self.gdl.name):
            self.assertIn(part, mail.body_html)
        for part in ("odoo.com", "2026-01", "-0.00"):
            self.assertNotIn(part, mail.body_html)

    def test_who_promised_to_pay_is_not_called(self):
        self._live()
        self.env["gym.dunning.case"]._cron_dun()
        case = self.env["gym.dunning.case"].search([("partner_id.name", "=", "Beto Paz")])
        case.promised_on = "2026-01-28"
        week = self.env["gym.insights.week"].with_user(self.owner)
        told = week.with_context(allowed_company_ids=self.company.ids)._get_week(date(2026, 1, 26))
        self.assertNotIn("Beto Paz", [call["name"] for call in told["calls"]])

    def test_a_manager_reads_of_their_branch_alone(self):
        self._live()
        week = self.env["gym.insights.week"].with_user(self.manager)
        told = week.with_context(allowed_company_ids=self.company.ids)._get_week(date(2026, 1, 26))
        self.assertEqual((told["rows"], told["calls"]), ([], []))
        with self.assertRaises(AccessError):
            week.with_user(self.frontdesk)._get_week(date(2026, 1, 26))

    def test_the_owner_ticks_it_herself_on_the_page_of_today(self):
        page = self.env["gym.insights"].with_user(self.owner)
        page.set_weekly_mail(False)
        self.assertFalse(self.owner.gym_weekly_mail)
        page.set_weekly_mail(True)
        self.assertTrue(self._get()["is_week_mailed"])
        self.owner.with_user(self.owner).gym_weekly_mail = False
        self.assertFalse(self.owner.gym_weekly_mail)

    def test_without_an_address_or_a_role_it_is_told(self):
        self.manager.email = False
        with self.assertRaises(ValidationError) as caught:
            self.env["gym.insights"].with_user(self.manager).set_weekly_mail(True)
        self.assertIn("no e-mail address", str(caught.exception))
        with self.assertRaises(AccessError):
            self.env["gym.insights"].with_user(self.frontdesk).set_weekly_mail(True)
        self.frontdesk.email = "desk@gym.example"
        with self.assertRaises(ValidationError):
            self.frontdesk.with_user(self.frontdesk).gym_weekly_mail = True
        self.assertFalse((self.manager | self.frontdesk).filtered("gym_weekly_mail"))

    def test_an_address_that_is_gone_is_a_problem_that_somebody_sees(self):
        self.owner.email = False
        self._go_to("2026-01-19")
        self._run()
        problem = self.env["vigor.cron.problem"].search([("res_id", "=", self.owner.id)])
        self.assertEqual(len(problem), 1)
