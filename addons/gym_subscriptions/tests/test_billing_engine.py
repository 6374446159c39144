from datetime import date
from unittest.mock import patch

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from ..domain.proration import ZERO
from ..models.billing.gym_billing_engine import GymBillingEngine
from .billing_common import BillingCommon

ENGINE = "odoo.addons.gym_subscriptions.models.billing.gym_billing_engine"


class TestBillingEngine(BillingCommon):
    def test_nothing_is_billed_before_its_day(self):
        self.go_to("2026-02-14")
        outcome = self.engine._bill(self.subscriptions)
        self.assertFalse(outcome.moves | outcome.moves.browse(outcome.issues))
        self.assertEqual(set(self.subscriptions.mapped("next_bill_date")), {date(2026, 2, 15)})

    def test_what_is_due_is_billed_and_moves_on(self):
        self.go_to("2026-02-15")
        outcome = self.engine._bill(self.subscriptions)
        self.assertEqual(outcome.billed, self.subscriptions)
        self.assertFalse(outcome.issues)
        self.assertRecordValues(
            outcome.moves,
            [
                {
                    "state": "posted",
                    "partner_id": subscription.payer_id.id,
                    "amount_total": 499.0,
                    "amount_tax": 68.83,
                    "invoice_date": date(2026, 2, 15),
                    "invoice_date_due": date(2026, 2, 15),
                    "gym_location_id": self.roma.id,
                    "invoice_origin": subscription.name,
                }
                for subscription in self.subscriptions
            ],
        )
        self.assertRecordValues(
            self.subscriptions,
            [
                {
                    "state": "active",
                    "period_start": date(2026, 2, 15),
                    "period_end": date(2026, 3, 15),
                    "next_bill_date": date(2026, 3, 15),
                }
            ]
            * 3,
        )
        self.assert_billed_once(self.subscriptions)
        self.assert_ledger_balances()

    def test_billing_again_bills_nothing(self):
        self.go_to("2026-02-15")
        self.engine._bill(self.subscriptions)
        again = self.engine._bill(self.subscriptions)
        self.assertFalse(again.moves)
        self.assertFalse(again.billed)
        self.assert_billed_once(self.subscriptions)

    def test_a_clock_that_goes_back_bills_nothing_twice(self):
        self.go_to("2026-02-15")
        self.engine._bill(self.subscriptions)
        self.go_to("2026-02-01")
        self.assertFalse(self.engine._bill(self.subscriptions).moves)
        self.go_to("2026-02-15")
        self.assertFalse(self.engine._bill(self.subscriptions).moves)
        self.go_to("2026-03-15")
        self.assertEqual(len(self.engine._bill(self.subscriptions).moves), 3)
        self.assert_billed_once(self.subscriptions)

    def test_each_history_says_what_was_billed(self):
        self.go_to("2026-02-15")
        self.engine._bill(self.subscriptions[0])
        event = self.env["gym.event"].search(
            [("member_id", "=", self.subscriptions[0].member_id.id), ("type", "=", "subscription.billed")]
        )
        self.assertEqual(event.payload["amount"], "499.00")
        self.assertEqual(event.payload["until"], "2026-03-15")

    # === WHO SHARES AN INVOICE === #

    def test_a_family_gets_one_invoice(self):
        payer = self.env["res.partner"].create({"name": "Mother"})
        self.subscriptions[:2].write({"payer_id": payer.id})
        self.go_to("2026-02-15")
        moves = self.engine._bill(self.subscriptions).moves
        family = moves.filtered(lambda move: move.partner_id == payer)
        self.assertEqual(len(moves), 2)
        self.assertEqual(family.amount_total, 998.0)
        self.assertEqual(family.invoice_line_ids.mapped("price_total"), [499.0, 499.0])
        self.assertEqual(self.subscriptions[:2].period_ids.move_id & moves, family)

    def test_payers_with_several_branches_get_one_invoice_from_each(self):
        elsewhere = self._join(1, location_id=self.gdl.id)
        elsewhere.payer_id = self.subscriptions[0].payer_id
        self.go_to("2026-02-15")
        moves = self.engine._bill(self.subscriptions[0] | elsewhere).moves
        self.assertEqual(moves.gym_location_id, self.roma | self.gdl)
        self.assertEqual(len(moves), 2)

    def _create_term(self):
        return self.env["account.payment.term"].create(
            {"name": "30", "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})]}
        )

    def test_terms_of_a_corporate_payer_are_its_own(self):
        """In runs and in verbs; the part of its people is due at once, whatever terms their contacts have."""
        acme = self.env["res.partner"].create({"name": "ACME", "property_payment_term_id": self._create_term().id})
        plan = self._create_plan(name="Corporate", kind="corporate")
        agreement = self.env["gym.corporate.agreement"].create(
            {"name": "ACME", "company_id": self.company.id, "partner_id": acme.id, "share_percent": 60}
        )
        [subscription] = self._join(1, plan_id=plan.id, agreement_id=agreement.id)
        subscription.payer_id.property_payment_term_id = acme.property_payment_term_id
        joined = subscription.period_ids.move_id
        self.go_to("2026-02-15")
        moves = joined | self.engine._bill(subscription).moves
        found = {(move.partner_id, move.invoice_date_due) for move in moves}
        person = subscription.payer_id
        self.assertEqual(
            found,
            {
                (acme, date(2026, 2, 14)),
                (person, date(2026, 1, 15)),
                (acme, date(2026, 3, 17)),
                (person, date(2026, 2, 15)),
            },
        )

    def test_terms_of_any_other_contact_put_no_dues_off(self):
        """Neither in a run nor in what a verb bills; those of all have to be on one pattern of the batch too."""
        term = self._create_term()
        for payer in self.subscriptions[:2].payer_id:
            payer.property_payment_term_id = term
        self._charge(50.0)._bill()
        self.go_to("2026-02-15")
        self.engine._bill(self.subscriptions)
        moves = self.subscriptions._get_moves()
        self.assertEqual(len(moves), 7)
        self.assertFalse(moves.invoice_payment_term_id)
        self.assertEqual([move.invoice_date_due for move in moves], [move.invoice_date for move in moves])

    # === WHAT WAITS FOR AN INVOICE === #

    def _charge(self, amount, **values):
        subscription = self.subscriptions[0]
        return self.env["gym.due"].create(
            {
                "subscription_id": subscription.id,
                "partner_id": subscription.payer_id.id,
                "kind": "freeze_fee",
                "name": "Something",
                "product_id": self.plan.product_id.id,
                "amount": amount,
                "tax_ids": [Command.set(self.roma._get_gym_taxes(date(2026, 2, 15)).ids)],
            }
            | values
        )

    def test_charges_that_wait_come_with_the_dues(self):
        line = self._charge(50.0)
        self.go_to("2026-02-15")
        move = self.engine._bill(self.subscriptions[0]).moves
        self.assertEqual(move.amount_total, 549.0)
        self.assertRecordValues(line, [{"state": "billed", "move_id": move.id}])

    def test_credit_beyond_the_dues_waits_for_the_next_invoice(self):
        line = self._charge(-600.0, kind="freeze_credit")
        self.go_to("2026-02-15")
        move = self.engine._bill(self.subscriptions[0]).moves
        self.assertEqual(move.amount_total, 0.0)
        self.assertRecordValues(line, [{"state": "billed", "amount": -499.0, "move_id": move.id}])
        rest = self.subscriptions[0].due_ids.filtered(lambda other: other.state == "pending")
        self.assertRecordValues(rest, [{"amount": -101.0, "kind": "freeze_credit", "move_id": False}])
        self.go_to("2026-03-15")
        self.assertEqual(self.engine._bill(self.subscriptions[0]).moves.amount_total, 398.0)
        self.assertFalse(self.subscriptions[0].due_ids.filtered(lambda other: other.state == "pending"))

    def test_a_charge_taken_back_is_not_billed(self):
        self._charge(50.0, state="void")
        self.go_to("2026-02-15")
        self.assertEqual(self.engine._bill(self.subscriptions[0]).moves.amount_total, 499.0)

    def test_a_free_period_needs_no_invoice_but_is_over_all_the_same(self):
        def free(subscriptions, periods):
            return {
                id_: [vals | {"amount": ZERO} for vals in found]
                for id_, found in prepare(subscriptions, periods).items()
            }

        prepare = type(self.subscriptions)._prepare_dues
        self.go_to("2026-02-15")
        with patch.object(type(self.subscriptions), "_prepare_dues", free):
            outcome = self.engine._bill(self.subscriptions)
        self.assertFalse(outcome.moves)
        self.assertEqual(outcome.billed, self.subscriptions)
        self.assertEqual(set(self.subscriptions.mapped("period_end")), {date(2026, 3, 15)})
        self.assertEqual(len(self.subscriptions.period_ids.filtered(lambda period: not period.move_id)), 3)

    def test_an_addon_with_its_own_cycle_is_billed_on_its_own_days(self):
        addon = self._create_addon(period_unit="week", period_count=1, cycle="own")
        line = self.env["gym.subscription.line"].create(
            {
                "subscription_id": self.subscriptions[0].id,
                "kind": "addon",
                "addon_id": addon.id,
                "cycle": "own",
                "amount": 100.0,
                "date_start": date(2026, 1, 20),
                "date_anchor": date(2026, 1, 20),
                "next_bill_date": date(2026, 1, 20),
                "date_end": date(2026, 1, 30),
            }
        )
        self.go_to("2026-01-20")
        self.assertEqual(self.engine._bill(self.subscriptions).moves.amount_total, 100.0)
        self.assertRecordValues(line, [{"period_end": date(2026, 1, 27), "next_bill_date": date(2026, 1, 27)}])
        self.go_to("2026-01-27")
        # Three of seven days: it ends on the 30th.
        self.assertEqual(self.engine._bill(self.subscriptions).moves.amount_total, 42.86)
        self.assertRecordValues(line, [{"period_end": date(2026, 1, 30), "next_bill_date": False}])
        self.go_to("2026-02-14")
        self.assertFalse(self.engine._bill(self.subscriptions).moves)

    # === LATE === #

    def test_missed_periods_are_billed_once_each(self):
        self.go_to("2026-03-20")
        outcome = self.engine._bill(self.subscriptions)
        self.assertEqual(len(outcome.moves), 6)
        self.assertEqual(outcome.late, 3)
        self.assertFalse(outcome.issues)
        self.assertEqual(set(outcome.moves.mapped("invoice_date")), {date(2026, 3, 20)})
        self.assertEqual(set(self.subscriptions.mapped("next_bill_date")), {date(2026, 4, 15)})
        self.assert_billed_once(self.subscriptions)

    def test_being_late_has_a_limit_and_a_warning(self):
        self.company.gym_billing_catch_up = 2
        self.go_to("2026-06-20")
        outcome = self.engine._bill(self.subscriptions[0])
        self.assertEqual(len(outcome.moves), 2)
        issue = self.env["gym.billing.issue"].search([("subscription_id", "=", self.subscriptions[0].id)])
        self.assertRecordValues(issue, [{"code": "too_late", "state": "open"}])
        issue.with_user(self.owner).action_bill()
        issue.with_user(self.owner).action_bill()
        self.assertEqual(self.subscriptions[0].next_bill_date, date(2026, 7, 15))
        self.assertEqual(issue.state, "solved")
        self.assert_billed_once(self.subscriptions[0])


class TestBillingProblems(BillingCommon):
    """One bad subscription never stops the others: it lands on the list with its remedy."""

    def setUp(self):
        super().setUp()
        self.bad, self.good = self.subscriptions[1], self.subscriptions - self.subscriptions[1]

    def assert_only_the_bad_one_waits(self, code):
        self.go_to("2026-02-15")
        outcome = self.engine._bill(self.subscriptions)
        self.assertEqual(outcome.billed, self.good)
        self.assertEqual(self.bad.next_bill_date, date(2026, 2, 15))
        self.assertEqual(len(self.bad.period_ids), 1)
        issue = self.env["gym.billing.issue"].search([("subscription_id", "in", self.subscriptions.ids)])
        self.assertRecordValues(issue, [{"subscription_id": self.bad.id, "code": code, "state": "open"}])
        self.assertTrue(issue.text and issue.remedy)
        self.assertEqual(issue.action_correct()["type"], "ir.actions.act_window")
        self.assert_ledger_balances()
        return issue

    def assert_solved_by_billing(self, issue):
        issue.with_user(self.owner).action_bill()
        self.assertEqual(issue.state, "solved")
        self.assertEqual(self.bad.next_bill_date, date(2026, 3, 15))
        self.assert_billed_once(self.subscriptions)

    def test_an_archived_product(self):
        plan = self._create_plan(name="Other")
        self.bad.write({"plan_id": plan.id, "price_id": plan.price_ids.id})
        plan.product_id.active = False
        issue = self.assert_only_the_bad_one_waits("product_archived")
        self.assertEqual(issue.fix_model, "product.product")
        plan.product_id.active = True
        self.assert_solved_by_billing(issue)

    def test_an_archived_payer(self):
        payer = self.env["res.partner"].create({"name": "Gone", "active": False})
        self.bad.payer_id = payer
        issue = self.assert_only_the_bad_one_waits("payer_archived")
        payer.active = True
        self.assert_solved_by_billing(issue)

    def test_a_blocked_member(self):
        self.bad.member_id.sudo().date_blocked = date(2026, 2, 1)
        self.assert_only_the_bad_one_waits("member_blocked")

    def test_a_branch_without_tax(self):
        self.bad.location_id = self.gdl
        taxes = type(self.gdl)._get_gym_taxes

        def refuse(location, day, plan=None):
            if location == self.gdl:
                message = "Guadalajara has no IVA."
                raise UserError(message)
            return taxes(location, day, plan)

        with patch.object(type(self.gdl), "_get_gym_taxes", refuse):
            issue = self.assert_only_the_bad_one_waits("tax")
        self.assertIn("no IVA", issue.text)
        self.assert_solved_by_billing(issue)

    def test_an_archived_journal(self):
        journal = self.roma._get_gym_journal().copy({"code": "GDL"})
        self.gdl.gym_journal_id = journal
        self.bad.location_id = self.gdl
        journal.active = False
        issue = self.assert_only_the_bad_one_waits("journal")
        journal.active = True
        self.assert_solved_by_billing(issue)

    def test_books_that_are_closed(self):
        self.company.fiscalyear_lock_date = date(2026, 2, 28)
        self.go_to("2026-02-15")
        outcome = self.engine._bill(self.subscriptions)
        self.assertFalse(outcome.moves)
        issues = self.env["gym.billing.issue"].search([("subscription_id", "in", self.subscriptions.ids)])
        self.assertEqual(issues.mapped("code"), ["period_closed"] * 3)
        self.go_to("2026-03-01")
        outcome = self.engine._bill(self.subscriptions)
        self.assertEqual(set(outcome.moves.mapped("date")), {date(2026, 3, 1)})
        self.assertEqual(set(issues.mapped("state")), {"solved"})
        self.assert_billed_once(self.subscriptions)

    def test_what_accounting_refuses(self):
        plan = self._create_plan(name="Other")
        self.bad.write({"plan_id": plan.id, "price_id": plan.price_ids.id})
        account = self.env["account.account"].create(
            {"name": "Old income", "code": "999.99.99", "account_type": "income", "active": False}
        )
        plan.product_id.property_account_income_id = account
        issue = self.assert_only_the_bad_one_waits("refused")
        self.assertIn("Old income", issue.text)
        account.active = True
        self.assert_solved_by_billing(issue)

    @mute_logger(ENGINE)
    def test_what_nobody_foresaw(self):
        advance = type(self.subscriptions)._advance

        def fail(subscriptions, periods):
            if self.bad in subscriptions:
                raise ZeroDivisionError("once in a blue moon")
            return advance(subscriptions, periods)

        with patch.object(type(self.subscriptions), "_advance", fail):
            issue = self.assert_only_the_bad_one_waits("unexpected")
        self.assert_solved_by_billing(issue)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_bill_for_a_period(self):
        first = self.bad.period_ids
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            first.copy()
            self.env.flush_all()
        # Somebody moved the subscription back by hand: the engine runs into the index, not into a second invoice.
        self.bad.write(
            {
                "period_start": date(2025, 12, 15),
                "period_end": date(2026, 1, 15),
                "next_bill_date": date(2026, 1, 15),
            }
        )
        self.go_to("2026-02-14")
        with self.env.cr.savepoint():
            outcome = self.engine._bill(self.bad)
        self.assertFalse(outcome.moves)
        self.assertEqual(self.bad.period_ids, first)
        self.assertEqual(outcome.issues[self.bad][0], "billed_already")

    def test_the_transaction_is_repeated_when_the_database_asks_for_it(self):
        self.go_to("2026-02-15")
        with (
            patch.object(GymBillingEngine, "_bill_once", side_effect=SerializationFailure("again")),
            self.assertRaises(SerializationFailure),
        ):
            self.engine._bill(self.subscriptions)
        self.assertFalse(self.env["gym.billing.issue"].search([("subscription_id", "in", self.subscriptions.ids)]))
