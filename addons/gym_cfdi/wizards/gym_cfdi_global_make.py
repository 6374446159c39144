from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import catalogs
from ..domain.periods import period_of
from ..tools import selection_of


class GymCfdiGlobalMake(models.TransientModel):
    """Chooses a period and a place and shows what their global invoice would state."""

    _name = "gym.cfdi.global.make"
    _description = "Make a Global Invoice"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    place_zip = fields.Char(
        "Place of Issue",
        required=True,
        compute="_compute_from_company",
        store=True,
        readonly=False,
        precompute=True,
        help="Postal code of the branch whose sales are stated.",
    )
    periodicity = fields.Selection(
        lambda self: selection_of(catalogs.periodicities()),
        required=True,
        compute="_compute_from_company",
        store=True,
        readonly=False,
        precompute=True,
    )
    day = fields.Date(
        "A Day of the Period",
        required=True,
        default=lambda self: self.env.company._today() - timedelta(days=1),
    )
    date_start = fields.Date("From", compute="_compute_period")
    date_last = fields.Date("Until", compute="_compute_period", help="The last day of the period.")

    @api.depends("company_id")
    def _compute_from_company(self):
        for wizard in self:
            wizard.place_zip = wizard.company_id.zip
            wizard.periodicity = wizard.company_id.cfdi_global_periodicity

    @api.depends("day", "periodicity")
    def _compute_period(self):
        for wizard in self:
            period = period_of(wizard.day, wizard.periodicity) if wizard.day and wizard.periodicity else None
            wizard.date_start = period and period.start
            wizard.date_last = period and period.last_day

    def action_preview(self):
        """Open the draft of the global invoice; nothing is issued yet."""
        self.ensure_one()
        self.check_access("write")
        places = self.env["gym.cfdi.global"]._get_global_places(self.company_id)
        if self.place_zip not in places:
            raise UserError(
                self.env._(
                    "No sales journal issues at %(place)s. Those of this company issue at: %(places)s.",
                    place=self.place_zip,
                    places=", ".join(sorted(places)),
                )
            )
        period = period_of(self.day, self.periodicity)
        draft = self.env["gym.cfdi.global"]._make(self.company_id, self.place_zip, period)
        if not draft:
            raise UserError(
                self.env._(
                    "From %(start)s to %(end)s nothing was sold at %(place)s that a global invoice is still to state.",
                    start=period.start,
                    end=period.last_day,
                    place=self.place_zip,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": draft._name,
            "res_id": draft.id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }
