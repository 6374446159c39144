from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vigor_vault.fields import EncryptedText

from .. import services
from ..domain.breaker import Breaker
from ..services.pac import Credentials, PacError

# Stands for a secret that is kept, in the form
MASK = "********"


class GymCfdiPac(models.Model):
    """An account with a PAC (proveedor autorizado de certificación), in the order in which they are asked.

    ``breaker_*`` hold a :class:`~..domain.breaker.Breaker`, shared by all workers.
    """

    _name = "gym.cfdi.pac"
    _inherit = ["vault.mixin", "mail.activity.mixin"]
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
        help="What a test environment stamps has no validity before the SAT.",
    )
    url = fields.Char(string="Address", help="Only when it differs from the provider's own.")
    username = fields.Char(string="User", groups="gym_cfdi.group_cfdi_manager", copy=False)
    password_encrypted = EncryptedText()
    password = fields.Char(
        compute="_compute_secrets", inverse="_inverse_password", groups="gym_cfdi.group_cfdi_manager", copy=False
    )
    token_encrypted = EncryptedText()
    token = fields.Char(
        compute="_compute_secrets", inverse="_inverse_token", groups="gym_cfdi.group_cfdi_manager", copy=False
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

    def _compute_secrets(self):
        """Show that there is a secret, never the secret."""
        for pac in self.sudo():
            pac.password = MASK if pac.password_encrypted else False
            pac.token = MASK if pac.token_encrypted else False

    def _inverse_password(self):
        for pac in self.filtered(lambda pac: pac.password != MASK):
            pac._vault_write("password_encrypted", pac.password)

    def _inverse_token(self):
        for pac in self.filtered(lambda pac: pac.token != MASK):
            pac._vault_write("token_encrypted", pac.token)

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
            rfc=pac_sudo.company_id.vat or "",
        )
        return services.clients()[pac_sudo.provider](credentials)

    def action_test_connection(self):
        """Try address and credentials, and say what came of it."""
        self.ensure_one()
        self.check_access("write")
        try:
            self._get_client().check()
        except PacError as error:
            raise UserError(
                self.env._("%(pac)s does not take the connection: %(error)s", pac=self.name, error=error)
            ) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("%(pac)s answers.", pac=self.name)},
        }
