from unittest.mock import patch

from psycopg2 import OperationalError

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

LOG = "odoo.addons.vigor_cron.models.ir_cron"


@tagged("post_install", "-at_install")
class TestIrCron(TransactionCase):
    """Five contacts that a method renames; what fails with one leaves it as it was."""

    def setUp(self):
        super().setUp()
        self.people = self.env["res.partner"].create([{"name": f"Person {number}"} for number in range(5)])
        self.bad = self.people[2]
        self.error = UserError("No tax at Roma.")
        self.calls = []
        partners = self.env.registry["res.partner"]
        self.startPatcher(patch.object(partners, "_rename", self._get_method(), create=True))
        self.problems = self.env["vigor.cron.problem"]

    def _get_method(self):
        def rename(partners, name):
            self.calls.append(len(partners))
            partners.write({"name": name})
            if self.error and self.bad in partners:
                raise self.error

        return rename

    def _get_problems(self):
        return self.problems.search([("method", "=", "_rename")])

    @mute_logger(LOG)
    def test_one_that_fails_stops_no_other_and_is_on_the_list(self):
        self.env["ir.cron"]._do_each(self.people, "_rename", "Done")
        self.assertEqual(self.people.mapped("name"), ["Done", "Done", "Person 2", "Done", "Done"])
        problem = self._get_problems()
        self.assertRecordValues(
            problem,
            [
                {
                    "res_model": "res.partner",
                    "res_id": self.bad.id,
                    "record_name": "Person 2",
                    "text": "No tax at Roma.",
                    "state": "open",
                    "tries": 1,
                }
            ],
        )

    @mute_logger(LOG)
    def test_it_is_there_once_however_often_it_fails_and_solved_when_it_goes_well(self):
        for _time in range(3):
            self.env["ir.cron"]._do_each(self.people, "_rename", "Done")
        problem = self._get_problems()
        self.assertEqual((len(problem), problem.tries), (1, 3))
        self.error = None
        self.env["ir.cron"]._do_each(self.people - self.bad, "_rename", "Done")
        self.assertEqual(problem.state, "open", "not tried yet")
        self.env["ir.cron"]._do_each(self.people, "_rename", "Done")
        self.assertEqual((problem.state, self.bad.name), ("solved", "Done"))

    @mute_logger(LOG)
    def test_an_unexpected_error_says_what_it_was(self):
        self.error = KeyError("amount")
        self.env["ir.cron"]._do_each(self.people, "_rename", "Done")
        self.assertIn("KeyError: 'amount'", self._get_problems().text)

    @mute_logger(LOG)
    def test_what_another_transaction_held_up_is_no_problem(self):
        self.error = OperationalError("could not serialize access")
        self.env["ir.cron"]._do_each(self.people, "_rename", "Done")
        self.assertEqual(self.people.mapped("name"), ["Done", "Done", "Person 2", "Done", "Done"])
        self.assertFalse(self._get_problems())

    @mute_logger(LOG)
    def test_records_that_stay_together_fail_together(self):
        groups = [self.people[:2], self.people[2:4], self.people[4]]
        self.env["ir.cron"]._do_each(groups, "_rename", "Done")
        self.assertEqual(self.people.mapped("name"), ["Done", "Done", "Person 2", "Person 3", "Done"])
        self.assertEqual((self.calls, self._get_problems().res_id), ([2, 2, 1], self.bad.id))

    @mute_logger(LOG)
    def test_together_is_one_call_and_halves_when_one_fails(self):
        self.env["ir.cron"]._do_together(self.people, "_rename", "Done")
        self.assertEqual(self.people.mapped("name"), ["Done", "Done", "Person 2", "Done", "Done"])
        self.assertEqual(self._get_problems().res_id, self.bad.id)
        self.error = None
        self.calls.clear()
        self.env["ir.cron"]._do_together(self.people, "_rename", "Better")
        self.assertEqual(self.calls, [5])
        self.assertEqual(self._get_problems().state, "solved")

    def test_nothing_to_do_does_nothing(self):
        self.env["ir.cron"]._do_each(self.people.browse(), "_rename", "Done")
        self.env["ir.cron"]._do_each([], "_rename", "Done")
        self.env["ir.cron"]._do_together(self.people.browse(), "_rename", "Done")
        self.assertFalse(self.calls)

    @mute_logger(LOG)
    def test_variants_of_one_record_are_problems_of_their_own(self):
        for variant in ("06700", "44100"):
            self.env["ir.cron"]._do_each(self.bad, "_rename", "Done", variant=variant)
        self.error = None
        self.env["ir.cron"]._do_each(self.bad, "_rename", "Done", variant="44100")
        found = self._get_problems().sorted("variant")
        self.assertEqual(found.mapped("state"), ["open", "solved"])
        self.assertEqual(found.mapped("work"), ["Contact · 06700", "Contact · 44100"])

    @mute_logger(LOG)
    def test_a_scheduled_action_commits_each_and_nothing_in_the_middle_of_one(self):
        commits = []

        def rename_children(partners):
            partners.env["ir.cron"]._do_each(partners.child_ids, "_rename", "Done")

        self.people[1:].parent_id = self.people[0]
        crons = self.env.registry["ir.cron"]
        with (
            patch.object(crons, "_commit_progress", lambda *args, **kwargs: commits.append(len(self.calls))),
            patch.object(self.env.registry["res.partner"], "_rename_children", rename_children, create=True),
        ):
            scheduled = self.env["ir.cron"].with_context(ir_cron_progress_id=1)
            scheduled._do_each(self.people, "_rename", "Done")
            self.assertEqual(commits, [1, 2, 3, 4, 5])
            scheduled._do_each(self.people[0], "_rename_children")
        self.assertEqual(commits, [1, 2, 3, 4, 5, 9])
        self.assertEqual(self._get_problems().tries, 2)

    @mute_logger(LOG)
    def test_what_is_not_tried_any_more_is_solved_and_later_deleted(self):
        with freeze_time("2026-03-10 18:00:00"):
            self.env["ir.cron"]._do_each(self.people, "_rename", "Done")
        problem = self._get_problems()
        for day, state in (("2026-03-13 17:00:00", "open"), ("2026-03-13 19:00:00", "solved")):
            with freeze_time(day):
                self.problems._forget()
            self.assertEqual(problem.state, state, day)
        with freeze_time("2026-06-09 18:00:00"):
            self.problems._forget()
        self.assertFalse(problem.exists())

    @mute_logger(LOG)
    def test_administrators_of_the_company_see_it_and_nobody_else(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.bad.company_id = other
        self.env["ir.cron"]._do_each(self.people, "_rename", "Done")
        problem = self._get_problems()
        self.assertEqual(problem.company_id, other)
        plain = new_test_user(self.env, "plain_of_crons", groups="base.group_user")
        self.assertFalse(problem.with_user(plain).has_access("read"))
        admin = new_test_user(self.env, "admin_of_crons", groups="base.group_system")
        self.assertFalse(self.problems.with_user(admin).search([("id", "=", problem.id)]))
        admin.company_ids |= other
        found = problem.with_user(admin).with_context(allowed_company_ids=(self.env.company | other).ids)
        self.assertEqual(found.action_open_record()["res_id"], self.bad.id)
        self.assertFalse(found.has_access("write"))
