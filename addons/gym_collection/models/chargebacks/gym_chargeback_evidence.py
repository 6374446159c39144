import io
import logging

from odoo import models
from odoo.tools.pdf import PdfReadError, merge_pdf

_logger = logging.getLogger(__name__)
EVIDENCE = "evidence"  # what tells the PDF of this addon from other files of a chargeback


class GymChargeback(models.Model):
    """The evidence that goes to the bank, in one PDF: summary, signed documents, invoices."""

    _inherit = "gym.chargeback"

    def action_make_evidence(self):
        """Make the PDF again and download it."""
        self.ensure_one()
        attachment = self._get_evidence()._make_evidence()
        return {"type": "ir.actions.act_url", "url": f"/web/content/{attachment.id}?download=true", "target": "self"}

    def _make_evidence(self):
        """Render the evidence and attach it to this chargeback in place of an older one.

        :return: the attachment
        """
        files = self.env["ir.attachment"].sudo()
        owner = {"res_model": self._name, "res_id": self.id, "description": EVIDENCE}
        files.search([(key, "=", value) for key, value in owner.items()]).unlink()
        name = f"{self.display_name.replace('/', '-')}.pdf"
        return files.create(owner | {"name": name, "raw": self._render_evidence(), "mimetype": "application/pdf"})

    def _render_evidence(self):
        """Return one PDF as bytes; a scan that is no readable PDF is left to its fingerprint in the summary."""
        reports = self.env["ir.actions.report"].sudo()
        parts = [reports._render_qweb_pdf("gym_collection.gym_chargeback_report", self.ids)[0]]
        for consent in self._get_consents():
            parts.append(reports._render_qweb_pdf("gym_members.gym_consent_report", consent.ids)[0])
            if scan := self._get_scan_pdf(consent):
                parts.append(scan)
        parts.append(reports._render_qweb_pdf("account.account_invoices", self.invoice_ids.ids)[0])
        return merge_pdf(parts)

    def _get_scan_pdf(self, consent):
        """Return the scan of a paper consent as a PDF that can be merged, or ``None``."""
        content = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", "gym.consent"), ("res_id", "=", consent.id), ("res_field", "=", "scan")], limit=1
            )
            .raw
        )
        if not content or not content.startswith(b"%PDF"):
            return None
        try:
            return merge_pdf([content])
        except (PdfReadError, ValueError, KeyError, TypeError, io.UnsupportedOperation) as error:
            _logger.info("Scan of consent %s is not merged: %s", consent.id, error)
            return None

    # === WHAT IT SAYS === #

    def _get_evidence(self):
        """Return these in sudo: the summary quotes payments and invoices, which its readers need not see otherwise.

        :raise AccessError: for users who may not decide on chargebacks, or not see these
        """
        self._check_may_keep()
        self.check_access("read")
        return self.sudo()

    def _get_members(self):
        return self.sudo().subscription_ids.member_id

    def _get_consents(self):
        """Return what these people signed, oldest first, and what was taken back of it."""
        members = self._get_members()
        ids = members._get_merged_ids() if members else []
        return self.env["gym.consent"].sudo().search([("member_id", "in", ids), ("kind", "=", "given")], order="id")

    def _get_mandates(self):
        return self.sudo().subscription_ids.mandate_ids

    def _get_notices(self):
        return self.sudo().subscription_ids.notice_ids

    def _get_visits(self):
        """Return the visits of the members as lists of (naive UTC, branch name); an addon that counts them adds its."""
        return []

    def _get_histories(self):
        """Return for each member their name and history, newest first."""
        return [(member, member._get_timeline(limit=200)) for member in self._get_members()]

    def _get_moves(self):
        """Return the invoices and credit notes of the subscriptions, oldest first."""
        moves = self.sudo().subscription_ids._get_moves()
        return moves.filtered(lambda move: move.state == "posted").sorted(lambda move: (move.invoice_date, move.id))

    def _get_payment_names(self, move):
        """Return what paid an invoice, also what the bank took back since: references of payments."""
        cards = move.transaction_ids.filtered(lambda transaction: transaction.state == "done")
        others = move._get_reconciled_payments() - cards.payment_id
        return [*cards.mapped("reference"), *others.mapped("name")]
