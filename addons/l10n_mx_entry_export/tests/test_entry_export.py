import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "post_install_l10n", "-at_install")
class TestEntryExport(TransactionCase):
    """An invoice of 116.00 and rent of 40.00 paid from the bank, in March 2026, on the Mexican chart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Export", "country_id": cls.env.ref("base.mx").id})
        cls.env["account.chart.template"].try_loading("mx", company=cls.company, install_demo=False)
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.bank = cls._get_journal("bank")
        accounts = cls.env["account.account"].search([("company_ids", "in", cls.company.ids)])
        income, cls.expense = (
            accounts.filtered(lambda account, kind=kind: account.account_type == kind)[:1]
            for kind in ("income", "expense")
        )
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.env["res.partner"].create({"name": "Ana Ñandú"}).id,
                "invoice_date": "2026-03-05",
                "date": "2026-03-05",
                "journal_id": cls._get_journal("sale").id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Año completo",
                            "price_unit": 100,
                            "account_id": income.id,
                            "tax_ids": [Command.set(cls.company.account_sale_tax_id.ids)],
                        }
                    )
                ],
            }
        )
        cls.rent = cls.env["account.move"].create(
            {
                "journal_id": cls.bank.id,
                "date": "2026-03-06",
                "line_ids": [
                    Command.create({"account_id": cls.bank.default_account_id.id, "credit": 40, "name": "Rent"}),
                    Command.create({"account_id": cls.expense.id, "debit": 40, "name": "Rent"}),
                ],
            }
        )
        (cls.invoice | cls.rent).action_post()

    @classmethod
    def _get_journal(cls, kind):
        return cls.env["account.journal"].search([("company_id", "=", cls.company.id), ("type", "=", kind)], limit=1)

    def _create(self, **values):
        return self.env["l10n_mx.entry.export"].create(
            {"company_id": self.company.id, "date_from": "2026-03-01", "date_to": "2026-03-31"} | values
        )

    def _export(self, **values):
        wizard = self._create(**values)
        wizard.action_export()
        return wizard, base64.b64decode(wizard.file)

    def test_contpaqi_gets_every_line_balanced(self):
        wizard, content = self._export()
        rows = content.decode("cp1252").split("\r\n")[:-1]
        self.assertEqual([row[0] for row in rows], ["P", *"M" * len(self.invoice.line_ids), "P", "M", "M"])
        sides = [sum(float(row[47:67]) for row in rows if row[0] == "M" and row[45] == side) for side in "01"]
        self.assertEqual(sides, [156, 156])
        self.assertEqual([row[15] for row in rows if row[0] == "P"], ["3", "2"])
        self.assertIn("Año completo", content.decode("cp1252"))
        self.assertEqual(wizard.file_name, "contpaqi_2026-03-01_2026-03-31.txt")
        self.assertIn("156", wizard.summary)

    def test_each_kind_is_numbered_from_its_own_first_number(self):
        _wizard, content = self._export(first_income=7, first_expense=40, first_diary=300)
        headers = [row for row in content.decode("cp1252").split("\r\n") if row.startswith("P")]
        self.assertEqual([(row[15], row[17:26].strip()) for row in headers], [("3", "300"), ("2", "40")])

    def test_a_number_below_one_is_refused(self):
        wizard = self._create(first_expense=0)
        with self.assertRaisesRegex(UserError, "from 1 on"):
            wizard.action_export()
        self.assertFalse(wizard.file)

    def test_aspel_gets_a_sheet_with_the_codes_of_the_chart(self):
        _wizard, content = self._export(program="aspel")
        rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
        codes = {row[1] for row in rows if row[0] is None and row[1] != "FIN_PARTIDAS"}
        self.assertEqual(codes, set((self.invoice | self.rent).line_ids.account_id.mapped("code")))
        self.assertEqual([sum(row[column] or 0 for row in rows) for column in (5, 6)], [156, 156])
        self.assertEqual([(row[0], row[3]) for row in rows if row[0]], [("Dr", 5), ("Eg", 6)])

    def test_only_the_journals_and_days_chosen(self):
        _wizard, content = self._export(journal_ids=[Command.set(self.bank.ids)])
        self.assertEqual([row[:1] for row in content.split(b"\r\n")], [b"P", b"M", b"M", b""])
        with self.assertRaises(UserError):
            self._export(date_from="2026-04-01", date_to="2026-04-30")

    def test_aspel_takes_one_month(self):
        wizard = self._create(program="aspel", date_to="2026-04-01")
        with self.assertRaises(UserError):
            wizard.action_export()
        self.assertFalse(wizard.file)

    def test_an_account_without_code_is_named_and_nothing_is_written(self):
        self.expense.with_company(self.company).code_store = False
        self.env.invalidate_all()
        wizard = self._create()
        with self.assertRaisesRegex(UserError, self.rent.name):
            wizard.action_export()
        self.assertFalse(wizard.file)

    def test_who_does_not_keep_the_books_exports_nothing(self):
        seller = new_test_user(self.env, "seller-export", "base.group_user", company_id=self.company.id)
        with self.assertRaises(AccessError):
            self.env["l10n_mx.entry.export"].with_user(seller).create({})
