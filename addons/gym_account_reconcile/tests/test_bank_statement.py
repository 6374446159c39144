import base64
import io
from datetime import date

import openpyxl

from odoo.tests import freeze_time, tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon

HEADER = ("Fecha", "Concepto", "Referencia", "Cargo", "Abono", "Saldo")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 18:00:00")
class TestBankStatement(GymSubscriptionsCommon):
    """Transfers on the bank's statement and the dues that they pay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the OCA's own tests keep their lines unmatched; these want what a user gets
        cls.env = cls.env(context={**cls.env.context, "_test_account_reconcile_oca": True})
        cls.journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.subscription = cls._create_subscription()
        cls.move = cls.subscription._activate()

    def _receive(self, text, amount=499.0, **values):
        vals = {"journal_id": self.journal.id, "date": "2026-03-10", "payment_ref": text, "amount": amount}
        return self.env["account.bank.statement.line"].create(vals | values)

    def _bill_other(self):
        """Return the invoice of another member."""
        member = self._create_member(name="Beto Luna")
        return self._create_subscription(member_id=member.id)._activate()

    def test_transfer_with_the_reference_pays_the_dues(self):
        other = self._bill_other()
        text = self.move.payment_reference.replace("/", " ").lower()
        line = self._receive(f"SPEI RECIBIDO BBVA 0193847 {text} ANA RIOS")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(("paid", 0.0), (self.move.payment_state, self.move.amount_residual))
        self.assertEqual(self.member.partner_id, line.partner_id)
        self.assertEqual("not_paid", other.payment_state)

    def test_money_that_arrives_opens_the_door_again(self):
        self.subscription._transition("fall_due")
        self.subscription._transition("suspend")
        self._receive(f"PAGO {self.move.name}")
        self.assertEqual("active", self.subscription.state)

    def test_one_transfer_pays_the_dues_of_two_members(self):
        other = self._bill_other()
        line = self._receive(f"{self.move.name} Y {other.name}", 998.0)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(["paid", "paid"], (self.move | other).mapped("payment_state"))

    def test_less_than_asked_pays_a_part(self):
        line = self._receive(self.move.name, 200.0)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(("partial", 299.0), (self.move.payment_state, self.move.amount_residual))

    def test_more_than_asked_stays_with_the_payer(self):
        line = self._receive(self.move.name, 600.0)
        self.assertTrue(line.is_reconciled)
        self.assertEqual("paid", self.move.payment_state)
        self.assertEqual(101.0, self.member.partner_id._get_gym_credit(self.company))

    def test_more_than_two_payers_were_asked_waits_for_a_person(self):
        other = self._bill_other()
        line = self._receive(f"{self.move.name} Y {other.name}", 1200.0)
        self.assertFalse(line.is_reconciled)
        self.assertEqual(["not_paid", "not_paid"], (self.move | other).mapped("payment_state"))
        self.assertEqual(3, len([row for row in line.reconcile_data_info["data"] if row["kind"] != "suspense"]))

    def test_without_reference_nothing_is_paid(self):
        line = self._receive("SPEI RECIBIDO 499.00 SIN CONCEPTO")
        self.assertFalse(line.is_reconciled)
        self.assertEqual("not_paid", self.move.payment_state)

    def test_what_leaves_the_bank_pays_no_dues(self):
        line = self._receive(self.move.name, -499.0)
        self.assertFalse(line.is_reconciled)
        self.assertEqual("not_paid", self.move.payment_state)

    def test_paid_dues_are_not_paid_again(self):
        self._receive(self.move.name)
        line = self._receive(self.move.name)
        self.assertFalse(line.is_reconciled)
        self.assertEqual(499.0, self.move.amount_total)

    def test_reference_in_its_own_column_counts(self):
        line = self._receive("DEPOSITO EN EFECTIVO", ref=self.move.name)
        self.assertTrue(line.is_reconciled)

    def test_money_in_another_currency_waits_for_a_person(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        line = self._receive(self.move.name, foreign_currency_id=dollar.id, amount_currency=27.0)
        self.assertFalse(line._find_dues())

    def test_dues_of_another_company_are_not_paid(self):
        self._load_chart_of_other_company()
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.other_company.id)], limit=1
        )
        line = self._receive(self.move.name, journal_id=journal.id)
        self.assertFalse(line.is_reconciled)
        self.assertEqual("not_paid", self.move.payment_state)

    def test_queries_do_not_grow_with_the_lines(self):
        lines = self.env["account.bank.statement.line"]
        for number in range(6):
            lines |= self._receive(f"DEPOSITO {number}")
        few, many = lines[:1], lines
        for records in (few, many):
            self.env.invalidate_all()
            with self.assertQueryCount(4):
                records._find_dues()

    # === FROM A FILE === #

    def _import(self, name, content):
        wizard = self.env["account.statement.import"].with_context(journal_id=self.journal.id)
        wizard = wizard.create(
            {
                "statement_file": base64.b64encode(content),
                "statement_filename": name,
                "sheet_mapping_id": self.env.ref("gym_account_reconcile.sheet_mapping_mx").id,
            }
        )
        wizard.import_file_button()
        return self.env["account.bank.statement.line"].search([("journal_id", "=", self.journal.id)], order="id")

    def _check_imported(self, lines):
        self.assertEqual([date(2026, 3, 9), date(2026, 3, 10)], sorted(lines.mapped("date")))
        self.assertEqual([-1234.5, 499.0], sorted(lines.mapped("amount")))
        self.assertEqual("paid", self.move.payment_state)
        self.assertEqual(9264.5, lines.statement_id.balance_end_real)

    def test_statement_of_a_spreadsheet(self):
        book = openpyxl.Workbook()
        for row in (
            HEADER,
            ("09/03/2026", "RENTA LOCAL", "778", 1234.5, None, 8765.5),
            ("10/03/2026", f"SPEI {self.move.name}", "9911", None, 499, 9264.5),
        ):
            book.active.append(row)
        content = io.BytesIO()
        book.save(content)
        self._check_imported(self._import("marzo.xlsx", content.getvalue()))

    def test_statement_of_a_text_file(self):
        rows = (
            ",".join(HEADER),
            '09/03/2026,RENTA LOCAL,778,"1,234.50",,"8,765.50"',
            f'10/03/2026,SPEI {self.move.name},9911,,499.00,"9,264.50"',
        )
        self._check_imported(self._import("marzo.csv", "\n".join(rows).encode("utf-8-sig")))
