import time
from typing import NamedTuple

from odoo import api, fields, models

from ..domain import qr
from ..domain.document_state import CANCEL_REQUESTED, LIVE
from ..domain.sat_words import Standing, standing
from ..services import sat_status
from ..services.pac import PacError, SatStatus, Timeouts

# A person may be waiting for the answer
_TIMEOUTS = Timeouts(connect=5, read=15)


class SatAnswer(NamedTuple):
    """What came of a question to the SAT: ``status``, or the ``error`` why there is none."""

    started_at: object
    duration_ms: int
    status: SatStatus | None = None
    error: PacError | None = None

    @property
    def standing(self):
        """:class:`~..domain.sat_words.Standing`, or ``None`` without an answer."""
        status = self.status
        return status and standing(status.codigo_estatus, status.estado, status.estatus_cancelacion)


class GymCfdiDocument(models.Model):
    """What the SAT itself says of a CFDI: its words as they came, and what follows from them.

    Nothing else makes a document ``cancelled``: a request that was taken (201) is not a cancellation yet.
    """

    _inherit = "gym.cfdi.document"

    sat_state = fields.Char(string="State at the SAT", readonly=True, copy=False)
    sat_cancellable = fields.Char(string="Cancellable", readonly=True, copy=False)
    sat_cancellation = fields.Char(string="Cancellation at the SAT", readonly=True, copy=False)
    sat_code = fields.Char(string="Answer of the SAT", readonly=True, copy=False)
    sat_asked_at = fields.Datetime(string="Asked the SAT", readonly=True, copy=False)
    cancelled_at = fields.Datetime(readonly=True, copy=False, help="When we learned that the SAT has cancelled it.")

    def action_ask_sat(self):
        """Ask the SAT about these CFDI now, and tell what it says."""
        self.check_access("read")
        stamped = self.filtered("uuid").sudo()
        texts = []
        for document in stamped:
            answer = document._ask_sat()
            document._note_sat_answer(answer, is_asked=True)
            texts.append(document._get_sat_text(answer))
        stamped.filtered(lambda document: document._lacks_receipt())._delay_cancel_job()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.env._("SAT status"),
                "message": "\n".join(texts) or self.env._("This CFDI is not stamped: the SAT does not know it."),
                "sticky": len(texts) > 1,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _ask_sat(self, uuid=None):
        """Return a :class:`SatAnswer` about this document; writes nothing.

        :param str uuid: of a stamp that it may have; by default its own
        """
        self.ensure_one()
        started_at, start = fields.Datetime.now(), time.monotonic()
        expression = qr.expression_of(self._read_comprobante(), uuid)
        try:
            status = sat_status.query(expression, self._get_status_url(), _TIMEOUTS)
        except PacError as error:
            return SatAnswer(started_at, _milliseconds_since(start), error=error)
        return SatAnswer(started_at, _milliseconds_since(start), status)

    def _get_status_url(self):
        """Return where the SAT knows this stamp: the sandbox plays its own, test stamps are in a test service."""
        client = self.pac_id._get_shared_client() if self.pac_id else None
        is_test = self.is_test if self.uuid else self.pac_id.environment != "production"
        return client.status_url if client else sat_status.status_url(not is_test)

    # === ANSWERS === #

    def _note_sat_answer(self, answer, is_asked=False):
        """Keep what the SAT said, and move the document where its words lead.

        :param SatAnswer answer: to :meth:`_ask_sat`
        :param bool is_asked: a person asked: the answer is logged even when it is the same as before
        """
        self.ensure_one()
        values = self._prepare_sat_values(answer)
        is_new = any(self[name] != value for name, value in values.items())
        if is_asked or is_new or answer.error:
            self._log_attempts([self._prepare_sat_attempt(answer)])
        if not values:
            return
        was_in_process = self._is_in_process()
        self.write({**values, "sat_asked_at": answer.started_at})
        if self.state in LIVE:
            self._follow_standing(answer.standing, was_in_process)

    def _follow_standing(self, found, was_in_process):
        """Move a live document to where the SAT says that it is."""
        if found is Standing.CANCELLED:
            self._note_cancelled()
        elif found is Standing.IN_PROCESS and self.state != CANCEL_REQUESTED:
            # asked for in the SAT's portal, without us
            self._transition("request_cancel", self._prepare_foreign_request())
        elif found is Standing.REFUSED and self.state == CANCEL_REQUESTED and self._is_answer_to_us(was_in_process):
            self._note_cancel_refused()

    def _note_cancelled(self):
        moved = self._transition("cancel", {"cancelled_at": fields.Datetime.now(), "problems": False})
        if moved:
            self._close_alerts()
            moved._follow_up()

    def _is_in_process(self):
        return standing(self.sat_code, self.sat_state, self.sat_cancellation) is Standing.IN_PROCESS

    def _prepare_sat_values(self, answer):
        status = answer.status
        if status is None:
            return {}
        return {
            "sat_state": status.estado or False,
            "sat_cancellable": status.es_cancelable or False,
            "sat_cancellation": status.estatus_cancelacion or False,
            "sat_code": status.codigo_estatus or False,
        }

    def _prepare_sat_attempt(self, answer):
        said = answer.error or answer.status
        return {
            "document_id": self.id,
            "operation": "status",
            "started_at": answer.started_at,
            "duration_ms": answer.duration_ms,
            "outcome": "try_again" if answer.error else "ok",
            "code": answer.error.code if answer.error else answer.standing.value,
            "message": answer.error.message if answer.error else self._get_sat_words(answer.status),
            "raw": said.raw,
        }

    @api.model
    def _get_sat_words(self, status):
        words = (status.codigo_estatus, status.estado, status.es_cancelable, status.estatus_cancelacion)
        return " · ".join(filter(None, words))

    def _get_sat_text(self, answer):
        """Say to a person what the SAT answered about this document, and what that means."""
        if answer.error:
            return self.env._(
                "%(name)s: the SAT does not answer (%(error)s). Try again in some minutes.",
                name=self.display_name,
                error=answer.error.code or answer.error.message,
            )
        meaning = self._get_standing_text(answer.standing)
        words = self._get_sat_words(answer.status)
        return self.env._("%(name)s: %(meaning)s (%(words)s)", name=self.display_name, meaning=meaning, words=words)

    def _get_standing_text(self, found):
        _ = self.env._
        return {
            Standing.IN_FORCE: _("in force."),
            Standing.IN_PROCESS: _("in force; its cancellation waits for the receptor or the SAT."),
            Standing.REFUSED: _("in force; the receptor refused the cancellation."),
            Standing.CANCELLED: _("cancelled."),
            Standing.NOT_FOUND: _("the SAT does not know it yet; after stamping that may take up to 48 hours."),
            Standing.UNKNOWN: _("the answer is one that we do not know."),
        }[found]


def _milliseconds_since(start):
    return round((time.monotonic() - start) * 1000)
