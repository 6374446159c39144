import logging
from datetime import timedelta, timezone

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..domain import rules, seal, xsd
from ..domain.document_state import SEALED, TO_SEAL
from ..domain.errors import CfdiError
from ..domain.model import Comprobante
from ..domain.pace import pause
from ..domain.reader import parse

_logger = logging.getLogger(__name__)

# A seal with less than this left of its 72 hours is not sent any more
REDATE_MARGIN = timedelta(minutes=10)


class GymCfdiDocument(models.Model):
    """Composing, checking and sealing; nothing here talks to anybody."""

    _inherit = "gym.cfdi.document"

    # === COMPOSING === #

    def _compose(self, dates):
        """Make the CFDI of each document, neither checked nor sealed.

        :param dict dates: the naive local time that each document is to state as Fecha
        :return: {document: :class:`~..domain.model.Comprobante`, or a list of
            :class:`~..domain.errors.CfdiError` when it cannot be made}
        """
        composed = {}
        for kinds, compose in self._get_composers().items():
            documents = self.filtered(lambda document, kinds=kinds: document.kind in kinds)
            if documents:
                composed |= compose(documents, dates)
        return composed

    def _get_composers(self):
        """Return {kinds: function(documents, dates)}; an addon that issues another kind adds it."""
        return {}

    # === SEALING === #

    def _seal(self):
        """Compose, check and seal those that wait for it; they become ``sealed`` or ``rejected``.

        What a whole company lacks (a valid CSD) rejects nothing: its documents wait, with the reason.
        """
        waiting = self.filtered(lambda document: document.state == TO_SEAL)
        for company, documents in waiting.grouped("company_id").items():
            try:
                csd = company._get_csd()
            except (UserError, CfdiError) as error:
                documents._postpone([documents._get_problem("CSD", str(error), "")])
            else:
                documents._seal_with(csd)

    def _seal_with(self, csd):
        sealed, rejected = {}, {}
        for document, composed in self._compose_safely().items():
            problems, values = document._prepare_seal(composed, csd)
            if values:
                sealed[document] = values | {"problems": problems or False}
            else:
                rejected[document] = {"problems": problems, "next_try_at": False}
        self._transition_each("seal", sealed)
        self._transition_each("reject", rejected)

    def _compose_safely(self):
        """Like :meth:`_compose`; a document that breaks the batch is found by composing one by one.

        That another transaction got in the way is nobody's fault: the whole step runs again.
        """
        try:
            with self.env.cr.savepoint():
                return self._compose(self._get_dates())
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001 - one bad document must not hold up the others
            if len(self) > 1:
                self.env.invalidate_all()
                return {key: value for document in self for key, value in document._compose_safely().items()}
            _logger.exception("CFDI document %s cannot be composed", self.id)
            return {self: [self._get_problem("COMPOSE", str(error) or type(error).__name__, "")]}

    def _get_dates(self):
        """Return what the clock says now where each document is issued."""
        clocks = {}
        for document in self:
            place = document.company_id, document.place_zip
            if place not in clocks:
                clocks[place] = document.company_id._get_cfdi_now(document.place_zip or None)
        return {document: clocks[document.company_id, document.place_zip] for document in self}

    def _prepare_seal(self, composed, csd):
        """Check and seal one document.

        :return: pair of problems and values of the sealed document; no values when a problem forbids it
        """
        self.ensure_one()
        if not isinstance(composed, Comprobante):
            return [self._as_problem(problem) for problem in composed], None
        try:
            found = [*rules.check(composed), *self._get_taxpayer_errors(composed.receptor)]
            if any(failure.severity == rules.ERROR for failure in found):
                return [self._as_problem(failure) for failure in found], None
            sealed = seal.seal(composed, csd)
            violations = xsd.violations(parse(sealed.xml))
        except CfdiError as error:
            return [self._as_problem(error)], None
        problems = [self._as_problem(problem) for problem in (*found, *violations)]
        return problems, None if violations else self._prepare_sealed_values(composed, sealed, csd)

    def _prepare_sealed_values(self, comprobante, sealed, csd):
        payments = comprobante.pagos
        return {
            "document_type": comprobante.tipo_de_comprobante,
            "series": comprobante.serie,
            "folio": comprobante.folio,
            "receptor_rfc": comprobante.receptor.rfc,
            "receptor_name": comprobante.receptor.nombre,
            "amount_total": payments.totales.monto_total_pagos if payments else comprobante.total,
            "place_zip": comprobante.lugar_expedicion,
            "fecha": comprobante.fecha.isoformat(),
            "issued_at": seal.instant_of(comprobante).astimezone(timezone.utc).replace(tzinfo=None),
            "request_id": self._new_request_id(),
            "certificate_number": csd.certificate.number,
            "sealed_xml": sealed.xml.decode(),
            "sealed_sha256": self._sha256(sealed.xml),
        }

    # === SEALING ANEW === #

    def _redate(self):
        """Give up seals whose 72 hours are over: the document gets a new Fecha and another seal (RMF 2.7.2.9).

        Only ``sealed`` ones, which are surely not stamped. The old seal stays among the attempts.
        """
        limit = fields.Datetime.now() + REDATE_MARGIN
        late = self.filtered(lambda document: document.state == SEALED and document.deadline <= limit)
        late._keep_old_seals(self.env._("The 72 hours to stamp it were over."))
        late._transition("redate", {"tries": 0, "alarm_hours": 0})

    def _retry(self):
        """Hand rejected documents to the outbox once more; they get a new Fecha and another seal."""
        rejected = self.sudo().filtered(lambda document: document.state == "rejected")
        rejected._keep_old_seals(self.env._("It was rejected and is sealed again."))
        rejected._transition("retry", {"problems": False, "tries": 0, "alarm_hours": 0})
        rejected._enqueue()

    def _keep_old_seals(self, reason):
        now = fields.Datetime.now()
        self._log_attempts(
            [
                {
                    "document_id": document.id,
                    "pac_id": document.pac_id.id,
                    "operation": "redate",
                    "request_id": document.request_id,
                    "started_at": now,
                    "outcome": "ok",
                    "code": document.fecha,
                    "message": reason,
                    "raw": document.sealed_xml,
                }
                for document in self
                if document.sealed_xml
            ]
        )

    # === PROBLEMS === #

    def _get_problem_language(self):
        """The language in which problems are kept: that of the company, of the two in which rules are written."""
        return "en" if (self.company_id.partner_id.lang or "").startswith("en") else "es"

    def _as_problem(self, failure):
        """A broken rule or a :class:`~..domain.errors.CfdiError` as it is kept in ``problems``."""
        if isinstance(failure, dict):
            return failure
        return {"field": ""} | failure.as_dict(self._get_problem_language())

    def _get_problem(self, code, text, remedy):
        return {"code": code, "severity": rules.ERROR, "text": text, "remedy": remedy, "field": ""}

    def _postpone(self, problems=None):
        """Leave the documents for later, the longer the more often it has happened."""
        now = fields.Datetime.now()
        for document in self:
            values = {"tries": document.tries + 1, "next_try_at": now + pause(document.tries + 1)}
            document.write(values | ({"problems": problems} if problems else {}))
