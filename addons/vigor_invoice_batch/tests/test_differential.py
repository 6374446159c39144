import random
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

from odoo import api

from odoo.addons.account.models.account_move import AccountMove

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

    def test_a_closed_day_moves_the_entries_as_odoo_does(self):
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(5)])
        for locked in (TODAY, False):
            self.env.company.sale_lock_date = locked
            moves = self.assert_equals_odoo(self._numbered([self._invoice(partner) for partner in partners]))
            self.assertEqual(TODAY in moves.mapped("date"), not locked)


class TestFallback(DifferentialCommon):
    """Where a copy cannot be proven equal, Odoo makes the invoice, and nobody notices but the clock."""

    def test_a_module_that_creates_in_its_own_way(self):
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(6)])
        invoices = self._numbered([self._invoice(partner) for partner in partners])
        with patch.object(AccountMoveBatch, "_get_obstacle", lambda batch: "somebody overrides create"):
            self.assert_equals_odoo(invoices, copies=0)

    def test_creating_also_writes_elsewhere(self):
        create = AccountMove.create

        def create_and_note(moves, vals_list):
            made = create(moves, vals_list)
            moves.env["ir.config_parameter"].sudo().set_param("last.invoice", made[-1:].partner_id.name)
            return made

        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(6)])
        with patch.object(AccountMove, "create", create_and_note):
            self.assert_equals_odoo(self._numbered([self._invoice(partner) for partner in partners]), copies=0)

    def test_a_column_that_differs_between_two_invoices(self):
        create = AccountMove.create

        def create_with_origin(moves, vals_list):
            return create(moves, [{**vals, "incoterm_location": f"at {vals['partner_id']}"} for vals in vals_list])

        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(6)])
        with patch.object(AccountMove, "create", create_with_origin):
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

    def test_an_automation_rule_on_invoices_or_their_lines_sees_every_one(self):
        """As base_automation and audit logs do it: they replace methods of the class in the registry."""
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(6)])
        invoices = self._numbered([self._invoice(partner) for partner in partners])
        for name in ("account.move", "account.move.line"):
            registry_class, seen = self.registry[name], []
            with (
                self.subTest(model=name),
                self.env.cr.savepoint() as savepoint,
                patch.object(registry_class, "create", self._create_that_tells(registry_class.create, seen)),
            ):
                moves = self.assert_equals_odoo(invoices, copies=0)
                made = moves if name == "account.move" else moves.line_ids
                self.assertFalse(set(made.ids) - set(seen))
                savepoint.rollback()

    def _create_that_tells(self, create, seen):
        @api.model_create_multi
        def create_and_tell(records, vals_list):
            made = create(records, vals_list)
            seen.extend(made.ids)
            return made

        return create_and_tell

    def test_a_rule_on_writing_alone_is_an_obstacle_too(self):
        for method in ("write", "_compute_field_value"):
            registry_class = self.registry["account.move.line"]
            with patch.object(registry_class, method, getattr(registry_class, method)):
                self.assertIn(method, self.batch._get_obstacle())
        self.assertFalse(self.batch._get_obstacle())

    def test_a_computation_that_reads_more_than_it_declares(self):
        """Of a module that nobody reviewed: the two that the ORM makes may agree where a third does not."""
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(8)])
        declared = self.registry.field_depends[AccountMove.invoice_incoterm_id]
        self.assertFalse([name for name in declared if "partner" in name])
        incoterm = self.env["account.incoterms"].search([], limit=1)

        def compute_by_name(moves):
            for move in moves:
                move.invoice_incoterm_id = incoterm if move.partner_id == partners[5] else False

        doubtful = {"account.move": ("invoice_incoterm_id",), "account.move.line": ()}
        with (
            patch.object(self.registry["account.move"], "_compute_incoterm", compute_by_name),
            patch.object(AccountMoveBatch, "_get_doubtful_fields", lambda batch: doubtful),
        ):
            moves = self.assert_equals_odoo(self._numbered([self._invoice(partner) for partner in partners]), copies=5)
        self.assertEqual(moves.filtered("invoice_incoterm_id").partner_id, partners[5])

    def test_what_unreviewed_modules_compute_is_doubtful(self):
        reviewed = AccountMoveBatch._get_reviewed_modules
        self.env.registry.clear_cache()
        self.addCleanup(self.env.registry.clear_cache)
        with patch.object(AccountMoveBatch, "_get_reviewed_modules", lambda batch: reviewed(batch) - {"account"}):
            doubtful = self.batch._get_doubtful_fields()
            self.assertFalse(self.env["account.move"]._get_totals(), "posting adds up what others take part in")
        self.assertIn("invoice_incoterm_id", doubtful["account.move"])
        self.assertIn("account_id", doubtful["account.move.line"])
        self.assertNotIn("partner_id", doubtful["account.move"], "nothing computes it")


class TestBeside(DifferentialCommon):
    """Addons of Odoo whose way of creating invoices was reviewed keep the copying on."""

    def test_purchase(self):
        self.assertIn("purchase", self.registry._init_modules)
        self.assertFalse(self.batch._get_obstacle())
        partners = self.env["res.partner"].create([{"name": f"M {number}"} for number in range(8)])
        self.assert_equals_odoo(self._numbered([self._invoice(partner) for partner in partners]), copies=6)
