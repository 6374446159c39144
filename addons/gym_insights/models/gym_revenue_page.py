from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Date, Domain

from odoo.addons.gym_revenue.domain import mrr

from ..domain import forecast, waterfall

ORDER = (mrr.NEW, mrr.EXPANSION, mrr.REACTIVATION, mrr.CONTRACTION, mrr.CHURN)
MOVED = "moved"
MONTH = relativedelta(months=1)


class GymRevenuePage(models.AbstractModel):
    """Why recurring revenue changed in a month, bar by bar, and what the next months may bring.

    The bars are the rows of `gym.mrr.report`, which agree with the ledger; what went to another branch or plan than
    the one that is shown, or came from there, is a bar of its own, so that the bars always add up.
    """

    _name = "gym.revenue.page"
    _inherit = ["gym.insights.page"]
    _description = "Movements of Recurring Revenue"

    @api.model
    def get_page(self, location_id=False, plan_id=False, month=False):
        """Return the page as plain values in the user's language.

        :param int location_id: one branch; all that the user may see, by default
        :param int plan_id: one plan; all, by default
        :param str month: first day of the month that is explained; the one that runs, by default
        :raise AccessError: for who is neither manager, owner nor accountant of a gym
        """
        self._check_may_see()
        domain = self._get_filter(location_id, plan_id)
        sums = self._sum_months(domain)
        months = sorted(sums)
        if not months:
            return self._get_choices() | {"month": False}
        shown = min(max(Date.to_date(month) or months[-1], months[0]), months[-1]).replace(day=1)
        return (
            self._get_choices()
            | self._make_waterfall(domain, sums, shown)
            | {"month": self._make_month(shown, months), "forecast": self._make_forecast(sums)}
        )

    def _sum_months(self, domain):
        """Return {month: {movement: (amount, people), "mrr": (what recurs at its end, people)}} without gaps."""
        measures = ["change:sum", "mrr:sum", "members:sum", "__count"]
        groups = self._read_months("gym.mrr.report", domain, ["month:month", "kind"], measures)
        sums = {}
        for month, kind, change, value, members, count in groups:
            of_month = sums.setdefault(month, {"mrr": (0, 0)})
            of_month[kind] = (change, count)
            of_month["mrr"] = (of_month["mrr"][0] + value, of_month["mrr"][1] + members)
        month = min(sums, default=None)
        while month and month < max(sums):
            month += MONTH
            sums.setdefault(month, {"mrr": (0, 0)})
        return sums

    @api.model
    def _make_month(self, month, months):
        return {
            "label": self._tell_month(month),
            "before": str(month - MONTH) if month > months[0] else False,
            "after": str(month + MONTH) if month < months[-1] else False,
        }

    # === WHAT CHANGED === #

    def _make_waterfall(self, domain, sums, month):
        start, before = sums.get(month - MONTH, {}).get("mrr", (0, 0))
        end, after = sums[month]["mrr"]
        steps = {kind: sums[month].get(kind, (0, 0)) for kind in ORDER}
        moved = end - start - sum(amount for amount, _people in steps.values())
        elsewhere = self._get_moved(domain, month) if abs(moved) >= 0.005 else None
        if elsewhere:
            steps[MOVED] = (moved, len(elsewhere))
        shown, begin = waterfall.bars(start, [amount for amount, _people in steps.values()])
        lists = {
            "start": [*domain, ("month", "=", str(month - MONTH)), ("mrr", ">", 0)],
            **{kind: [*domain, ("month", "=", str(month)), ("kind", "=", kind)] for kind in ORDER},
            MOVED: [("id", "in", elsewhere.ids if elsewhere else [])],
            "end": [*domain, ("month", "=", str(month)), ("mrr", ">", 0)],
        }
        people = {"start": before, **{kind: count for kind, (_amount, count) in steps.items()}, "end": after}
        bars = [
            self._make_bar(key, bar, number, lists[key])
            for (key, number), bar in zip(people.items(), shown, strict=True)
        ]
        return {"bars": bars, "begin": begin and self._tell_pesos(begin)}

    def _get_moved(self, domain, month):
        """Return the rows of who changed between what is shown and another branch or plan meanwhile."""
        report = self.env["gym.mrr.report"]
        now = report.search(Domain(domain) & Domain("month", "=", month))
        then = report.search(Domain(domain) & Domain("month", "=", month - MONTH) & Domain("mrr", ">", 0))
        came = now.filtered(
            lambda row: row.kind not in (mrr.NEW, mrr.REACTIVATION) and row.member_id not in then.member_id
        )
        return came | then.filtered(lambda row: row.member_id not in now.member_id)

    @api.model
    def _make_bar(self, key, bar, people, domain):
        label = self._get_labels()[key]
        return {
            "key": key,
            "label": label,
            "people": self.env._("1 person") if people == 1 else self.env._("%(count)s people", count=people),
            "amount": self._tell_pesos(bar.amount),
            "left": bar.left,
            "width": bar.width,
            "tone": self._get_tone(key, bar.amount),
            "action": self._make_action(label, "gym.mrr.report", domain),
        }

    @api.model
    def _get_tone(self, key, amount):
        if key in ("start", "end"):
            return "level"
        if not amount or key == MOVED:
            return "same"
        return "good" if amount > 0 else "bad"

    @api.model
    def _get_labels(self):
        return {
            "start": self.env._("At the beginning"),
            mrr.NEW: self.env._("New members"),
            mrr.EXPANSION: self.env._("Pay more"),
            mrr.REACTIVATION: self.env._("Came back"),
            mrr.CONTRACTION: self.env._("Pay less"),
            mrr.CHURN: self.env._("Left"),
            MOVED: self.env._("Between branches or plans"),
            "end": self.env._("At the end"),
        }

    # === WHAT MAY COME === #

    def _make_forecast(self, sums):
        """Return the next months after the last one that is over, or how many are missing to foretell any."""
        known = self._get_known(sums)
        missing = forecast.months_missing(known)
        if missing:
            text = self.env._(
                "Too little history: %(count)s more months have to be over before anything can be foretold.",
                count=missing,
            )
            return {"missing": text}
        expected = forecast.forecast(known)
        months = [max(sums) + MONTH * ahead for ahead in range(len(expected))]
        begin = waterfall.axis_begin([waterfall.whole(value) for one in expected for value in (one.low, one.high)])
        span = max(max(one.high for one in expected) - begin, 1)
        return {
            "missing": False,
            "months": [
                self._make_expected(month, one, begin, span) for month, one in zip(months, expected, strict=True)
            ],
            "promise": self.env._("Made so that at least 4 of 5 months end within their interval."),
            "tested": self._tell_test(known),
        }

    def _get_known(self, sums):
        """Return the months that are over as the forecast reads them; what runs is not known yet."""
        known, start = [], 0.0
        for month in sorted(sums)[:-1]:
            changes = [amount for key, (amount, _people) in sums[month].items() if key != "mrr"]
            end = sums[month]["mrr"][0]
            changes.append(end - start - sum(changes))  # to and from what is not shown
            gained = sum(amount for amount in changes if amount > 0)
            known.append(forecast.Month(start, gained, start + gained - end))
            start = end
        return known

    @api.model
    def _make_expected(self, month, expected, begin, span):
        low, value, high = (self._tell_pesos(one) for one in (expected.low, expected.value, expected.high))
        return {
            "label": self._tell_month(month),
            "value": value,
            "range": self.env._("%(low)s to %(high)s", low=low, high=high),
            "left": round((expected.low - begin) * 100 / span, 2),
            "width": round((expected.high - expected.low) * 100 / span, 2),
            "point": round((expected.value - begin) * 100 / span, 2),
        }

    @api.model
    def _tell_test(self, known):
        held, made = forecast.tested(known)
        if not made:
            return self.env._("No month has passed yet on which these intervals could be tested.")
        return self.env._(
            "Tested on past months, each foretold from the months before it alone: %(held)s of %(made)s ended within.",
            held=held,
            made=made,
        )
