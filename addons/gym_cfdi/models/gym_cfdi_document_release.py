import re
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..domain import tfd
from ..domain.document_state import SENT
from ..domain.errors import CfdiError
from ..domain.sat_words import Standing
from ..services.dispatch import Verified
from ..services.pac import Stamped
from ..tools import user_error

# After the 72 hours: the clock of Quintana Roo is one hour ahead of that of the PACs
CLOCKS_DIFFER = timedelta(hours=1)
SHORTEST_REASON = 10
_UUID = re.compile(r"\b[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\b", re.IGNORECASE)


class GymCfdiDocument(models.Model):
    """The way out for documents whose PAC will never tell their result.

    The outbox asks that PAC forever, and rightly: only it can tell. When it is gone for good, a manager of CFDI may
    bring the stamp that the SAT has, or, once nobody can stamp the seal any more, give the seal up. A stamp that the
    PAC made and nobody saw would then remain at the SAT, so the SAT is asked about every UUID that can be known.
    """

    _inherit = "gym.cfdi.document"

    # === ACTIONS === #

    def action_give_up_seal(self):
        """Open the assistant that brings the stamp of this document, or frees it for another seal."""
        self.ensure_one()
        self._check_may_give_up()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("CFDI without an Answer"),
            "res_model": "gym.cfdi.release",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_id": self.id},
        }

    def _check_may_give_up(self):
        """:raise AccessError: unless the user manages CFDI and may see this one"""
        self.check_access("read")
        if not self.env.user.has_group("gym_cfdi.group_cfdi_manager"):
            raise AccessError(
                self.env._("Only managers of CFDI decide about those without an answer. Ask one of them.")
            )

    def _with_taken(self, action, *arguments):
        """Run ``action(document, *arguments)`` in transactions of its own, while no worker has the document.

        :raise UserError: when one has it: its answer must not get lost
        """
        self.ensure_one()
        with self.env.registry.cursor() as cr:
            documents = self.with_env(self.env(cr=cr, su=True))
            with documents._taken() as taken:
                if not taken:
                    raise UserError(self.env._("The stamping provider is being asked at this moment. Try in a minute."))
                action(taken, *arguments)
        self.env.invalidate_all()

    # === WHAT IS KNOWN === #

    def _get_possible_uuids(self):
        """Return the UUIDs that some answer about this seal held and that are nobody else's, in a fixed order."""
        self.ensure_one()
        attempts = self.attempt_ids.filtered(lambda attempt: attempt.operation in ("stamp", "recover"))
        raw = "\n".join(filter(None, attempts.mapped("raw")))
        ours = {uuid.upper() for uuid in _UUID.findall(self.sealed_xml or "")}
        ours |= {(request or "").upper() for request in attempts.mapped("request_id")}
        return sorted({uuid.upper() for uuid in _UUID.findall(raw)} - ours)

    def _get_release_time(self):
        """Return the instant, naive UTC, from which no PAC may stamp the present seal any more."""
        return self.deadline + CLOCKS_DIFFER

    # === BRINGING THE STAMP === #

    def _keep_stamp(self, xml):
        """Take the stamped XML that somebody brought, if it is of the very bytes that were sealed and sent.

        :param bytes xml:
        :raise UserError: when it is not
        """
        self._check_in_doubt()
        try:
            timbre = tfd.accept(self._get_sealed_bytes(), xml).timbre
        except CfdiError as error:
            raise user_error(self.env, [error]) from error
        is_test = timbre.no_certificado_sat in tfd.test_certificates()
        stamped = Stamped(xml, timbre.uuid, "", "", "")
        self._in_transaction(self._note_kept, Verified(stamped, timbre, is_test))

    def _note_kept(self, answer):
        self._log_attempts([self._prepare_decision("keep", answer.timbre.uuid, self.env._("Brought as a file."))])
        self._note_stamped({self: answer})
        if self.state == SENT:
            raise UserError(self.env._("Another document has the UUID %(uuid)s already.", uuid=answer.timbre.uuid))

    # === GIVING UP === #

    def _give_up_seal(self, reason, uuid=None):
        """Free the document for another date and another seal, unless the SAT knows a stamp of the present one.

        :param str reason: why its PAC will not answer
        :param str uuid: that somebody found, say in the SAT's portal
        :raise UserError: when it may not be given up; what was asked of the SAT is logged all the same
        """
        self._check_in_doubt()
        now = fields.Datetime.now()
        if now < self._get_release_time():
            raise UserError(
                self.env._(
                    "Until %(time)s (UTC) a stamping provider may still stamp this seal, and there would be two CFDI. "
                    "Wait until then.",
                    time=fields.Datetime.to_string(self._get_release_time()),
                )
            )
        if len((reason or "").strip()) < SHORTEST_REASON:
            raise UserError(self.env._("Write why the provider will not answer any more; the reason is kept."))
        for candidate in dict.fromkeys([*([uuid.upper()] if uuid else []), *self._get_possible_uuids()]):
            self._check_unknown_to_sat(candidate)
        self._in_transaction(self._note_given_up, reason.strip())

    def _check_in_doubt(self):
        if self.state != SENT:
            raise UserError(self._forbidden_text(self, "release"))

    def _check_unknown_to_sat(self, uuid):
        """:raise UserError: unless the SAT says that it does not know ``uuid`` as the stamp of this seal"""
        answer = self._ask_sat(uuid)
        attempt = self._prepare_sat_attempt(answer)
        self._in_transaction(self._log_attempts, [attempt | {"message": f"{uuid} {attempt['message']}"}])
        if answer.error:
            raise UserError(
                self.env._("The SAT does not answer about %(uuid)s. Nothing was done; try again later.", uuid=uuid)
            )
        if answer.standing is not Standing.NOT_FOUND:
            raise UserError(
                self.env._(
                    "The SAT knows %(uuid)s as the stamp of this document. Download its XML in the SAT's portal and "
                    "bring it here; nothing was given up.",
                    uuid=uuid,
                )
            )

    def _note_given_up(self, reason):
        self._log_attempts([self._prepare_decision("release", self.fecha, reason) | {"raw": self.sealed_xml}])
        values = {"pac_id": False, "tries": 0, "alarm_hours": 0, "problems": False}
        self._transition("release", values)._enqueue()

    def _prepare_decision(self, operation, code, message):
        return {
            "document_id": self.id,
            "pac_id": self.pac_id.id,
            "operation": operation,
            "request_id": self.request_id,
            "started_at": fields.Datetime.now(),
            "outcome": "ok",
            "code": code,
            "message": message,
        }
