from odoo import api, fields, models

from ..domain import catalogs
from ..tools import selection_of
from .account_journal import CHECK, CREDIT_CARD

_FORMS_OF_METHODS = {"check_printing": CHECK}
_ANY_METHOD = "manual"


class AccountPaymentMethodLine(models.Model):
    _name = "account.payment.method.line"
    _inherit = "account.payment.method.line"

    cfdi_payment_form = fields.Selection(
        lambda self: selection_of(catalogs.payment_forms()),
        "Form of Payment (SAT)",
        compute="_compute_cfdi_payment_form",
        store=True,
        readonly=False,
        help="What an invoice or a payment complement says of money that arrives this way. Online methods begin as "
        "credit card; set 28 for debit cards.",
    )

    @api.depends("payment_method_id", "journal_id")
    def _compute_cfdi_payment_form(self):
        for line in self:
            code = line.payment_method_id.code
            if code in _FORMS_OF_METHODS:
                line.cfdi_payment_form = _FORMS_OF_METHODS[code]
            elif code and code != _ANY_METHOD and line.payment_type == "inbound":
                line.cfdi_payment_form = CREDIT_CARD
            else:
                line.cfdi_payment_form = line.journal_id.cfdi_payment_form
