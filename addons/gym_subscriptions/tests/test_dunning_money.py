from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_charging import ChargingCommon

NOTICE_LOG = "odoo.addons.gym_subscriptions.models.subscription_charging.gym_charge_notice"


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
            case._take_steps()
        return case

    def _write_off(self, day):
        with freeze_time(f"{day} 18:00:00"):
            owed = self.move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
            loss = self.env["account.account"].search(
                [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
            )
            entry = self.env["account.move"].create(
                {
                    "date": date.fromisoformat(day),
                    "journal_id": self.env["account.journal"]
                    .search([("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1)
                    .id,
                    "line_ids": [
                        Command.create({"account_id": loss.id, "debit": 499.0}),
                        Command.create(
                            {"account_id": owed.account_id.id, "partner_id": owed.partner_id.id, "credit": 499.0}
                        ),
                    ],
                }
            )
            entry.action_post()
            (owed | entry.line_ids.filtered("credit")).reconcile()

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
            mute_logger(NOTICE_LOG),
            freeze_time("2026-04-05 18:00:00"),
        ):
            self.env["gym.charge.notice"]._cron_send_notices()
        self.assertIn(self.subscription, seen)
