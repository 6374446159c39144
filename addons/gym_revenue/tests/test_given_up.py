from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.gym_subscriptions.domain import lifecycle

from .deferral_common import DeferralCommon


@tagged("post_install", "-at_install")
class TestGivenUp(DeferralCommon):
    """A year that nobody paid, shut out on 11 January: 100.00 of 3,650.00 were served, and nothing else is income."""

    def setUp(self):
        super().setUp()
        self.subscription = self._join()
        self.invoice = self.subscription.period_ids.move_id

    def _shut_out(self, day="2026-01-11"):
        self.go_to(day)
        case = self.env["gym.dunning.case"]._open_cases(self.invoice)
        self.subscription._transition(lifecycle.SUSPEND)
        return case

    def _get_owed(self):
        return self.invoice.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _get_loss_account(self):
        return self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )

    def _write_off(self, amount):
        """Close ``amount`` of the invoice by an entry for a bad debt, as an accountant does."""
        owed, journals = self._get_owed(), self.env["account.journal"]
        entry = self.env["account.move"].create(
            {
                "date": self.roma._today(),
                "journal_id": journals.search(
                    [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
                ).id,
                "line_ids": [
                    Command.create({"account_id": self._get_loss_account().id, "debit": amount}),
                    Command.create(
                        {"account_id": owed.account_id.id, "partner_id": owed.partner_id.id, "credit": amount}
                    ),
                ],
            }
        )
        entry.action_post()
        (owed | entry.line_ids.filtered("credit")).reconcile()
        return entry

    def _pay_part(self, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        ).create({"amount": amount, "payment_date": self.roma._today()})._create_payments()

    def _get_books(self):
        """Return what is income, unearned, and lost."""
        return (self._get_income(self.subscription), self._get_balance(), self._get_balance(self._get_loss_account()))

    # === WRITTEN OFF === #

    def test_what_was_written_off_is_not_earned(self):
        self._shut_out()
        self._close("2026-06-10")
        self._write_off(4234)
        self.assertEqual(self.subscription.period_ids.date_until, date(2026, 1, 11))
        self._close("2026-07-01")
        self.assertEqual(self._get_books(), (100, 0, 4234 - 3550))
        self.assertEqual([self._get_mrr(self.subscription, f"2026-0{month}-01") for month in (1, 6)], [0, 0])
        self.assertFalse(self._close("2027-03-01"))
        rows = self.deferrals.search([("move_id", "=", self.invoice.id)])
        self.assertRecordValues(rows, [{"amount_recognised": 100, "amount_given_up": 3550, "amount_left": 0}])

    def test_served_and_written_off_in_one_month(self):
        self._shut_out()
        self._write_off(4234)
        [january] = self._close("2026-02-01")
        self.assertEqual(self._get_books(), (100, 0, 684))
        self.assertEqual(january.amount_total, 3650)

    def test_who_was_past_due_is_shut_out_by_the_write_off(self):
        self.go_to("2026-01-06")
        self.env["gym.dunning.case"]._open_cases(self.invoice)
        self._write_off(4234)
        self.assertEqual(
            (self.subscription.state, self.subscription.period_ids.date_until), ("suspended", date(2026, 1, 6))
        )
        self._close("2026-03-01")
        self.assertEqual(self._get_books(), (50, 0, 4234 - 3600))

    def test_what_was_paid_before_the_rest_was_written_off_is_earned(self):
        self._shut_out()
        self._pay_part(2117)
        self._write_off(2117)
        self._close("2026-03-01")
        self.assertEqual(self._get_books(), (1825, 0, 2117 - 1825))

    def test_a_write_off_of_a_part_waits_for_the_other_part(self):
        self._shut_out()
        self._write_off(2117)
        self._close("2026-03-01")
        self.assertEqual(self._get_books(), (100, -1725, 2117 - 1825))
        self._pay_part(2117)
        self._close("2026-04-01")
        self.assertEqual(self._get_books(), (1825, 0, 2117 - 1825))

    def test_a_write_off_that_is_undone_is_a_liability_again(self):
        self._shut_out()
        entry = self._write_off(4234)
        self._close("2026-02-01")
        entry.line_ids.remove_move_reconcile()
        entry._reverse_moves([{"date": date(2026, 2, 1)}])._post(soft=False)
        self._close("2026-03-01")
        self.assertEqual(self._get_books(), (100, -3550, 0))
        self._pay(self.subscription)
        self._close("2026-04-01")
        self.assertEqual(self._get_books(), (900, -2750, 0))

    def test_who_trains_on_is_earned_whatever_is_written_off(self):
        """Nobody shut the door: the service is rendered, and the loss is all of it."""
        self._write_off(4234)
        self.assertEqual(self.subscription.state, "active")
        self._close("2026-03-01")
        self.assertEqual(self._get_books(), (590, -3060, 4234))

    # === GIVEN UP BY HAND === #

    def test_giving_up_credits_what_was_not_served_and_ends_the_subscription(self):
        case = self._shut_out()
        self._close("2026-03-01")
        self.go_to("2026-03-10")
        case.with_user(self.manager).action_give_up()
        [note] = self.invoice.reversal_move_ids
        self.assertEqual((note.amount_untaxed, note.state, self.invoice.amount_residual), (3550, "posted", 116))
        self.assertEqual((self.subscription.state, self.subscription.next_bill_date), ("cancelled", False))
        self.assertEqual((case.state, self.invoice.gym_dunning_case_id), ("given_up", case))
        self._close("2026-04-01")
        self.assertEqual(self._get_books(), (100, 0, 0))
        self.assertFalse(self._close("2027-03-01"))
        self._write_off(116)
        self._close("2027-04-01")
        self.assertEqual(self._get_books(), (100, 0, 116))
        self.assertEqual([self._get_mrr(self.subscription, f"2026-0{month}-01") for month in (1, 3)], [0, 0])

    def test_handing_over_while_the_door_is_open_ends_it_that_day(self):
        self.go_to("2026-01-06")
        case = self.env["gym.dunning.case"]._open_cases(self.invoice)
        case.with_user(self.manager).action_hand_over()
        self.assertEqual((self.invoice.amount_residual, self.subscription.state), (58, "cancelled"))
        self._pay(self.subscription)
        self.assertEqual(self.subscription.state, "cancelled")
        self._close("2026-03-01")
        self.assertEqual(self._get_books(), (50, 0, 0))

    def test_what_was_paid_is_not_given_back_by_giving_up(self):
        case = self._shut_out()
        self._pay_part(1000)
        case.with_user(self.manager).action_give_up()
        self.assertEqual((self.invoice.amount_residual, self.invoice.reversal_move_ids.amount_total), (0, 3234))
        self.assertFalse(self.env["gym.refund"].search([("move_id", "in", self.invoice.reversal_move_ids.ids)]))
        self._close("2026-03-01")
        income, unearned, lost = self._get_books()
        self.assertEqual((round(income, 2), unearned, lost), (862.07, 0, 0))

    def test_who_left_before_is_only_credited(self):
        case = self._shut_out()
        self.subscription._cancel(at="now")
        folio = self.subscription.cancel_folio
        self._close("2026-03-01")
        case.with_user(self.manager).action_give_up()
        self.assertEqual((self.invoice.amount_residual, self.subscription.cancel_folio), (116, folio))
        self._close("2026-04-01")
        self.assertEqual(self._get_books(), (100, 0, 0))

    def test_days_frozen_are_no_service(self):
        """Ten days frozen, then shut out: ten days of twenty were served."""
        self.go_to("2026-01-06")
        self.subscription._freeze(date(2026, 1, 6), date(2026, 1, 16))
        self.go_to("2026-01-16")
        self.subscription._turn_day(self.roma)
        case = self._shut_out("2026-01-21")
        case.with_user(self.manager).action_give_up()
        self.assertEqual(self.invoice.amount_residual, 116)

    def test_dues_that_are_income_already_stay_as_they_are(self):
        member = self._create_member(name="Month")
        monthly = self._create_subscription(member_id=member.id, plan_id=self.month.id)
        move = monthly._activate()
        self.go_to("2026-01-11")
        case = self.env["gym.dunning.case"]._open_cases(move)
        case.with_user(self.manager).action_give_up()
        self.assertEqual((move.amount_residual, monthly.state), (499, "past_due"))
        self.assertFalse(move.reversal_move_ids)
