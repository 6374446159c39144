from odoo import fields, models

from ..domain import catalogs
from ..domain.periods import MONTH
from ..tools import selection_of


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = "res.company"

    cfdi_global_periodicity = fields.Selection(
        lambda self: selection_of(catalogs.periodicities()),
        "Global Invoice",
        default=MONTH,
        required=True,
        help="The period whose sales to customers without RFC one invoice states. Two months only in regime 621.",
    )
    cfdi_global_is_automatic = fields.Boolean(
        "Issue It by Itself",
        default=True,
        help="The hour after the period ends at each place of issue; the law gives 24 (RMF 2.7.1.21).",
    )
    cfdi_global_most_tickets = fields.Integer(
        "Most Sales in One",
        default=2000,
        help="A period with more sales is stated by several global invoices; 0 for no limit. The size that the PAC "
        "takes is kept in any case.",
    )

    _global_most_tickets_positive = models.Constraint(
        "CHECK (cfdi_global_most_tickets >= 0)", "The most sales in one global invoice cannot be negative."
    )

    def _issue_cfdi_globals(self):
        """Issue the global invoices that are due, each place by itself."""
        for place in sorted(self.env["gym.cfdi.global"]._get_global_places(self)):
            self.env["ir.cron"]._do_each(self, "_issue_cfdi_global", place, variant=place)

    def _issue_cfdi_global(self, place):
        self.env["gym.cfdi.global"]._issue_due(self, place)
