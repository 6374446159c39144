from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_members.domain.contact import is_mexican_zip
from odoo.addons.gym_members.domain.identity import Verdict, check_rfc, compact

from ..domain.places import state_of_zip

KEPT = ("name", "zip", "street", "street2", "city", "phone", "email")


class GymStartCompany(models.TransientModel):
    """What a gym's company is called and where it is; all else that Odoo asks of a company follows from that.

    It is the company that is switched on. Owners may not open Odoo's settings: what they write here is written in sudo
    after a check.
    """

    _name = "gym.start.company"
    _description = "Company of a New Gym"

    name = fields.Char(required=True, default=lambda self: self._get_present("name"))
    vat = fields.Char(string="RFC", required=True, default=lambda self: self._get_present("vat"))
    zip = fields.Char(string="Postal Code", required=True, default=lambda self: self._get_present("zip"))
    state_name = fields.Char(string="State", compute="_compute_place")
    zone_name = fields.Char(string="Time Zone", compute="_compute_place")
    street = fields.Char(string="Street and Number", default=lambda self: self._get_present("street"))
    street2 = fields.Char(string="Colonia", default=lambda self: self._get_present("street2"))
    city = fields.Char(default=lambda self: self._get_present("city"))
    phone = fields.Char(default=lambda self: self._get_present("phone"))
    email = fields.Char(string="E-mail", default=lambda self: self._get_present("email"))

    @api.model
    def _get_present(self, field):
        """Return what the company says of itself; nothing of what Odoo put into a new database."""
        company = self.env.company.sudo()
        is_new = company.country_id.code != "MX" and not company.vat
        return False if is_new else company[field]

    @api.depends("zip")
    def _compute_place(self):
        for start in self:
            state = start._get_state()
            start.state_name = state.name
            start.zone_name = start.env["res.company"].new({"state_id": state.id})._get_time_zone() if state else False

    def _get_state(self):
        """Return the state of the postal code; none when it is of none."""
        domain = [("country_id.code", "=", "MX"), ("code", "=", state_of_zip(self.zip))]
        return self.env["res.country.state"].search(domain, limit=1)

    def action_save(self):
        """Write the company, with country, chart of accounts, IVA, time zone and language; then read everything again.

        :raise UserError: naming what cannot be right
        :raise AccessError: for who is not the owner of a gym
        """
        self.ensure_one()
        self.env["gym.start"]._check_owner()
        self._check_values()
        company = self.env.company
        company.sudo().write(self._prepare_company_vals())
        company._become_mexican_gym()
        self.env["website"].sudo().search([("company_id", "=", company.id)]).name = self.name
        return {"type": "ir.actions.client", "tag": "reload"}

    def _check_values(self):
        if not is_mexican_zip(self.zip) or not self._get_state():
            raise UserError(
                self.env._(
                    "%(zip)s is no Mexican postal code: write its 5 digits, for example 06700. Invoices state it.",
                    zip=self.zip,
                )
            )
        if check_rfc(self.vat) is Verdict.IMPOSSIBLE:
            raise UserError(
                self.env._(
                    "%(rfc)s is no RFC: a company's has 12 signs, a person's 13. Copy it from the Constancia de "
                    "Situación Fiscal.",
                    rfc=self.vat,
                )
            )

    def _prepare_company_vals(self):
        return {name: self[name] for name in KEPT} | {
            "vat": compact(self.vat),
            "state_id": self._get_state().id,
            "country_id": self.env.ref("base.mx").id,
        }
