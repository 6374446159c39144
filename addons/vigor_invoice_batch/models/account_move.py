from odoo import api, models

BATCH = "invoice_batch"
FORMATS = "account.move.batch.sequence_format"
# Anyone who overrides one of these may number by something else than journal, day and kind of document.
NUMBERING = (
    "_get_last_sequence",
    "_get_last_sequence_domain",
    "_get_next_sequence_format",
    "_get_sequence_date_range",
    "_get_sequence_format_param",
    "_get_starting_sequence",
)

# Those that do not: debit notes may have numbers of their own, and no batch makes any
NUMBERING_REVIEWED = {"account", "account_debit_note", "vigor_invoice_batch"}


class AccountMove(models.Model):
    """Posting a batch: the sequence is looked up and locked once per journal and day, and totals stay as they are."""

    _inherit = "account.move"

    def write(self, vals):
        """Post a batch without adding up its lines again: Odoo lets totals depend on the state and does not look at it.

        What is reconciled by posting comes after this write, and changes them as ever.
        """
        if not (self.env.context.get(BATCH) and vals.get("state") == "posted"):
            return super().write(vals)
        with self.env.protecting(self._get_totals(), self):
            return super().write(vals)

    @api.model
    def _get_totals(self):
        """Return the stored fields that add up the lines, but those that a module nobody has reviewed takes part in."""
        unknown = self.env["account.move.batch"]._get_unknown_computations(self._name)
        return [
            field
            for name, field in self._fields.items()
            if field.store and field.compute == "_compute_amount" and name not in unknown
        ]

    def _get_next_sequence_format(self):
        """Return the format of the next number; in a batch, the one found for the first invoice.

        The number that the first invoice took is locked until the transaction ends, and the following ones come from
        the cache of ``sequence.mixin``: looking for the last number again would find this transaction's own.
        """
        if not (self.env.context.get(BATCH) and self._is_numbered_by_journal()):
            return super()._get_next_sequence_format()
        formats = self.env.cr.precommit.data.setdefault(FORMATS, {})
        key = (self.journal_id, self.date, self.move_type)
        if key not in formats:
            formats[key] = super()._get_next_sequence_format()
        format_string, values = formats[key]
        return format_string, dict(values)

    def _is_numbered_by_journal(self):
        """Tell whether two invoices of a journal, day and type surely continue the same sequence."""
        journal = self.journal_id
        is_debit = "debit_origin_id" in self._fields and self.debit_origin_id
        if journal.is_self_billing or is_debit or (journal.payment_sequence and self.origin_payment_id):
            return False
        return self.env["account.move.batch"]._get_overriding(self._name, NUMBERING) <= self._get_numbering_reviewed()

    def _get_numbering_reviewed(self):
        """Return the modules whose overrides of the numbering look at nothing but journal, day and kind of document.

        A module that overrides one of ``NUMBERING`` that way may add itself.
        """
        return NUMBERING_REVIEWED
