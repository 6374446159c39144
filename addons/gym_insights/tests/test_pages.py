from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command, Date
from odoo.tests import tagged

from .common import InsightsCommon


@tagged("post_install", "-at_install")
class TestPages(InsightsCommon):
    """Who stays, and why recurring revenue changed: each figure is what its list adds up to."""

    def _page(self, model, *options, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        page = self.env[model].with_user(user or self.owner)
        return page.with_context(allowed_company_ids=self.company.ids, lang="en_US").get_page(*options)

    def _months(self, *days):
        """Return these months as pages name them."""
        page = self.env["gym.insights.page"].with_context(lang="en_US")
        return [page._tell_month(Date.to_date(day)) for day in days]

    def _plain(self, amount):
        return amount.replace("\N{NO-BREAK SPACE}", " ").replace("\N{ZERO WIDTH NO-BREAK SPACE}", "")

    def _list(self, action, user=None):
        model = self.env[action["res_model"]].with_user(user or self.owner)
        return model.with_context(allowed_company_ids=self.company.ids).search(action["domain"])

    def _bars(self, *options, **who):
        return {bar["key"]: bar for bar in self._page("gym.revenue.page", *options, **who)["bars"]}

    def _live(self):
        """Three join in January, one of them leaves in February and one joins at the other branch."""
        one, _move = self._join()
        two, _move = self._join()
        three, _move = self._join(self.gdl)
        self._go_to("2026-02-16")
        one._cancel("now")
        self._join(self.gdl)
        self.env["gym.billing.engine"]._bill(two | three)
        self._go_to("2026-02-20")
        return one, two, three

    # === WHO STAYS === #

    def test_a_cell_counts_the_people_of_its_list(self):
        one, two, three = self._live()
        page = self._page("gym.cohort.page")
        self.assertEqual([row["label"] for row in page["rows"]], ["All", *self._months("2026-02-01", "2026-01-01")])
        for row in page["rows"]:
            for cell in row["cells"]:
                self.assertEqual(len(self._list(cell["action"])), cell["count"], cell["title"])
        total, _february, january = page["rows"]
        self.assertEqual([(cell["count"], cell["percent"]) for cell in january["cells"]], [(3, "100 %"), (2, "67 %")])
        self.assertEqual([(cell["count"], cell["percent"]) for cell in total["cells"]], [(4, "100 %"), (2, "67 %")])
        still = self._list(january["cells"][1]["action"])
        self.assertEqual(still.member_id, (two | three).member_id)
        self.assertEqual(still[0].action_open_member()["res_id"], still[0].member_id.id)
        self.assertNotIn(one.member_id, still.member_id)

    def test_the_map_is_of_one_branch_and_plan_when_asked(self):
        self._live()
        other = self.plan.copy({"name": "Mornings", "code": False})
        other.price_ids = [Command.create({"amount": 499, "valid_from": "2020-01-01"})]
        self._join(plan=other)
        at_gdl = self._page("gym.cohort.page", self.gdl.id)["rows"]
        self.assertEqual(
            [(row["label"], row["people"]) for row in at_gdl],
            [
                (month, people)
                for month, people in zip(["All", *self._months("2026-02-01", "2026-01-01")], (2, 1, 1), strict=True)
            ],
        )
        of_plan = self._page("gym.cohort.page", False, other.id)
        self.assertEqual([row["people"] for row in of_plan["rows"]], [1, 1])
        self.assertIn({"id": other.id, "name": "Mornings"}, of_plan["plans"])

    def test_an_empty_gym_has_an_empty_map(self):
        self.assertEqual(self._page("gym.cohort.page")["rows"], [])
        self.assertFalse(self._page("gym.revenue.page")["month"])

    # === WHAT CHANGED === #

    def test_the_bars_are_what_their_lists_add_up_to(self):
        self._live()
        bars = self._bars()
        report = {key: self._list(bar["action"]) for key, bar in bars.items()}
        self.assertEqual(list(bars), ["start", "new", "expansion", "reactivation", "contraction", "churn", "end"])
        self.assertEqual(
            [self._plain(bar["amount"]) for bar in bars.values()],
            ["$ 1,291", "$ 430", "$ 0", "$ 0", "$ 0", "$ -430", "$ 1,291"],
        )
        self.assertEqual([len(report[key]) for key in bars], [3, 1, 0, 0, 0, 1, 3])
        self.assertAlmostEqual(sum(report["start"].mapped("mrr")), 3 * 430.17, 2)
        self.assertAlmostEqual(sum(report["churn"].mapped("change")), -430.17, 2)
        self.assertEqual(
            (bars["new"]["tone"], bars["churn"]["tone"], bars["expansion"]["tone"]), ("good", "bad", "same")
        )
        self.assertEqual(bars["new"]["people"], "1 person")

    def test_a_month_before_is_explained_when_asked(self):
        self._live()
        page = self._page("gym.revenue.page", False, False, "2026-01-01")
        self.assertEqual(
            page["month"], {"label": self._months("2026-01-01")[0], "before": False, "after": "2026-02-01"}
        )
        self.assertEqual([self._plain(bar["amount"]) for bar in page["bars"]][:2], ["$ 0", "$ 1,291"])
        late = self._page("gym.revenue.page", False, False, "2030-05-01")
        self.assertEqual(late["month"]["label"], self._months("2026-02-01")[0])

    def test_who_went_to_another_branch_is_a_bar_of_its_own(self):
        subscription, _move = self._join()
        self._join()
        self._go_to("2026-02-16")
        subscription.location_id = self.gdl
        self.env["gym.billing.engine"]._bill(subscription)
        self._go_to("2026-02-20")
        self.assertNotIn("moved", self._bars())
        bars = self._bars(self.gdl.id)
        self.assertEqual(
            tuple(self._plain(bars[key]["amount"]) for key in ("start", "moved", "end")), ("$ 0", "$ 430", "$ 430")
        )
        self.assertEqual(self._list(bars["moved"]["action"]).member_id, subscription.member_id)

    # === WHAT MAY COME === #

    def test_too_little_history_is_said(self):
        self._live()
        told = self._page("gym.revenue.page")["forecast"]["missing"]
        self.assertIn("9 more months", told)

    def test_the_next_three_months_follow_the_last_one_that_is_over(self):
        subscription, _move = self._join()
        other, _move = self._join(self.gdl)
        for month in [*range(2, 13), 13, 14, 15]:
            year, number = 2026 + (month - 1) // 12, (month - 1) % 12 + 1
            self._go_to(date(year, number, 16))
            self.env["gym.billing.engine"]._bill(subscription | other)
        found = self._page("gym.revenue.page")["forecast"]
        self.assertEqual(
            [one["label"] for one in found["months"]], self._months("2027-03-01", "2027-04-01", "2027-05-01")
        )
        self.assertEqual({self._plain(one["value"]) for one in found["months"]}, {"$ 860"})
        self.assertEqual(self._plain(found["months"][0]["range"]), "$ 860 to $ 860")
        self.assertIn("9 of 9", found["tested"])

    # === WHO MAY === #

    def test_a_manager_sees_their_branch_and_the_desk_nothing(self):
        self._live()
        page = self._page("gym.cohort.page", user=self.manager)
        self.assertEqual([one["id"] for one in page["locations"]], self.roma.ids)
        self.assertEqual(page["rows"][0]["people"], 2)
        self.assertEqual(self._bars(user=self.manager)["start"]["people"], "2 people")
        self.assertEqual(self._page("gym.cohort.page", self.gdl.id, user=self.manager)["rows"], [])
        for model in ("gym.cohort.page", "gym.revenue.page"):
            for user in (self.frontdesk, self.trainer):
                with self.assertRaises(AccessError):
                    self._page(model, user=user)

    def test_another_company_is_in_no_figure(self):
        self._live()
        stranger = self._create_staff("owner", company=self.other_company)
        page = self.env["gym.cohort.page"].with_user(stranger).get_page()
        self.assertEqual((page["rows"], [one["name"] for one in page["locations"]]), ([], ["Tijuana"]))

    # === HOW IT IS WRITTEN === #

    def test_large_amounts_have_no_cents_and_zero_has_no_sign(self):
        page = self.env["gym.insights.page"].with_context(lang="en_US")
        told = [self._plain(page._tell_money(amount)) for amount in (-0.001, 499.5, 12_345.67, -12_345.67)]
        self.assertEqual(told, ["$ 0.00", "$ 499.50", "$ 12,346", "$ -12,346"])
