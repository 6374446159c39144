from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_global import FIRST_OF_DECEMBER, CfdiGlobalCase
from .common_invoice import NOW, CfdiInvoiceCase


class OverviewCommon(CfdiInvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env,
            "cfdi_reader",
            "account.group_account_readonly",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _stamp(cls, moves, **values):
        """Have the CFDI of these moves stamped; ``values`` are what the sealed document says."""
        for document in moves.cfdi_document_id:
            document._transition("seal", {"sealed_xml": "<x/>", "request_id": f"test-{document.id}"} | values)
            document._transition("send")
            document._transition("stamp", {"uuid": f"00000000-0000-4000-8000-{document.id:012d}"})
        cls.env.flush_all()
        return moves.cfdi_document_id


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestReconciliation(OverviewCommon):
    def _rows(self, moves=None):
        self.env.flush_all()
        domain = [("company_id", "=", self.company.id)]
        rows = self.env["gym.cfdi.reconciliation"].with_user(self.reader).search(domain)
        return rows if moves is None else rows.filtered(lambda row: row.move_id in moves)

    def test_a_stamped_invoice_and_its_credit_note_agree_with_the_ledger(self):
        invoice = self._create_invoice_of()
        self._stamp(invoice)
        credit = invoice._reverse_moves([{"invoice_date": "2026-11-21"}])
        credit.action_post()
        self._stamp(credit)
        self.assertRecordValues(
            self._rows().sorted("id"),
            [
                {"amount_ledger": 578.84, "amount_cfdi": 578.84, "difference": 0.0, "reason": False},
                {"amount_ledger": -578.84, "amount_cfdi": -578.84, "difference": 0.0, "reason": False},
            ],
        )

    def test_each_difference_has_its_reason(self):
        pending, rejected, cancelled, amount, month, fine = (self._create_invoice_of() for _number in range(6))
        rejected.cfdi_document_id._transition("reject")
        self._stamp(cancelled)._transition("cancel")
        self._stamp(amount, amount_total=578.83)
        self._stamp(month, fecha="2026-12-01T00:00:01")
        self._stamp(fine, fecha="2026-11-21T12:00:00")
        missing = self._create_invoice_of()
        missing.cfdi_document_id._transition("withdraw")
        reasons = {row.move_id: (row.reason, row.difference) for row in self._rows()}
        self.assertEqual(
            reasons,
            {
                pending: ("pending", 578.84),
                rejected: ("rejected", 578.84),
                cancelled: ("cancelled", 578.84),
                amount: ("amount", 0.01),
                month: ("month", 0.0),
                fine: (False, 0.0),
                missing: ("missing", 578.84),
            },
        )

    def test_a_stamp_of_a_test_environment_counts_only_while_on_trial(self):
        invoice = self._create_invoice_of()
        self._stamp(invoice, is_test=True)
        self.assertFalse(self._rows(invoice).reason)
        self.env["gym.cfdi.pac"].create(
            {"name": "PAC", "provider": "finkok", "environment": "production", "company_id": self.company.id}
        )
        self.env.invalidate_all()
        self.assertEqual(self._rows(invoice).reason, "test")

    def test_a_sale_without_rfc_waits_for_a_global_invoice(self):
        invoice = self._create_invoice_of(cfdi_to_global=True)
        self.assertEqual(self._rows(invoice).reason, "global")

    def test_what_needs_no_cfdi_is_not_expected(self):
        self._create_invoice_of(post=False)
        self._create_invoice_of(lines=[0.0])
        self._create_invoice_of(move_type="in_invoice", journal_id=self.company_data["default_journal_purchase"].id)
        self.company.cfdi_since = "2026-11-02"
        self._create_invoice_of(invoice_date="2026-11-01")
        self.assertFalse(self._rows())
        self.company.cfdi_since = False
        self.company.cfdi_active = False
        self.env.invalidate_all()
        self.assertFalse(self._rows())

    def test_in_another_currency_the_company_s_amounts_are_compared(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        dollar.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "rate": 0.05, "currency_id": dollar.id, "company_id": self.company.id}
        )
        invoice = self._create_invoice_of(currency_id=dollar.id)
        self._stamp(invoice)
        self.assertRecordValues(self._rows(invoice), [{"amount_ledger": 11576.8, "difference": 0.0, "reason": False}])

    def test_mending_stamps_what_is_missing_and_opens_the_rest(self):
        invoice, other = self._create_invoice_of(), self._create_invoice_of()
        invoice.cfdi_document_id._transition("withdraw")
        self._stamp(other, amount_total=1)
        rows = {row.move_id: row.sudo(False).with_user(self.env.user) for row in self._rows()}
        with patch.object(self.env.registry["gym.cfdi.document"], "action_stamp_now"):  # it commits
            rows[invoice].action_correct()
        self.assertNotEqual(invoice.cfdi_document_id.state, "cancelled")
        self.assertEqual(rows[other].action_correct()["res_id"], other.cfdi_document_id.id)
        self.assertEqual(rows[other].action_open()["res_id"], other.id)

    def test_a_reader_cannot_stamp_by_mending(self):
        invoice = self._create_invoice_of()
        invoice.cfdi_document_id._transition("withdraw")
        with self.assertRaises(AccessError):
            self._rows(invoice).action_correct()
        self.assertEqual(invoice.cfdi_document_id.state, "cancelled")

    def test_where_they_agree_there_is_nothing_to_mend(self):
        invoice = self._create_invoice_of()
        self._stamp(invoice)
        with self.assertRaisesRegex(UserError, "agree"):
            self._rows(invoice).action_correct()

    def test_nobody_sees_another_company(self):
        self._create_invoice_of()
        stranger = self._create_stranger()
        self.env.flush_all()
        self.assertFalse(self.env["gym.cfdi.reconciliation"].with_user(stranger).search([]))

    def _create_stranger(self):
        company = self.env["res.company"].create({"name": "Otra"})
        return new_test_user(
            self.env,
            "cfdi_stranger",
            "account.group_account_readonly",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )


@freeze_time(FIRST_OF_DECEMBER)
@tagged("post_install", "-at_install")
class TestReconciliationOfGlobals(CfdiGlobalCase):
    def test_a_sale_agrees_with_what_the_global_invoice_states_of_it(self):
        sale, late = self._sell("2026-11-03"), self._sell("2026-12-01")
        self._issue_due()
        self.env.flush_all()
        rows = self.env["gym.cfdi.reconciliation"].search([("company_id", "=", self.company.id)])
        self.assertRecordValues(
            rows.sorted("id"),
            [
                {
                    "move_id": sale.id,
                    "document_id": sale.cfdi_global_id.document_id.id,
                    "difference": 0,
                    "reason": False,
                },
                {"move_id": late.id, "document_id": False, "difference": late.amount_total, "reason": "global"},
            ],
        )


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOverview(OverviewCommon):
    def _get(self, month="2026-11", user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        overview = self.env["gym.cfdi.overview"].with_user(user or self.reader)
        return overview.with_context(allowed_company_ids=self.company.ids).get_overview(month)

    def _counts(self, month="2026-11"):
        return {check["code"]: check["count"] for check in self._get(month)["checks"] if check["count"]}

    def test_a_month_without_open_ends_is_all_zero(self):
        invoice = self._create_invoice_of()
        self._stamp(invoice)
        self.assertEqual(self._counts(), {"pue": 1} if invoice.cfdi_payment_method == "PUE" else {})

    def test_every_open_end_is_counted_and_its_list_has_as_many(self):
        self._create_invoice_of()
        self._create_invoice_of().cfdi_document_id._transition("reject")
        self._stamp(self._create_invoice_of(cfdi_payment_method="PPD"))._transition("request_cancel")
        self._stamp(self._create_invoice_of(cfdi_payment_method="PPD"), amount_total=1)
        self._stamp(self._create_invoice_of(cfdi_payment_method="PUE"))
        self._create_invoice_of(cfdi_to_global=True)
        counts = {"pending": 1, "rejected": 1, "cancelling": 1, "differences": 1, "pue": 1, "global": 1}
        self.assertEqual(self._counts(), counts)
        self.assertEqual(self._counts("2026-10"), {})
        for check in self._get()["checks"]:
            model = self.env[check["action"]["res_model"]].with_user(self.reader)
            found = model.with_context(allowed_company_ids=self.company.ids).search(check["action"]["domain"])
            self.assertEqual(len(found), check["count"], check["code"])

    def test_months_begin_by_the_clock_of_the_company(self):
        """23:30 of 31 October in Hidalgo is 05:30 of 1 November in UTC."""
        with freeze_time("2026-11-01 05:30:00"):
            self.env["gym.cfdi.document"]._record(
                [{"company_id": self.company.id, "kind": "invoice", "document_type": "I", "place_zip": "42501"}]
            )
        months = {month["key"]: month["pending"] for month in self._get()["months"]}
        self.assertEqual((months["2026-10"], months["2026-11"]), (1, 0))
        self.assertEqual(self._counts("2026-10"), {"pending": 1})
        self.assertEqual(len(months), 12)

    def test_withdrawn_documents_are_not_cancelled_ones(self):
        self._create_invoice_of().cfdi_document_id._transition("withdraw")
        self._stamp(self._create_invoice_of())._transition("cancel")
        self.assertEqual(self._get()["months"][0]["cancelled"], 1)

    def test_deadlines_warn_by_the_hours_left(self):
        self._create_invoice_of()
        for now, expected in (
            ("2026-11-22 17:00:00", []),
            ("2026-11-22 19:00:00", [(1, False)]),
            ("2026-11-24 13:00:00", [(1, True)]),
            ("2026-11-24 19:00:00", [(1, True)]),
        ):
            with freeze_time(now):
                alarms = self._get()["alarms"]
            self.assertEqual([(alarm["count"], alarm["is_urgent"]) for alarm in alarms], expected, now)

    def test_until_the_fifth_the_last_month_is_shown(self):
        for now, month in (("2026-11-05 18:00:00", "2026-10"), ("2026-11-06 18:00:00", "2026-11")):
            with freeze_time(now):
                self.assertEqual(self._get(None)["month"]["key"], month)
        values = self._get("2026-01")["month"]
        self.assertEqual((values["previous"], values["next"]), ("2025-12", "2026-02"))

    def test_the_health_of_the_providers_is_shown_without_secrets(self):
        pac = self.env["gym.cfdi.pac"].create(
            {
                "name": "Finkok",
                "provider": "finkok",
                "company_id": self.company.id,
                "username": "secret-user",
                "balance": 5,
                "balance_at": NOW,
                "breaker_failures": 9,
                "breaker_open_until": "2026-11-21 19:00:00",
            }
        )
        values = self._get()
        self.assertNotIn("secret-user", str(values))
        shown = values["pacs"][0]
        self.assertEqual((shown["name"], shown["balance"], shown["is_low"]), ("Finkok", 5, True))
        self.assertEqual(shown["health"], pac.breaker_state)
        self.assertIsNone(values["seal"])

    def test_a_month_is_over_when_its_last_day_is(self):
        self.assertFalse(self._get()["is_over"])
        with freeze_time("2026-12-01 12:00:00"):
            self.assertTrue(self.env["gym.cfdi.overview"].get_overview("2026-11")["is_over"])

    def test_only_who_may_see_cfdi_gets_it(self):
        nobody = new_test_user(self.env, "cfdi_nobody", "base.group_user", company_id=self.company.id)
        with self.assertRaises(AccessError):
            self._get(user=nobody)

    def test_queries_do_not_grow_with_the_documents(self):
        self._get()
        self._create_invoice_of()
        few = self._count_queries()
        for _number in range(5):
            self._create_invoice_of()
        self.assertLessEqual(self._count_queries(), few)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["gym.cfdi.overview"].with_user(self.reader).with_context(
            allowed_company_ids=self.company.ids
        ).get_overview("2026-11")
        return self.env.cr.sql_log_count - before

    def test_other_addons_add_lines(self):
        overview = self.env["gym.cfdi.overview"]
        check = overview._make_check("x", "X", "", "res.partner", [("id", "=", self.customer.id)])
        self.assertEqual((check["count"], check["action"]["res_model"]), (1, "res.partner"))
        self.assertEqual(overview._get_first_day("2026-11"), date(2026, 11, 1))
