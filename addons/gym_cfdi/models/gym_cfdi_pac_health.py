import logging
import time
from itertools import groupby

from odoo import fields, models
from odoo.exceptions import UserError

from ..domain.breaker import HALF_OPEN, OPEN
from ..domain.pace import take_turns
from ..services.pac import PacError, Refused

_logger = logging.getLogger(__name__)

# {(database, PAC): (when its record last changed, client)}: connections and tokens outlive a batch
_clients = {}


class GymCfdiPac(models.Model):
    """Whether a PAC may be asked now, how fast, and what its answers say about its health.

    The methods that write run in transactions of their own, which the outbox repeats when two workers meet: see
    :meth:`gym.cfdi.document._in_transaction`.
    """

    _inherit = "gym.cfdi.pac"

    next_turn_at = fields.Float(
        readonly=True, copy=False, digits=(16, 3), help="POSIX time of the first call that no worker has taken."
    )

    def _get_shared_client(self):
        """Return the client of this worker, made again when the account has changed.

        :return: ``None`` when it cannot be made; the managers are told why
        """
        self.ensure_one()
        key, version = (self.env.cr.dbname, self.id), self._get_client_version()
        kept, client = _clients.get(key, (None, None))
        if kept != version:
            try:
                client = self._get_client()
            except (UserError, PacError) as error:
                self._alert_managers(self.env._("The stamping provider cannot be used"), str(error))
                return None
            _clients[key] = (version, client)
        return client

    def _get_client_version(self):
        names = ("provider", "environment", "url", "username", "password_encrypted", "token_encrypted")
        return tuple(self.sudo()[name] for name in names) + (self.sudo().company_id._get_cfdi_rfc(),)

    def _take_turns(self, wanted):
        """Take up to ``wanted`` calls out of what this PAC may be asked now.

        :return: :class:`~..domain.pace.Turns`, or ``None`` while the PAC is left alone
        """
        self.ensure_one()
        pac_sudo, now = self.sudo(), fields.Datetime.now()
        breaker = pac_sudo._get_breaker()
        state = breaker.state(now)
        if state == OPEN:
            return None
        if state == HALF_OPEN:
            pac_sudo._set_breaker(breaker.probing(now))
            wanted = 1
        turns = take_turns(pac_sudo.next_turn_at, time.time(), pac_sudo.rate_limit, wanted)
        if pac_sudo.rate_limit and turns.count:
            pac_sudo.next_turn_at = turns.free_at
        return turns

    def _note_health(self, outcomes):
        """Learn from the outcomes of a batch, in order; nothing is written while all is well.

        Failures in a row are one outage, however many calls were under way and in whatever ways they failed: the PAC is
        left alone for longer only when a later probe fails too. Refusing a document is an answer.
        """
        self.ensure_one()
        breaker = before = self.sudo()._get_breaker()
        now = fields.Datetime.now()
        made = [outcome for outcome in outcomes if outcome.was_made]
        for _is_failure, alike in groupby(made, key=lambda outcome: outcome.is_failure):
            breaker = self._judge_health(breaker, list(alike), now)
        if breaker != before:
            self.sudo()._set_breaker(breaker)

    def _judge_health(self, breaker, alike, now):
        """Return ``breaker`` after these outcomes in a row, all of them failures or none."""
        if not alike[0].is_failure:
            return breaker.succeeded()
        refusals = [outcome.error for outcome in alike if isinstance(outcome.error, Refused)]
        if refusals:
            self._alert_managers(self.env._("The PAC turns our account away"), str(refusals[0]))
            return breaker.refused_account(now, len(alike))
        return breaker.failed(now, len(alike))

    def _set_breaker(self, breaker):
        self.write(
            {
                "breaker_failures": breaker.failures,
                "breaker_openings": breaker.openings,
                "breaker_open_until": breaker.open_until,
            }
        )

    # === BALANCE === #

    def _cron_count_stamps(self):
        """Ask every PAC how many stamps are left, and warn in time; may run as often as one likes."""
        self.env["ir.cron"]._do_each(self.search([]), "_count_stamps")

    def _count_stamps(self):
        self.ensure_one()
        client = self._get_shared_client()
        if client is None:
            return
        try:
            balance = client.balance()
        except PacError as error:
            _logger.warning("PAC %s does not tell how many stamps are left: %s", self.id, error)
            return
        if balance is None:
            return
        pac_sudo = self.sudo()
        pac_sudo.write({"balance": balance, "balance_at": fields.Datetime.now()})
        if balance >= pac_sudo.balance_alert:
            return
        self._alert_managers(
            self.env._("Few stamps left"),
            self.env._(
                "%(pac)s has %(balance)s stamps left for %(company)s. Buy more before they run out.",
                pac=self.name,
                balance=balance,
                company=pac_sudo.company_id.name,
            ),
        )
