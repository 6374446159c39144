from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..domain import catalogs
from ..tools import selection_of

CASH, CHECK, TRANSFER, CREDIT_CARD = "01", "02", "03", "04"


class AccountJournal(models.Model):
    _name = "account.journal"
    _inherit = "account.journal"

    cfdi_zip = fields.Char(
        "Place of Issue",
        size=5,
        help="Postal code (LugarExpedicion) of the branch that invoices with this journal; empty for the company's. "
        "Its clock dates the invoices.",
    )
    cfdi_payment_form = fields.Selection(
        lambda self: selection_of(catalogs.payment_forms()),
        "Form of Payment (SAT)",
        compute="_compute_cfdi_payment_form",
        store=True,
        readonly=False,
        help="In a bank or cash journal: how money arrives here when its payment method does not say. In a sales "
        "journal: how its customers are expected to pay, which lets an invoice be PUE.",
    )

    @api.depends("type")
    def _compute_cfdi_payment_form(self):
        forms = {"cash": CASH, "bank": TRANSFER}
        for journal in self:
            journal.cfdi_payment_form = forms.get(journal.type, journal.cfdi_payment_form)

    @api.constrains("cfdi_zip")
    def _check_cfdi_zip(self):
        for journal in self:
            if journal.cfdi_zip and not catalogs.is_postal_code(journal.cfdi_zip):
                raise ValidationError(
                    self.env._(
                        "The postal code “%(code)s” of the journal %(journal)s is not in the SAT's catalogue. Copy it "
                        "from the Constancia of the branch.",
                        code=journal.cfdi_zip,
                        journal=journal.name,
                    )
                )

    def _get_cfdi_place(self):
        """Return LugarExpedicion of what this journal issues."""
        self.ensure_one()
        return self.cfdi_zip or self.company_id.zip or ""
