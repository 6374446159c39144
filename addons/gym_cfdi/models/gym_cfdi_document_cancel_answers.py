import base64

from odoo import fields, models

from ..domain import sat_words
from ..domain.cancellation_rules import SHOWS_WITHIN
from ..domain.sat_words import RequestFate
from ..services.pac import InDoubt, Refused


class GymCfdiDocument(models.Model):
    """What the answers to a request to cancel do to a document; none of them makes it ``cancelled``."""

    _inherit = "gym.cfdi.document"

    def _note_cancel_answer(self, answer, error, attempt):
        """Record what a PAC answered to a request.

        :return: whether no other PAC is to be asked now
        """
        self._log_attempts([attempt])
        if answer is not None:
            self._note_folio_code(answer)
            return True
        if isinstance(error, InDoubt):
            return True
        if isinstance(error, Refused) and error.scope == "document":
            self._note_cancel_failed(error.code, error.message, self._get_refusal_remedy())
            return True
        # surely not taken: as if it had never been sent
        values = {"cancel_requests": self.cancel_requests - 1}
        self.write(values if self.cancel_requests > 1 else {**values, "cancel_sent_at": False})
        return False

    def _note_folio_code(self, answer):
        fate = sat_words.fate_of(answer.code)
        values = {"cancel_code": answer.code}
        if answer.acuse and fate is RequestFate.TAKEN and not self.cancel_acuse:
            values["cancel_acuse"] = base64.b64encode(answer.acuse.encode())
        self.write(values)
        if fate is RequestFate.REFUSED:
            self._note_cancel_failed(answer.code, answer.message or answer.code, self._get_folio_remedy(answer.code))

    def _is_answer_to_us(self, was_in_process):
        """Tell whether "Solicitud rechazada" answers this request and not a former one, which the SAT shows as long."""
        is_old = self.cancel_requested_at and self.cancel_requested_at + SHOWS_WITHIN / 3 <= fields.Datetime.now()
        return was_in_process or bool(is_old)

    def _note_cancel_refused(self):
        """The receptor refused: the CFDI stands."""
        text = self.env._("The receptor refused the cancellation.")
        remedy = self.env._("Agree with the customer and ask again, or issue a credit note.")
        problem = {**self._get_problem("REFUSED", text, remedy), "severity": "warning"}
        self._transition("refuse_cancel", {"problems": [problem], "cancel_next_at": False})
        self._alert_managers(self.env._("The receptor refused a cancellation"), f"{self.display_name}: {remedy}")

    def _note_cancel_failed(self, code, text, remedy):
        """The request was not taken: the CFDI is as before, and those who manage it are told why."""
        problem = {**self._get_problem(code, text, remedy), "severity": "warning"}
        self._transition("cancel_failed", {"problems": [problem], "cancel_code": code, "cancel_next_at": False})
        self._alert_managers(self.env._("A cancellation was not taken"), f"{self.display_name}: {text} {remedy}")

    def _get_folio_remedy(self, code):
        """What to do about the code with which the SAT turned a folio away."""
        _ = self.env._
        related = _("Cancel first the payment complements and credit notes that depend on it.")
        late = _("The time to cancel is over: correct it with a credit note, and ask your accountant.")
        return {
            "no_cancelable": related,
            "204": related,
            "203": _("The CFDI was issued with another RFC: check the company's RFC and its CSD."),
            "206": _("Ask your PAC: the SAT does not let this taxpayer cancel this way."),
            "207": _("Choose the motive again."),
            "208": _("The substitute must be in force and say, with relation 04, that it replaces this CFDI."),
            "209": _("Ask again without a substitute."),
            "210": late,
            "211": late,
            "212": _("The substitute must say, with relation 04, that it replaces this CFDI."),
            "799": _("It was asked for too often: ask your PAC, or cancel it in the SAT's portal."),
        }.get(code, _("Ask your PAC what the code means, then ask for the cancellation again."))
