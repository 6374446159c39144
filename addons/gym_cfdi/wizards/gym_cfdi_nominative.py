from odoo import fields, models
from odoo.exceptions import UserError

from ..domain import catalogs, rules
from ..domain.rfc import is_generic
from ..tools import selection_of


class GymCfdiNominative(models.TransientModel):
    """Invoices a sale to the general public to a customer by name, also when a global invoice states it already."""

    _name = "gym.cfdi.nominative"
    _description = "Invoice a Sale by Name"

    move_id = fields.Many2one("account.move", "Sale", required=True, readonly=True)
    company_id = fields.Many2one(related="move_id.company_id", store=True)
    global_id = fields.Many2one(related="move_id.cfdi_global_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, help="With RFC, regime and postal code as in the Constancia."
    )
    use = fields.Selection(
        lambda self: selection_of(use for use in catalogs.uses() if use.key not in ("CP01", "CN01")),
        "Use of CFDI",
        help="Empty: the customer's usual one.",
    )
    way = fields.Selection(
        [
            ("credit", "A credit note against the global invoice"),
            ("cancel", "Cancel the global invoice and issue it again (motive 04)"),
        ],
        "How It Leaves",
        required=True,
        default="credit",
        help="Both are lawful (guía del CFDI global, appendix 2). The credit note needs no cancellation.",
    )

    def action_invoice(self):
        """Record the invoice by name; in a global invoice, have the sale taken out of it first."""
        self.ensure_one()
        self.check_access("write")
        move = self.move_id
        move.check_access("write")
        self._check_customer()
        move.write({"cfdi_receptor_id": self.partner_id.id, "cfdi_use": self.use})
        if move.cfdi_global_id and self.way == "cancel":
            move._get_cfdi_global_lines().sudo(False)._take_out_by_cancelling()
        else:
            move._record_cfdi_intention(is_asked=True)
        return {"type": "ir.actions.act_window_close"}

    def _check_customer(self):
        problems = [problem for problem in self.partner_id._check_cfdi_receptor() if problem["severity"] == rules.ERROR]
        if is_generic(self.partner_id._get_cfdi_rfc()):
            raise UserError(
                self.env._("%(customer)s has no RFC. Write it in the contact first.", customer=self.partner_id.name)
            )
        if problems:
            raise UserError("\n".join(f"{problem['text']} {problem['remedy']}" for problem in problems))
