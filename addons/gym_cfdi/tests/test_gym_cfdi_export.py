import csv
import io
import zipfile
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from ..wizards import gym_cfdi_export
from .common import NOW, CfdiCase


class ExportCase(CfdiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader, cls.invoicer = (
            new_test_user(
                cls.env(context={"no_reset_password": True}),
                f"export_{role}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for role, groups in (("reader", "gym_cfdi.group_cfdi_user"), ("nobody", "base.group_user"))
        )

    def _create_stamped(self, count=1):
        documents = self._create_documents(count)
        self._stamp(documents)
        return documents

    def _export(self, user=None, **values):
        defaults = {"company_id": self.company.id, "date_from": date(2026, 11, 1), "date_to": date(2026, 11, 30)}
        return self.env["gym.cfdi.export"].with_user(user or self.reader).create(defaults | values)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestExport(ExportCase):
    def _open(self, documents, **options):
        file = io.BytesIO()
        documents._write_zip(file, **options)
        return zipfile.ZipFile(file)

    def test_the_zip_has_the_xml_as_stamped_the_pdf_and_an_index(self):
        documents = self._create_stamped(2)
        archive = self._open(documents)
        names = [f"2026-11/2026-11-21_T{document.id}_{document.uuid}" for document in documents]
        expected = [f"{name}.{extension}" for name in names for extension in ("xml", "pdf")]
        self.assertEqual(sorted(archive.namelist()), sorted([*expected, "index.csv"]))
        for document, name in zip(documents, names, strict=True):
            self.assertEqual(document._sha256(archive.read(f"{name}.xml")), document.xml_sha256)
            self.assertTrue(archive.read(f"{name}.pdf").startswith(b"%PDF"))
        rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
        self.assertEqual([row["UUID"] for row in rows], documents.mapped("uuid"))
        self.assertEqual({row["Total"] for row in rows}, {"599.00"})
        self.assertEqual({row["NombreReceptor"] for row in rows}, {"UNIVERSIDAD ROBOTICA ESPAÑOLA"})

    def test_no_text_of_the_index_is_a_formula(self):
        document = self._create_documents(receptor_name="=1+1", series="@S")
        row = document._prepare_export_row("name")
        self.assertEqual((row["NombreReceptor"], row["Serie"]), ("'=1+1", "'@S"))

    def test_the_period_is_by_fecha_with_both_ends(self):
        document = self._create_stamped()
        for first, last, found in ((21, 21, document), (1, 20, document.browse()), (22, 30, document.browse())):
            with self.subTest(first=first, last=last):
                export = self._export(date_from=date(2026, 11, first), date_to=date(2026, 11, last))
                self.assertEqual(export.document_count, len(found))
                self.assertEqual(self.env["gym.cfdi.document"].search(export._get_domain()), found)

    def test_an_empty_period_and_one_that_ends_before_it_begins_are_refused(self):
        with self.assertRaises(UserError):
            self._export().action_export()
        with self.assertRaises(ValidationError):
            self._export(date_to=date(2026, 10, 1))

    def test_too_many_documents_are_refused_with_a_way_out(self):
        self._create_stamped(2)
        export = self._export()
        self.patch(gym_cfdi_export, "MOST_PRINTED", 1)
        with self.assertRaisesRegex(UserError, "without the PDF"):
            export.action_export()
        export.with_pdf = False
        self.assertIn(str(export.id), export.action_export()["url"])

    def test_whoever_may_not_read_cfdi_may_not_export_them(self):
        self._create_stamped()
        with self.assertRaises(AccessError):
            self._export(user=self.invoicer)

    def test_documents_of_another_company_are_not_exported(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._create_stamped()
        export = self._export(company_id=other.id)
        with self.assertRaises(UserError):
            export.action_export()


@tagged("post_install", "-at_install")
class TestDownload(ExportCase, HttpCase):
    def test_the_download_is_for_those_who_may_read_cfdi(self):
        with freeze_time(NOW):
            documents = self._create_stamped(2)
            url = self._export().action_export()["url"]
        self.env.flush_all()
        self.authenticate("export_reader", "export_reader")
        answer = self.url_open(url)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertEqual(len(zipfile.ZipFile(io.BytesIO(answer.content)).namelist()), 2 * len(documents) + 1)
        self.authenticate("export_nobody", "export_nobody")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(url).url)
