from odoo import api, fields, models

from ..domain import zones


class ResCompany(models.Model):
    """What day it is at a company's place of issue."""

    _inherit = "res.company"

    def _get_time_zone(self):
        """Return the IANA name of the zone of this company's place, of the current company when there is none.

        By its state; addons that know the place better extend it.
        """
        company = self or self.env.company
        company.ensure_one()
        return zones.zone_of_state(company.sudo().state_id.code)

    def _to_local(self, instant):
        """Return the naive UTC ``instant`` as an aware datetime in the zone of this company."""
        return zones.local(instant, self._get_time_zone())

    def _to_utc(self, wall_time):
        """Return the naive ``wall_time`` of this company's place as a naive UTC instant."""
        return zones.to_utc(wall_time, self._get_time_zone())

    def _today(self, now=None):
        """Return the civil date at this company's place, now or at the naive UTC instant ``now``."""
        return self._to_local(now or fields.Datetime.now()).date()

    @api.model
    def _get_earliest_day(self):
        """Return the earliest civil date of any place now; what has passed then has passed everywhere."""
        return zones.earliest_day(fields.Datetime.now())

    @api.model
    def _get_latest_day(self):
        """Return the latest civil date of any place now: the limit of a search, before each place's own day decides."""
        return zones.latest_day(fields.Datetime.now())

    def write(self, vals):
        """Let what runs without a person follow the first company when that moves."""
        done = super().write(vals)
        if {"state_id", "zip", "country_id"} & vals.keys():
            main = self.env.ref("base.main_company", raise_if_not_found=False)
            if main in self:
                self.env.ref("base.partner_root").sudo().tz = main._get_time_zone()
        return done
