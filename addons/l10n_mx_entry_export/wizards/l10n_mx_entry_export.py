import base64
import io

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import aspel, contpaqi
from ..domain.entry import DIARY, EXPENSE, INCOME, Entry, Line, Unfit, to_cents

MOST_PROBLEMS = 20
NUMBERED = "Entries of this kind are numbered from here on in each month, by date: the next one that is free there."
FIRST_NUMBERS = {INCOME: "first_income", EXPENSE: "first_expense", DIARY: "first_diary"}


class L10nMxEntryExport(models.TransientModel):
    """Writes the posted entries of a period as a file for another accounting program."""

    _name = "l10n_mx.entry.export"
    _description = "Entries for CONTPAQi and Aspel COI"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    program = fields.Selection(
        [("contpaqi", "CONTPAQi Contabilidad (text)"), ("aspel", "Aspel COI (spreadsheet)")],
        required=True,
        default="contpaqi",
    )
    date_from = fields.Date(string="From", required=True, default=lambda self: self._get_last_month()[0])
    date_to = fields.Date(
        string="Until", required=True, default=lambda self: self._get_last_month()[1], help="This day included."
    )
    journal_ids = fields.Many2many(
        "account.journal",
        string="Journals",
        domain="[('company_id', '=', company_id)]",
        help="All of them when none is chosen.",
    )
    first_income = fields.Integer(string="First Income Number", default=1, required=True, help=NUMBERED)
    first_expense = fields.Integer(string="First Expense Number", default=1, required=True, help=NUMBERED)
    first_diary = fields.Integer(string="First Diary Number", default=1, required=True, help=NUMBERED)
    file = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)
    summary = fields.Char(readonly=True)

    @api.model
    def _get_last_month(self):
        """Return the first and the last day of the month before this one."""
        this_month = self.env.company._today().replace(day=1)
        last_day = fields.Date.subtract(this_month, days=1)
        return last_day.replace(day=1), last_day

    # === ACTIONS === #

    def action_export(self):
        """Write the file and offer it for download.

        :raise UserError: with everything that keeps the entries from being written
        """
        self.ensure_one()
        self._check_choices()
        moves = self._get_moves()
        if not moves:
            raise UserError(self.env._("Nothing is posted in this period in these journals."))
        try:
            content, suffix = self._write_file(self._get_entries(moves))
        except Unfit as unfit:
            raise UserError(self._explain(unfit.problems)) from unfit
        self.write(
            {
                "file": base64.b64encode(content),
                "file_name": f"{self.program}_{self.date_from}_{self.date_to}.{suffix}",
                "summary": self.env._(
                    "%(count)s entries, %(amount)s on each side.",
                    count=len(moves),
                    amount=self.company_id.currency_id.format(sum(moves.line_ids.mapped("debit"))),
                ),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_choices(self):
        if self.date_to < self.date_from:
            raise UserError(self.env._("The period ends before it begins."))
        if min(self[name] for name in FIRST_NUMBERS.values()) < 1:
            raise UserError(self.env._("Entries are numbered from 1 on: correct the first numbers."))
        is_one_month = (self.date_from.year, self.date_from.month) == (self.date_to.year, self.date_to.month)
        if self.program == "aspel" and not is_one_month:
            raise UserError(self.env._("Aspel COI imports into one month: choose days of a single month."))

    # === ENTRIES === #

    def _get_moves(self):
        """Return the posted entries of the period that the user may see, by date."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("state", "=", "posted"),
            ("date", ">=", self.date_from),
            ("date", "<=", self.date_to),
        ]
        if self.journal_ids:
            domain.append(("journal_id", "in", self.journal_ids.ids))
        return self.env["account.move"].search(domain, order="date, name, id")

    def _get_entries(self, moves):
        """Return ``moves`` as the domain knows entries, numbered by kind and month."""
        numbers, entries = {}, []
        for move in moves:
            kind = self._get_kind(move)
            key = (kind, move.date.year, move.date.month)
            numbers[key] = numbers.get(key, self[FIRST_NUMBERS[kind]] - 1) + 1
            text = f"{move.name} {move.ref or move.partner_id.name or move.journal_id.name}"
            entries.append(Entry(kind, numbers[key], move.date, text, self._get_lines(move)))
        return entries

    @api.model
    def _get_kind(self, move):
        """Return the kind of an entry: money that came in, money that went out, and everything else."""
        journal = move.journal_id
        if journal.type not in ("bank", "cash"):
            return DIARY
        methods = journal.inbound_payment_method_line_ids | journal.outbound_payment_method_line_ids
        accounts = journal.default_account_id | methods.payment_account_id
        balance = sum(move.line_ids.filtered(lambda line: line.account_id in accounts).mapped("balance"))
        return EXPENSE if balance < 0 else INCOME

    def _get_lines(self, move):
        """Return the lines of a move that have an amount, in company currency."""
        return tuple(
            Line(
                (line.account_id.with_company(self.company_id).code or "").strip(),
                to_cents(line.debit),
                to_cents(line.credit),
                line.name or move.ref or move.name,
                move.name,
            )
            for line in move.line_ids
            if line.debit or line.credit
        )

    # === FILE === #

    def _write_file(self, entries):
        """Return the content of the file and its suffix."""
        if self.program == "contpaqi":
            return contpaqi.write(entries), "txt"
        return self._write_sheet(aspel.rows(entries)), "xlsx"

    @api.model
    def _write_sheet(self, rows):
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
            sheet, money = book.add_worksheet(), book.add_format({"num_format": "0.00"})
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value)
                    elif value is not None:
                        sheet.write_number(number, column, value, money if column in aspel.MONEY else None)
        return output.getvalue()

    # === PROBLEMS === #

    def _explain(self, problems):
        """Return the problems in words, each once, with what to do."""
        found = list(dict.fromkeys(self._explain_one(code, values) for code, values in problems))
        title = self.env._("Nothing was written. Correct this first:")
        lines = [title, *(f"- {text}" for text in found[:MOST_PROBLEMS])]
        if len(found) > MOST_PROBLEMS:
            lines.append(self.env._("And %(count)s more.", count=len(found) - MOST_PROBLEMS))
        return "\n".join(lines)

    def _explain_one(self, code, values):
        env = self.env
        texts = {
            "empty": lambda: env._("%(entry)s has no amounts.", **values),
            "unbalanced": lambda: env._("%(entry)s does not balance: %(difference)s.", **values),
            "amount": lambda: env._("%(entry)s has an amount that is negative or below a cent.", **values),
            "no_code": lambda: env._("%(entry)s uses an account without code. Give it one in Accounting.", **values),
            "code_too_long": lambda: env._("The code %(account)s is longer than %(width)s characters.", **values),
            "same_number": lambda: env._("Two entries of %(month)s have the number %(number)s.", **values),
        }
        return texts[code]()
