import base64

from odoo import api, fields, models

from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal

from ...domain import receipt_link


class AccountPayment(models.Model):
    """The receipt of what was paid at the desk: printed, mailed, or opened by a link that nobody guesses."""

    _inherit = "account.payment"

    gym_tendered = fields.Monetary(
        "Handed Over",
        readonly=True,
        copy=False,
        help="Of cash: what the payer gave, of which the change was given back.",
    )

    # === LINK === #

    def _get_gym_receipt_url(self, paper=""):
        """Return the address of the receipt: a page, or with a paper the PDF.

        :param str paper: empty, ``carta`` or ``80mm``
        """
        self.ensure_one()
        code = receipt_link.code_of(self._get_gym_receipt_secret(), self.id)
        return f"{self.get_base_url()}/recibo/{self.id}/{code}" + (f"/{paper}.pdf" if paper else "")

    @api.model
    def _find_gym_receipt(self, payment_id, code):
        """Return, in sudo, the payment that an address shows, or an empty recordset for whatever reason."""
        if not receipt_link.is_code(self._get_gym_receipt_secret(), payment_id, code):
            return self.sudo().browse()
        payment = self.sudo().browse(payment_id).exists()
        return payment.filtered(lambda one: one.payment_type == "inbound" and one.state in ("in_process", "paid"))

    @api.model
    def _get_gym_receipt_secret(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.secret")

    def _get_gym_whatsapp_link(self):
        """Return the link that opens WhatsApp with the receipt for the payer; ``None`` without a phone."""
        self.ensure_one()
        text = self.env._(
            "Receipt %(folio)s of %(company)s, %(amount)s: %(url)s",
            folio=self.name,
            company=self.company_id.name,
            amount=self.currency_id.format(self.amount),
            url=self._get_gym_receipt_url(),
        )
        return receipt_link.whatsapp_link(self.partner_id.phone_sanitized, text)

    # === CONTENTS === #

    def _get_gym_receipt(self):
        """Return what the receipt states, for its template; amounts in the currency of the payment."""
        self.ensure_one()
        paid, covered = to_decimal(self.amount), self._get_gym_covered()
        moves = self.env["account.move"].union(*(part["move"] for part in covered))
        url = next(filter(None, (move._get_invoicing_url() for move in moves)), "")
        return {
            "covered": covered,
            "kept": paid - add_up(part["amount"] for part in covered),
            "change": to_decimal(self.gym_tendered) - paid if self.gym_tendered else ZERO,
            "runs": self._get_gym_runs(),
            "url": url,
            "qr": url and self._get_gym_qr(url),
        }

    def _get_gym_covered(self):
        """Return what the payment paid: move, its lines in words, and how much of it."""
        parts = self.move_id.line_ids.matched_debit_ids.sorted("id")
        return [
            {"move": move, "what": move._get_due_lines().mapped("name"), "amount": part.amount}
            for part in parts
            for move in part.debit_move_id.move_id
        ]

    def _get_gym_runs(self):
        """Return (plan, last day paid) of what runs for this payer now."""
        running = self.env["gym.subscription"].search(
            [("payer_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id), ("state", "=", "active")]
        )
        return [(one.plan_id.name, one.date_paid_last) for one in running if one.date_paid_last]

    def _get_gym_qr(self, text):
        png = self.env["ir.actions.report"].barcode("QR", text, width=240, height=240)
        return f"data:image/png;base64,{base64.b64encode(png).decode()}"
