from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from .common import InsightsCommon

MEASURES = {"received": "amount", "owed": "amount", "revenue": "monthly_value"}


@tagged("post_install", "-at_install")
class TestToday(InsightsCommon):
    def _list(self, action):
        """Return the records of the list that a number opens, as its user sees them."""
        model = self.env[action["res_model"]].with_user(self.owner)
        return model.with_context(allowed_company_ids=self.company.ids).search(action["domain"])

    def _assert_adds_up(self, key, shown, action):
        records = self._list(action)
        if key in MEASURES:
            self.assertEqual(shown, self._money(sum(records.mapped(MEASURES[key]))), key)
        else:
            self.assertEqual(shown, str(len(records)), key)

    # === NUMBERS AND THEIR LISTS === #

    def test_each_number_is_what_its_list_and_the_ledger_add_up_to(self):
        one, first = self._join()
        other, second = self._join(self.gdl)
        self._pay(first)
        self._go_to("2026-02-20")
        self._join()
        one._cancel("now")
        self._pay(second, 100)
        page = self._get()
        for tile in page["tiles"]:
            self._assert_adds_up(tile["key"], tile["value"], tile["action"])
        for branch in page["branches"]:
            for cell in branch["cells"]:
                self._assert_adds_up(cell["key"], cell["text"], cell["action"])
        shown = {tile["key"]: tile["value"] for tile in page["tiles"]}
        self.assertEqual((shown["joined"], shown["received"]), ("1", self._money(100)))
        self.assertEqual(shown["owed"], self._money(second.amount_residual))
        credited = self.env["account.move.line"].search(
            [
                ("payment_id", "!=", False),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "=", date(2026, 2, 20)),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(shown["received"], self._money(-sum(credited.mapped("balance"))))
        report = self.env["gym.mrr.report"].search(
            [("company_id", "=", self.company.id), ("month", "=", date(2026, 2, 1))]
        )
        self.assertEqual(shown["revenue"], self._money(sum(report.mapped("mrr"))))
        self.assertTrue(other)

    def test_money_that_pays_no_dues_counts_at_the_payers_branch(self):
        subscription, move = self._join()
        self._pay(move, move.amount_total + 50)
        rows = self.env["gym.money.report"].search([("partner_id", "=", subscription.payer_id.id)])
        self.assertEqual(sorted(rows.mapped("amount")), [50, move.amount_total])
        self.assertEqual(rows.location_id, self.roma)
        self.assertEqual(self._tile("received")["value"], self._money(move.amount_total + 50))

    def test_the_last_evening_of_a_month_is_still_that_day(self):
        self.clock.move_to("2026-02-01 02:30:00")  # 20:30 of 31 January in Mexico City
        _subscription, move = self._join()
        self._pay(move)
        self.assertEqual(self._tile("joined")["value"], "1")
        self.assertEqual(self._tile("received")["value"], self._money(move.amount_total))
        self.clock.move_to("2026-02-01 07:00:00")
        self.assertEqual(self._tile("joined")["value"], "0")

    # === COMPARISONS === #

    def test_a_week_is_compared_with_the_last_one_and_with_a_year_ago(self):
        self._join()
        self._go_to("2026-01-20")
        self._join()
        self._join()
        self.roma._keep_insight_days()
        self._go_to("2026-01-25")
        self._join()
        self.roma._keep_insight_days()
        texts = [change["text"] for change in self._tile("joined", location=self.roma)["changes"]]
        self.assertEqual(texts[0], "3 in 7 days")
        self.assertEqual(texts[1], "last week: 1 (+200 %)")
        self._go_to("2027-01-24")
        self.roma._keep_insight_days()
        changes = self._tile("joined", location=self.roma)["changes"]
        self.assertEqual([change["text"] for change in changes][2], "a year ago: 3 (-100 %)")
        self.assertEqual(changes[2]["tone"], "bad")

    def test_a_summary_says_what_the_day_said(self):
        """Recurring revenue and money of a day that is over, against what the page showed on that day."""
        _one, first = self._join()
        self._pay(first)
        self._join()
        shown = {key: self._tile(key)["value"] for key in ("revenue", "received", "joined")}
        self._go_to("2026-01-19")
        self._join()
        (self.roma | self.gdl)._keep_insight_days()
        kept = self.env["gym.insight.day"].search([("location_id", "=", self.roma.id), ("date", "=", "2026-01-15")])
        self.assertEqual(shown["revenue"], self._money(kept.revenue))
        self.assertEqual(shown["received"], self._money(kept.received))
        self.assertEqual(shown["joined"], str(kept.joined))
        before = self.env["gym.insight.day"].search([("location_id", "=", self.roma.id), ("date", "=", "2026-01-14")])
        self.assertEqual((before.revenue, before.received, before.joined), (0, 0, 0))

    def test_keeping_days_again_changes_nothing_but_late_entries(self):
        _one, move = self._join()
        self._go_to("2026-01-17")
        self.roma._keep_insight_days()
        days = self.env["gym.insight.day"].search([("location_id", "=", self.roma.id)])
        self.assertEqual((min(days.mapped("date")), max(days.mapped("date"))), (date(2023, 12, 19), date(2026, 1, 16)))
        before = days.read(["joined", "ended", "revenue", "received", "owed"])
        self.roma._keep_insight_days()
        self.assertEqual(days.read(["joined", "ended", "revenue", "received", "owed"]), before)
        self.bank._receive_gym_payment(move.partner_id, 499, date(2026, 1, 16), move)
        self.roma._keep_insight_days()
        self.assertEqual(days.filtered(lambda day: day.date == date(2026, 1, 16)).received, 499)

    # === WHAT WAITS === #

    def test_what_waits_is_counted_and_its_list_has_it(self):
        subscription, _move = self._join()
        self.env["gym.billing.issue"].create(
            {
                "subscription_id": subscription.id,
                "code": "tax",
                "text": "No tax",
                "date_first": "2026-01-15",
                "date_last": "2026-01-15",
            }
        )
        waiting = self._get(location=self.roma)["waiting"]
        self.assertEqual([item["count"] for item in waiting if item["action"]["res_model"] == "gym.billing.issue"], [1])
        for item in waiting:
            self.assertEqual(len(self._list(item["action"])), item["count"], item["label"])
        at_gdl = self._get(location=self.gdl)["waiting"]
        self.assertNotIn("gym.billing.issue", [item["action"]["res_model"] for item in at_gdl])

    # === WHO MAY === #

    def test_a_manager_sees_their_branch_and_the_desk_nothing(self):
        self._join()
        self._join(self.gdl)
        page = self._get(user=self.manager)
        self.assertEqual([one["id"] for one in page["locations"]], self.roma.ids)
        self.assertEqual(page["tiles"][0]["value"], "1")
        self.assertEqual(self._get(user=self.manager, location=self.gdl)["tiles"][0]["value"], "0")
        for user in (self.frontdesk, self.trainer):
            with self.assertRaises(AccessError):
                self._get(user=user)

    def test_owners_and_managers_begin_here_unless_they_chose_another_page(self):
        today, members = (
            self.env.ref(name) for name in ("gym_insights.gym_insights_action", "gym_members.gym_member_action")
        )
        self.frontdesk.action_id = False
        self.assertEqual(self._get_home(self.manager), today.id)
        self.assertFalse(self._get_home(self.frontdesk))
        self.manager.action_id = members.id
        self.assertEqual(self._get_home(self.manager), members.id)

    def _get_home(self, user):
        with MockRequest(self.env(user=user)):
            return self.env["ir.http"].with_user(user).session_info()["home_action_id"]

    def test_another_company_is_in_no_number(self):
        self._join()
        stranger = self._create_staff("owner", company=self.other_company)
        page = self.env["gym.insights"].with_user(stranger).get_today()
        self.assertEqual([one["name"] for one in page["locations"]], ["Tijuana"])
        self.assertEqual(page["tiles"][0]["value"], "0")
        self.assertFalse(self.env["gym.money.report"].with_user(stranger).search(Domain.TRUE))

    # === COST === #

    def test_the_page_costs_the_same_for_one_member_and_for_many(self):
        self._join()
        self._get()
        few = self._count_queries()
        for _number in range(6):
            self._join()
        self.roma._keep_insight_days()
        self.assertLessEqual(self._count_queries(), few)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._get()
        return self.env.cr.sql_log_count - before

    def test_expiring_cards_are_found_without_the_right_to_see_them(self):
        subscription, _move = self._join()
        provider = self.env["payment.provider"].create({"name": "Cards", "company_id": self.company.id})
        token = self.env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "partner_id": subscription.payer_id.id,
                "provider_ref": "card",
                "card_expires_on": date(2026, 1, 15) + timedelta(days=20),
            }
        )
        subscription.sudo().token_id = token
        [item] = [item for item in self._get()["waiting"] if item["action"]["res_model"] == "gym.subscription"]
        self.assertEqual(self._list(item["action"]), subscription)
        token.card_expires_on = date(2026, 6, 30)
        self.assertNotIn("gym.subscription", [item["action"]["res_model"] for item in self._get()["waiting"]])
