from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError

ROLES = ("manager", "owner", "accountant")
KPI_ACTIONS = {
    "kpi_gym_new": "gym_subscriptions.gym_subscription_action",
    "kpi_gym_cancelled": "gym_subscriptions.gym_subscription_action",
    "kpi_gym_mrr": "gym_revenue.gym_mrr_report_action",
    "kpi_gym_recovered": "gym_revenue.gym_collection_report_action",
    "kpi_gym_past_due": "gym_collection.gym_dunning_case_action",
}


class DigestDigest(models.Model):
    """What an owner wants to know in the morning, company by company."""

    _inherit = "digest.digest"

    kpi_gym_new = fields.Boolean(string="New Subscriptions")
    kpi_gym_new_value = fields.Integer(compute="_compute_kpi_gym_new_value")
    kpi_gym_cancelled = fields.Boolean(string="Cancellations")
    kpi_gym_cancelled_value = fields.Integer(compute="_compute_kpi_gym_cancelled_value")
    kpi_gym_mrr = fields.Boolean(string="Monthly Recurring Revenue")
    kpi_gym_mrr_value = fields.Monetary(compute="_compute_kpi_gym_mrr_value")
    kpi_gym_recovered = fields.Boolean(string="Recovered Dues")
    kpi_gym_recovered_value = fields.Monetary(compute="_compute_kpi_gym_recovered_value")
    kpi_gym_past_due = fields.Boolean(string="Past Due Dues")
    kpi_gym_past_due_value = fields.Monetary(compute="_compute_kpi_gym_past_due_value")

    def _compute_kpi_gym_new_value(self):
        self._check_gym_role()
        self._calculate_company_based_kpi(
            "gym.subscription", "kpi_gym_new_value", "date_start", [("state", "not in", ("draft",))]
        )

    def _compute_kpi_gym_cancelled_value(self):
        self._check_gym_role()
        self._calculate_company_based_kpi("gym.subscription", "kpi_gym_cancelled_value", "cancel_requested_at")

    def _compute_kpi_gym_mrr_value(self):
        """Recurring revenue of the last day of the time looked at: what its billed periods are worth a month."""
        day = self._get_gym_last_day()
        covering = [("date_start", "<=", day), ("date_until", ">", day)]
        self._sum_gym_kpi(self.env["gym.subscription.period"], "kpi_gym_mrr_value", covering, "monthly_value")

    def _compute_kpi_gym_recovered_value(self):
        """Money that came in for overdue dues, by its day, however long ago the last step was taken.

        Of the cases that the user may see: anyone who reads the mail needs no rights to the entries.
        """
        seen = self.env["gym.dunning.case"]._search([("amount_recovered", "!=", 0)])
        paid = [
            ("gym_dunning_case_id", "in", seen),
            ("gym_recovered_on", ">=", self.env.context["start_datetime"].date()),
            ("gym_recovered_on", "<=", self._get_gym_last_day()),
        ]
        self._sum_gym_kpi(
            self.env["account.partial.reconcile"].sudo(), "kpi_gym_recovered_value", paid, "gym_amount_paid"
        )

    def _compute_kpi_gym_past_due_value(self):
        """Dues that fell due by the end of the period and are still unpaid."""
        overdue = [
            ("location_id", "!=", False),
            ("date_due", "<=", self._get_gym_last_day()),
            ("amount_open", ">", 0),
        ]
        self._sum_gym_kpi(self.env["gym.collection.report"], "kpi_gym_past_due_value", overdue, "amount_open")

    def _check_gym_role(self):
        """Leave the figures out of mails to people who may not see them; the digest expects this error.

        :raise AccessError: for users who are neither manager, owner nor accountant of a gym
        """
        if not any(self.env.user.has_group(f"gym_members.group_gym_{role}") for role in ROLES):
            raise AccessError(self.env._("Do not have access, skip this data for user's digest email"))

    def _get_gym_last_day(self):
        return (self.env.context["end_datetime"] - timedelta(seconds=1)).date()

    def _sum_gym_kpi(self, records, name, domain, field):
        """Write the sum of ``field`` over the records of each digest's company; ``records`` tells model and rights."""
        self._check_gym_role()
        _start, _end, companies = self._get_kpi_compute_parameters()
        domain = [("company_id", "in", companies.ids), *domain]
        groups = records._read_group(domain, ["company_id"], [f"{field}:sum"])
        sums = {company.id: total for company, total in groups}
        for digest in self:
            digest[name] = sums.get((digest.company_id or self.env.company).id, 0.0)

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("gym_members.gym_menu_root").id
        return actions | {name: f"{action}?menu_id={menu}" for name, action in KPI_ACTIONS.items()}
