from odoo import api, models

from ..domain import heat

MONTHS = 24  # of joining that the map shows, and so many columns at most


class GymCohortPage(models.AbstractModel):
    """Who stays: of those who joined in a month, how many were members so many months later, as a map of colors."""

    _name = "gym.cohort.page"
    _inherit = ["gym.insights.page"]
    _description = "Map of Retention"

    @api.model
    def get_page(self, location_id=False, plan_id=False):
        """Return the map as plain values in the user's language; a cell has the list of the people it counts.

        :param int location_id: branch in which they were first; all that the user may see, by default
        :param int plan_id: plan that they had first; all, by default
        :raise AccessError: for who is neither manager, owner nor accountant of a gym
        """
        self._check_may_see()
        domain = self._get_filter(location_id, plan_id)
        counted = self._count(domain)
        cohorts = sorted({cohort for cohort, _age in counted}, reverse=True)
        ages = range(1 + max((age for _cohort, age in counted), default=-1))
        rows = [self._make_row(cohort, ages, counted, domain) for cohort in cohorts]
        total = [self._make_total(cohorts, ages, counted, domain)] if cohorts else []
        return self._get_choices() | {"ages": [self._make_age(age) for age in ages], "rows": total + rows}

    def _count(self, domain):
        """Return {(month of joining, months since): people}, of the last months of joining."""
        groups = self._read_months("gym.cohort.report", domain, ["cohort:month", "age"], ["members:sum"])
        shown = sorted({cohort for cohort, *_rest in groups})[-MONTHS:]
        return {(cohort, age): members for cohort, age, members in groups if cohort in shown and age < MONTHS}

    @api.model
    def _make_age(self, age):
        label = self.env._("Month %(number)s", number=age) if age else self.env._("Same month")
        return {"number": age, "label": label}

    def _make_row(self, cohort, ages, counted, domain):
        people = counted[cohort, 0]
        of_cohort = [*domain, ("cohort", "=", str(cohort))]
        known = [age for age in ages if (cohort, age) in counted]
        name = self._tell_month(cohort)
        return {
            "key": str(cohort),
            "label": name,
            "people": people,
            "is_total": False,
            "cells": [self._make_cell(name, age, counted[cohort, age], people, of_cohort) for age in known],
        }

    def _make_total(self, cohorts, ages, counted, domain):
        """Return the row of all months of joining: at each age of those that are old enough to have it."""
        of_all = [*domain, ("cohort", ">=", str(cohorts[-1]))]
        name = self.env._("All")
        cells = []
        for age in ages:
            old = [cohort for cohort in cohorts if (cohort, age) in counted]
            people = sum(counted[cohort, 0] for cohort in old)
            cells.append(self._make_cell(name, age, sum(counted[cohort, age] for cohort in old), people, of_all))
        people = sum(counted[cohort, 0] for cohort in cohorts)
        return {"key": "all", "label": name, "people": people, "is_total": True, "cells": cells}

    def _make_cell(self, name, age, members, people, domain):
        share = heat.percent(members, people) or 0
        age_label = self._make_age(age)["label"]
        title = self.env._(
            "Joined in %(month)s, %(age)s: %(members)s of %(people)s",
            month=name,
            age=age_label,
            members=members,
            people=people,
        )
        of_cell = [*domain, ("age", "=", age), ("members", "=", 1)]
        return {
            "age": age,
            "step": heat.step(share),
            "percent": f"{share} %",
            "count": members,
            "title": title,
            "action": self._make_action(title, "gym.cohort.report", of_cell),
        }
