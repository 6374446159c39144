from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GymPlan(models.Model):
    """Plans for more than one: a family's seats and a company's share."""

    _inherit = "gym.plan"

    seats_included = fields.Integer(default=1, help="People in the price, the signer included.")
    seats_max = fields.Integer(default=1, help="With extra seats; 0: no limit.")
    seat_price = fields.Monetary(string="Extra Seat", help="For each more, per period, IVA included.")
    company_share_percent = fields.Float(
        string="Company Pays", digits=(5, 2), default=100.0, help="Percentage of the dues; the person pays the rest."
    )
    addon_ids = fields.Many2many("gym.plan.addon", string="Add-ons", check_company=True)

    _seats_sensible = models.Constraint(
        "CHECK (seats_included >= 1 AND seats_max >= 0 AND seat_price >= 0)", "A plan is for at least one person."
    )
    _share_in_range = models.Constraint(
        "CHECK (company_share_percent BETWEEN 0 AND 100)", "A share lies between 0 and 100 percent."
    )

    @api.constrains("kind", "seats_included", "seats_max")
    def _check_seats(self):
        for plan in self:
            if plan.kind != "family" and (plan.seats_included, plan.seats_max) != (1, 1):
                raise ValidationError(self.env._("%(plan)s is no family plan: it has one seat.", plan=plan.name))
            if plan.seats_max and plan.seats_max < plan.seats_included:
                raise ValidationError(self.env._("%(plan)s includes more seats than it allows.", plan=plan.name))
