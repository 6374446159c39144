from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ..domain import catalogs, issuer, trial_seal
from ..domain.model import Emisor
from ..domain.rfc import is_well_formed, normalize
from ..tools import selection_of

# The PACs know a new certificate once it is in the SAT's list, which takes up to this long (errors 305 and 402)
CSD_SPREADS_IN = timedelta(hours=72)


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = "res.company"

    cfdi_active = fields.Boolean(
        "Issues CFDI", copy=False, help="Every posted invoice, credit note and payment of this company is stamped."
    )
    cfdi_since = fields.Date(
        "Issues CFDI Since", copy=False, help="Entries of earlier dates are not expected to have a CFDI."
    )
    cfdi_name = fields.Char(
        "Name in the Constancia",
        help="The company's name exactly as its Constancia de Situación Fiscal has it, without SA DE CV or the like.",
    )
    cfdi_regime = fields.Selection(lambda self: selection_of(catalogs.regimes()), "Tax Regime")
    cfdi_complement_policy = fields.Selection(
        [("payment", "One for each payment"), ("month", "One for each customer and month")],
        "Payment Complements",
        default="payment",
        required=True,
        help="RMF 2.7.1.32 admits both; either has to be issued by the 5th day of the month after the payment.",
    )
    cfdi_default_product_key_id = fields.Many2one(
        "gym.cfdi.product.key",
        "Default SAT Product Key",
        help="For products of which neither they nor their category say a key.",
    )

    cfdi_tested_at = fields.Datetime("Last Test Stamp", readonly=True, copy=False)
    cfdi_test_uuid = fields.Char("UUID of the Last Test Stamp", readonly=True, copy=False)

    @api.constrains("vat", "country_id")
    def _check_vat_is_an_rfc(self):
        for company in self.filtered(lambda one: one.vat and one.country_id.code == "MX"):
            if not is_well_formed(company._get_cfdi_rfc()):
                raise ValidationError(
                    self.env._(
                        "%(rfc)s is no RFC: a company's has 12 characters and a person's 13, for example "
                        "EKU9003173C9. Write it as the Constancia de Situación Fiscal of %(company)s has it.",
                        rfc=company.vat,
                        company=company.name,
                    )
                )

    # --- business methods

    def _set_cfdi_income_taxes(self):
        """Give the account of income taxed at the general rate that rate, where it has no tax: a line of an invoice
        without a product would else state none, and so would its CFDI."""
        for company in self.filtered(lambda one: one.chart_template == "mx" and one.account_sale_tax_id):
            accounts = self.env["account.account"].sudo().with_company(company)
            rated = [*accounts._check_company_domain(company), ("code", "=like", "401.01%"), ("tax_ids", "=", False)]
            accounts.search(rated).tax_ids = company.account_sale_tax_id

    def _get_cfdi_rfc(self):
        """Return the RFC of the company without the prefix of the country, or an empty text."""
        self.ensure_one()
        rfc = normalize(self.vat)
        return rfc[2:] if rfc.startswith("MX") and not is_well_formed(rfc) else rfc

    def _get_time_zone(self):
        """The SAT's catalogue knows the hour of each postal code, also where it is not that of the state."""
        return catalogs.time_zone((self or self.env.company).sudo().zip) or super()._get_time_zone()

    def _get_cfdi_now(self, zip_code=None):
        """Return what the clock says at the place of issue, naive and in whole seconds, as ``Fecha`` wants it.

        :param str zip_code: LugarExpedicion when it is not the company's
        :raise UserError: when the SAT's catalogue does not have the postal code
        """
        self.ensure_one()
        code = zip_code or self.zip
        zone = catalogs.time_zone(code)
        if not zone:
            raise UserError(
                self.env._(
                    "The postal code “%(code)s” of %(company)s is not in the SAT's catalogue. Correct it in the "
                    "company's address or in the journal.",
                    code=code or "",
                    company=self.name,
                )
            )
        now = fields.Datetime.now().replace(tzinfo=UTC)
        return now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)

    def _get_csd(self, at=None):
        """Return the seal with which this company seals at the instant ``at``: the newest that is valid then.

        One that the SAT issued in the last 72 hours gives way to an older one, if there is one, because the PACs may
        not know it yet. A branch seals with the certificates of its parents too, when they are of its RFC.

        :param datetime at: naive UTC or aware, default now
        :return: :class:`~..domain.csd.Csd`, loaded once in each worker
        :raise UserError: when there is none, with what to do
        """
        self.ensure_one()
        at = at or fields.Datetime.now()
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        valid = [seal for seal in self._get_csd_periods(self._get_cfdi_rfc()) if seal[0] <= at <= seal[1]]
        if not valid:
            raise UserError(self._explain_missing_csd(at))
        spread = [seal for seal in valid if seal[0] + CSD_SPREADS_IN <= at]
        return self.env["certificate.certificate"].browse((spread or valid)[0][2])._load_csd()

    @ormcache("self.id", "rfc", cache="stable")
    def _get_csd_periods(self, rfc):
        """Return ``(not_before, not_after, certificate id)`` of the seals of ``rfc``, newest first; aware, in UTC."""
        seals = (
            self.env["certificate.certificate"].sudo().search(self._get_csd_domain(), order="date_start DESC, id DESC")
        )
        return tuple(
            (seal.date_start.replace(tzinfo=UTC), seal.date_end.replace(tzinfo=UTC), seal.id)
            for seal in seals
            if seal.cfdi_rfc == rfc and seal.has_cfdi_key
        )

    def _get_cfdi_managers(self):
        """Return the users who are warned of what endangers the stamping of this company, sudo."""
        managers = self.env.ref("gym_cfdi.group_cfdi_manager").sudo().all_user_ids
        return managers.filtered(lambda user: not user.share and self in user.company_ids)

    def _get_csd_domain(self):
        return [("scope", "=", "cfdi"), ("company_id", "in", self.sudo().parent_ids.ids)]

    def _has_cfdi_trial_seal(self):
        """Tell whether one of this company's seals is for trials: what it seals has no fiscal validity."""
        seals = self.env["certificate.certificate"].sudo()
        return bool(seals.search_count([*self._get_csd_domain(), ("cfdi_number", "=", trial_seal.NUMBER)], limit=1))

    def _explain_missing_csd(self, at):
        rfc = self._get_cfdi_rfc()
        if not is_well_formed(rfc):
            return self.env._(
                "%(company)s has no valid RFC, so no CSD can seal for it. Write its RFC in the company's form.",
                company=self.name,
            )
        periods = self._get_csd_periods(rfc)
        if periods and periods[0][1] < at:
            return self.env._(
                "The CSD of %(company)s expired on %(date)s. Request a new one from the SAT (Certifica) and upload it "
                "in Invoicing / Configuration / CFDI / Seals.",
                company=self.name,
                date=self._to_local(periods[0][1]).date(),
            )
        return self.env._(
            "%(company)s has no CSD of %(rfc)s that is valid now. Upload its .cer and .key files in Invoicing / "
            "Configuration / CFDI / Seals.",
            company=self.name,
            rfc=rfc,
        )

    def _get_cfdi_issuer(self):
        """Return the :class:`~..domain.model.Emisor` of this company's documents."""
        self.ensure_one()
        return Emisor(
            rfc=self._get_cfdi_rfc(), nombre=(self.cfdi_name or "").strip(), regimen_fiscal=self.cfdi_regime or ""
        )

    def _get_cfdi_fiscal_problems(self):
        """Return what the fiscal data of the company lack before it can issue.

        :return: list of :class:`~..domain.errors.CfdiError`
        """
        self.ensure_one()
        return issuer.problems(self._get_cfdi_rfc(), self.cfdi_name, self.cfdi_regime, self.zip)
