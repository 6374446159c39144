from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .gym_plan import FEE_KINDS


class GymPlan(models.Model):
    """What the contract of a plan says: trial, minimum term, notice, freezes."""

    _inherit = "gym.plan"

    trial_days = fields.Integer(tracking=True, help="Days free of charge at the start; 0: no trial.")
    is_trial_card_required = fields.Boolean(string="Card Needed for the Trial", default=True)
    trial_outcome = fields.Selection(
        [("convert", "Goes on as a paid subscription"), ("end", "Ends by itself")],
        string="After the Trial",
        default="convert",
        required=True,
    )

    term_periods = fields.Integer(
        string="Minimum Term", tracking=True, help="Minimum term in billed periods; 0: free to leave."
    )
    termination_fee_kind = fields.Selection(
        FEE_KINDS,
        string="Leaving Early Costs",
        default="none",
        required=True,
        help="Only charged to members who signed it, within the minimum term, and never on a withdrawal.",
    )
    termination_fee = fields.Monetary(help="IVA included.")
    termination_percent = fields.Float(string="Percentage of the Rest", digits=(5, 2))
    notice_days = fields.Integer(
        string="Notice", tracking=True, help="Days between asking to leave and the last day paid for; 0: none."
    )
    is_auto_renewing = fields.Boolean(
        string="Renews by Itself", default=True, help="Otherwise it ends after the minimum term, or after one period."
    )

    freeze_days_per_year = fields.Integer(tracking=True, help="From each anniversary of the start; 0: no freezes.")
    freeze_min_days = fields.Integer(string="Shortest Freeze", default=7)
    freeze_fee = fields.Monetary(help="For each freeze, IVA included.")
    is_freeze_self_service = fields.Boolean(string="Members Freeze by Themselves", default=True)

    _terms_not_negative = models.Constraint(
        "CHECK (trial_days >= 0 AND term_periods >= 0 AND notice_days >= 0 AND freeze_days_per_year >= 0"
        " AND freeze_min_days >= 0 AND freeze_fee >= 0 AND termination_fee >= 0)",
        "Days, periods and fees cannot be negative.",
    )
    _percent_in_range = models.Constraint(
        "CHECK (termination_percent BETWEEN 0 AND 100)", "A percentage lies between 0 and 100."
    )

    @api.constrains("termination_fee_kind", "term_periods")
    def _check_fee_needs_term(self):
        for plan in self:
            if plan.termination_fee_kind != "none" and not plan.term_periods:
                raise ValidationError(
                    self.env._(
                        "%(plan)s has a fee for leaving early but no minimum term to leave before. Set the term or "
                        "remove the fee.",
                        plan=plan.name,
                    )
                )
