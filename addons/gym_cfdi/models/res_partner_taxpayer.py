import hashlib

from odoo import fields, models

from ..domain.rfc import is_generic, is_well_formed
from ..domain.taxpayer import codes_of, errors_of, key_of


class ResPartner(models.Model):
    """What a PAC told of a customer in the SAT's list of RFCs, before the first CFDI is sealed.

    Kept with the day and with a hash of what was asked: a customer whose RFC, name or postal code changes is another
    question.
    """

    _name = "res.partner"
    _inherit = "res.partner"

    cfdi_listed_on = fields.Date(
        "Looked Up On",
        readonly=True,
        copy=False,
        help="Day on which a PAC was asked for this customer in the SAT's list.",
    )
    cfdi_listed_key = fields.Char("Looked Up (Hash)", readonly=True, copy=False, groups="base.group_system")
    cfdi_listed_codes = fields.Char(
        "Not as in the SAT's List",
        readonly=True,
        copy=False,
        help="SAT's codes of what is not as in its list of RFCs; empty when all is.",
    )

    def _is_to_be_looked_up(self, receptor):
        """Tell whether the SAT's list is to be asked for this customer: never before, with other data, or in vain.

        What was not as in the list is asked again each time, for it may have been registered since.

        :param receptor: :class:`~..domain.model.Receptor` of a document to this customer
        """
        self.ensure_one()
        if is_generic(receptor.rfc) or not is_well_formed(receptor.rfc):
            return False
        return bool(self.cfdi_listed_codes) or self.sudo().cfdi_listed_key != _hash(receptor)

    def _note_taxpayer(self, receptor, answer, day):
        """Keep what a PAC answered.

        :param answer: :class:`~..services.pac.Taxpayer`
        """
        self.write(
            {
                "cfdi_listed_on": day,
                "cfdi_listed_key": _hash(receptor),
                "cfdi_listed_codes": " ".join(codes_of(answer)) or False,
            }
        )

    def _get_taxpayer_errors(self, receptor):
        """Return what of ``receptor`` is not as in the SAT's list, as far as it was asked with these very data."""
        codes = self.cfdi_listed_codes
        if not codes or self.sudo().cfdi_listed_key != _hash(receptor):
            return []
        return errors_of(codes.split(), receptor)


def _hash(receptor):
    return hashlib.sha256(key_of(receptor).encode()).hexdigest()
