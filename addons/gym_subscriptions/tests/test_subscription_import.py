import base64
import io
from datetime import date
from pathlib import Path
from unittest import skipUnless

import openpyxl
from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.gym_members.domain.importing.columns import header_key, suggest_mapping
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import GymSubscriptionsCommon

SAMPLES = Path(__file__).parents[3] / "data" / "import_samples"
TODAY = "2026-03-15 18:00:00"
HEADER = (
    "Id,Nombre,Correo,Estatus,Fecha de alta,Fecha de baja,Plan,Mensualidad,Próximo cobro,"
    "Congelado desde,Congelado hasta"
)


class ImportCommon(GymSubscriptionsCommon):
    def _read(self, name, content):
        job = self.env["gym.member.import"].with_user(self.owner)
        job = job.create({"name": name, "file": base64.b64encode(content), "location_id": self.roma.id})
        job.action_read()
        job.date_order = job.date_order or "dmy"
        return job

    def _check_and_run(self, job):
        job.action_check()
        self.assertEqual(job.state, "checked")
        self._work(job, job.action_run)
        self.assertEqual(job.state, "done")

    def _work(self, job, action):
        with trap_jobs():
            action()
            while job.state in ("running", "undoing"):
                job._run_chunk()

    def _bring_in(self, *rows):
        job = self._read("socios.csv", "\n".join([HEADER, *rows]).encode())
        self._check_and_run(job)
        return job

    def _get_codes(self, line):
        return {issue["code"] for issue in line.issues or ()}


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSubscriptionImport(ImportCommon):
    def test_no_header_means_two_things(self):
        seen = {}
        for field in self.env["gym.member.import"]._get_import_fields().values():
            for alias in field.aliases:
                self.assertEqual(seen.setdefault(header_key(alias), field.code), field.code, alias)

    def test_headers_of_plans_as_gyms_write_them(self):
        headers = ["Nombre", "Paquete/Plan", "Mens.", "F. Vto."]
        fields = self.env["gym.member.import"]._get_import_fields().values()
        mapping = suggest_mapping(headers, fields, "generic")
        self.assertEqual(list(mapping.values()), ["first_name", "plan", "plan_price", "next_bill"])

    def test_who_is_flagged_as_gone_begins_no_subscription(self):
        header = "Nombre completo,Correo,Plan,Mensualidad,Próximo cobro"
        row = "Ana Ruiz,ana@correo.example,full,499.00,28/03/2026"
        for flag, word, begins in (("Activo", "False", 0), ("Cancelado", "Sí", 0), ("Cancelado", "No", 1)):
            with self.subTest(flag=flag, word=word):
                name = f"{word} {row}".replace("ana@", f"{word.lower().strip('í')}{flag}@")
                job = self._read("socios.csv", f"{header},{flag}\n{name},{word}".encode())
                self._check_and_run(job)
                self.assertEqual(len(job.line_ids.subscription_id), begins)

    def test_a_status_that_nobody_explained_begins_no_subscription(self):
        row = "1,Ana Ruiz,ana@correo.example,Beca externa,01/02/2025,,full,499.00,28/03/2026,,"
        job = self._bring_in(row)
        self.assertTrue(job.line_ids.member_id)
        self.assertFalse(job.line_ids.subscription_id)
        self.assertIn("plan_of_unknown_status", self._get_codes(job.line_ids))

    def test_the_meaning_chosen_for_a_status_decides(self):
        job = self._read(
            "socios.csv",
            f"{HEADER}\n1,Ana Ruiz,ana@correo.example,Beca externa,01/02/2025,,full,499.00,28/03/2026,,".encode(),
        )
        self.assertEqual(job.import_status_ids.mapped("meaning"), [False])
        job.import_status_ids.meaning = "active"
        self._check_and_run(job)
        self.assertEqual(job.line_ids.subscription_id.state, "active")

    def test_words_for_left_begin_no_subscription(self):
        words = ["Alumni", "No activo", "Baja definitiva", "Finado", "Dado de baja", "Terminado", "Renunció"]
        job = self._bring_in(
            *(
                f"{n},Ex {word},ex{n}@correo.example,{word},01/02/2025,,full,499.00,28/03/2026,,"
                for n, word in enumerate(words)
            )
        )
        self.assertEqual(len(job.line_ids.member_id), len(words))
        self.assertFalse(job.line_ids.subscription_id)

    def test_a_day_to_come_is_kept_and_nothing_is_billed(self):
        job = self._bring_in("1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,full,499.00,28/03/2026,,")
        subscription = job.line_ids.subscription_id
        self.assertEqual((subscription.state, subscription.channel), ("active", "import"))
        self.assertEqual(subscription.next_bill_date, date(2026, 3, 28))
        self.assertEqual(subscription.price_id, self.plan.price_ids)
        self.assertFalse(subscription.period_ids)
        self.assertFalse(subscription._get_moves())
        self.assertEqual(subscription.member_id.stage, "active")

    def test_a_past_day_is_moved_to_the_next_of_its_row_with_a_remark(self):
        job = self._bring_in("1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,Full,499,31/01/2026,,")
        subscription = job.line_ids.subscription_id
        self.assertEqual((subscription.date_anchor.day, subscription.next_bill_date), (31, date(2026, 3, 31)))
        self.assertEqual(subscription.period_start, date(2026, 2, 28))
        self.assertIn("next_bill_moved", self._get_codes(job.line_ids))
        self.assertIn("2026-03-31", job.line_ids.messages)
        run = self.env["gym.billing.run"].create({"company_id": self.company.id, "date": date(2026, 3, 30)})
        self.assertFalse(self.env["gym.subscription"]._select_due(self.company, run.date))

    def test_what_is_billed_first_begins_on_the_next_bill_date(self):
        subscription = self._bring_in(
            "1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,Full,450,20/03/2026,,"
        ).line_ids.subscription_id
        with freeze_time("2026-03-20 18:00:00"):
            self.env["gym.billing.engine"]._bill(subscription)
            period = subscription.period_ids
            self.assertEqual((period.date_start, period.date_end), (date(2026, 3, 20), date(2026, 4, 20)))
            self.assertEqual((period.amount, period.move_id.amount_total), (450.0, 450.0))

    def test_an_own_price_is_kept_and_nobody_else_gets_it(self):
        job = self._bring_in(
            "1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,Full,450,20/03/2026,,",
            "2,Beto Paz,beto@correo.example,Activo,01/02/2025,,Full,450,20/03/2026,,",
            "3,Ceci Luz,ceci@correo.example,Activo,01/02/2025,,Full,399.50,20/03/2026,,",
        )
        subscriptions = job.line_ids.subscription_id
        self.assertEqual(subscriptions.mapped("price_total"), [450.0, 450.0, 399.5])
        self.assertEqual(len(subscriptions.price_id), 2)
        self.assertIn("price_kept", self._get_codes(job.line_ids[0]))
        self.assertEqual(self.plan._get_offered_price(date(2026, 3, 15)).amount, 499.0)

    def test_a_price_below_zero_is_none(self):
        job = self._bring_in("1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,Full,-450,20/03/2026,,")
        self.assertEqual(job.line_ids.subscription_id.price_total, 499.0)
        self.assertIn("price_negative", self._get_codes(job.line_ids))

    def test_who_comes_in_without_income_is_told_before_and_in_the_report(self):
        free = self.plan.copy({"name": "Regalo"})
        free.price_ids.unlink()
        rows = [
            "1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,Full,499,20/03/2026,,",
            "2,Beto Paz,beto@correo.example,Activo,01/02/2025,,Oro,499,20/03/2026,,",
            "3,Ceci Luz,ceci@correo.example,Activo,01/02/2025,,Full,0,20/03/2026,,",
            "4,Dana Sol,dana@correo.example,Congelado,01/02/2025,,Full,499,20/03/2026,,",
            "5,Eva Mar,eva@correo.example,Beca,01/02/2025,,Full,499,20/03/2026,,",
            "6,Ex Gil,ex@correo.example,Baja,01/02/2025,01/02/2026,Full,499,20/03/2026,,",
            "7,Fin Gil,fin@correo.example,Activo,01/02/2025,19/03/2026,Full,499,20/03/2026,,",
            "8,Gil Rey,gil@correo.example,Activo,01/02/2025,,Regalo,,20/03/2026,,",
        ]
        job = self._read("socios.csv", "\n".join([HEADER, *rows]).encode())
        job.action_check()
        self.assertEqual(
            job.line_ids.mapped("no_income"), [False, "plan", "price", "bill", "plan", False, "bill", "price"]
        )
        self.assertEqual(job.no_income_count, 6)
        for text in ("without a plan: 2", "without a price: 2", "without a next payment: 2"):
            self.assertIn(text, job.no_income_text)
        found = self.env["gym.member.import.line"].search(
            [("import_id", "=", job.id), ("no_income", "!=", False), ("action", "=", "create")]
        )
        self.assertEqual(len(found), 6)
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(job.report_file)))
        summary = {row[0].value: row for row in book.worksheets[1].iter_rows(min_row=2)}
        told = summary["Come in without a plan"]
        self.assertEqual((told[1].value, told[0].font.color.rgb), (2, "FFFF0000"))
        self.assertEqual(summary["New"][1].value, 8)

    def test_the_form_says_in_red_who_comes_in_without_income(self):
        arch = self.env["gym.member.import"].with_user(self.owner).get_view(view_type="form")["arch"]
        alert = etree.fromstring(arch).find(".//div[@name='no_income']")
        self.assertIn("alert-danger", alert.get("class"))
        self.assertIn("checked", alert.get("invisible"))

    def test_a_pause_goes_on_and_the_bill_waits_for_its_end(self):
        job = self._bring_in(
            "1,Ana Ruiz,ana@correo.example,Congelado,01/02/2025,,Full,499,20/03/2026,01/03/2026,10/04/2026"
        )
        subscription = job.line_ids.subscription_id
        self.assertEqual((subscription.state, subscription.next_bill_date), ("frozen", date(2026, 4, 10)))
        self.assertNotIn("paused", self._get_codes(job.line_ids))
        with freeze_time("2026-04-10 18:00:00"):
            self.env["gym.subscription"]._turn_day(self.roma)
        self.assertEqual((subscription.state, subscription.next_bill_date), ("active", date(2026, 4, 10)))
        with freeze_time("2026-04-10 18:00:00"):
            move = self.env["gym.billing.engine"]._bill(subscription).moves
        self.assertEqual(move.amount_total, 499)
        self.assertEqual((subscription.period_start, subscription.period_end), (date(2026, 4, 10), date(2026, 5, 10)))

    def test_a_pause_that_is_ended_early_takes_the_dues_along(self):
        job = self._bring_in(
            "1,Ana Ruiz,ana@correo.example,Congelado,01/02/2025,,Full,499,20/03/2026,01/03/2026,10/04/2026"
        )
        subscription = job.line_ids.subscription_id
        with freeze_time("2026-04-05 18:00:00"):
            subscription._unfreeze()
            self.env["gym.billing.engine"]._bill(subscription)
        self.assertEqual((subscription.period_start, subscription.period_end), (date(2026, 4, 5), date(2026, 5, 5)))

    def test_a_pause_without_end_waits_as_a_draft(self):
        job = self._bring_in("1,Ana Ruiz,ana@correo.example,Congelado,01/02/2025,,Full,499,20/03/2026,,")
        self.assertEqual(job.line_ids.subscription_id.state, "draft")
        self.assertIn("pause_open", self._get_codes(job.line_ids))

    def test_a_cancellation_to_come_is_kept(self):
        job = self._bring_in("1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,31/03/2026,Full,499,10/04/2026,,")
        subscription = job.line_ids.subscription_id
        self.assertEqual((subscription.date_end, subscription.next_bill_date), (date(2026, 3, 31), False))
        self.assertTrue(subscription.cancel_folio)
        with freeze_time("2026-03-31 18:00:00"):
            self.env["gym.subscription"]._turn_day(self.roma)
        self.assertEqual(subscription.state, "cancelled")

    def test_who_left_or_never_joined_gets_no_subscription(self):
        job = self._bring_in(
            "1,Ana Ruiz,ana@correo.example,Baja,01/02/2025,01/02/2026,Full,499,20/03/2026,,",
            "2,Beto Paz,beto@correo.example,Prospecto,,,Full,499,20/03/2026,,",
        )
        self.assertFalse(job.line_ids.subscription_id)

    def test_an_unknown_plan_is_asked_for_and_the_check_writes_nothing(self):
        before = self.env["gym.subscription"].search_count([])
        row = "1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,Oro,499,20/03/2026,,"
        job = self._read("socios.csv", f"{HEADER}\n{row}".encode())
        self.assertEqual((job.import_plan_ids.name, job.import_plan_ids.plan_id), ("Oro", self.env["gym.plan"]))
        job.action_check()
        self.assertIn("plan_unmapped", self._get_codes(job.line_ids))
        job.import_plan_ids.plan_id = self.plan
        self.assertEqual(job.state, "mapping")
        job.action_check()
        self.assertNotIn("plan_unmapped", self._get_codes(job.line_ids))
        self.assertEqual(self.env["gym.subscription"].search_count([]), before)
        self._work(job, job.action_run)
        self.assertEqual(job.line_ids.subscription_id.plan_id, self.plan)

    def test_the_same_file_again_makes_nothing_twice(self):
        row = "1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,Full,499,20/03/2026,,"
        member = self._bring_in(row).line_ids.member_id
        self._bring_in(row)
        self.assertEqual(len(member.subscription_ids), 1)

    def test_undoing_takes_back_what_nothing_happened_to(self):
        job = self._bring_in(
            "1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,Full,499,20/03/2026,,",
            "2,Beto Paz,beto@correo.example,Congelado,01/02/2025,,Full,499,20/03/2026,01/03/2026,10/04/2026",
        )
        ana, beto = job.line_ids.subscription_id
        with freeze_time("2026-03-20 18:00:00"):
            self.env["gym.billing.engine"]._bill(ana)
            self._work(job, job.action_undo)
        self.assertEqual((job.state, ana.exists(), beto.exists()), ("undone", ana, beto.browse()))
        self.assertEqual(job.line_ids.mapped("state"), ["kept", "undone"])
        self.assertIn("subscription_kept", self._get_codes(job.line_ids[0]))

    def test_only_what_came_in_by_an_import_is_taken_back(self):
        subscription = self._create_subscription()
        subscription._activate()
        with self.assertRaisesRegex(Exception, "Cancel it instead"):
            subscription.sudo().unlink()

    def test_a_manager_maps_only_their_own_import(self):
        job = self._read("socios.csv", f"{HEADER}\n1,Ana,ana@correo.example,Activo,,,Oro,499,,,".encode())
        other = self.env["gym.member.import.plan"].with_user(self.manager)
        self.assertFalse(other.search([("import_id", "=", job.id)]))
        with self.assertRaises(AccessError):
            job.import_plan_ids.with_user(self.manager).write({"plan_id": self.plan.id})


# What comes of the rows of each sample when every plan of it is mapped: subscriptions, of these frozen, drafts, ending.
EXPECTED = {
    "mindbody.csv": (24, 0, 1, 1),
    "glofox.csv": (0, 0, 0, 0),
    "gymmaster.xlsx": (23, 1, 0, 1),
    "wodify.csv": (0, 0, 0, 0),
    "pushpress.csv": (23, 0, 1, 1),
    "generic_mx.csv": (22, 0, 1, 1),
}


@skipUnless(SAMPLES.is_dir(), "the sample exports come with the repository, not with the addon")
@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSubscriptionImportSamples(ImportCommon):
    def test_each_sample_comes_in_and_goes_out_again(self):
        everything = self.env["gym.subscription"]
        before = everything.search_count([])
        for name, expected in EXPECTED.items():
            with self.subTest(sample=name):
                job = self._read(name, (SAMPLES / name).read_bytes())
                job.import_plan_ids.plan_id = self.plan
                self._check_and_run(job)
                made = job.line_ids.subscription_id
                states = made.mapped("state")
                found = len(made), states.count("frozen"), states.count("draft"), len(made.filtered("date_end"))
                self.assertEqual(found, expected)
                self.assertFalse(
                    made.filtered(lambda one: one.next_bill_date and one.next_bill_date < date(2026, 3, 15))
                )
                self.assertFalse(made._get_moves())
                self._work(job, job.action_undo)
                self.assertEqual((job.state, job.kept_count), ("undone", 0))
                self.assertEqual(everything.search_count([]), before)
