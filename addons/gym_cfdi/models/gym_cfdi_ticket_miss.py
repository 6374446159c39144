import hashlib
import hmac
from datetime import timedelta

from odoo import api, fields, models

WINDOW = timedelta(minutes=30)
MOST_MISSES = 8


class GymCfdiTicketMiss(models.Model):
    """Searches for tickets that found none, so that nobody finds them by guessing.

    Keys are digests: neither addresses nor ticket numbers are kept. Rows live for a day.
    """

    _name = "gym.cfdi.ticket.miss"
    _description = "Ticket Not Found"
    _log_access = True

    key = fields.Char(required=True, readonly=True)

    _key_index = models.Index("(key, create_date)")

    @api.model
    def _is_allowed(self, *values):
        """Tell whether another search is allowed: too many misses of any of ``values`` in half an hour forbid it.

        :param values: what the search comes from and is about, such as the address and the ticket number
        """
        since = fields.Datetime.now() - WINDOW
        keys = [self._digest(value) for value in values]
        groups = self.sudo()._read_group([("key", "in", keys), ("create_date", ">=", since)], ["key"], ["__count"])
        return all(count < MOST_MISSES for _key, count in groups)

    @api.model
    def _record(self, *values):
        """Record a search that found nothing."""
        self.sudo().create([{"key": self._digest(value)} for value in values])

    @api.model
    def _digest(self, value):
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return hmac.new(secret.encode(), repr(value).encode(), hashlib.sha256).hexdigest()

    @api.autovacuum
    def _gc_misses(self):
        self.search([("create_date", "<", fields.Datetime.now() - timedelta(days=1))]).unlink()
