import hashlib
import hmac
import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessDenied

from ..domain.network import group_address
from ..domain.waiting import Patience

DAY_S = 86400
# Somebody who forgot, on their own line
BY_PAIR = Patience(free=5, first_s=30, longest_s=900, window_s=DAY_S)
# One account, tried from many lines
BY_LOGIN = Patience(free=20, first_s=30, longest_s=900, window_s=DAY_S)
# Many accounts, tried from one line, such as a gym's own network with hundreds of phones
BY_NETWORK = Patience(free=50, first_s=30, longest_s=900, window_s=3600)
KNOWN_DAYS = 90


class VigorGuardAttempt(models.Model):
    """What was tried and counts against further tries: failed sign-ins, requests of mails, wrong guesses.

    Keys are digests: neither logins nor addresses are kept, and a password typed as the login leaves nothing.
    Every try is committed on its own before it is known how it ends, so that a hundred at once, in any number of server
    processes, count each other, and a failure is not undone with its request.
    """

    _name = "vigor.guard.attempt"
    _description = "Attempt of a Stranger"
    _log_access = False
    _order = "id desc"

    key = fields.Char(required=True, readonly=True, help="A digest of what was tried and from where.")
    at = fields.Datetime("Tried At", required=True, readonly=True)

    _key_index = models.Index("(key, at)")

    # === SIGNING IN === #

    @api.model
    def _begin_sign_in(self, login, address):
        """Count a try to sign in as failed until :meth:`_end_sign_in` says otherwise.

        :param str login: what was typed, of an account or not: the answer is the same
        :param str address: of the client
        :return: ids of the rows of this try
        :raise AccessDenied: when the login, the network or both together failed too often; such a try is not counted

        Who signed in from this network within ``KNOWN_DAYS`` only waits for failures of the two together: neither
        guests on the same network nor strangers elsewhere lock anybody out.
        """
        pair, by_login, by_network, known = self._sign_in_keys(login, address)
        with self._on_its_own() as own:
            attempts = own._record([pair, by_login, by_network])
            rules = [(pair, BY_PAIR)]
            if not own._count(known, KNOWN_DAYS * DAY_S, attempts):
                rules += [(by_login, BY_LOGIN), (by_network, BY_NETWORK)]
            wait_s = max(own._wait_s(key, patience, attempts) for key, patience in rules)
            if wait_s:
                attempts.unlink()
            ids = attempts._ids
        if wait_s:
            raise AccessDenied(
                self.env._(
                    "Too many attempts to sign in. Wait %(minutes)s minutes and try again, or have a new password sent "
                    "to you.",
                    minutes=math.ceil(wait_s / 60),
                )
            )
        return ids

    @api.model
    def _end_sign_in(self, ids, login, address):
        """Forget the failures of the person who has signed in, and remember the network as theirs."""
        pair, _by_login, _by_network, known = self._sign_in_keys(login, address)
        with self._on_its_own() as own:
            (own.browse(ids) | own.search([("key", "=", pair)])).exists().unlink()
            if not own._count(known, DAY_S, own):
                own._record([known])

    def _sign_in_keys(self, login, address):
        login, network = str(login or "").strip().lower(), group_address(address)
        return (
            self._digest("pair", login, network),
            self._digest("login", login),
            self._digest("network", network),
            self._digest("known", login, network),
        )

    def _wait_s(self, key, patience, but):
        since = fields.Datetime.now() - timedelta(seconds=patience.window_s)
        domain = [("key", "=", key), ("at", ">", since), ("id", "not in", but.ids)]
        failures, last = self._read_group(domain, [], ["__count", "at:max"])[0]
        return patience.wait_s(failures, (fields.Datetime.now() - last).total_seconds() if last else 0)

    # === WHAT MAY BE ASKED FOR SO OFTEN === #

    @api.model
    def _is_within(self, limit, window_s, *what):
        """Tell whether ``what`` was asked for at most ``limit`` times within ``window_s`` seconds, this time included.

        Each time counts, also one that is refused.
        """
        key = self._digest(*what)
        with self._on_its_own() as own:
            return own._count(key, window_s, own._record([key])) < limit

    # === WHAT NOBODY MAY GUESS === #

    @api.model
    def _may_guess(self, limit, window_s, *whats):
        """Tell whether each of ``whats`` was missed less than ``limit`` times within ``window_s`` seconds.

        :param whats: tuples that say what a guess comes from and is about, such as a network and a number
        """
        attempts = self.sudo()
        return all(attempts._count(self._digest(*what), window_s, attempts) < limit for what in whats)

    @api.model
    def _record_miss(self, *whats):
        """Count a wrong guess against each of ``whats``; it stands even when the request is undone."""
        with self._on_its_own() as own:
            own._record([self._digest(*what) for what in whats])

    # === WHAT ALL OF THEM SHARE === #

    def _on_its_own(self):
        """Return a context manager: this model, as the superuser, in a transaction that is committed at its end."""
        return _OwnTransaction(self)

    def _record(self, keys):
        now = fields.Datetime.now()
        attempts = self.create([{"key": key, "at": now} for key in keys])
        self.env.flush_all()
        self.env.cr.commit()  # pylint: disable=invalid-commit  (its own cursor: others have to see it at once)
        return attempts

    def _count(self, key, window_s, but):
        since = fields.Datetime.now() - timedelta(seconds=window_s)
        return self.search_count([("key", "=", key), ("at", ">", since), ("id", "not in", but.ids)])

    def _digest(self, *what):
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return hmac.new(secret.encode(), repr(what).encode(), hashlib.sha256).hexdigest()

    @api.autovacuum
    def _gc_attempts(self):
        self.search([("at", "<", fields.Datetime.now() - timedelta(days=KNOWN_DAYS))]).unlink()


class _OwnTransaction:
    def __init__(self, model):
        self.model = model

    def __enter__(self):
        self.cursor = self.model.env.registry.cursor()
        return self.model.with_env(api.Environment(self.cursor, api.SUPERUSER_ID, {}))

    def __exit__(self, kind, *args):
        if kind is None:
            self.cursor.commit()
        self.cursor.close()
