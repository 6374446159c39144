import logging
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields, models

from ..domain import rules
from ..domain.document_state import SENT
from ..domain.pace import pause
from ..services.pac import InDoubt, Refused, TryAgain

_logger = logging.getLogger(__name__)

# After this, no request of ours can still be under way to a PAC: longer than any time-out of a client
SETTLE = timedelta(seconds=90)
# FechaTimbrado is the clock of central Mexico wherever the document was issued
_STAMP_ZONE = ZoneInfo("America/Mexico_City")
_OUTCOMES = ((TryAgain, "try_again"), (Refused, "refused"), (InDoubt, "in_doubt"))


def _storable(text):
    """What a PAC said, without what PostgreSQL cannot keep as text: a broken answer must be logged all the same."""
    return text and text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


class GymCfdiDocument(models.Model):
    """What the answers of PACs do to documents; every answer is logged."""

    _inherit = "gym.cfdi.document"

    def _note_outcomes(self, pac, operation, outcomes):
        """Record the result of the calls of a batch to ``pac``.

        :param str operation: "stamp", or "recover" for documents in doubt
        :param list outcomes: of :class:`~..services.dispatch.Outcome`
        """
        self._log_attempts([self._prepare_attempt(pac, operation, outcome) for outcome in outcomes if outcome.was_made])
        stamped = {}
        documents = self.browse([outcome.call.key for outcome in outcomes])
        for document, outcome in zip(documents, outcomes, strict=True):
            if document.state != SENT:
                continue
            if outcome.answer and not outcome.error:
                stamped[document] = outcome.answer
            elif operation == "stamp":
                document._note_not_stamped(outcome)
            else:
                document._note_not_recovered(outcome)
        self._note_stamped(stamped)

    def _note_not_stamped(self, outcome):
        """A document was sent, and what came back is no stamp."""
        error = outcome.error
        if isinstance(error, InDoubt):
            self._leave_in_doubt()
        elif isinstance(error, Refused) and error.scope == "document":
            self._transition("reject", {"problems": [self._get_refusal(error)], "next_try_at": False})
        else:  # nobody listened, the account was turned away, or the call was never made
            self._transition("not_stamped", {"pac_id": False})

    def _note_not_recovered(self, outcome):
        """The PAC that may have stamped a document was asked, and did not give its stamp.

        Only its plain word that it never stamped it counts, or its refusal of the document; an account that is turned
        away today says nothing about yesterday.
        """
        error = outcome.error
        if isinstance(error, Refused) and error.scope == "document":
            self._transition("reject", {"problems": [self._get_refusal(error)], "next_try_at": False})
        elif outcome.was_made and not error and self.sent_at + SETTLE <= fields.Datetime.now():
            self._transition("not_stamped", {"pac_id": False, "tries": 0})
        else:
            self._leave_in_doubt()

    def _leave_in_doubt(self):
        """Ask again later, and not before the request can have died."""
        later = max(fields.Datetime.now() + pause(self.tries + 1), self.sent_at + SETTLE)
        self.write({"tries": self.tries + 1, "next_try_at": later})

    def _get_refusal(self, error):
        """What the PAC said as a problem, with our own remedy when we know the rule."""
        known = {rule.code: rule for rule in rules.rules()}.get(error.code)
        remedy = getattr(known, self._get_problem_language()).remedy if known else self._get_refusal_remedy()
        return self._get_problem(_storable(error.code), _storable(error.message), remedy)

    def _get_refusal_remedy(self):
        return self.env._("Correct what the PAC names and stamp again.")

    # === STAMPS === #

    def _note_stamped(self, answers):
        """Keep stamps: the row with its UUID, the XML with its hash.

        :param dict answers: {document: :class:`~..services.dispatch.Verified`}
        """
        if not answers:
            return
        documents = self.browse([document.id for document in answers])
        believed = documents._leave_out_known_uuids(answers)
        values = {document: document._prepare_stamp_values(answers[document]) for document in believed}
        stamped = self._transition_each("stamp", values)
        stamped._create_xml_attachments({document: answers[document].stamped.xml for document in stamped})
        self.env.flush_all()
        if stamped:
            stamped._follow_up()

    def _leave_out_known_uuids(self, answers):
        """Leave in doubt those whose UUID another document has: the PAC's answer cannot be right."""
        uuids = [answer.timbre.uuid.upper() for answer in answers.values()]
        taken = set(self.search([("uuid", "in", uuids)]).mapped("uuid"))
        taken |= {uuid for uuid in uuids if uuids.count(uuid) > 1} if len(set(uuids)) < len(uuids) else set()
        wrong = self.filtered(lambda document: answers[document].timbre.uuid.upper() in taken)
        for document in wrong:
            _logger.error("A PAC gave CFDI %s the UUID of another document", document.id)
            document._leave_in_doubt()
        return self - wrong

    def _prepare_stamp_values(self, answer):
        timbre = answer.timbre
        stamped_at = timbre.fecha_timbrado.replace(tzinfo=_STAMP_ZONE).astimezone(timezone.utc)
        pac = self.pac_id
        return {
            "uuid": timbre.uuid.upper(),
            "stamped_at": stamped_at.replace(tzinfo=None),
            "xml_sha256": self._sha256(answer.stamped.xml),
            "is_test": answer.is_test or pac.environment != "production",
            "problems": False,
            "tries": 0,
            "next_try_at": False,
        }

    def _create_xml_attachments(self, contents):
        """Store the stamped XML of documents, {document: bytes}, as attachments of the field ``xml``."""
        self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": f"{document.uuid}.xml",
                    "res_model": self._name,
                    "res_field": "xml",
                    "res_id": document.id,
                    "company_id": document.company_id.id,
                    "type": "binary",
                    "mimetype": "application/xml",
                    "raw": content,
                }
                for document, content in contents.items()
            ]
        )
        self.invalidate_recordset(["xml"])

    def _on_stamped(self):
        """Hook: these documents have just been stamped, all in one transaction with their stamps.

        What an override raises undoes what all overrides did for that document, never a stamp and nothing of other
        documents; the hook is then called again, later, until it passes. See :meth:`_follow_up`.
        """

    def _on_cancelled(self):
        """Hook: the SAT has just been found to have cancelled these documents; repeated like :meth:`_on_stamped`."""

    # === LOG === #

    def _log_attempts(self, values_list):
        """Append attempts; company and document of each come from the document."""
        documents = self.sudo().browse([values["document_id"] for values in values_list])
        return (
            self.env["gym.cfdi.attempt"]
            .sudo()
            .create(
                [
                    {**values, "company_id": document.company_id.id}
                    for document, values in zip(documents, values_list, strict=True)
                ]
            )
        )

    def _prepare_attempt(self, pac, operation, outcome):
        error, answer = outcome.error, outcome.answer
        said = error or (answer and answer.stamped)
        return {
            "document_id": outcome.call.key,
            "pac_id": pac.id,
            "operation": operation,
            "request_id": outcome.call.request_id,
            "started_at": outcome.started_at,
            "duration_ms": outcome.duration_ms,
            "outcome": next((name for kind, name in _OUTCOMES if isinstance(error, kind)), "ok"),
            "code": _storable(said.code) if said else False,
            "message": _storable(said.message) if said else self.env._("Never stamped by this PAC."),
            "raw": _storable(said.raw) if said else False,
        }
