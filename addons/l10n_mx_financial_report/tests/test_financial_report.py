import io
from datetime import date

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "post_install_l10n", "-at_install")
class TestFinancialReport(TransactionCase):
    """Two sales, of 2025 and of March 2026, and rent in February and March 2026, on the Mexican chart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mexico = cls.env.ref("base.mx").id
        cls.company = cls.env["res.company"].create({"name": "Ledgers", "country_id": mexico})
        cls.env["account.chart.template"].try_loading("mx", company=cls.company, install_demo=False)
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids, lang="en_US"))
        cls.journal = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.accounts = {
            account.code: account
            for account in cls.env["account.account"].search([("company_ids", "in", cls.company.ids)])
        }
        cls._post("2025-12-10", "105.01.01", "401.01.01", 500)
        cls._post("2026-02-05", "601.84.01", "201.01.01", 40)
        cls._post("2026-03-05", "105.01.01", "401.01.01", 100)
        cls._post("2026-03-06", "601.84.01", "201.01.01", 30)

    @classmethod
    def _post(cls, day, debit, credit, amount):
        lines = [
            Command.create({"account_id": cls.accounts[debit].id, "debit": amount}),
            Command.create({"account_id": cls.accounts[credit].id, "credit": amount}),
        ]
        move = cls.env["account.move"].create({"journal_id": cls.journal.id, "date": day, "line_ids": lines})
        move.action_post()
        return move

    def _make_balanza(self, env=None):
        with freeze_time("2026-04-02 18:00:00"):
            wizard = (env or self.env)["trial.balance.report.wizard"].create({"company_id": self.company.id})
            wizard._set_default_wizard_values()
        return wizard

    def _compute(self, report, day="2026-03-20"):
        """Return the amounts of a statement: {name of the line: amounts of its three columns}."""
        with freeze_time(f"{day} 18:00:00"):
            instance = self.env.ref(f"l10n_mx_financial_report.{report}")._get_statement()
            matrix = instance._compute_matrix()
            rows = [row for row in matrix.iter_rows() if not row.parent_row]
            return {row.kpi.name: [cell.val or 0 for cell in row.iter_cells()] for row in rows}

    # === BALANZA === #

    def test_the_month_that_is_being_closed_is_proposed(self):
        for model in ("trial.balance.report.wizard", "general.ledger.report.wizard", "journal.ledger.report.wizard"):
            with freeze_time("2026-04-01 03:00:00"):  # still 31 March in Mexico
                defaults = self.env[model].default_get(["date_from", "date_to"])
            self.assertEqual((defaults["date_from"], defaults["date_to"]), (date(2026, 2, 1), date(2026, 2, 28)))

    def test_the_balanza_has_opening_debit_credit_and_closing_of_each_account(self):
        wizard = self._make_balanza()
        report = self.env["report.account_financial_report.trial_balance"]
        values = report._get_report_values(wizard.ids, wizard._prepare_report_data())
        found = {
            line["code"]: tuple(line[key] for key in ("initial_balance", "debit", "credit", "ending_balance"))
            for line in values["trial_balance"]
        }
        self.assertEqual(found["105.01.01"], (500, 100, 0, 600))
        self.assertEqual(found["201.01.01"], (-40, 0, 30, -70))
        self.assertEqual(found["401.01.01"], (0, 0, 100, -100), "the year before is closed")
        self.assertEqual(found["601.84.01"], (40, 30, 0, 70))
        self.assertAlmostEqual(sum(line[1] - line[2] for line in found.values()), 0)

    def test_the_balanza_is_a_spreadsheet(self):
        wizard = self._make_balanza()
        action = self.env.ref("account_financial_report.action_report_trial_balance_xlsx")
        content, kind = action._render_xlsx(action.report_name, wizard.ids, data=wizard._prepare_report_data())
        self.assertEqual(kind, "xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
        self.assertIn("Trial balance - Ledgers", cells[0])
        self.assertIn("105.01.01", cells)

    def test_who_may_not_read_the_books_gets_no_balanza(self):
        stranger = new_test_user(
            self.env,
            "stranger_to_the_books",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        wizard = self._make_balanza()
        report = self.env["report.account_financial_report.trial_balance"].with_user(stranger)
        with self.assertRaises(AccessError):
            report._get_report_values(wizard.ids, wizard._prepare_report_data())

    # === STATEMENTS === #

    def test_the_income_statement_is_that_of_the_ledger(self):
        lines = self._compute("income_statement")
        self.assertEqual(lines["sales"], [100, 100, 0])
        self.assertEqual(lines["general"], [30, 70, 0])
        self.assertEqual(lines["result"], [70, 30, 0])
        self.assertEqual(lines["unlisted"], [0, 0, 0])

    def test_an_account_outside_of_the_codes_stands_in_a_line_of_its_own(self):
        account = self.env["account.account"].create({"name": "Odd", "code": "999.99", "account_type": "expense"})
        self.accounts["999.99"] = account
        self._post("2026-03-07", "999.99", "201.01.01", 5)
        lines = self._compute("income_statement")
        self.assertEqual(lines["unlisted"], [-5, -5, 0])
        self.assertEqual(lines["result"], [65, 25, 0])

    def test_the_balance_sheet_balances(self):
        lines = self._compute("balance_sheet")
        self.assertEqual(lines["customers"], [600, 500, 0])
        self.assertEqual(lines["assets"], [600, 500, 0])
        self.assertEqual(lines["suppliers"], [70, 40, 0])
        self.assertEqual(lines["this_year"], [30, -40, 0])
        self.assertEqual(lines["earlier"], [500, 500, 0])
        self.assertEqual(lines["check"], [0, 0, 0])

    def test_each_company_has_statements_of_its_own_that_its_accountant_opens(self):
        accountant = new_test_user(
            self.env,
            "accountant_of_ledgers",
            groups="account.group_account_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        action = self.env.ref("l10n_mx_financial_report.income_statement_action").with_user(accountant).run()
        instance = self.env["mis.report.instance"].browse(action["res_id"])
        self.assertEqual(instance.company_id, self.company)
        again = self.env.ref("l10n_mx_financial_report.income_statement_action").with_user(accountant).run()
        self.assertEqual(again["res_id"], instance.id)
