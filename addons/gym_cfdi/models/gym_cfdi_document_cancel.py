import base64
import logging
import time

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import split_every

from ..domain import cancellation, cancellation_rules, sat_words
from ..domain.cancellation import Folio, Motive
from ..domain.cancellation_rules import MOST_REQUESTS, SHOWS_WITHIN, Case
from ..domain.document_state import CANCEL_REFUSED, CANCEL_REQUESTED, CANCELLED, LIVE, STAMPED
from ..domain.errors import CfdiError
from ..domain.sat_words import RequestFate, Standing
from ..services.pac import InDoubt, PacError, Refused, TryAgain
from ..tools import language_of
from .gym_cfdi_document_outbox import JOB_LATE

_logger = logging.getLogger(__name__)

# One to three questions each, one after the other
CANCEL_BATCH = 20
SUBSTITUTION = "04"
_OUTCOMES = {TryAgain: "try_again", Refused: "refused", InDoubt: "in_doubt"}


class GymCfdiDocument(models.Model):
    """Cancelling before the SAT: asking, being sure of having asked once, and following its result.

    - What a person asks for is committed (``cancel_requested``) before anybody else hears of it, and that a PAC is
      about to get it (``cancel_sent_at``) before it does, as in the outbox.
    - When the answer of the PAC is lost, the SAT's status service is asked before the PAC is sent the request again;
      the SAT itself takes a repeated request for the first one (202).
    - Only the SAT's status makes a document ``cancelled``, ``cancel_refused`` or leaves it waiting.
    """

    _inherit = "gym.cfdi.document"

    cancel_motive = fields.Selection(
        [
            (Motive.ERRORS_WITH_RELATION.value, "01 Issued with errors, replaced by another one"),
            (Motive.ERRORS_WITHOUT_RELATION.value, "02 Issued with errors, not replaced"),
            (Motive.NOT_CARRIED_OUT.value, "03 The operation did not take place"),
            (Motive.NOMINATIVE_IN_GLOBAL.value, "04 Customer of a global invoice asked for their own"),
        ],
        string="Motive",
        readonly=True,
        copy=False,
    )
    cancel_substitute_id = fields.Many2one(
        "gym.cfdi.document", string="Replaced by", readonly=True, copy=False, ondelete="restrict"
    )
    cancel_entry = fields.Boolean(
        string="Cancel the Invoice Too",
        readonly=True,
        copy=False,
        help="The invoice is cancelled in the books when the SAT has cancelled its CFDI.",
    )
    cancel_requested_at = fields.Datetime(readonly=True, copy=False)
    cancel_user_id = fields.Many2one("res.users", string="Cancellation Asked by", readonly=True, copy=False)
    cancel_answer_due = fields.Date(
        string="Receptor Answers until", readonly=True, copy=False, help="Silence until then is consent."
    )
    cancel_sent_at = fields.Datetime(string="Request Sent", readonly=True, copy=False)
    cancel_requests = fields.Integer(string="Requests Sent", readonly=True, copy=False)
    cancel_code = fields.Char(
        string="Code of the Request",
        readonly=True,
        copy=False,
        help="What was answered to the request, as it came. 201 is a request taken, not a cancellation.",
    )
    cancel_asked = fields.Integer(readonly=True, copy=False, help="How often the SAT was asked for its answer.")
    cancel_next_at = fields.Datetime(string="Next Look", readonly=True, copy=False)
    cancel_acuse = fields.Binary(string="Receipt of the SAT", attachment=True, readonly=True, copy=False)
    cancel_acuse_filename = fields.Char(compute="_compute_cancel_acuse_filename")

    _cancel_index = models.Index("(cancel_next_at) WHERE state = 'cancel_requested'")

    @api.depends("uuid")
    def _compute_cancel_acuse_filename(self):
        for document in self:
            document.cancel_acuse_filename = f"{document.uuid}-acuse.xml" if document.uuid else False

    # === ASKING === #

    def action_request_cancel(self):
        """Open the assistant that asks the SAT to cancel these CFDI."""
        self._check_may_cancel()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel CFDI"),
            "res_model": "gym.cfdi.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_ids": self.ids},
        }

    def _check_may_cancel(self):
        """:raise AccessError: unless the user manages CFDI and may see these"""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("gym_cfdi.group_cfdi_manager"):
            raise AccessError(
                self.env._("Only managers of CFDI cancel them. Ask one of them, or the administrator for that right.")
            )

    def _request_cancellation(self, motive, substitute=None, cancel_entry=False):
        """Record that these CFDI are to be cancelled, and have the SAT asked by a job.

        :param str motive: key of c_MotivoCancelacion
        :param substitute: the document that replaces the one of motive 01
        :param bool cancel_entry: cancel the invoices in the books, too, once the SAT has cancelled
        :raise UserError: when the SAT would refuse; then nothing was recorded
        """
        self._check_may_cancel()
        asked = self.sudo().filtered(lambda document: document.state == CANCEL_REQUESTED)
        for document in self.sudo() - asked:
            if text := document._get_cancellation_obstacles(motive, substitute):
                raise UserError(text)
        for document in self.sudo() - asked:
            values = document._prepare_request(motive, substitute)
            document._transition("request_cancel", {**values, "cancel_entry": cancel_entry})
        self._enqueue_cancellation()

    def _prepare_request(self, motive, substitute=None):
        today = self._get_local_today()
        exempt = cancellation_rules.exemption(self._get_cancellation_case(), today)
        return {
            **self._prepare_foreign_request(),
            "cancel_motive": motive,
            "cancel_substitute_id": substitute.id if substitute else False,
            "cancel_user_id": self.env.uid,
            "cancel_answer_due": False if exempt else cancellation_rules.answer_due(today),
        }

    def _prepare_foreign_request(self):
        """The values of a request that we know nothing of, but that there is one."""
        now = fields.Datetime.now()
        return {
            "cancel_motive": False,
            "cancel_substitute_id": False,
            "cancel_entry": False,
            "cancel_requested_at": now,
            "cancel_user_id": False,
            "cancel_answer_due": False,
            "cancel_sent_at": False,
            "cancel_requests": 0,
            "cancel_code": False,
            "cancel_asked": 0,
            "cancel_next_at": now,
            "problems": False,
        }

    def _get_cancellation_case(self):
        """What :mod:`..domain.cancellation_rules` needs to know of this document."""
        self.ensure_one()
        comprobante = self._read_comprobante()
        return Case(
            document_type=comprobante.tipo_de_comprobante,
            total_mxn=comprobante.total * (comprobante.tipo_cambio or 1),
            issuer_rfc=comprobante.emisor.rfc,
            receptor_rfc=comprobante.receptor.rfc,
            issued_on=comprobante.fecha.date(),
            is_global=comprobante.informacion_global is not None,
            issuer_regime=comprobante.emisor.regimen_fiscal,
        )

    def _get_local_today(self):
        return self.company_id._get_cfdi_now(self.place_zip or None).date()

    def _get_cancellation_problems(self, motive, substitute=None):
        """Return what keeps this document from being cancelled, as :class:`~..domain.errors.CfdiError`."""
        self.ensure_one()
        return cancellation_rules.problems(
            Motive(motive),
            self._get_cancellation_case(),
            substitute=substitute.uuid if substitute else None,
            replaces_it=bool(substitute) and substitute._replaces(self),
            blocking=self._get_blocking_documents().mapped("display_name"),
        )

    def _replaces(self, document):
        """Tell whether this CFDI in force says that it replaces ``document`` (relation 04)."""
        return self.state in LIVE and self.relation_type == SUBSTITUTION and document in self.related_ids

    def _get_blocking_documents(self):
        """Hook: the CFDI in force that depend on these, and so must be cancelled before them.

        Those that replace them (relation 04) do not. An addon or file that knows of other dependants adds them.
        """
        return self.search(
            [
                ("related_ids", "in", self.ids),
                ("state", "in", tuple(LIVE)),
                ("relation_type", "!=", SUBSTITUTION),
            ]
        )

    def _get_cancellation_obstacles(self, motive, substitute=None):
        """Say to a person what keeps this document from being cancelled now, or return ``False``."""
        if self.state not in (STAMPED, CANCEL_REFUSED):
            return self._forbidden_text(self, "request_cancel")
        language = language_of(self.env)
        problems = self._get_cancellation_problems(motive, substitute)
        lines = [f"{problem.text(language)} {problem.remedy(language)}" for problem in problems]
        return "\n".join([f"{self.display_name}:", *lines]) if lines else False

    # === JOB === #

    def _enqueue_cancellation(self):
        """Have the requested cancellations of these taken further by jobs, after this transaction."""
        waiting = self.sudo().filtered(lambda document: document.state == CANCEL_REQUESTED)
        waiting.write({"cancel_next_at": fields.Datetime.now() + JOB_LATE})
        waiting._delay_cancel_job()

    def _delay_cancel_job(self):
        for company_documents in self.grouped("company_id").values():
            for ids in split_every(CANCEL_BATCH, company_documents.ids):
                batch = self.browse(ids).with_user(SUPERUSER_ID)
                batch.with_delay(description=self.env._("Cancel CFDI"))._job_cancel()

    @api.model
    def _cron_follow_cancellations(self):
        """Take up the cancellations whose time has come; may run at any time, also twice."""
        due = [("state", "=", CANCEL_REQUESTED), ("cancel_next_at", "<=", fields.Datetime.now())]
        self.search(due, order="cancel_next_at, id", limit=50 * CANCEL_BATCH)._enqueue_cancellation()

    def _job_cancel(self):
        """Bring requested cancellations as far as they go now: the job of the queue, which may run any time."""
        with self.sudo()._taken() as documents:
            for document in documents:
                # what is written down is for the company's people, in their language
                document.with_context(lang=document.company_id.partner_id.lang)._pursue_cancellation()

    def _pursue_cancellation(self):
        """Ask the SAT for the result of a request, send it when it has to be sent, and say when to look again."""
        found = None
        if self.state == CANCEL_REQUESTED and (self.cancel_sent_at or not self.cancel_motive):
            found = self._look_at_sat()
        if self._is_to_be_sent(found) and self._send_cancellation():
            found = self._look_at_sat()
        if self.state == CANCEL_REQUESTED:
            self._in_transaction(lambda: self._wait_for_sat(found))
        elif self._lacks_receipt():
            self._fetch_receipt()

    def _look_at_sat(self):
        """Ask the SAT, follow its answer and return it as :class:`~..domain.sat_words.Standing`."""
        answer = self._ask_sat()
        self._in_transaction(lambda: self._note_sat_answer(answer))
        return answer.standing

    def _is_to_be_sent(self, found):
        """Tell whether the request must go out: it never did, or the SAT knows the CFDI and of no request for it."""
        if self.state != CANCEL_REQUESTED or not self.cancel_motive:
            return False
        if not self.cancel_sent_at:
            return True
        is_unknown_there = found in (Standing.IN_FORCE, Standing.REFUSED)
        is_open = not self.cancel_code or sat_words.fate_of(self.cancel_code) is RequestFate.NOT_YET_KNOWN
        return is_unknown_there and is_open and self.cancel_requests < MOST_REQUESTS

    def _wait_for_sat(self, found):
        """Leave a request until later, or give it up when the SAT has shown no trace of it for too long."""
        now = fields.Datetime.now()
        asked = self.cancel_asked + 1
        self.write({"cancel_asked": asked, "cancel_next_at": now + cancellation_rules.wait_before_asking(asked)})
        if found not in (Standing.IN_FORCE, Standing.REFUSED):
            return
        is_denied = self.cancel_code and sat_words.fate_of(self.cancel_code) is RequestFate.ASK
        if is_denied or self.cancel_requested_at + SHOWS_WITHIN <= now:
            text = self.env._("The SAT shows no request to cancel this CFDI.")
            self._note_cancel_failed(self.cancel_code or "CANCEL", text, self._get_folio_remedy(self.cancel_code))

    # === SENDING === #

    def _send_cancellation(self):
        """Hand the signed request to a PAC: that of the stamp first, another one when it surely did not take it.

        :return: whether the SAT may know of the request now
        """
        try:
            signed, rfc = self._sign_cancellation()
        except (UserError, CfdiError) as error:
            problem = self._get_problem("CSD", str(error), "")
            self._in_transaction(lambda: self.write({"problems": [problem]}))
            return False
        for pac in self._get_cancellation_pacs():
            client = pac._get_shared_client()
            if client is None:
                continue
            self._in_transaction(self._mark_cancellation_sent)
            answer, error, attempt = self._call_cancel(pac, client, signed, rfc)
            is_over = self._in_transaction(lambda a=answer, e=error, t=attempt: self._note_cancel_answer(a, e, t))
            if is_over:
                return self.state == CANCEL_REQUESTED
        return False

    def _sign_cancellation(self):
        """Return the request signed with the company's CSD, and the issuer's RFC."""
        csd = self.company_id._get_csd()
        rfc = self._read_comprobante().emisor.rfc
        substitute = self.cancel_substitute_id.uuid or ""
        folio = Folio(self.uuid, Motive(self.cancel_motive), substitute)
        return cancellation.request(rfc, self.company_id._get_cfdi_now(self.place_zip or None), [folio], csd), rfc

    def _get_cancellation_pacs(self):
        """Return the PACs that may hand this request to the SAT, that of the stamp first.

        Any PAC may cancel what another one stamped; the stamps of a test environment are known only there.
        """
        own = self.pac_id
        if self.is_test:
            return own
        others = self.env["gym.cfdi.pac"].search(
            [("company_id", "=", self.company_id.id), ("environment", "=", "production"), ("id", "!=", own.id)]
        )
        return (own if own.active else own.browse()) | others.filtered(lambda pac: pac.provider != "sandbox")

    def _mark_cancellation_sent(self):
        self.write(
            {
                "cancel_sent_at": fields.Datetime.now(),
                "cancel_requests": self.cancel_requests + 1,
                "cancel_code": False,
                "problems": False,
            }
        )

    def _call_cancel(self, pac, client, signed, rfc):
        """Call, and return the answer, the error, and the values of the attempt."""
        started_at, start, answer, error = fields.Datetime.now(), time.monotonic(), None, None
        try:
            answer = client.cancel(signed, self.uuid, rfc)
        except PacError as caught:
            error = caught
        said = error or answer
        attempt = {
            "document_id": self.id,
            "pac_id": pac.id,
            "operation": "cancel",
            "request_id": self.request_id,
            "started_at": started_at,
            "duration_ms": round((time.monotonic() - start) * 1000),
            "outcome": _OUTCOMES.get(type(error), "ok"),
            "code": said.code,
            "message": said.message,
            "raw": said.raw,
        }
        return answer, error, attempt

    def _lacks_receipt(self):
        return bool(self.state == CANCELLED and self.cancel_sent_at and not self.cancel_acuse)

    def _fetch_receipt(self):
        """Get the SAT's receipt of a cancellation whose request was answered without it."""
        client = self.pac_id._get_shared_client()
        if client is None:
            return
        try:
            receipt = client.cancel_receipt(self._read_comprobante().emisor.rfc, self.uuid)
        except PacError as error:
            _logger.info("The receipt of the cancellation of CFDI %s did not come: %s", self.id, error)
            return
        if receipt:
            self._in_transaction(lambda: self.write({"cancel_acuse": base64.b64encode(receipt.encode())}))
