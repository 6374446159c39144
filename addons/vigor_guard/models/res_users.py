import contextlib
import logging

from odoo import _, api, models
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request

from ..domain.network import group_address

_logger = logging.getLogger(__name__)

HOUR_S = 3600
RESETS_PER_NETWORK = 10  # an hour; a gym's own network has many people
RESETS_PER_ACCOUNT = 3  # an hour
PASSWORD_SIGNS = 10  # at least, for members and staff alike


class ResUsers(models.Model):
    _inherit = "res.users"

    # === SIGNING IN === #

    @contextlib.contextmanager
    def _assert_can_auth(self, user=None):
        """Override: failures are counted in the database, by login and network, see ``vigor.guard.attempt``."""
        if not request:
            with super()._assert_can_auth(user=user):
                yield
            return
        login = self.sudo().browse(user).login if isinstance(user, int) else user
        address = request.httprequest.remote_addr
        attempts = self.env["vigor.guard.attempt"]
        ids = attempts._begin_sign_in(login, address)
        with super()._assert_can_auth(user=user):
            try:
                yield
            except AccessDenied:
                self._take_the_time_of_a_password(login)
                raise
        attempts._end_sign_in(ids, login, address)

    @api.model
    def _take_the_time_of_a_password(self, login):
        """Take as long as comparing a password does when there was none to compare with.

        Odoo refuses a login that does not exist, or that nobody chose a password for yet, at once: the time of the
        answer would tell who has an account.
        """
        users = self.sudo().search(self._get_login_domain(login))
        self.env.cr.execute("SELECT 1 FROM res_users WHERE id = ANY(%s) AND password != ''", [users.ids])
        if not self.env.cr.rowcount:
            self._crypt_context().hash("a password")

    def _on_login_cooldown(self, failures, previous):
        """Override: Odoo's own count, by address alone, lets guests on a gym's network lock its desk out."""
        return False

    # === NEW PASSWORDS === #

    @api.model
    def _raise_password_minimum(self):
        """Ask for ``PASSWORD_SIGNS`` signs in new passwords, unless more are asked for already."""
        parameters = self.env["ir.config_parameter"].sudo()
        minimum = int(parameters.get_param("auth_password_policy.minlength", 0))
        parameters.set_param("auth_password_policy.minlength", max(minimum, PASSWORD_SIGNS))

    # === FORGOTTEN PASSWORDS === #

    def reset_password(self, login):
        """Override: nobody is told whether there is an account, and the mail leaves in a job.

        :raise UserError: after too many requests from one network, no matter who they were for
        """
        address = group_address(request.httprequest.remote_addr) if request else ""
        if not self.env["vigor.guard.attempt"]._is_within(RESETS_PER_NETWORK, HOUR_S, "reset network", address):
            raise UserError(_("Too many requests from your network. Try again in an hour, or ask at the desk."))
        self.env["res.users"].sudo().with_delay(description=_("Mail for a forgotten password"))._send_reset(
            str(login or "").strip()
        )

    @api.model
    def _send_reset(self, login):
        """Send the mail for a new password when exactly one account has ``login`` as its login or e-mail.

        Run as a job: whether there is one shows neither in the answer nor in its time.
        """
        users = self.search(self._get_login_domain(login)) or self.search(self._get_email_domain(login))
        if len(users) != 1 or not users.email:
            _logger.info("No mail for a forgotten password: %s accounts with an address have that login", len(users))
            return
        if not self.env["vigor.guard.attempt"]._is_within(RESETS_PER_ACCOUNT, HOUR_S, "reset account", users.id):
            _logger.info("No mail for the forgotten password of user %s: enough were sent this hour", users.id)
            return
        users.action_reset_password()
