from decimal import Decimal

from odoo import models

from ..domain.amounts import TRANSFERRED, WITHHELD
from ..domain.catalogs import TAX_IEPS, TAX_ISR, TAX_IVA
from ..domain.errors import CfdiError
from ..domain.limits import rounded

_TAXES = {"isr": TAX_ISR, "iva": TAX_IVA, "ieps": TAX_IEPS}
_EXEMPT, _RATE, _QUOTA = "Exento", "Tasa", "Cuota"
_RATE_DECIMALS = 6


class TaxError(CfdiError):
    """A tax that a CFDI cannot state."""

    code = "TAX"
    record = None


class AccountTax(models.Model):
    _name = "account.tax"
    _inherit = "account.tax"

    def _is_cfdi_local(self):
        """Tell whether this is a state or municipal tax, which a CFDI states in a complement of its own."""
        self.ensure_one()
        return self.l10n_mx_tax_type == "local"

    def _get_cfdi_key(self):
        """Return what the SAT calls this tax, as (kind, tax, factor, rate) of :class:`~..domain.amounts.LineTax`.

        A negative tax is a withholding. Rates have six decimals: 16 % is 0.160000; an exempt tax has none.

        :raise TaxError: for a tax that is none of the SAT's, or whose amount is no rate of a base
        """
        self.ensure_one()
        tax = _TAXES.get(self.l10n_mx_tax_type)
        if tax is None or self.amount_type not in ("percent", "fixed"):
            raise self._get_cfdi_error()
        kind = WITHHELD if self.amount < 0 else TRANSFERRED
        amount = abs(Decimal(str(self.amount)))
        if self.l10n_mx_factor_type == _EXEMPT:
            return kind, tax, _EXEMPT, None
        if self.amount_type == "fixed":
            return kind, tax, _QUOTA, rounded(amount, _RATE_DECIMALS)
        return kind, tax, _RATE, rounded(amount / 100, _RATE_DECIMALS)

    def _get_cfdi_error(self):
        error = TaxError(
            es=(
                f"El impuesto “{self.name}” no dice cuál es para el SAT.",
                "Ponga su tipo (IVA, ISR, IEPS o local) y que se calcule como porcentaje o como importe fijo.",
            ),
            en=(
                f"The tax “{self.name}” does not say which one it is for the SAT.",
                "Set its type (IVA, ISR, IEPS or local) and have it computed as a percentage or a fixed amount.",
            ),
        )
        error.record = self
        return error
