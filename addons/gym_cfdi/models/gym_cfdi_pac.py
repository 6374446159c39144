from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vigor_vault.fields import EncryptedText

from .. import services
from ..domain.breaker import Breaker
from ..services.pac import Credentials, PacError, Refused, TryAgain

# Stands for a secret that is kept, in the form
MASK = "********"


class GymCfdiPac(models.Model):
    """An account with a PAC (proveedor autorizado de certificación), in the order in which they are asked.

    ``breaker_*`` hold a :class:`~..domain.breaker.Breaker`, shared by all workers.
    """

    _name = "gym.cfdi.pac"
    _inherit = ["vault.mixin", "gym.cfdi.alert"]
    _description = "CFDI Stamping Provider"
    _order = "sequence, id"
    _mail_post_access = "read"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="The first that can be reached stamps.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="restrict"
    )
    provider = fields.Selection(selection="_get_providers", required=True)
    environment = fields.Selection(
        [("test", "Test"), ("production", "Production")],
        default="test",
        required=True,
        help="What a test environment stamps has no validity before the SAT. Each has credentials of its own.",
    )
    url = fields.Char(string="Address", help="Only when it differs from the provider's own.")
    needed_credentials = fields.Char(compute="_compute_needed_credentials")
    username = fields.Char(string="User", groups="gym_cfdi.group_cfdi_manager", copy=False)
    password_encrypted = EncryptedText()
    password = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_password",
        groups="gym_cfdi.group_cfdi_manager",
        copy=False,
        help="Kept encrypted, never shown again. Write another one to replace it.",
    )
    token_encrypted = EncryptedText()
    token = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_token",
        groups="gym_cfdi.group_cfdi_manager",
        copy=False,
        help="A permanent token, instead of user and password. Kept encrypted, never shown again.",
    )
    rate_limit = fields.Float(
        string="Documents per Second", help="The most that this PAC admits, all our servers together; 0 for no limit."
    )
    balance = fields.Integer(string="Stamps Left", readonly=True, copy=False)
    balance_at = fields.Datetime(string="Counted At", readonly=True, copy=False)
    balance_alert = fields.Integer(string="Warn Below", default=200, help="Stamps left; 0 to never warn.")

    breaker_failures = fields.Integer(readonly=True, copy=False)
    breaker_openings = fields.Integer(readonly=True, copy=False)
    breaker_open_until = fields.Datetime(string="Left Alone Until", readonly=True, copy=False)
    breaker_state = fields.Selection(
        [("closed", "Working"), ("open", "Left Alone"), ("half_open", "To Be Tried")],
        string="Health",
        compute="_compute_breaker_state",
    )

    @api.model
    def _get_providers(self):
        return sorted((code, client.name) for code, client in services.clients().items())

    @api.depends("provider")
    def _compute_needed_credentials(self):
        for pac in self:
            client = services.clients().get(pac.provider)
            pac.needed_credentials = " ".join(client.needs) if client else False

    def _compute_secrets(self):
        """Show that there is a secret, never the secret."""
        for pac in self.sudo():
            pac.password = MASK if pac.password_encrypted else False
            pac.token = MASK if pac.token_encrypted else False

    def _inverse_password(self):
        for pac in self.filtered(lambda pac: pac.password != MASK):
            pac._vault_write("password_encrypted", pac.password)
        self.invalidate_recordset(["password"])

    def _inverse_token(self):
        for pac in self.filtered(lambda pac: pac.token != MASK):
            pac._vault_write("token_encrypted", pac.token)
        self.invalidate_recordset(["token"])

    @api.depends("breaker_open_until")
    def _compute_breaker_state(self):
        now = fields.Datetime.now()
        for pac in self:
            pac.breaker_state = pac._get_breaker().state(now)

    def _get_breaker(self):
        self.ensure_one()
        return Breaker(self.breaker_failures, self.breaker_openings, self.breaker_open_until or None)

    # === CLIENT === #

    def _get_client(self):
        """Return a client of this account (:class:`~..services.pac.Pac`), without the ORM inside."""
        self.ensure_one()
        pac_sudo = self.sudo()
        credentials = Credentials(
            username=pac_sudo.username or "",
            password=pac_sudo._vault_read("password_encrypted") or "",
            token=pac_sudo._vault_read("token_encrypted") or "",
            url=pac_sudo.url or "",
            production=pac_sudo.environment == "production",
            rfc=pac_sudo.company_id._get_cfdi_rfc(),
        )
        return services.clients()[pac_sudo.provider](credentials)

    def action_test_connection(self):
        """Try address and credentials, and say what came of it."""
        self.ensure_one()
        self.check_access("write")
        try:
            client = self._get_client()
            client.check()
            balance = client.balance()
        except PacError as error:
            raise UserError(self._get_failure_text(error)) from None
        message = self.env._("%(pac)s answers and takes the credentials.", pac=self.name)
        if balance is not None:
            self.sudo().write({"balance": balance, "balance_at": fields.Datetime.now()})
            message = self.env._("%(message)s Stamps left: %(balance)s.", message=message, balance=balance)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_failure_text(self, error):
        """Say what a failed connection test means and what to do about it."""
        if isinstance(error, TryAgain):
            return self.env._(
                "%(pac)s cannot be reached (%(error)s). Check the address and whether this server may connect to the "
                "internet; if both are right, try again in some minutes.",
                pac=self.name,
                error=error,
            )
        if isinstance(error, Refused):
            return self.env._(
                "%(pac)s refuses the account (%(error)s). Check user, password or token, and that they belong to the "
                "environment chosen: test and production have different ones.",
                pac=self.name,
                error=error,
            )
        return self.env._(
            "%(pac)s answered something that cannot be understood (%(error)s). Check the address; if it is right, the "
            "service has a problem: try again later.",
            pac=self.name,
            error=error,
        )
