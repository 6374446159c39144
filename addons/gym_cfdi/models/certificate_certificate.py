import base64
from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, ormcache

from odoo.addons.vigor_vault.fields import EncryptedText

from ..domain import trial_seal
from ..domain.csd import CSD, Certificate, Csd
from ..domain.errors import CertificateError
from ..tools import user_error

ALERT_DAYS = (90, 30, 7)  # before the end of the last seal of a company
ALERT_ACTIVITY = "mail.mail_activity_data_warning"
# What decides which seals there are: whatever changes one of these drops the seals that the workers hold
_SEAL_FIELDS = {"active", "scope", "content", "company_id", "cfdi_private_key", "cfdi_key_password"}


class CertificateCertificate(models.Model):
    """A CSD is a certificate with the scope ``cfdi`` whose private key and password lie encrypted beside it.

    Core's ``certificate.key`` is not used: it keeps the password in clear, and the key as a file.
    """

    _name = "certificate.certificate"
    _inherit = ["certificate.certificate", "vault.mixin", "mail.thread", "mail.activity.mixin"]

    scope = fields.Selection(selection_add=[("cfdi", "CFDI seal (CSD)")])
    cfdi_number = fields.Char("Certificate Number", compute="_compute_cfdi", store=True, help="Twenty digits.")
    cfdi_rfc = fields.Char("RFC of the Holder", compute="_compute_cfdi", store=True)
    cfdi_holder = fields.Char("Holder", compute="_compute_cfdi", store=True)
    cfdi_private_key = EncryptedText("Private Key of the CSD")
    cfdi_key_password = EncryptedText("Password of the CSD")
    has_cfdi_key = fields.Boolean("Has Private Key", compute="_compute_has_cfdi_key", compute_sudo=True)
    cfdi_alerted_days = fields.Integer(
        "Warned Days before the End", readonly=True, copy=False, help="The last of the expiry alerts that was sent."
    )

    _cfdi_number_unique = models.UniqueIndex(
        "(company_id, cfdi_number) WHERE scope = 'cfdi'", "This company already has that CSD."
    )

    @api.depends("content", "scope")
    def _compute_cfdi(self):
        for record in self:
            certificate = record._read_certificate() if record.scope == "cfdi" else None
            record.cfdi_number = certificate and certificate.number
            record.cfdi_rfc = certificate and certificate.rfc
            record.cfdi_holder = certificate and certificate.holder

    def _read_certificate(self):
        """Return the domain's certificate, or ``None`` when the file is not one."""
        try:
            return Certificate.load(self._get_certificate_bytes())
        except CertificateError:
            return None

    def _get_certificate_bytes(self):
        return base64.b64decode(self.with_context(bin_size=False).content or b"")

    @api.depends("cfdi_private_key")
    def _compute_has_cfdi_key(self):
        for record in self:
            record.has_cfdi_key = bool(record.cfdi_private_key)

    @api.constrains("scope", "content", "private_key_id", "pkcs12_password")
    def _check_is_csd(self):
        for record in self.filtered(lambda certificate: certificate.scope == "cfdi"):
            certificate = record._read_certificate()
            if certificate is None or certificate.kind != CSD:
                raise ValidationError(self.env._("“%(name)s” is not a CSD.", name=record.name or ""))
            if record.private_key_id or record.pkcs12_password:
                raise ValidationError(
                    self.env._(
                        "The private key and the password of a CSD are kept encrypted. Upload them in Invoicing / "
                        "Configuration / CFDI / Seals, not here."
                    )
                )

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if any(record.scope == "cfdi" for record in records):
            self._forget_seals()
        return records

    def write(self, vals):
        concerned = _SEAL_FIELDS & vals.keys() and any(record.scope == "cfdi" for record in self)
        result = super().write(vals)
        if concerned or vals.get("scope") == "cfdi":
            self._forget_seals()
        return result

    def unlink(self):
        if any(record.scope == "cfdi" for record in self):
            self._forget_seals()
        return super().unlink()

    def _forget_seals(self):
        """Make every worker load the seals again."""
        self.env.registry.clear_cache("stable")

    # --- expiry

    @api.model
    def _cron_alert_expiring(self):
        """Once a day; each alert is given once."""
        self._alert_expiring()

    @api.model
    def _alert_expiring(self):
        """Warn the managers of the companies that issue when their last seal ends within 90, 30 and 7 days."""
        seals = self.search(
            [("scope", "=", "cfdi"), ("company_id.cfdi_active", "=", True)], order="company_id, date_end DESC, id"
        )
        last_ones = [company_seals[0] for company_seals in seals.grouped("company_id").values()]
        self.env["ir.cron"]._do_each(last_ones, "_alert_when_due")

    def _alert_when_due(self):
        """Warn of the end of this seal when it comes nearer than it was at the last warning."""
        now = fields.Datetime.now()
        reached = [days for days in ALERT_DAYS if self.date_end < now + timedelta(days=days)]
        if reached and (not self.cfdi_alerted_days or reached[-1] < self.cfdi_alerted_days):
            self._alert()
            self.cfdi_alerted_days = reached[-1]

    def _alert(self):
        """Give each manager of the company an activity, of which they are told by mail."""
        last_day = self.company_id._to_local(self.date_end).date()
        for manager in self.company_id._get_cfdi_managers():
            seal = self.with_context(lang=manager.lang)
            seal.activity_schedule(
                ALERT_ACTIVITY,
                date_deadline=last_day,
                summary=seal.env._("The CSD of %(company)s ends", company=self.company_id.name),
                note=seal.env._(
                    "The seal %(number)s ends on %(date)s. Without another one no CFDI can be issued. Request it from "
                    "the SAT (Certifica, with the e.firma) and upload it at least three days earlier: PACs take up to "
                    "72 hours to know it. Both work until the old one ends.",
                    number=self.cfdi_number,
                    date=format_date(seal.env, last_day),
                ),
                user_id=manager.id,
            )

    # --- business methods

    @api.model
    def _create_csd(self, company, cer, key, password):
        """Keep a seal of ``company`` after proving all that can be proven about it.

        A certificate that is kept already gets this key, so that a copy of a database without its vault key can be
        given its seal again. Access is the caller's duty.

        :param bytes cer: content of the .cer file
        :param bytes key: content of the .key file, encrypted with ``password``
        :return: the certificate
        :raise UserError: with what is wrong and what to do
        """
        try:
            csd = Csd.load(cer, key, password)
        except CertificateError as error:
            raise user_error(self.env, [error]) from error
        certificate = csd.certificate
        if problems := certificate.problems(company._get_cfdi_rfc(), self._get_instant()):
            raise user_error(self.env, problems)
        seals = self.sudo().with_context(active_test=False)
        seal = seals.search(
            [("scope", "=", "cfdi"), ("company_id", "=", company.id), ("cfdi_number", "=", certificate.number)]
        ) or seals.create(
            {
                "name": f"CSD {certificate.number}",
                "scope": "cfdi",
                "company_id": company.id,
                "content": base64.b64encode(certificate.der),
            }
        )
        seal.active = True
        seal._vault_write("cfdi_private_key", base64.b64encode(key).decode())
        seal._vault_write("cfdi_key_password", password)
        seals.search(
            [("scope", "=", "cfdi"), ("company_id", "=", company.id), ("date_end", "<", seal.date_end)]
        ).activity_unlink([ALERT_ACTIVITY])
        seal._end_trial()
        return seal

    def _end_trial(self):
        """Archive the seal for trials of the company that got this one of the SAT."""
        if self.cfdi_number != trial_seal.NUMBER:
            trial = [("company_id", "=", self.company_id.id), ("cfdi_number", "=", trial_seal.NUMBER)]
            self.search(trial).active = False

    @api.model
    def _get_instant(self):
        return fields.Datetime.now().replace(tzinfo=UTC)

    @ormcache("self.id", cache="stable")
    def _load_csd(self):
        """Return the :class:`~..domain.csd.Csd` of this certificate, which the worker then keeps in memory.

        The key was proven when it was uploaded, so that loading it takes 2 ms instead of 50.

        :raise UserError: when this server has no vault key, or not the one that encrypted it
        """
        self.ensure_one()
        seal = self.sudo()
        key = base64.b64decode(seal._vault_read("cfdi_private_key"))
        password = seal._vault_read("cfdi_key_password") or ""
        return Csd.load(seal._get_certificate_bytes(), key, password, is_known=True)
