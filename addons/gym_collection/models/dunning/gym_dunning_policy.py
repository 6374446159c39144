from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import LazyTranslate

from ...domain import dunning

_lt = LazyTranslate(__name__)

# What a new company begins with: paydays in between, the door closed after ten days.
DEFAULT_STEPS = (
    ("message", 0, _lt("First reminder")),
    ("retry", 1, _lt("Card, next payday")),
    ("voucher", 4, _lt("Payment link")),
    ("message", 8, _lt("Last reminder before suspension")),
    ("suspend", 10, _lt("Suspension")),
    ("retry", 12, _lt("Card, payday after suspension")),
    ("voucher", 20, _lt("Payment link again")),
    ("write_off", 60, _lt("Proposal to write it off")),
    ("hand_over", 90, _lt("Hand over to collections")),
)


class GymDunningPolicy(models.Model):
    """What a company does, and when, about dues that were not paid."""

    _name = "gym.dunning.policy"
    _description = "Dunning Policy"
    _inherit = ["gym.relation.guard"]

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    step_ids = fields.One2many("gym.dunning.step", "policy_id", string="Steps", copy=True)
    retry_days = fields.Char(
        string="Days for Cards",
        default=", ".join(str(day) for day in dunning.PAYDAYS),
        required=True,
        help="Days of the month on which a card is tried again; 31 is the last day of any month.",
    )
    min_gap_days = fields.Integer(
        string="Days Between Tries", default=2, required=True, help="A card is not tried again sooner than this."
    )
    grace_days = fields.Integer(
        string="Days of Grace at the Door",
        default=3,
        required=True,
        help="For so many days after the due date, people with unpaid dues may still enter.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    smallest_debt = fields.Monetary(
        default=1.0,
        required=True,
        help="An invoice with less than this open is not dunned and closes no door; it stays open in the books.",
    )

    _one_per_company = models.UniqueIndex("(company_id) WHERE active", "This company already has a dunning policy.")
    _days_positive = models.Constraint(
        "CHECK (min_gap_days > 0 AND grace_days >= 0)", "Days cannot be negative, and between two tries lies one."
    )
    _debt_not_negative = models.Constraint("CHECK (smallest_debt >= 0)", "The smallest debt cannot be negative.")

    @api.constrains("retry_days")
    def _check_retry_days(self):
        for policy in self:
            policy._get_retry_days()

    def _get_retry_days(self):
        """Return the days of the month on which cards are tried, as numbers.

        :raise ValidationError: when they are not numbers from 1 to 31
        """
        self.ensure_one()
        texts = [text.strip() for text in self.retry_days.split(",") if text.strip()]
        if not texts or not all(text.isdecimal() and 1 <= int(text) <= 31 for text in texts):
            raise ValidationError(
                self.env._(
                    "“%(days)s” are not days of a month. Write numbers from 1 to 31 with commas between them, such as "
                    "15, 31, 1.",
                    days=self.retry_days,
                )
            )
        return tuple(int(text) for text in texts)

    def _get_rules(self):
        """Return the steps as the domain reckons with them."""
        return [dunning.Step((step.after_days, step.id), step.kind, step.after_days) for step in self.step_ids]

    @api.model
    def _get_of_company(self, company):
        """Return, in sudo, the company's policy; a virtual one with the usual terms while it has none."""
        policies = self.sudo()
        found = policies.search([("company_id", "=", company.id)], limit=1)
        return found or policies.new(self._prepare_usual(company))

    @api.model
    def _ensure_of_company(self, company):
        """Return, in sudo, the company's policy, made with the usual terms when it has none."""
        policies = self.sudo()
        found = policies.search([("company_id", "=", company.id)], limit=1)
        return found or policies.create(self._prepare_usual(company))

    @api.model
    def _prepare_usual(self, company):
        return {
            "name": self.env._("Dues not paid"),
            "company_id": company.id,
            "step_ids": [
                Command.create({"kind": kind, "after_days": days, "name": self.env._(name)})  # pylint: disable=gettext-variable
                for kind, days, name in DEFAULT_STEPS
            ],
        }
