import tempfile

from odoo.http import Controller, request, route

# Above this the ZIP is made on disk
IN_MEMORY_BYTES = 8 * 1024 * 1024


class CfdiExport(Controller):
    @route("/gym_cfdi/export/<int:export_id>", type="http", auth="user", methods=["GET"], readonly=True)
    def export(self, export_id):
        """Download the documents of a period that this user's wizard names, as far as they may see them."""
        export = request.env["gym.cfdi.export"].browse(export_id).exists()
        if not export or not export.has_access("read"):
            return request.not_found()
        file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - closed with the response
        export._get_documents()._write_zip(file, export.with_pdf)
        size = file.tell()
        file.seek(0)
        name = f"cfdi_{export.date_from}_{export.date_to}.zip"
        response = request.make_response(
            iter(lambda: file.read(64 * 1024), b""),
            [
                ("Content-Type", "application/zip"),
                ("Content-Length", str(size)),
                ("Content-Disposition", f'attachment; filename="{name}"'),
            ],
        )
        response.call_on_close(file.close)
        return response
