import logging

from odoo import models

from ..domain.breaker import OPEN
from ..domain.document_state import TO_SEAL
from ..services.pac import PacError

_logger = logging.getLogger(__name__)
# Of what is asked, nothing depends on it
_ANY_PLACE = "06000"


class GymCfdiDocument(models.Model):
    """Looks up customers in the SAT's list of RFCs before their first document is sealed.

    A PAC that does not offer it, does not answer or is left alone holds nothing back: nobody knows then, and the PAC
    that stamps says what it says.
    """

    _name = "gym.cfdi.document"
    _inherit = "gym.cfdi.document"

    def _look_up_receptors(self):
        """Ask for the receptors of these documents that nobody has asked for as they are now.

        A step of the outbox: it commits, and calls the PAC outside of any transaction.
        """
        for company, documents in self.grouped("company_id").items():
            receptors = documents._in_transaction(documents._get_unknown_receptors)
            answers = documents._ask_for_taxpayers(company, receptors) if receptors else {}
            if answers:
                documents._in_transaction(documents._note_taxpayers, answers, receptors)

    def _get_unknown_receptors(self):
        """Return {customer: Receptor} of the documents that wait for their seal."""
        partners = self.filtered(lambda document: document.state == TO_SEAL).partner_id
        receptors = {partner: partner._get_cfdi_receptor(_ANY_PLACE) for partner in partners}
        return {key: receptor for key, receptor in receptors.items() if key._is_to_be_looked_up(receptor)}

    def _ask_for_taxpayers(self, company, receptors):
        """Return {customer: :class:`~..services.pac.Taxpayer`} from the first PAC that tells of any.

        The list of a test environment has invented taxpayers: it is not asked where there is a real one.
        """
        pacs = self.env["gym.cfdi.pac"].search([("company_id", "=", company.id)])
        for pac in pacs.filtered(lambda pac: pac.environment == "production") or pacs:
            client = pac.breaker_state != OPEN and pac._get_shared_client()
            self._commit()
            answers = _ask(client, receptors) if client else {}
            if answers:
                return answers
        return {}

    def _note_taxpayers(self, answers, receptors):
        for partner, answer in answers.items():
            partner._note_taxpayer(receptors[partner], answer, self.company_id._today())

    def _get_taxpayer_errors(self, receptor):
        """Return what a PAC has told against the receptor of this document's CFDI, as errors that forbid its seal."""
        return self.partner_id._get_taxpayer_errors(receptor) if self.partner_id else []


def _ask(client, receptors):
    """Return the answers of one PAC, as far as it offers and gives any."""
    answers = {}
    for key, receptor in receptors.items():
        try:
            answer = client.look_up(receptor.rfc, receptor.nombre, receptor.domicilio_fiscal_receptor)
        except Exception as error:  # noqa: BLE001 - whatever a client does here, stamping goes on
            reason = error if isinstance(error, PacError) else type(error).__name__
            _logger.warning("The SAT's list of RFCs cannot be asked: %s", reason)
            return answers
        if answer is None:
            return answers
        answers[key] = answer
    return answers
