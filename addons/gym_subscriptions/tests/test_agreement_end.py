from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import format_date

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestAgreementEnd(GymSubscriptionsCommon):
    """ACME pays 60 % of 1,000.00 a month from 10 March 2026 on, but of no period that begins after its last day."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-03-10 18:00:00"))
        self.company.partner_id.lang = "en_US"
        self.plan.price_ids.amount = 1000
        self.plus = self._create_plan(name="Plus", price=1300, tier=2)
        self.acme, self.other = self.env["res.partner"].create(
            [{"name": name, "email": f"boss@{name.lower()}.example"} for name in ("ACME", "Other")]
        )
        self.agreement = self._create_agreement(self.acme)
        self.member.email = "ana@example.com"
        self.subscription = self._create_subscription(agreement_id=self.agreement.id)
        self.subscription._activate()

    def go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _create_agreement(self, partner, **values):
        return self.env["gym.corporate.agreement"].create(
            {
                "name": partner.name,
                "company_id": self.company.id,
                "partner_id": partner.id,
                "share_percent": 60,
                "date_start": "2026-01-01",
            }
            | values
        )

    def _bill(self, day):
        """Bill what is due on ``day`` and return what each payer was invoiced."""
        self.go_to(day)
        moves = self.env["gym.billing.engine"]._bill(self.subscription).moves
        return {move.partner_id.name: move.amount_total for move in moves}

    def _get_mails(self, partner):
        return self.env["mail.mail"].sudo().search([("recipient_ids", "in", partner.ids)])

    # === IT ENDS === #

    def test_the_first_period_after_the_last_day_is_the_members(self):
        self.agreement.date_end = "2026-04-10"
        self.assertEqual(self._bill("2026-04-10"), {"ACME": 600, self.member.name: 400})
        self.assertEqual(self._bill("2026-05-10"), {self.member.name: 1000})

    def test_an_archived_agreement_ends_that_day(self):
        self.go_to("2026-04-01")
        self.agreement.active = False
        self.assertEqual(self.agreement.date_end, date(2026, 4, 1))
        self.assertEqual(self._bill("2026-04-10"), {self.member.name: 1000})

    def test_archiving_does_not_put_an_end_off(self):
        self.agreement.date_end = "2026-03-15"
        self.go_to("2026-04-01")
        self.agreement.active = False
        self.assertEqual(self.agreement.date_end, date(2026, 3, 15))

    def test_the_period_that_runs_stays_shared(self):
        """A change in it gives each payer back what they paid, also after the last day."""
        self.agreement.date_end = "2026-03-15"
        self.go_to("2026-03-20")
        self.subscription._change_plan(self.plus)
        moves = self.subscription._get_moves().filtered(lambda move: move.invoice_date == date(2026, 3, 20))
        self.assertEqual(
            {move.partner_id: move.amount_total for move in moves},
            {self.acme: round(300 * 0.6 * 21 / 31, 2), self.member.partner_id: round(300 * 0.4 * 21 / 31, 2)},
        )
        self.assertEqual(self._bill("2026-04-10"), {self.member.name: 1300})

    def test_an_addon_of_its_own_cycle_follows_its_own_periods(self):
        locker = self._create_addon(name="Locker", amount=100, period_unit="month", cycle="own")
        self.plan.addon_ids = locker
        self.go_to("2026-03-20")
        self.subscription._add_addon(locker)
        self.agreement.date_end = "2026-04-15"
        self.assertEqual(self._bill("2026-04-10"), {"ACME": 600, self.member.name: 400})
        self.assertEqual(self._bill("2026-04-20"), {self.member.name: 100})

    def test_what_is_announced_is_what_will_be_billed(self):
        self.agreement.date_end = "2026-03-31"
        lines = self.subscription._get_next_bill()["lines"]
        self.assertEqual([(line["partner_id"], line["amount"]) for line in lines], [(self.member.partner_id.id, 1000)])

    def test_an_end_before_the_beginning_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            self.agreement.date_end = "2025-12-31"

    # === BOTH ARE TOLD === #

    def test_both_are_told_before_it_ends_and_once(self):
        self.agreement.date_end = "2026-05-20"
        for day, count in (("2026-04-19", 0), ("2026-04-20", 1), ("2026-05-20", 1)):
            self.go_to(day)
            self.env["gym.corporate.agreement"]._tell_ends()
            with self.subTest(day):
                self.assertEqual(len(self._get_mails(self.acme)), count)
                self.assertEqual(len(self._get_mails(self.member.partner_id)), count)
        body = self._get_mails(self.member.partner_id).body_html
        self.assertIn(format_date(self.env, date(2026, 6, 10), self.member.lang), body)
        self.assertIn("1,000.00", body)
        self.agreement.date_end = "2026-05-25"
        self.env["gym.corporate.agreement"]._tell_ends()
        self.assertEqual(len(self._get_mails(self.acme)), 2)

    def test_who_ends_before_is_not_told(self):
        self.subscription._cancel()
        self.agreement.active = False
        self.env["gym.corporate.agreement"]._tell_ends()
        self.assertFalse(self._get_mails(self.member.partner_id).filtered(lambda mail: "ACME" in mail.subject))

    def test_who_has_no_address_is_named_to_the_gym(self):
        self.acme.email = False
        self.agreement.date_end = "2026-03-20"
        self.env["gym.corporate.agreement"]._tell_ends()
        self.assertIn("ACME", "".join(self.agreement.message_ids.mapped("body")))
        self.assertEqual(len(self._get_mails(self.member.partner_id)), 1)

    # === ANOTHER ONE === #

    def test_another_agreement_pays_from_the_next_period_on(self):
        other = self._create_agreement(self.other, share_percent=50)
        self.go_to("2026-03-20")
        self.subscription._change_agreement(other)
        self.assertEqual(self.subscription.agreement_id, self.agreement)
        self.assertEqual(self.subscription._get_next_bill()["amount"], 500)
        self.subscription._change_plan(self.plus)
        moves = self.subscription._get_moves().filtered(lambda move: move.invoice_date == date(2026, 3, 20))
        self.assertEqual(moves.partner_id, self.acme | self.member.partner_id)
        self.assertEqual(self._bill("2026-04-10"), {"Other": 650, self.member.name: 650})
        self.assertEqual(self.subscription.agreement_id, other)

    def test_none_and_one_for_the_first_time(self):
        self.subscription._change_agreement(self.env["gym.corporate.agreement"])
        self.assertEqual(self._bill("2026-04-10"), {self.member.name: 1000})
        self.assertFalse(self.subscription.agreement_id)
        self.subscription._change_agreement(self.agreement)
        self.assertEqual(self._bill("2026-05-10"), {"ACME": 600, self.member.name: 400})

    def test_back_to_the_old_one_takes_the_plan_back(self):
        self.subscription._change_agreement(self._create_agreement(self.other))
        self.subscription._change_agreement(self.agreement)
        self.assertFalse(self.subscription.change_ids.filtered(lambda one: one.state == "planned"))
        self.assertEqual(self._bill("2026-04-10"), {"ACME": 600, self.member.name: 400})

    def test_an_agreement_that_is_over_full_or_for_other_plans_is_refused(self):
        refused = {
            "not in force": self._create_agreement(self.other, date_end="2026-04-09"),
            "does not pay for": self._create_agreement(self.other, plan_ids=self.plus.ids),
        }
        for text, agreement in refused.items():
            with self.subTest(text), self.assertRaisesRegex(ValidationError, text):
                self.subscription._change_agreement(agreement)
        full = self._create_agreement(self.other, seats=1)
        second = self._create_subscription(member_id=self._create_member(name="Beto").id)
        second._activate()
        second._change_agreement(full)
        with self.assertRaisesRegex(ValidationError, "all are taken"):
            self.subscription._change_agreement(full)
        self.assertFalse(self.subscription.change_ids)

    def test_what_ends_takes_no_other_agreement(self):
        self.subscription._cancel()
        with self.assertRaisesRegex(UserError, "no more dues"):
            self.subscription._change_agreement(self._create_agreement(self.other))
        self.assertFalse(self.subscription.change_ids)

    def test_the_dialog_changes_it_for_managers_only(self):
        wizards = self.env["gym.subscription.party"]
        values = {"subscription_id": self.subscription.id, "what": "agreement", "agreement_id": False}
        with self.assertRaisesRegex(AccessError, "Only branch managers"):
            wizards.with_user(self.frontdesk).create(values).action_confirm()
        self.assertFalse(self.subscription.change_ids)
        wizards.with_user(self.manager).create(values).action_confirm()
        self.assertEqual(self.subscription.change_ids.kind, "agreement")

    def test_usage_of_a_month_keeps_who_has_left_since(self):
        self.subscription._change_agreement(self.env["gym.corporate.agreement"])
        self._bill("2026-04-10")
        usage = self.env["gym.corporate.usage"].create(
            {"agreement_id": self.agreement.id, "date_from": "2026-03-01", "date_last": "2026-03-31"}
        )
        self.assertEqual(usage.line_ids.mapped("company_amount"), [600])
