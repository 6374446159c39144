import csv
import io
import zipfile

from odoo import models
from odoo.tools import split_every

from odoo.addons.vigor_guard.domain.spreadsheet import as_csv_text

EXPORT_BATCH = 100
INDEX = "index.csv"


class GymCfdiDocument(models.Model):
    """Handing stamped documents out as files, for the accountant or the authority."""

    _inherit = "gym.cfdi.document"

    def _write_zip(self, file, with_pdf=True):
        """Write stamped documents into a ZIP: the XML as the PAC gave it, the PDF, and an index as CSV.

        Reads a few at a time, so that memory does not grow with their number.

        :param file: binary file open for writing
        """
        index = io.StringIO()
        rows = csv.DictWriter(index, self._get_export_columns())
        rows.writeheader()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for ids in split_every(EXPORT_BATCH, self.ids):
                documents = self.browse(ids)
                for document, xml in documents._read_stamped().items():
                    name = document._get_export_name()
                    archive.writestr(f"{name}.xml", xml)
                    if with_pdf:
                        archive.writestr(f"{name}.pdf", document._render_pdf())
                    rows.writerow(document._prepare_export_row(name))
                documents.invalidate_recordset()
            # Excel takes a CSV for UTF-8 only by its byte order mark
            archive.writestr(INDEX, index.getvalue().encode("utf-8-sig"))

    def _get_export_name(self):
        """The path of a document's files in the ZIP, without extension: by month, then day, folio and UUID."""
        folio = "".join(filter(str.isalnum, f"{self.series or ''}{self.folio or ''}"))
        return f"{self.fecha[:7]}/{self.fecha[:10]}_{folio}_{self.uuid}"

    def _get_export_columns(self):
        return list(self.browse()._prepare_export_row(""))

    def _prepare_export_row(self, name):
        return {
            "UUID": self.uuid,
            "TipoDeComprobante": self.document_type,
            "Serie": as_csv_text(self.series or ""),
            "Folio": as_csv_text(self.folio or ""),
            "Fecha": self.fecha,
            "FechaTimbrado": self.stamped_at,
            "RfcReceptor": self.receptor_rfc,
            "NombreReceptor": as_csv_text(self.receptor_name or ""),
            "Total": f"{self.amount_total:.2f}",
            "Moneda": self.currency_id.name,
            "Estado": self.state,
            "Prueba": int(self.is_test),
            "SHA-256": self.xml_sha256,
            "Archivo": f"{name}.xml",
        }
