from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..domain import comparison

FLOWS = ("joined", "ended", "received")  # add up over days; the others are how things stand
MORE_IS_BETTER = {"joined": True, "ended": False, "received": True, "revenue": True, "owed": False}
MONEY = {"received", "revenue", "owed"}
EXPIRING_WITHIN = timedelta(days=30)


class GymInsights(models.AbstractModel):
    """The first page of owners and managers: today in numbers, each with the list that adds up to it.

    Today is counted as it stands; past days come from their summaries, so the page costs the same however long the
    gym has been open. A day is that of each branch.
    """

    _name = "gym.insights"
    _inherit = ["gym.insights.page"]
    _description = "Today at the Gym"

    @api.model
    def get_today(self, location_id=False):
        """Return all that the page shows, as plain values in the user's language.

        :param int location_id: one branch; all that the user may see of the company switched on, by default
        :raise AccessError: for who is neither manager, owner nor accountant of a gym
        """
        self._check_may_see()
        branches = self._get_branches()
        shown = branches.filtered(lambda one: one.id == location_id) if location_id else branches
        today = self._count_today(shown)
        past = self._get_past(shown)
        return {
            "company": self.env.company.name,
            "day": format_date(self.env, self.env.company._today(), date_format="EEEE d MMMM"),
            "location": shown.id if location_id and shown else False,
            "locations": [{"id": one.id, "name": one.name} for one in branches],
            "tiles": self._get_tiles(shown, today, past),
            "branches": [self._make_row(one, today) for one in shown] if len(shown) > 1 else [],
            "waiting": self._get_waiting(shown),
            "owing": self._get_owing(shown),
            "is_week_mailed": self.env.user.gym_weekly_mail,
        }

    @api.model
    def set_weekly_mail(self, is_wanted):
        """Let the user who asks get the week by mail on Mondays, or not any more.

        :raise AccessError: for who is neither manager, owner nor accountant of a gym
        :raise ValidationError: for who has no e-mail address
        """
        self._check_may_see()
        self.env.user.gym_weekly_mail = bool(is_wanted)

    # === NUMBERS === #

    def _count_today(self, locations):
        """Return {key: {id of a branch: number}} of today, as it stands."""
        counted = {}
        for key in MORE_IS_BETTER:
            model, domain, measure = self._get_source(key, locations)
            groups = self.env[model]._read_group(domain, ["location_id"], [measure])
            counted[key] = {location.id: value for location, value in groups}
        return counted

    def _get_source(self, key, locations):
        """Return (model, domain, measure) of what a number of today is counted of: the list behind it has no other."""
        if key == "joined":
            domain = self._on_their_day("date_start", "=", locations) & Domain("state", "!=", "draft")
            return "gym.subscription", domain, "__count"
        if key == "ended":
            domain = self._on_their_day("date_end", "=", locations) & Domain("state", "!=", "draft")
            return "gym.subscription", domain, "__count"
        if key == "received":
            return "gym.money.report", self._on_their_day("date", "=", locations), "amount:sum"
        if key == "owed":
            return "gym.owing.report", Domain("location_id", "in", locations.ids), "amount:sum"
        lasting = self._on_their_day("date_until", ">", locations) & self._on_their_day("date_start", "<=", locations)
        return "gym.subscription.period", lasting & Domain("monthly_value", "!=", 0), "monthly_value:sum"

    @api.model
    def _on_their_day(self, field, operator, locations):
        """Return the domain of what happens today at each of these branches, by its own clock."""
        by_day = locations.grouped(lambda one: one._today())
        return Domain.OR(
            Domain("location_id", "in", group.ids) & Domain(field, operator, day) for day, group in by_day.items()
        )

    def _get_past(self, locations):
        """Return {day: {key: number}} of the days that the page compares with, as far as they were summarized."""
        this, before, year = comparison.days_compared(self.env.company._today())
        days = Domain.OR(
            Domain("date", ">=", first) & Domain("date", "<=", last) for first, last in (this, before, year)
        )
        summed = self.env["gym.insight.day"]._read_group(
            days & Domain("location_id", "in", locations.ids),
            ["date:day"],
            ["joined:sum", "ended:sum", "received:sum", "revenue:sum", "owed:sum", "is_owed_known:bool_and"],
        )
        keys = ("joined", "ended", "received", "revenue", "owed")
        past = {day: dict(zip(keys, values, strict=False)) for day, *values, _known in summed}
        for day, *_values, is_known in summed:
            if not is_known:
                del past[day]["owed"]
        return past

    # === TILES === #

    @api.model
    def _get_tiles(self, locations, today, past):
        """Return the numbers on top of the page.

        Hook: an addon that counts something else of the day calls super and adds to the list: a key, a label, a
        value, changes (text and tone) and the action that opens its list.
        """
        return [self._make_tile(key, locations, today, past) for key in MORE_IS_BETTER]

    def _make_tile(self, key, locations, today, past):
        now = sum(today[key].values())
        compare = self._compare_flow if key in FLOWS else self._compare_level
        model, domain, _measure = self._get_source(key, locations)
        return {
            "key": key,
            "label": self._get_labels()[key],
            "value": self._format(key, now),
            "changes": compare(key, now, past),
            "action": self._make_action(self._get_labels()[key], model, domain),
        }

    @api.model
    def _get_labels(self):
        return {
            "joined": self.env._("Joined today"),
            "ended": self.env._("Left today"),
            "received": self.env._("Received today"),
            "revenue": self.env._("Recurring revenue"),
            "owed": self.env._("Overdue"),
        }

    def _compare_flow(self, key, now, past):
        """Return the seven days that end today against the seven before, and those of a year ago."""
        this, before, year = (
            self._sum_days(key, past, *days) for days in comparison.days_compared(self.env.company._today())
        )
        total = now + (this or 0)
        text = self.env._("%(value)s in 7 days", value=self._format(key, total))
        return [
            {"text": text, "tone": "same"},
            *self._tell(key, total, before, self.env._("last week")),
            *self._tell(key, total, year, self.env._("a year ago")),
        ]

    def _sum_days(self, key, past, first, last):
        """Return the sum of a flow over days, or ``None`` where none of them is known."""
        known = [values[key] for day, values in past.items() if first <= day <= last]
        return sum(known) if known else None

    def _compare_level(self, key, now, past):
        today = self.env.company._today()
        week, year = (past.get(today - ago, {}).get(key) for ago in (comparison.WEEK, comparison.YEAR))
        return [
            *self._tell(key, now, week, self.env._("last week")),
            *self._tell(key, now, year, self.env._("a year ago")),
        ]

    def _tell(self, key, now, before, when):
        """Return a change as the page shows it; nothing where there is nothing to compare with."""
        if before is None:
            return []
        percent = comparison.change_percent(now, before)
        sign = f" ({percent:+d} %)" if percent is not None else ""
        text = self.env._("%(when)s: %(value)s", when=when, value=self._format(key, before)) + sign
        return [{"text": text, "tone": comparison.tone(now, before, MORE_IS_BETTER[key])}]

    def _format(self, key, value):
        return self._tell_money(value) if key in MONEY else str(value)

    # === BRANCHES === #

    def _make_row(self, location, today):
        return {
            "id": location.id,
            "name": location.name,
            "cells": [
                {
                    "key": key,
                    "label": self._get_labels()[key],
                    "text": self._format(key, today[key].get(location.id, 0)),
                    "action": self._make_action(
                        f"{self._get_labels()[key]} · {location.name}", *self._get_source(key, location)[:2]
                    ),
                }
                for key in MORE_IS_BETTER
            ],
        }
