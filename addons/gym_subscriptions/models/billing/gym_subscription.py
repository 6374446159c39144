from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...domain.billing import ToBill

# States in which dues fall due. The index gym_subscription_due is partial on them.
BILLED_STATES = ("trialing", "active", "past_due")


class GymSubscription(models.Model):
    """What is due, found without reading what is not."""

    _inherit = "gym.subscription"

    @api.model
    def _select_due(self, company, day, locations=None, skip_open_issues=False):
        """Return what of ``company`` is due on ``day``, the civil date at its branches, as rows for chunks.

        Two index scans: of subscriptions by their next bill, and of add-ons with a cycle of their own by theirs.

        :param locations: ``gym.location`` to limit it to; None for all branches
        :param bool skip_open_issues: leave out what could not be billed and was tried on ``day`` already, and what is
            too far behind: the rest of its periods waits for a person, on any day
        :return: list of ``domain.billing.ToBill``
        """
        self.env.flush_all()
        journals = {}
        return [
            ToBill(
                subscription_id,
                self._get_journal_id_of(location_id, journals),
                frozenset(filter(None, (payer_id, sponsor_id))),
                (location_id, price_id or 0, plan_id),
            )
            for subscription_id, location_id, payer_id, sponsor_id, plan_id, price_id in self.env.execute_query(
                self._get_due_query(company, day, locations, skip_open_issues)
            )
        ]

    @api.model
    def _get_due_query(self, company, day, locations, skip_open_issues):
        conditions = [SQL("TRUE")]
        if locations:
            conditions.append(SQL("sub.location_id = ANY(%s)", locations.ids))
        if skip_open_issues:
            conditions.append(
                SQL(
                    """NOT EXISTS (SELECT FROM gym_billing_issue issue WHERE issue.subscription_id = sub.id
                                      AND issue.state = 'open' AND issue.code != 'undone'
                                      AND (issue.code = 'too_late' OR issue.date_last >= %s))""",
                    day,
                )
            )
        return SQL(
            """
            WITH due AS (
                SELECT id FROM gym_subscription
                 WHERE state IN %(states)s AND next_bill_date IS NOT NULL
                   AND next_bill_date <= %(day)s AND company_id = %(company)s AND is_comp IS NOT TRUE
                 UNION
                SELECT line.subscription_id
                  FROM gym_subscription_line line
                  JOIN gym_subscription owner ON owner.id = line.subscription_id
                 WHERE line.cycle = 'own' AND line.is_live AND line.next_bill_date IS NOT NULL
                   AND line.next_bill_date <= %(day)s AND line.company_id = %(company)s
                   AND (owner.date_end IS NULL OR line.next_bill_date < owner.date_end)
                   AND owner.state IN %(states)s AND owner.is_comp IS NOT TRUE
            )
            SELECT sub.id, sub.location_id, sub.payer_id, agreement.partner_id, sub.plan_id, sub.price_id
              FROM due
              JOIN gym_subscription sub ON sub.id = due.id
              LEFT JOIN gym_subscription_change planned
                ON planned.subscription_id = sub.id AND planned.kind = 'agreement' AND planned.state = 'planned'
               AND planned.date_effective <= %(day)s
              LEFT JOIN gym_corporate_agreement agreement
                ON agreement.id = COALESCE(planned.agreement_id, sub.agreement_id)
             WHERE %(conditions)s
             ORDER BY sub.id
            """,
            states=BILLED_STATES,
            day=day,
            company=company.id,
            conditions=SQL(" AND ").join(conditions),
        )

    @api.model
    def _get_journal_id_of(self, location_id, journals):
        """Return the id of a branch's journal; 0 when it has none, which is complained about when billing."""
        if location_id not in journals:
            try:
                journals[location_id] = self.env["gym.location"].browse(location_id)._get_gym_journal().id
            except UserError:
                journals[location_id] = 0
        return journals[location_id]

    def _filter_due(self, days):
        """Return which of these have dues or add-ons to bill.

        :param dict days: {branch: civil date until which it bills}
        """
        return self.filtered(
            lambda sub: sub.state in BILLED_STATES
            and not sub.is_comp
            and (sub._is_dues_due(days[sub.location_id]) or sub._get_due_addon_lines(days[sub.location_id]))
        )

    def _is_dues_due(self, day):
        self.ensure_one()
        return bool(self.next_bill_date and self.next_bill_date <= day)

    def _get_due_addon_lines(self, day):
        """Return the add-ons with a cycle of their own that are due on ``day``."""
        return self._get_own_cycle_lines().filtered(lambda line: line.next_bill_date <= day)
