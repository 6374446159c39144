from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.vigor_vault.fields import EncryptedText

from .. import services
from ..domain.breaker import Breaker
from ..services import addresses
from ..services.pac import Credentials, PacError, Refused, TryAgain

# Where credentials go, and what they are: a change of the former empties the latter
_DESTINATION = ("url", "provider", "environment")
_CREDENTIALS = ("username", "password", "token")

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
    provider = fields.Selection(selection="_get_providers", required=True, tracking=True)
    environment = fields.Selection(
        [("test", "Test"), ("production", "Production")],
        default="test",
        required=True,
        tracking=True,
        help="What a test environment stamps has no validity before the SAT. Each has credentials of its own.",
    )
    url = fields.Char(
        string="Address",
        tracking=True,
        help="Only when it differs from the provider's own. A change of it removes the credentials: type them again. "
        "Only administrators may set one outside the provider's domains.",
    )
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
    largest_kb = fields.Integer(
        string="Largest Document (kB)",
        default=950,
        help="Thousands of bytes of XML that this PAC takes; 0 for no limit. A global invoice that would be larger is "
        "issued as several. Finkok takes less than 1 MB.",
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

    _largest_positive = models.Constraint(
        "CHECK (largest_kb = 0 OR largest_kb >= 20)",
        "The largest document of a PAC is 20 kB or more; write 0 for no limit.",
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

    # === WHERE CREDENTIALS GO === #

    def _check_url(self):
        """Refuse addresses without encryption, and those that only an administrator may choose.

        No constraint: an address that an administrator chose does not stop others from saving the rest of the form.
        """
        any_host = self.env.user.has_group("base.group_system")
        for pac in self:
            client = services.clients()[pac.provider]
            # the sandbox's one account is known to everybody
            production = pac.environment == "production" and not client.is_sandbox
            problem = addresses.problem_of(pac.url, client.domains, production=production, any_host=any_host)
            if problem:
                raise ValidationError(pac._get_url_text(problem))

    def _get_url_text(self, problem):
        values = {"pac": self.name, "url": self.url}
        if problem == addresses.MALFORMED:
            return self.env._(
                "%(pac)s: %(url)s is not an address such as https://services.example.com. Leave the address empty for "
                "the provider's own.",
                **values,
            )
        if problem == addresses.UNENCRYPTED:
            return self.env._(
                "%(pac)s: %(url)s would send the credentials without encryption. Use https; only a test environment on "
                "this server goes without.",
                **values,
            )
        return self.env._(
            "%(pac)s: %(url)s is not an address of the provider. Leave the address empty for the provider's own, or "
            "ask an administrator to set this one.",
            **values,
        )

    @api.onchange(*_DESTINATION)
    def _onchange_destination(self):
        """Show beforehand that the credentials do not go along to another address."""
        if self._origin and any(self[name] != self._origin[name] for name in _DESTINATION):
            self.update(dict.fromkeys(_CREDENTIALS, False))

    @api.model_create_multi
    def create(self, vals_list):
        pacs = super().create(vals_list)
        pacs._check_url()
        return pacs

    def write(self, vals):
        """Write, and remove the credentials that were kept for another address.

        They were typed for one service: nobody may have them sent to another one without knowing them.
        """
        before = {pac: pac._get_destination() for pac in self} if not vals.keys().isdisjoint(_DESTINATION) else {}
        result = super().write(vals)
        moved = self.filtered(lambda pac: pac in before and pac._get_destination() != before[pac])
        if moved:
            moved._check_url()
            moved._remove_credentials({name for name in _CREDENTIALS if vals.get(name, MASK) != MASK})
        return result

    def _get_destination(self):
        return tuple(self[name] or False for name in _DESTINATION)

    def _remove_credentials(self, given):
        """Empty the credentials but those ``given`` with the change, and note it in the chatter."""
        kept = {"username": "username", "password": "password_encrypted", "token": "token_encrypted"}
        for pac_sudo in self.sudo():
            old = [name for name in _CREDENTIALS if name not in given and pac_sudo[kept[name]]]
            if old:
                pac_sudo.write(dict.fromkeys(old, False))
                pac_sudo.message_post(
                    body=self.env._(
                        "The account is now asked at another address or in another environment: the credentials that "
                        "were kept have been removed."
                    )
                )

    # === CLIENT === #

    @api.model
    def _get_most_bytes(self, company):
        """Return how large the XML of ``company`` may be for any of its PACs to take it; 0 for no limit."""
        limits = [pac.largest_kb for pac in self.search([("company_id", "=", company.id)]) if pac.largest_kb]
        return 1000 * min(limits, default=0)

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
        message = self.env._("Connected: %(pac)s accepted the credentials.", pac=self.name)
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
