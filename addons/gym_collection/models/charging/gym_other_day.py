from odoo import api, fields, models
from odoo.tools import format_date


class GymOtherDay(models.Model):
    """Money that the desk booked under another day than that on which it did: who counts the box looks here.

    Rows are only added.
    """

    _name = "gym.other.day"
    _description = "Booked Under Another Day"
    _order = "booked_on desc, id desc"

    payment_id = fields.Many2one(
        "account.payment",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        groups="account.group_account_readonly",
    )
    location_id = fields.Many2one("gym.location", string="Branch", required=True, readonly=True, index=True)
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Payer", required=True, readonly=True, index=True)
    amount = fields.Monetary(readonly=True, help="Negative for what was paid back.")
    journal_name = fields.Char(string="Cash Box or Bank Account", readonly=True)
    date = fields.Date(string="Booked As Of", required=True, readonly=True)
    booked_on = fields.Date(required=True, readonly=True, help="Civil day of the branch.")
    user_id = fields.Many2one("res.users", string="By", readonly=True, default=lambda self: self.env.user)

    @api.depends("partner_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.partner_id.name} · {format_date(self.env, row.date)}"
