from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..domain import iva


class GymLocationIvaZone(models.Model):
    """The IVA zone of a branch between two dates; outside every period the general rate applies.

    The border stimulus ends on a date that each decree sets, so a zone is never without its validity.
    """

    _name = "gym.location.iva.zone"
    _description = "IVA Zone of a Branch"
    _inherit = ["gym.relation.guard"]
    _order = "date_start desc, id desc"

    location_id = fields.Many2one("gym.location", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    zone = fields.Selection(
        [
            (iva.GENERAL, "General (16 %)"),
            (iva.BORDER_NORTH, "Northern border (8 %)"),
            (iva.BORDER_SOUTH, "Southern border (8 %)"),
        ],
        required=True,
        default=iva.GENERAL,
    )
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(string="Until", help="Last day in force; empty while no end is known.")

    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)", "An IVA zone cannot end before the day it starts."
    )

    @api.constrains("location_id", "date_start", "date_end")
    def _check_overlap(self):
        for location in self.location_id:
            if overlap := iva.first_overlap(location.iva_zone_ids._to_periods()):
                raise ValidationError(
                    self.env._(
                        "%(location)s has two IVA zones on %(day)s. End the earlier one the day before.",
                        location=location.name,
                        day=format_date(self.env, overlap[1].start),
                    )
                )

    @api.depends("zone", "date_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["zone"]._description_selection(self.env))
        for period in self:
            period.display_name = f"{labels.get(period.zone, '')} ({format_date(self.env, period.date_start)})"

    def _to_periods(self):
        return [iva.ZonePeriod(period.zone, period.date_start, period.date_end or None) for period in self]
