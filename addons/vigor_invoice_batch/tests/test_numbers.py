from decimal import Decimal

from odoo.exceptions import UserError, ValidationError

from .common import InvoiceBatchCommon


class TestNumbers(InvoiceBatchCommon):
    """Numbers follow each other, the sequence is asked once, and a wrong batch leaves nothing behind."""

    def setUp(self):
        super().setUp()
        self.members = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(20)])

    def test_numbers_follow_each_other_and_the_ones_before(self):
        first = self._create_by_odoo([self._invoice(self.members[0])])
        moves = self.batch._create_and_post([self._invoice(member) for member in self.members])
        numbers = sorted(moves.mapped("sequence_number"))
        self.assertEqual(numbers, list(range(first.sequence_number + 1, first.sequence_number + 21)))
        self.assertFalse(any(moves.mapped("made_sequence_gap")))
        after = self._create_by_odoo([self._invoice(self.members[0])])
        self.assertEqual(after.sequence_number, numbers[-1] + 1)

    def test_numbers_taken_back_are_given_again(self):
        with self.env.cr.savepoint() as savepoint:
            lost = self.batch._create_and_post([self._invoice(member) for member in self.members]).mapped("name")
            savepoint.rollback()
        self.assertEqual(
            self.batch._create_and_post([self._invoice(member) for member in self.members]).mapped("name"), lost
        )

    def test_each_journal_has_its_own(self):
        journals = [self.journal, self.other_journal]
        invoices = [self._invoice(member, journal_id=journal.id) for member in self.members for journal in journals]
        moves = self.batch._create_and_post(invoices)
        for journal in journals:
            mine = moves.filtered(lambda move, journal=journal: move.journal_id == journal)
            self.assertEqual(sorted(mine.mapped("sequence_number")), list(range(1, 21)))

    def test_number_format_of_the_journal_is_kept(self):
        first = self._create_by_odoo([self._invoice(self.members[0])])
        first.name = "NORTH-2026-0041"
        moves = self.batch._create_and_post([self._invoice(member) for member in self.members])
        self.assertEqual(sorted(moves.mapped("name")), [f"NORTH-2026-{number:04}" for number in range(42, 62)])

    def test_debit_notes_with_numbers_of_their_own_are_left_out_of_account(self):
        self.journal.debit_sequence = True
        first = self._create_by_odoo([self._invoice(self.members[0])])
        debit_note = first.copy({"debit_origin_id": first.id, "invoice_date": first.invoice_date})
        debit_note.action_post()
        moves = self.batch._create_and_post([self._invoice(member) for member in self.members])
        self.assertTrue(debit_note.name.startswith("D"))
        self.assertEqual({name[:3] for name in moves.mapped("name")}, {first.name[:3]})
        numbers = sorted(moves.mapped("sequence_number"))
        self.assertEqual(numbers, list(range(first.sequence_number + 1, first.sequence_number + 21)))

    def test_queries_do_not_grow_with_invoices_beyond_two_each(self):
        members = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(200)])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.batch._create_and_post([self._invoice(member) for member in members])
        self.assertLessEqual((self.env.cr.sql_log_count - before) / 200, 2)

    def test_an_unexpected_total_is_refused(self):
        invoices = [self._invoice(member, total=Decimal("499.01")) for member in self.members[:4]]
        with self.assertRaisesRegex(ValidationError, "do not come to"), self.env.cr.savepoint():
            self.batch._create_and_post(invoices)
        self.assertFalse(self.env["account.move"].search([("partner_id", "in", self.members.ids)]))

    def test_an_archived_account_is_refused_as_odoo_does(self):
        self.company_data["default_account_revenue"].active = False
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.batch._create_and_post([self._invoice(member) for member in self.members])
        self.assertFalse(self.env["account.move"].search([("partner_id", "in", self.members.ids)]))

    def test_customers_are_ranked(self):
        self.batch._create_and_post([self._invoice(member) for member in [*self.members, self.members[0]]])
        self.assertEqual(self.members.mapped("customer_rank"), [2] + [1] * 19)
