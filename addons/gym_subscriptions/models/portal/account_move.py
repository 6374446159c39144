from odoo import api, models
from odoo.fields import Domain

from ..money import add_up


class AccountMove(models.Model):
    """What is owed for dues, as the portal shows and takes it."""

    _inherit = "account.move"

    @api.model
    def _get_portal_open_dues(self, viewer):
        """Return, in sudo, the open invoices of dues that ``viewer`` pays, the oldest first."""
        return self.sudo().search(
            self._get_open_dues_domain() & Domain("partner_id", "in", viewer.payers.ids), order="invoice_date_due, id"
        )

    @api.model
    def _get_portal_owed(self, viewer):
        """Return what ``viewer`` owes for dues, by what one payment can settle.

        :return: list of dicts with ``payer``, ``company``, ``moves``, ``currency``, ``total`` (IVA included), and
            ``payable``: those of the invoices that may be paid online now
        """
        groups = self._get_portal_open_dues(viewer).grouped(lambda move: (move.partner_id, move.company_id))
        return [
            {
                "payer": payer,
                "company": company,
                "moves": moves,
                "payable": moves.filtered(lambda move: move._has_to_be_paid()),
                "currency": company.currency_id,
                "total": add_up(moves.mapped("amount_residual")),
            }
            for (payer, company), moves in groups.items()
        ]

    def _describe_dues(self):
        """Return what these invoices are for, as people know it: dict of invoice to plans and members."""
        rows = self.env["gym.subscription.period"].sudo()
        pairs = rows._read_group([("move_id", "in", self.ids)], ["move_id", "subscription_id"])
        named = {}
        for move, subscription in pairs:
            named.setdefault(move, []).append(f"{subscription.plan_id.name} · {subscription.member_id.name}")
        return {move: ", ".join(named.get(move, ())) for move in self}

    def _get_portal_payment(self):
        """Return how this invoice stands, as its payer reads it: dict with ``label`` and Bootstrap ``tone``."""
        self.ensure_one()
        if self.move_type == "out_refund":
            return {"label": self.env._("In your favour"), "tone": "info"}
        if self.payment_state == "partial":
            return {"label": self.env._("Partly paid"), "tone": "warning"}
        if self.payment_state == "not_paid":
            return {"label": self.env._("To pay"), "tone": "warning"}
        if self.payment_state == "reversed":
            return {"label": self.env._("Given back"), "tone": "secondary"}
        return {"label": self.env._("Paid"), "tone": "success"}
