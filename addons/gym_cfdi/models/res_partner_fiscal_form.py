from odoo import models

from ..domain import fiscal_form


class ResPartner(models.Model):
    """Fiscal data as customers give them themselves, in the portal or on the page of self-invoicing."""

    _inherit = "res.partner"

    def _get_fiscal_form(self):
        """Return the texts with which the form of this contact opens, by field of domain/fiscal_form.py."""
        self.ensure_one()
        return {
            "rfc": self.vat or "",
            "name": self.cfdi_name or "",
            "zip": self.zip or "",
            "regime": self.cfdi_regime or "",
            "use": self.cfdi_use or "",
        }

    def _get_fiscal_choices(self):
        """Return the regimes and uses of today's catalogues, as pairs (key, name)."""
        today = self.env.company._today()
        return {
            "regimes": fiscal_form.offered_regimes(today),
            "uses": fiscal_form.offered_uses(today),
        }

    def _write_fiscal_form(self, data):
        """Keep what a customer stated about themselves.

        :param data: :class:`~..domain.fiscal_form.FiscalData` without errors
        """
        self.write(self._prepare_fiscal_values(data))

    def _prepare_fiscal_values(self, data):
        return {
            "vat": data.rfc,
            "cfdi_name": data.name,
            "zip": data.zip,
            "cfdi_regime": data.regime,
            "cfdi_use": data.use,
            "country_id": self.env.ref("base.mx").id,
        }
