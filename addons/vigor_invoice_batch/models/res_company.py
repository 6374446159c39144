from odoo import models

from .account_move import BATCH

LOCKS = "account.move.batch.lock_dates"


class ResCompany(models.Model):
    """Lock dates of a batch, found once for each day and kind of entry instead of five times for each invoice."""

    _inherit = "res.company"

    def _get_lock_date_violations(
        self, accounting_date, fiscalyear=True, sale=True, purchase=True, tax=True, hard=True
    ):
        checks = (fiscalyear, bool(sale), bool(purchase), bool(tax), hard)
        if not self.env.context.get(BATCH):
            return super()._get_lock_date_violations(accounting_date, *checks)
        found = self.env.cr.precommit.data.setdefault(LOCKS, {})
        key = (self.id, self.env.uid, accounting_date, checks)
        if key not in found:
            found[key] = super()._get_lock_date_violations(accounting_date, *checks)
        return list(found[key])

    def _forget_batch_locks(self):
        """Find the lock dates again: they may have changed since the last batch of this transaction."""
        self.env.cr.precommit.data.pop(LOCKS, None)
