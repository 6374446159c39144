import random
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

from ..models.account_move_batch import AccountMoveBatch
from ..services.row_cloner import RowCloner
from .common import TODAY, InvoiceBatchCommon
from .dump import dump


class DifferentialCommon(InvoiceBatchCommon):
    """Compares what a batch stores with what Odoo stores when it creates and posts the same invoices."""

    def assert_equals_odoo(self, invoices, copies=None):
        """Make ``invoices`` by Odoo, take it back, make them in a batch, and compare all that is stored.

        :param int copies: how many of them must have been copied; None to leave that open
        """
        with self.env.cr.savepoint() as savepoint:
            expected = dump(self.env, self._create_by_odoo(invoices))
            savepoint.rollback()
        self.env.invalidate_all()
        copied = []
        clone = RowCloner.clone
        with patch.object(RowCloner, "clone", lambda cloner, *args: copied.append(clone(cloner, *args)) or copied[-1]):
            moves = self.batch._create_and_post(invoices)
        actual = dump(self.env, moves)
        for table in expected.keys() | actual.keys():
            self.assertEqual(expected.get(table), actual.get(table), table)
        if copies is not None:
            self.assertEqual(sum(map(len, copied)), copies)
        return moves

    def _numbered(self, invoices):
        """Give each a reference that sorts as they do: Odoo numbers by day, reference and id."""
        return [replace(invoice, ref=f"R{place:05}") for place, invoice in enumerate(invoices)]


class TestDifferential(DifferentialCommon):
    """Whatever a batch stores equals, column by column, what Odoo stores."""

    def test_one_plan_for_customers_of_every_kind(self):
        # Some share a pattern with each other (plain ones, employees), others with nobody.
        invoices = self._numbered([self._invoice(partner) for partner in [*self.partners] * 5])
        moves = self.assert_equals_odoo(invoices)
        self.assertEqual(len(moves), 60)

    def test_copies_are_really_made(self):
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(12)])
        self.assert_equals_odoo(self._numbered([self._invoice(partner) for partner in partners]), copies=10)

    def test_random_plans(self):
        chance = random.Random(5)
        for _round in range(6):
            plans = [self._random_plan(chance) for _plan in range(4)]
            invoices = []
            for _member in range(30):
                lines, values = chance.choice(plans)
                invoices.append(self._invoice(chance.choice(self.partners), *lines, **values))
            with self.subTest(plans=plans), self.env.cr.savepoint() as savepoint:
                self.assert_equals_odoo(self._numbered(invoices))
                savepoint.rollback()

    def _random_plan(self, chance):
        """Lines and invoice values as plans, add-ons, credits and branches may come to need them."""
        analytic = self.env["account.analytic.account"].search([], limit=1) or self._create_analytic_account()
        lines = []
        for _line in range(chance.randint(1, 4)):
            values = {"name": chance.choice([None, "Plan", "Period 1 to 31"]), "quantity": chance.choice([1, 2, 0.5])}
            values["discount"] = chance.choice([0, 0, 10, 33.33])
            values["product_id"] = chance.choice([self.product_a, self.product_b]).id
            if chance.random() < 0.3:
                values["values"] = (("analytic_distribution", {str(analytic.id): 100}),)
            taxes = self.env["account.tax"].union(*chance.sample([*self.taxes], chance.randint(0, 2)))
            lines.append(self._line(round(chance.uniform(1, 3000), 2), taxes, **values))
        invoice = {
            "journal_id": chance.choice([self.journal, self.other_journal]).id,
            "invoice_date": TODAY + timedelta(days=chance.choice([0, 0, 0, 1, 31])),
            "payment_term_id": chance.choice([None, None, 0, self.net_30.id, self.pay_terms_b.id]),
            "fiscal_position_id": chance.choice([None, None, 0, self.fiscal_pos_a.id]),
            "origin": chance.choice([None, "SUB/1"]),
        }
        return lines, invoice

    def _create_analytic_account(self):
        plan = self.env["account.analytic.plan"].create({"name": "Branches"})
        return self.env["account.analytic.account"].create({"name": "North", "plan_id": plan.id})

    def test_customers_of_several_companies(self):
        other = self.setup_other_company()["default_journal_sale"]
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(8)])
        lines = {
            self.journal: self._line(),
            other: self._line(tax=self.env["account.tax"]),
        }
        self.env.user.company_ids |= other.company_id
        invoices = [
            self._invoice(partner, lines[journal], journal_id=journal.id) for partner in partners for journal in lines
        ]
        moves = self.batch._create_and_post(invoices)
        self.assertEqual(moves.mapped("journal_id.id"), [self.journal.id, other.id])
        self.assertEqual(
            [move.company_id for move in moves], [journal.company_id for _p in partners for journal in lines]
        )

    def test_fiscal_position_by_country_is_each_customers_own(self):
        self.fiscal_pos_a.write({"auto_apply": True, "country_id": self.env.ref("base.us").id})
        countries = [self.env.ref("base.us").id, self.env.ref("base.mx").id, False]
        partners = self.env["res.partner"].create(
            [{"name": f"M {number}", "country_id": countries[number % 3]} for number in range(18)]
        )
        moves = self.assert_equals_odoo(self._numbered([self._invoice(partner) for partner in partners]))
        self.assertEqual(moves[0].fiscal_position_id, self.fiscal_pos_a)
        self.assertFalse(self.fiscal_pos_a & (moves[1] + moves[2]).fiscal_position_id)

    def test_second_invoice_of_a_customer(self):
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(5)])
        for month in (3, 4):
            day = date(2026, month, 1)
            invoices = [self._invoice(partner, invoice_date=day) for partner in partners]
            self.assert_equals_odoo(self._numbered(invoices), copies=3)


class TestFallback(DifferentialCommon):
    """Where a copy cannot be proven equal, Odoo makes the invoice, and nobody notices but the clock."""

    def test_a_module_that_creates_in_its_own_way(self):
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(6)])
        invoices = self._numbered([self._invoice(partner) for partner in partners])
        with patch.object(AccountMoveBatch, "_get_obstacle", lambda batch: "somebody overrides create"):
            self.assert_equals_odoo(invoices, copies=0)

    def test_creating_also_writes_elsewhere(self):
        create = type(self.env["account.move"]).create

        def create_and_note(moves, vals_list):
            made = create(moves, vals_list)
            moves.env["ir.config_parameter"].sudo().set_param("last.invoice", made[-1:].partner_id.name)
            return made

        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(6)])
        with patch.object(type(self.env["account.move"]), "create", create_and_note):
            self.assert_equals_odoo(self._numbered([self._invoice(partner) for partner in partners]), copies=0)

    def test_a_column_that_differs_between_two_invoices(self):
        create = type(self.env["account.move"]).create

        def create_with_origin(moves, vals_list):
            return create(moves, [{**vals, "incoterm_location": f"at {vals['partner_id']}"} for vals in vals_list])

        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(6)])
        with patch.object(type(self.env["account.move"]), "create", create_with_origin):
            self.assert_equals_odoo(self._numbered([self._invoice(partner) for partner in partners]), copies=0)

    def test_a_customer_whose_computed_values_differ(self):
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(8)])
        compute = type(self.env["account.move"])._compute_invoice_payment_term_id

        def compute_by_name(moves):
            compute(moves)
            for move in moves.filtered(lambda move: move.partner_id == partners[5]):
                move.invoice_payment_term_id = self.net_30

        with patch.object(type(self.env["account.move"]), "_compute_invoice_payment_term_id", compute_by_name):
            moves = self.assert_equals_odoo(self._numbered([self._invoice(partner) for partner in partners]), copies=5)
        self.assertEqual(moves.filtered("invoice_payment_term_id").partner_id, partners[5])
