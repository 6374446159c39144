import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class IrCron(models.Model):
    """Work over many records, of which one that fails stops no other."""

    _inherit = "ir.cron"

    @api.model
    def _do_each(self, records, method, *args, variant=""):
        """Call ``method`` of each of ``records`` alone: one that fails leaves nothing behind and stops no other.

        What failed is on the list of problems until it goes well. Within a scheduled action each is committed, so a
        worker that dies loses one; nested in another, all are committed with what they are nested in. What another
        transaction held up is no problem: the next run takes it up.

        :param records: a recordset, or a list of recordsets of one model whose records stay together
        :param str method: of that model; takes ``args``
        :param str variant: what tells this work from other work of that method with the same record, for people to read
        """
        self.env.flush_all()
        problems = self.env["vigor.cron.problem"]
        solved = problems._get_open(records, method, variant)
        for record in records:
            if error := self._try(record, method, args):
                solved = solved.filtered(lambda one, failed=record[:1].id: one.res_id != failed)
                if not isinstance(error, OperationalError):
                    problems._note(record, method, variant, error)
            self._commit_one()
        solved._solve()

    @api.model
    def _do_together(self, records, method, *args):
        """Call ``method`` of all ``records`` at once; when that fails, in halves, until what fails is alone.

        As :meth:`_do_each`, for a method that takes many records much faster than one after the other.
        """
        if len(records) < 2:
            self._do_each(records, method, *args)
        elif self._try(records, method, args):
            half = len(records) // 2
            self._do_together(records[:half], method, *args)
            self._do_together(records[half:], method, *args)
        else:
            self.env["vigor.cron.problem"]._get_open(records, method)._solve()
            self._commit_one()

    @api.model
    def _try(self, record, method, args):
        """Return what ``method`` raised, of which nothing is left behind, or ``None``.

        What it calls cannot commit by this model: that would end the savepoint.
        """
        try:
            with self.env.cr.savepoint():
                getattr(record.with_context(ir_cron_progress_id=False), method)(*args)
        except (OperationalError, UserError) as error:
            _logger.warning("%s of %s failed, the others go on: %s", method, record, error)
            return error
        except Exception as error:  # pylint: disable=broad-except
            _logger.exception("%s of %s failed, the others go on", method, record)
            return error
        return None

    @api.model
    def _commit_one(self):
        """Commit within a scheduled action; anyone who calls its method otherwise decides that themselves."""
        if self.env.context.get("ir_cron_progress_id"):
            self._commit_progress()
