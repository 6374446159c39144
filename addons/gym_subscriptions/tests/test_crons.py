from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from .test_charging import JOINED, ChargingCommon

CRON_LOG = "odoo.addons.vigor_cron.models.ir_cron"


@tagged("post_install", "-at_install")
class TestCrons(ChargingCommon):
    """Two members who joined on 10 March without paying; what fails with one stops nothing of the other."""

    def setUp(self):
        super().setUp()
        beto = self._create_member(name="Beto")
        with freeze_time(JOINED):
            self.subscription, self.move = self._join(with_mandate=False)
            self.other = self._create_subscription(member_id=beto.id)
            self.other_move = self.other._activate()

    def _fail_for(self, broken, method):
        """Let a method raise for one record, alone or among others."""
        model = self.env.registry[broken._name]
        original = getattr(model, method)

        def fail_for_one(records, *args, **kwargs):
            if broken in records:
                raise ZeroDivisionError(method)
            return original(records, *args, **kwargs)

        return patch.object(model, method, fail_for_one)

    def _dun(self, day):
        with freeze_time(f"{day} 18:00:00"), trap_jobs() as trap, mute_logger(CRON_LOG):
            self.env["gym.dunning.case"]._cron_dun()
            return trap.enqueued_jobs

    def _get_cases(self):
        moves = self.move | self.other_move
        return self.env["gym.dunning.case"].search([("partner_id", "in", moves.partner_id.ids)])

    def _get_problem(self, record):
        return self.env["vigor.cron.problem"].search([("res_model", "=", record._name), ("res_id", "=", record.id)])

    def test_a_debt_that_opens_no_case_stops_no_other(self):
        with self._fail_for(self.move, "_owe"):
            self._dun("2026-03-21")
        self.assertEqual(self._get_cases().partner_id, self.other_move.partner_id)
        problem = self._get_problem(self.move)
        self.assertEqual((problem.state, problem.company_id, problem.tries), ("open", self.company, 1))
        self.assertIn("ZeroDivisionError", problem.text)
        self._dun("2026-03-21")
        self.assertEqual(self._get_cases().partner_id, (self.move | self.other_move).partner_id)
        self.assertEqual(problem.state, "solved")

    def test_a_case_that_cannot_be_dunned_stops_no_other(self):
        self._dun("2026-03-11")
        broken = self._get_cases().filtered(lambda case: case.partner_id == self.move.partner_id)
        with self._fail_for(broken, "_get_overdue_moves"):
            jobs = self._dun("2026-03-21")
        dunned = self.env["gym.dunning.case"].union(
            *(job.recordset for job in jobs if job.method_name == "_take_steps")
        )
        self.assertEqual(dunned & self._get_cases(), self._get_cases() - broken)
        self.assertEqual(self._get_problem(broken).location_id, self.roma)

    def test_a_case_that_cannot_be_closed_keeps_nobody_else_out(self):
        self._dun("2026-03-21")
        with freeze_time("2026-03-21 18:00:00"):
            for case in self._get_cases():
                case._take_steps()
        self.assertEqual((self.subscription.state, self.other.state), ("suspended", "suspended"))
        broken = self._get_cases().filtered(lambda case: case.partner_id == self.move.partner_id)
        with freeze_time("2026-03-22 18:00:00"), patch.object(type(self.move), "_end_debts", lambda moves: None):
            register = self.env["account.payment.register"]
            for move in self.move | self.other_move:
                register.with_context(active_model="account.move", active_ids=move.ids).create({})._create_payments()
        with self._fail_for(broken, "_close_if_paid"):
            self._dun("2026-03-23")
        self.assertEqual((self.subscription.state, self.other.state), ("suspended", "active"))
        self.assertEqual((broken.state, self._get_problem(broken).state), ("open", "open"))

    def test_an_invoice_whose_charge_cannot_be_planned_stops_no_other(self):
        token = self.card.copy({"partner_id": self.other_move.partner_id.id, "provider_ref": "card-beto"})
        self.other.token_id = token
        with (
            freeze_time(JOINED),
            trap_jobs(),
            mute_logger(CRON_LOG),
            self._fail_for(self.move, "_plan_charges_of_cards"),
        ):
            self.env["gym.charge"]._cron_charge()
        self.assertEqual((len(self.move.gym_charge_ids), len(self.other_move.gym_charge_ids)), (0, 1))
        self.assertEqual(self._get_problem(self.move).state, "open")

    def test_a_company_that_cannot_be_billed_stops_no_other(self):
        broken = self.env["res.company"].search([("id", "!=", self.company.id)], order="id", limit=1)
        with (
            freeze_time("2026-04-10 18:00:00"),
            trap_jobs(),
            mute_logger(CRON_LOG),
            self._fail_for(broken, "_get_gym_day"),
        ):
            self.env["gym.billing.run"]._cron_bill()
        self.assertEqual(self.env["gym.billing.run"].search([("company_id", "=", self.company.id)]).state, "running")
        self.assertEqual(self._get_problem(broken).company_id, broken)

    def test_a_branch_whose_day_cannot_be_turned_stops_no_other(self):
        with freeze_time("2026-03-12 18:00:00"):
            self.other._cancel()
        with mute_logger(CRON_LOG), freeze_time("2026-04-11 18:00:00"), self._fail_for(self.gdl, "_turn_gym_day"):
            self.env["gym.subscription"]._cron_turn_day()
        self.assertEqual(self.other.state, "cancelled")
        self.assertEqual(self._get_problem(self.gdl).location_id, self.gdl)
        self.assertFalse(self._get_problem(self.roma))
