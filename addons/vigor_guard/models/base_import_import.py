from odoo import models

import odoo.addons
from odoo.addons.base_import.models.base_import import ImportValidationError

from ..services.apart import TooHeavyError
from ..services.import_reader import CPU_S, MEMORY_BYTES, Wrong, read_import_apart

MAX_BYTES = 20 * 1024 * 1024
RAISED = {"ImportValidationError": ImportValidationError, "ValueError": ValueError, "UnicodeDecodeError": ValueError}


class BaseImportImport(models.TransientModel):
    """Files are read as Odoo reads them, but not in a worker: each in a process of its own, within limits."""

    _inherit = "base_import.import"

    def _read_csv(self, options):
        return self._read_apart("csv", options)

    def _read_xls(self, options):
        return self._read_apart("xls", options)

    def _read_xlsx(self, options):
        return self._read_apart("xlsx", options)

    def _read_ods(self, options):
        return self._read_apart("ods", options)

    def _read_apart(self, kind, options):
        """Return what Odoo's reader returns: the number of rows, and the rows.

        :raise ImportValidationError: a file that takes too much to read, saying what to do
        """
        content = self.file or b""
        if len(content) > MAX_BYTES:
            raise ImportValidationError(
                self.env._("Files of more than %(limit)s MB are not read. Import it in parts.", limit=MAX_BYTES >> 20)
            )
        try:
            answer = read_import_apart(content, kind, options, self.env.lang or "en_US", odoo.addons.__path__)
        except TooHeavyError:
            raise ImportValidationError(
                self.env._(
                    "The file takes more than %(seconds)s seconds or %(limit)s MB of memory to read. Save the sheet "
                    "that you need as CSV in UTF-8, and import it in parts.",
                    seconds=CPU_S,
                    limit=MEMORY_BYTES >> 20,
                )
            ) from None
        if isinstance(answer, Wrong):
            raise self._get_read_error(answer)
        length, rows, found = answer
        options.update(found)
        return length, rows

    def _get_read_error(self, wrong):
        """Return the error that Odoo's reader raised, of a class that Odoo tells apart from others."""
        if wrong.error in ("ImportError", "ModuleNotFoundError"):
            return ImportError(wrong.text, name=wrong.module)
        return RAISED.get(wrong.error, RuntimeError)(wrong.text)
