from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_charging import ChargingCommon

CRON_LOG = "odoo.addons.vigor_cron.models.ir_cron"


@tagged("post_install", "-at_install")
class TestDunningMoney(ChargingCommon):
    """Money opens the door, nothing else; what may be money on its way holds the steps."""

    def setUp(self):
        super().setUp()
        with freeze_time("2026-03-10 18:00:00"):
            self.subscription, self.move = self._join(with_mandate=False)

    def _run_day(self, day):
        with freeze_time(f"{day} 18:00:00"):
            self.env["gym.dunning.case"]._open_cases()
            case = self.env["gym.dunning.case"].search([("partner_id", "=", self.member.partner_id.id)])
            if case:
                case._take_steps()
        return case

    def _get_owed(self):
        return self.move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _get_account(self, account_type):
        return self.env["account.account"].search(
            [("account_type", "=", account_type), ("company_ids", "in", self.company.ids)], limit=1
        )

    def _get_allowance(self):
        return self.env["account.account"].create(
            {"name": "Allowance for doubtful accounts", "code": "108.09.01", "account_type": "asset_current"}
        )

    def _create_entry(self, day, amount, account_type="expense", account=None):
        """Return a posted entry that takes ``amount`` from what the payer owes."""
        account = account or self._get_account(account_type)
        owed, journals = self._get_owed(), self.env["account.journal"]
        entry = self.env["account.move"].create(
            {
                "date": date.fromisoformat(day),
                "journal_id": journals.search(
                    [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
                ).id,
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": amount}),
                    Command.create(
                        {"account_id": owed.account_id.id, "partner_id": owed.partner_id.id, "credit": amount}
                    ),
                ],
            }
        )
        entry.action_post()
        return entry

    def _close_with(self, entry):
        (self._get_owed() | entry.line_ids.filtered("credit")).reconcile()

    def _write_off(self, day, amount=499.0, **kwargs):
        with freeze_time(f"{day} 18:00:00"):
            self._close_with(self._create_entry(day, amount, **kwargs))

    def _register(self, day, amount, **values):
        """Pay by the dialog of accounting."""
        with freeze_time(f"{day} 18:00:00"):
            return (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=self.move.ids)
                .create({"amount": amount, "payment_date": date.fromisoformat(day), **values})
                ._create_payments()
            )

    def test_a_write_off_opens_no_door(self):
        for day in ("2026-03-12", "2026-03-21"):
            with self.subTest(day), self.cr.savepoint() as savepoint:
                case = self._run_day(day)
                self._write_off("2026-03-22")
                self.assertEqual(self.move.amount_residual, 0)
                self.assertEqual(self.subscription.state, "suspended")
                self.assertEqual((case.state, case.amount_recovered), ("given_up", 0))
                self.assertFalse(sum(case.taken_ids.mapped("amount_recovered")))
                savepoint.rollback()

    def test_neither_an_allowance_nor_income_taken_back_pays(self):
        for values in ({"account": self._get_allowance()}, {"account_type": "income"}):
            with self.subTest(values), self.cr.savepoint() as savepoint:
                case = self._run_day("2026-03-21")
                self._write_off("2026-03-22", **values)
                self.assertEqual(self.subscription.state, "suspended")
                self.assertEqual((case.state, case.amount_recovered), ("given_up", 0))
                savepoint.rollback()

    def test_the_part_of_a_payment_that_is_written_off_opens_no_door(self):
        case = self._run_day("2026-03-21")
        loss = self._get_account("expense").id
        self._register("2026-03-22", 400.0, payment_difference_handling="reconcile", writeoff_account_id=loss)
        self.assertEqual(self.move.amount_residual, 0)
        self.assertEqual(self.subscription.state, "suspended")
        self.assertEqual((case.state, case.amount_recovered), ("given_up", 400.0))

    def test_cents_written_off_do_nothing(self):
        case = self._run_day("2026-03-21")
        self._register("2026-03-22", 498.5)
        self._write_off("2026-03-22", 0.5)
        self.assertEqual(self.move.amount_residual, 0)
        self.assertEqual(self.subscription.state, "active")
        self.assertEqual((case.state, case.amount_recovered), ("recovered", 498.5))

    def test_an_opening_credit_pays_and_lets_in(self):
        for kind in ("equity", "asset_current", "liability_current"):
            with self.subTest(kind), self.cr.savepoint() as savepoint:
                case = self._run_day("2026-03-21")
                self._write_off("2026-03-22", account_type=kind)
                self.assertEqual(self.subscription.state, "active")
                self.assertEqual((case.state, case.amount_recovered), ("recovered", 499.0))
                savepoint.rollback()

    def test_an_exchange_difference_gives_nothing_up(self):
        case = self._run_day("2026-03-21")
        self._register("2026-03-22", 450.0)
        with freeze_time("2026-03-22 18:00:00"):
            entry = self._create_entry("2026-03-22", 49.0)
            self._get_owed().matched_credit_ids.exchange_move_id = entry
            self._close_with(entry)
        self.assertEqual(self.subscription.state, "active")
        self.assertEqual(case.state, "recovered")

    def test_a_debt_smaller_than_the_smallest_is_not_followed(self):
        self._register("2026-03-11", 498.99)
        case = self._run_day("2026-03-21")
        self.assertFalse(case)
        self.assertEqual((self.subscription.state, self.move.payment_state), ("active", "partial"))
        with freeze_time("2026-03-21 18:00:00"):
            self.assertTrue(self._may_enter(self.subscription))
            self.env["gym.dunning.policy"]._ensure_of_company(self.company).smallest_debt = 0.01
            self.assertFalse(self._may_enter(self.subscription))
        self.assertEqual(self._run_day("2026-03-21").amount_due, 0.01)
        self.assertEqual(self.subscription.state, "suspended")

    def test_paying_all_but_cents_opens_the_door_at_once(self):
        case = self._run_day("2026-03-21")
        self._register("2026-03-22", 498.5)
        self.assertEqual(self.subscription.state, "active")
        self.assertEqual((case.state, case.amount_recovered), ("recovered", 498.5))

    def test_steps_wait_for_money_on_its_way(self):
        with patch.object(self.env.registry["account.move"], "_get_awaited", lambda moves: moves):
            case = self._run_day("2026-03-21")
        self.assertFalse(case.taken_ids)
        self.assertNotEqual(self.subscription.state, "suspended")
        self._run_day("2026-03-21")
        self.assertEqual(self.subscription.state, "suspended")

    def test_one_that_cannot_be_announced_stops_no_other(self):
        Notice = self.env.registry["gym.charge.notice"]
        seen = []

        def announce(notices, subscriptions, until=None):
            seen.append(subscriptions)
            raise ValueError("no tax")

        token = self._agree(self.subscription)
        self.assertTrue(token or self.subscription.token_id)
        with (
            patch.object(Notice, "_announce", announce),
            mute_logger(CRON_LOG),
            freeze_time("2026-04-05 18:00:00"),
        ):
            self.env["gym.charge.notice"]._cron_send_notices()
        self.assertIn(self.subscription, seen)
