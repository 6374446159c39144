from odoo import models


class GymSubscription(models.Model):
    """Dues whose invoice accounting cancelled, took back to draft or credited in full: what is billed again.

    It is billed as it was, for the same days and amounts, to the present payer and with the taxes of today.
    """

    _inherit = "gym.subscription"

    def _get_undone(self, move):
        """Return the billed periods and the dues of this subscription on ``move`` that it charges no more."""
        self.ensure_one()
        rows = self.period_ids.filtered(lambda row: row.move_id == move and not row.is_reversed)
        dues = self.due_ids.filtered(lambda line: line.move_id == move and line.state == "billed")
        undone = (rows.move_line_id | dues.move_line_id)._get_undone()
        is_gone = move.state != "posted"
        return (
            rows.filtered(lambda row: row.move_line_id in undone or (is_gone and not row.move_line_id)),
            dues.filtered(lambda line: line.move_line_id in undone or (is_gone and not line.move_line_id)),
        )

    def _bill_again(self, move):
        """Free the periods of this subscription that ``move`` charges no more, and bill them again.

        :return: the posted moves
        """
        self.ensure_one()
        rows, dues = self._get_undone(move)
        periods = rows.filtered(lambda row: row.move_line_id not in dues.move_line_id)
        lasts = {row._get_identity(): (row.date_until, row.is_superseded) for row in rows}
        lines = self.env["gym.due"].create(
            [
                *(row._prepare_again() for row in periods),
                *(self._prepare_due_again(due) for due in dues),
            ]
        )
        rows.write({"is_reversed": True})
        rows.flush_recordset(["is_reversed"])  # the index that keeps a period from being billed twice looks at it
        dues.write({"state": "void"})
        moves = lines._bill()
        for row in self.period_ids.filtered(lambda row: row.move_id in moves):
            row.date_until, row.is_superseded = lasts.get(row._get_identity(), (row.date_end, False))
        self.env["gym.billing.run"]._after_billed(moves.filtered(lambda one: one.move_type == "out_invoice"))
        return moves

    def _get_payer_again(self, partner):
        """Return who is billed again what ``partner`` was: the company of the agreement, else the present payer."""
        return partner if partner == self.agreement_id.sudo().partner_id else self.payer_id

    def _prepare_due_again(self, due):
        """Return values of a due that bills ``due``, whose invoice is gone, again."""
        [values] = due.copy_data()
        return values | {
            "state": "pending",
            "partner_id": self._get_payer_again(due.partner_id).id,
            "move_id": False,
            "move_line_id": False,
            "again_move_id": due.move_id.id,
        }
