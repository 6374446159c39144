from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...domain import pricing
from .gym_promotion import EFFECTS, to_effect


class GymPlanSeason(models.Model):
    """Days of the year on which the periods that begin cost something else: a January price, a summer pass."""

    _name = "gym.plan.season"
    _description = "Seasonal Price"
    _inherit = ["gym.relation.guard"]
    _order = "date_start, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_ids = fields.Many2many("gym.plan", string="Plans", check_company=True, required=True)
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(string="Until", required=True, help="Last day; periods that begin later are not touched.")
    is_yearly = fields.Boolean(string="Every Year")
    effect = fields.Selection([effect for effect in EFFECTS if effect[0] != "free"], default="percent", required=True)
    percent = fields.Float(string="Percentage Off", digits=(5, 2))
    amount = fields.Monetary(help="Off the period, or its price, IVA included.")

    _ends_after_start = models.Constraint("CHECK (date_end >= date_start)", "A season ends after it starts.")
    _percent_in_range = models.Constraint("CHECK (percent BETWEEN 0 AND 100)", "A percentage lies between 0 and 100.")
    _amount_not_negative = models.Constraint("CHECK (amount >= 0)", "An amount cannot be negative.")

    @api.constrains("is_yearly", "date_start", "date_end")
    def _check_shorter_than_a_year(self):
        for season in self:
            if season.is_yearly and (season.date_end - season.date_start).days >= 365:
                raise ValidationError(
                    self.env._("%(season)s comes every year, so it has to be shorter than one.", season=season.name)
                )

    def _to_rule(self):
        """Return this season as the domain knows it."""
        self.ensure_one()
        return pricing.Season(self.date_start, self.date_end, to_effect(self), self.is_yearly)
