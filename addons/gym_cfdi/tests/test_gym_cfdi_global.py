from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import format_date, mute_logger

from ..domain import periods
from ..domain.periods import period_of
from .common_global import FIRST_OF_DECEMBER, CfdiGlobalCase


@freeze_time(FIRST_OF_DECEMBER)
@tagged("post_install", "-at_install")
class TestGymCfdiGlobal(CfdiGlobalCase):
    # --- what is issued

    def test_the_sales_of_a_month_are_stamped_in_one_invoice(self):
        first = self._sell("2026-11-03", [self._prepare_line(100.0), self._prepare_line(50.0, self.exempt)])
        second = self._sell("2026-11-30", [self._prepare_line(900.0, self.iva0)], cfdi_payment_form="04")
        by_name = self._create_invoice_of()
        december = self._sell("2026-12-01")
        issued = self._issue_due()
        self.assertRecordValues(
            issued,
            [
                {
                    "state": "issued",
                    "cfdi_state": "stamped",
                    "place_zip": "42501",
                    "periodicity": "04",
                    "ticket_count": 2,
                    "refused_count": 0,
                    "amount_total": 1066.0,
                }
            ],
        )
        comprobante = self._read(issued.document_id)
        self.assertEqual([concept.no_identificacion for concept in comprobante.conceptos], [first.name, second.name])
        self.assertEqual(comprobante.total, Decimal("1066.00"))
        self.assertEqual(comprobante.forma_pago, "04")
        self.assertEqual((comprobante.informacion_global.meses, comprobante.informacion_global.anio), ("11", 2026))
        self.assertEqual(comprobante.receptor.nombre, "PUBLICO EN GENERAL")
        self.assertEqual((first + second).cfdi_global_id, issued)
        self.assertFalse((by_name + december).cfdi_global_id)
        self.assertFalse((first + second).cfdi_document_id)

    def test_what_other_software_declared_is_stated_by_nobody_here(self):
        """The overview and the global invoice follow one rule: what is older than the first CFDI here is not ours."""
        self.company.cfdi_since = "2026-11-15"
        before, after = self._sell("2026-11-14"), self._sell("2026-11-15")
        self._return(before)
        rows = self.env["gym.cfdi.reconciliation"].search([("company_id", "=", self.company.id)])
        self.assertEqual(rows.filtered(lambda row: row.reason == "global").move_id, after)
        draft = self.Global._make(self.company, "42501", period_of(date(2026, 11, 1), periods.MONTH))
        self.assertEqual([line.number for line in draft.line_ids], [after.name])
        self.assertEqual(draft.line_ids.standing, "to_state")
        draft._issue()
        self.assertEqual((draft.line_ids.standing, before.cfdi_global_id), ("stated", draft.browse()))

    def test_the_global_of_a_month_is_dated_in_its_month(self):
        self._sell("2026-11-30")
        issued = self._issue_due()
        comprobante = self._read(issued.document_id)
        self.assertEqual(comprobante.fecha, datetime(2026, 11, 30, 23, 59, 59))
        self.assertEqual(issued.cfdi_state, "stamped")

    def test_people_see_the_last_day_of_the_period(self):
        self.env["res.lang"]._activate_lang("es_MX")
        self._sell()
        draft = self.Global._make(self.company, "42501", period_of(date(2026, 11, 20), periods.MONTH))
        self.assertEqual((draft.date_end, draft.date_last), (date(2026, 12, 1), date(2026, 11, 30)))
        self.assertEqual(draft.with_context(lang="es_MX").display_name, "42501 01/11/2026")
        for kind in ("list", "form"):
            arch = self.Global.get_view(view_type=kind)["arch"]
            self.assertIn('"date_last"', arch)
            self.assertNotIn('"date_end"', arch)

    def test_running_twice_states_nothing_twice(self):
        self._sell()
        issued = self._issue_due()
        self.assertEqual(self._issue_due(), issued)
        self.assertEqual(len(self.sandbox.stamps(uuid=issued.document_id.uuid)), 1)
        late = self._sell("2026-11-21")
        again = self._issue_due() - issued
        self.assertEqual(again.line_ids.mapped("number"), [late.name])

    def test_each_place_has_its_own(self):
        other = self.journal.copy({"cfdi_zip": "77500", "code": "CUN"})
        here, there = self._sell(), self._sell(journal_id=other.id)
        issued = self._issue_due().sorted("place_zip")
        self.assertEqual(issued.mapped("place_zip"), ["42501", "77500"])
        self.assertEqual([record.line_ids.number for record in issued], [here.name, there.name])
        self.assertEqual(self._read(issued[1].document_id).lugar_expedicion, "77500")

    def test_days_by_day(self):
        self.company.cfdi_global_periodicity = periods.DAY
        for day in ("2026-11-28", "2026-11-29", "2026-11-29", "2026-12-01"):
            self._sell(day)
        issued = self._issue_due().sorted("date_start")
        self.assertEqual([str(record.date_start) for record in issued], ["2026-11-28", "2026-11-29"])
        self.assertEqual(issued.mapped("ticket_count"), [1, 2])

    def test_only_companies_that_want_it_issue_by_themselves(self):
        self._sell()
        self.company.cfdi_global_is_automatic = False
        self.assertFalse(self._issue_due())
        self.company.write({"cfdi_global_is_automatic": True, "cfdi_active": False})
        self.assertFalse(self._issue_due())

    # --- more than one document holds

    def _assert_split(self, issued, sales):
        """Assert that each of ``sales`` is in one of the stamped documents of ``issued``, and that the totals tie."""
        comprobantes = [self._read(document) for document in issued.document_id]
        self.assertEqual(len(comprobantes), len(issued))
        numbers = [concept.no_identificacion for item in comprobantes for concept in item.conceptos]
        self.assertEqual(sorted(numbers), sorted(sales.mapped("name")))
        self.assertAlmostEqual(float(sum(item.total for item in comprobantes)), sum(sales.mapped("amount_total")), 2)
        for record, comprobante in zip(issued, comprobantes, strict=True):
            self.assertAlmostEqual(record.amount_total, float(comprobante.total), 2)
            held = sales.filtered(lambda sale, record=record: sale.cfdi_global_id == record)
            self.assertEqual(record.line_ids.filtered("is_held").mapped("number"), held.mapped("name"))

    def test_more_sales_than_one_document_holds_are_several_documents(self):
        self.company.cfdi_global_most_tickets = 2
        sales = self.Global.env["account.move"].union(*(self._sell(lines=[100.0 + day]) for day in range(5)))
        bad = self._sell(lines=[self._prepare_line(100.0, self.iva16 + self.isr125)])
        issued = self._issue_due().sorted("id")
        self.assertEqual(sorted(issued.mapped("ticket_count")), [1, 2, 2])
        self.assertEqual(set(issued.mapped("state")), {"issued"})
        self.assertEqual(issued.line_ids.filtered("problem").mapped("number"), [bad.name])
        self._assert_split(issued, sales)
        self.assertEqual(self._issue_due(), issued)

    def test_a_document_larger_than_the_pac_takes_is_several_documents(self):
        sales = self.env["account.move"].union(*(self._sell(lines=[100.0 + day]) for day in range(4)))
        self.startPatcher(patch.object(type(self.pac), "_get_most_bytes", lambda pacs, company: 5500))
        issued = self._issue_due().sorted("id")
        self.assertEqual(issued.mapped("ticket_count"), [2, 2])
        self._assert_split(issued, sales)
        for document in issued.document_id:
            self.assertLess(len(document._get_sealed_bytes()), 5500)

    def test_what_was_returned_stays_with_its_sale(self):
        self.company.cfdi_global_most_tickets = 1
        first, second = self._sell(lines=[300.0, 200.0]), self._sell()
        refund = self._return(first, 200.0)
        draft = self._draft()
        action = draft.action_issue()
        issued = self.Global.search(action["domain"])
        self.assertEqual(sorted(issued.mapped("ticket_count")), [1, 1])
        self.assertEqual(first.cfdi_global_id, refund.cfdi_global_id)
        self.assertNotEqual(first.cfdi_global_id, second.cfdi_global_id)

    def test_the_smallest_of_the_pacs_limits_counts(self):
        self.assertEqual(self.pac._get_most_bytes(self.company), 950_000)
        other = self.pac.copy({"name": "Other", "largest_kb": 500})
        self.assertEqual(self.pac._get_most_bytes(self.company), 500_000)
        (self.pac | other).largest_kb = 0
        self.assertEqual(self.pac._get_most_bytes(self.company), 0)

    # --- what is not stated

    def test_a_sale_with_withholdings_needs_an_invoice_of_its_own(self):
        sale, bad = self._sell(), self._sell(lines=[self._prepare_line(100.0, self.iva16 + self.isr125)])
        issued = self._issue_due()
        self.assertEqual((issued.ticket_count, issued.refused_count), (1, 1))
        self.assertEqual(sale.cfdi_global_id, issued)
        self.assertFalse(bad.cfdi_global_id)
        line = issued.line_ids.filtered("problem")
        self.assertEqual((line.number, line.state, line.is_held), (bad.name, "refused", False))
        self.assertIn("withheld", line.problem)
        self.assertEqual(self._issue_due(), issued)

    def test_what_was_returned_before_is_not_stated(self):
        whole, part = self._sell(), self._sell(lines=[300.0])
        kept = self._sell()
        self._return(whole)
        self._return(part, 100.0)
        issued = self._issue_due()
        comprobante = self._read(issued.document_id)
        amounts = {concept.no_identificacion: concept.importe for concept in comprobante.conceptos}
        self.assertEqual(amounts, {part.name: Decimal("200.00"), kept.name: Decimal("499.00")})
        self.assertEqual(len(issued.line_ids.filtered("is_held")), 5)
        self.assertEqual(self._issue_due(), issued)

    def test_what_is_returned_in_december_of_a_sale_still_to_state(self):
        sale = self._sell()
        refund = self._return(sale, 99.0, day="2026-12-01")
        issued = self._issue_due()
        self.assertEqual(self._read(issued.document_id).conceptos[0].importe, Decimal("400.00"))
        self.assertEqual(refund.cfdi_global_id, issued)

    def test_what_is_returned_afterwards_is_credited_against_the_global_invoice(self):
        sale = self._sell()
        issued = self._issue_due()
        refund = self._return(sale, 99.0, day="2026-12-01")
        self._stamp()
        credit = refund.cfdi_document_id
        self.assertEqual((credit.kind, credit.state), ("global_credit", "stamped"))
        comprobante = self._read(credit)
        self.assertEqual(comprobante.tipo_de_comprobante, "E")
        self.assertEqual(comprobante.cfdi_relacionados[0].tipo_relacion, "01")
        self.assertEqual(comprobante.cfdi_relacionados[0].uuids, (issued.document_id.uuid,))
        self.assertEqual(comprobante.receptor.nombre, "PUBLICO EN GENERAL")
        self.assertEqual(float(comprobante.total), refund.amount_total)
        self.assertEqual(sale.cfdi_global_id, issued)
        with self.assertRaisesRegex(UserError, "returned in part"):
            sale._record_cfdi_intention(is_asked=True)

    def test_sales_in_foreign_currency(self):
        self.env.ref("base.USD").active = True
        sale = self._sell(currency_id=self.env.ref("base.USD").id)
        self.assertFalse(self._issue_due())
        self.assertFalse(sale.cfdi_global_id)

    # --- drafts

    def _draft(self, day="2026-11-20", periodicity=periods.MONTH):
        wizard = self.env["gym.cfdi.global.make"].create({"day": day, "periodicity": periodicity})
        return self.Global.browse(wizard.action_preview()["res_id"])

    def test_a_draft_holds_nothing_and_can_be_thrown_away(self):
        sale = self._sell()
        draft = self._draft()
        self.assertRecordValues(draft, [{"state": "draft", "ticket_count": 1, "document_id": False}])
        self.assertFalse(sale.cfdi_global_id)
        draft.action_discard()
        self.assertFalse(draft.exists())

    def test_issuing_a_draft_takes_the_sales_as_they_are_then(self):
        gone, sale = self._sell(), self._sell()
        draft = self._draft()
        gone.button_draft()
        more = self._sell()
        draft.action_issue()
        self._stamp()
        self.assertEqual(draft.line_ids.mapped("number"), [sale.name, more.name])
        self.assertEqual(draft.cfdi_state, "stamped")

    def test_a_period_that_is_not_over_is_not_issued(self):
        sale = self._sell("2026-12-01")
        draft = self._draft("2026-12-01")
        with self.assertRaisesRegex(UserError, format_date(self.env, "2026-12-31")):
            draft.action_issue()
        self.assertEqual(draft.state, "draft")
        self.assertFalse(sale.cfdi_global_id)
        self.assertFalse(self.env["gym.cfdi.document"].search([("kind", "=", "global")]))

    def test_there_has_to_be_something_to_state(self):
        with self.assertRaisesRegex(UserError, "nothing was sold"):
            self._draft()
        with self.assertRaisesRegex(UserError, "No sales journal"):
            wizard = self.env["gym.cfdi.global.make"].create({"day": "2026-11-01", "place_zip": "77500"})
            wizard.action_preview()

    def test_what_was_withdrawn_frees_its_sales(self):
        sale = self._sell()
        draft = self._draft()
        draft.action_issue()
        draft.action_discard()
        self.assertEqual((draft.state, draft.document_id.state), ("cancelled", "cancelled"))
        self.assertFalse(sale.cfdi_global_id)
        issued = self._issue_due() - draft
        self.assertEqual(sale.cfdi_global_id, issued)

    def test_what_was_issued_is_kept(self):
        self._sell()
        issued = self._issue_due()
        with self.assertRaises(UserError):
            issued.action_discard()
        with self.assertRaises(UserError):
            issued.unlink()
        with self.assertRaises(UserError):
            issued.action_issue()
        self.assertEqual((issued.state, issued.cfdi_state), ("issued", "stamped"))

    # --- guards

    def test_a_sale_in_a_global_invoice_stays_posted(self):
        sale = self._sell()
        self._issue_due()
        for method in (sale.button_draft, sale.button_cancel):
            with self.assertRaisesRegex(UserError, "global invoice"):
                method()
        self.assertEqual(sale.state, "posted")

    @mute_logger("odoo.sql_db")
    def test_the_database_holds_a_sale_once(self):
        sale = self._sell()
        draft, other = self._draft(), self._draft()
        draft._issue()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            other._issue()
            self.env.flush_all()
        self.assertEqual(sale.cfdi_global_id, draft)

    def test_who_reads_does_not_issue(self):
        sale = self._sell()
        draft = self._draft()
        reader = new_test_user(self.env, "reader of cfdi", "account.group_account_readonly", company_id=self.company.id)
        for method in ("action_issue", "action_refresh", "action_discard"):
            with self.assertRaises(AccessError):
                getattr(draft.with_user(reader), method)()
        self.assertEqual(draft.state, "draft")
        self.assertFalse(sale.cfdi_global_id)

    def test_who_invoices_issues(self):
        self._sell()
        biller = new_test_user(self.env, "biller of cfdi", "account.group_account_invoice", company_id=self.company.id)
        wizard = self.env["gym.cfdi.global.make"].with_user(biller).create({"day": "2026-11-20"})
        draft = self.Global.with_user(biller).browse(wizard.action_preview()["res_id"])
        draft.action_issue()
        self._stamp()
        self.assertEqual(draft.cfdi_state, "stamped")

    def test_another_company_sees_nothing(self):
        self._sell()
        issued = self._issue_due()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger_of_cfdi",
            "account.group_account_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.Global.with_user(stranger).search([]))
        self.assertFalse(self.env["gym.cfdi.global.line"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.env["gym.cfdi.global.make"].with_user(stranger).create({"company_id": issued.company_id.id})
        with self.assertRaises(AccessError):
            issued.with_user(stranger).read(["amount_total"])

    # --- growth

    def test_queries_do_not_grow_with_the_sales(self):
        def queries(count):
            for _number in range(count):
                self._sell()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Global._make(self.company, "42501", period_of(date(2026, 11, 20), periods.MONTH))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = queries(2)
        many = queries(20)
        self.assertLessEqual(many, few + 6)
