from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Let dunning count what comes in, parts of invoices too; credit notes and write-offs bring nothing."""
        partials = super().create(vals_list)
        for partial in partials.sudo():
            move, source = partial.debit_move_id.move_id, partial.credit_move_id.move_id
            if partial.credit_move_id._is_written_off():
                continue
            if move.gym_location_id and move.move_type == "out_invoice" and source.move_type != "out_refund":
                move._get_open_dunning_case()._note_recovered(move, partial.amount)
        return partials
