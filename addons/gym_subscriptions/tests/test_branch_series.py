from odoo.exceptions import AccessError, UserError

from .billing_common import BillingCommon


class TestBranchSeries(BillingCommon):
    """Invoices of a branch are numbered by its short name, as a reader in Mexico expects: ROMA-1, ROMA-2."""

    def setUp(self):
        super().setUp()
        self.roma.code = "ROMA"

    def test_the_invoices_of_a_branch_are_a_series_that_goes_on_in_a_new_year(self):
        self.roma.action_give_series()
        self.go_to("2026-02-15")
        first = self.engine._bill(self.subscriptions).moves
        self.assertEqual(sorted(first.mapped("name")), [f"ROMA-{number}" for number in (1, 2, 3)])
        self.go_to("2027-01-15")
        later = self.engine._bill(self.subscriptions[:1]).moves
        self.assertEqual(later.sorted("id")[0].name, "ROMA-4")

    def test_what_is_given_back_has_a_series_of_its_own(self):
        self.roma.action_give_series()
        self.go_to("2026-02-15")
        move = self.engine._bill(self.subscriptions[:1]).moves
        back = move._reverse_moves([{"date": "2026-02-16", "invoice_date": "2026-02-16"}])
        back.action_post()
        self.assertEqual(back.name, "DROMA-1")

    def test_a_series_needs_letters_that_no_journal_has(self):
        taken = self.roma._get_gym_journal().code
        for code, text in ((False, "five letters"), ("GYM24", "five letters"), (taken, "already")):
            self.gdl.code = code
            with self.assertRaisesRegex(UserError, text), self.cr.savepoint():
                self.gdl.action_give_series()
            self.assertFalse(self.gdl.gym_journal_id)

    def test_the_front_desk_gives_no_series(self):
        before = self.env["account.journal"].search_count([])
        with self.assertRaises(AccessError):
            self.roma.with_user(self.frontdesk).action_give_series()
        self.assertEqual(self.env["account.journal"].search_count([]), before)
