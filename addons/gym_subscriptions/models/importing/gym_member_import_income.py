from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ...domain import importing

_lt = LazyTranslate(__name__)

REASONS = {
    importing.NO_PLAN: _lt("Come in without a plan"),
    importing.NO_PRICE: _lt("Come in without a price"),
    importing.NO_BILL: _lt("Come in without a next payment"),
}


class GymMemberImport(models.Model):
    """Whom an import brings in without income: told before it is run, and in its report."""

    _inherit = "gym.member.import"

    no_income_count = fields.Integer(string="Without Income", compute="_compute_no_income")
    no_income_text = fields.Char(compute="_compute_no_income")

    @api.depends("line_ids.no_income", "line_ids.action")
    def _compute_no_income(self):
        for job in self:
            counts = job._count_without_income()
            job.no_income_count = sum(counts.values())
            job.no_income_text = "; ".join(f"{label}: {count}" for label, count in job._get_income_summary(counts))

    def _count_without_income(self):
        """Return how many new members would be charged nothing, by the reason."""
        rows = self.env["gym.member.import.line"]._read_group(
            [("import_id", "=", self.id), ("action", "=", "create"), ("no_income", "!=", False)],
            ["no_income"],
            ["__count"],
        )
        return dict(rows)

    def _get_income_summary(self, counts):
        return [
            (self.env._(label), counts[reason])  # pylint: disable=gettext-variable
            for reason, label in REASONS.items()
            if counts.get(reason)
        ]

    def _get_summary(self):
        return super()._get_summary() + [
            (label, count, True) for label, count in self._get_income_summary(self._count_without_income())
        ]

    def _describe(self, row, person):
        return super()._describe(row, person) | {"no_income": self._get_missing_income(row)}

    def _get_missing_income(self, row):
        """Return why nothing would be charged to the person of a row, False when something is or they are no member."""
        if not row.is_importable or not (row.is_member or row.has_unknown_status):
            return False
        found = importing.missing_income(
            row.values.get("plan_id"),
            row.values.get("price_due"),
            None if row.values.get("is_waiting") else row.values.get("first_bill"),
            row.values.get("ends_on"),
        )
        return found or False
