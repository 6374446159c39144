from datetime import timedelta

from odoo import api, models

from ..domain import comparison

CALLED = 3  # people who owe most and can be called
COUNTS = ("joined", "ended")
SUMS = ("joined:sum", "ended:sum", "received:sum")


class GymInsightsWeek(models.AbstractModel):
    """The week that is over, from the summaries of its days, as the user who reads it may see it."""

    _name = "gym.insights.week"
    _inherit = ["gym.insights.page"]
    _description = "The Week by Mail"

    @api.model
    def _get_week(self, monday):
        """Return what the mail says of the week before ``monday``, as plain values in the user's language.

        :raise AccessError: for who is neither manager, owner nor accountant of a gym
        """
        self._check_may_see()
        branches = self._get_branches()
        rows = [self._make_row(branch.name, branch, monday) for branch in branches]
        total = self._make_row(self.env._("All"), branches, monday)
        first, last = monday - comparison.WEEK, monday - timedelta(days=1)
        days = [self._tell_day(day) for day in (first, last)]
        return {
            "gym": self.env.company.name,
            "days": self.env._("%(first)s to %(last)s", first=days[0], last=days[1]),
            "rows": rows if len(rows) > 1 else [],
            "total": total,
            "calls": self._get_calls(branches),
            "url": f"{self.env.company.get_base_url()}/odoo/today",
            "subject": self.env._(
                "%(gym)s: %(joined)s joined, %(ended)s left, %(revenue)s a month",
                gym=self.env.company.name,
                **{name: total[name] for name in ("joined", "ended", "revenue")},
            ),
        }

    def _make_row(self, name, branches, monday):
        this = self._sum(branches, monday - comparison.WEEK, monday)
        before = self._sum(branches, monday - 2 * comparison.WEEK, monday - comparison.WEEK)
        now, then = (self._get_revenue(branches, day - timedelta(days=1)) for day in (monday, monday - comparison.WEEK))
        owed = sum(self.env["gym.owing.report"]._get_owed(branches).values())
        return {
            "name": name,
            **{key: this[key] for key in COUNTS},
            **{f"{key}_before": before[key] for key in COUNTS},
            "received": self._tell_pesos(this["received"]),
            "received_before": self._tell_pesos(before["received"]),
            "revenue": self._tell_pesos(now),
            "change": self._tell_change(now - then),
            "is_less": now < then,
            "owed": self._tell_pesos(owed),
        }

    def _sum(self, branches, first, until):
        """Return what joined, left and came in on the days from ``first`` to before ``until``."""
        domain = [("location_id", "in", branches.ids), ("date", ">=", first), ("date", "<", until)]
        [values] = self.env["gym.insight.day"]._read_group(domain, [], list(SUMS))
        return {name.split(":")[0]: value or 0 for name, value in zip(SUMS, values, strict=True)}

    def _get_revenue(self, branches, day):
        """Return what recurred at the end of ``day``, a month."""
        domain = [("location_id", "in", branches.ids), ("date", "=", day)]
        [(value,)] = self.env["gym.insight.day"]._read_group(domain, [], ["revenue:sum"])
        return value or 0.0

    @api.model
    def _tell_change(self, amount):
        return f"+{self._tell_pesos(amount)}" if amount > 0 else self._tell_pesos(amount)

    def _get_calls(self, branches):
        """Return who owes most among those who have a phone and did not promise to pay later."""
        owing = self.env["gym.owing.report"].search([("location_id", "in", branches.ids)], order="amount desc, id")
        today = self.env.company._today()
        waiting = owing.filtered(lambda row: not (row.promised_on and row.promised_on >= today))
        called = waiting[: CALLED * 10].filtered("phone")[:CALLED]
        return [
            {
                "name": row.sudo().partner_id.name,
                "phone": row.phone,
                "dial": "tel:" + "".join(sign for sign in row.phone if sign.isdigit() or sign == "+"),
                "amount": self._tell_pesos(row.amount),
                "since": self._tell_day(row.date_due),
            }
            for row in called
        ]
