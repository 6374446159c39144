from collections import defaultdict

from psycopg2 import OperationalError

from odoo import models
from odoo.tools import SQL

from .account_move import BATCH

RANKS = "account.move.batch.customer_rank"


class ResPartner(models.Model):
    """Customer ranks of a batch of invoices, counted in one go instead of a write for each partner."""

    _inherit = "res.partner"

    def _increase_rank(self, field, n=1):
        if not (self.env.context.get(BATCH) and field == "customer_rank"):
            return super()._increase_rank(field, n)
        ranks = self.env.cr.precommit.data.setdefault(RANKS, defaultdict(int))
        for partner in self:
            ranks[partner.id] += n
        return None

    def _apply_batch_ranks(self):
        """Store what :meth:`_increase_rank` has gathered in this transaction.

        As the original does, a first rank is written at once, so that the partner is a customer from now on; a further
        one after the commit, where it makes nobody wait and its loss would not matter.
        """
        ranks = self.env.cr.precommit.data.pop(RANKS, {})
        partners_sudo = self.sudo().browse(ranks)
        new = partners_sudo.filtered(lambda partner: not partner.customer_rank)
        for count, partners in new.grouped(lambda partner: ranks[partner.id]).items():
            partners.write({"customer_rank": count})
        if later := {partner.id: ranks[partner.id] for partner in partners_sudo - new}:
            self.env.cr.postcommit.add(lambda: self._store_ranks(later))

    def _store_ranks(self, ranks):
        try:
            with self.env.registry.cursor() as cr:
                cr.execute(
                    SQL(
                        """UPDATE res_partner SET customer_rank = customer_rank + more.n
                             FROM unnest(%s, %s) AS more(id, n) WHERE res_partner.id = more.id""",
                        list(ranks),
                        list(ranks.values()),
                    )
                )
        except OperationalError:
            # Somebody is writing these partners now: the rank only orders suggestions.
            return
