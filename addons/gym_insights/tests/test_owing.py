from datetime import date
from urllib.parse import unquote

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import InsightsCommon


@tagged("post_install", "-at_install")
class TestOwing(InsightsCommon):
    def _rows(self, user=None):
        self.env.flush_all()
        self.env["gym.owing.report"].invalidate_model()
        rows = self.env["gym.owing.report"].with_user(user or self.frontdesk).with_context(lang="en_US")
        return rows.search([("company_id", "=", self.company.id)])

    def test_the_invoices_of_a_payer_are_one_row_from_the_day_after_they_fell_due(self):
        subscription, move = self._join(phone="55 1234 5678")
        self._pay(move, 100)
        self.assertFalse(self._rows())
        self._go_to("2026-01-16")
        row = self._rows()
        self.assertRecordValues(
            row,
            [
                {
                    "partner_id": subscription.payer_id.id,
                    "location_id": self.roma.id,
                    "amount": 399.0,
                    "date_due": date(2026, 1, 15),
                    "member_id": subscription.member_id.id,
                    "plan_names": "Full",
                }
            ],
        )
        self._go_to("2026-02-16")
        self.env["gym.billing.engine"]._bill(subscription)
        self._go_to("2026-02-17")
        self.assertEqual((self._rows().amount, self._rows().invoice_count), (898.0, 2))
        for open_move in subscription._get_moves()._get_open_dues():
            self._pay(open_move)
        self.assertFalse(self._rows())

    def test_the_row_adds_up_to_the_open_invoices_of_the_ledger(self):
        for _number in range(3):
            _subscription, move = self._join()
            self._pay(move, 10)
        self._go_to("2026-01-20")
        open_invoices = self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("gym_location_id", "!=", False),
                ("invoice_date_due", "<", date(2026, 1, 20)),
                ("payment_state", "in", ("not_paid", "partial")),
            ]
        )
        self.assertEqual(sum(self._rows().mapped("amount")), sum(open_invoices.mapped("amount_residual")))
        self.assertEqual(len(self._rows()), 3)

    def test_whatsapp_has_the_number_the_amount_and_the_link_that_pays(self):
        _subscription, move = self._join(phone="55 1234 5678")
        self._go_to("2026-01-20")
        url = self._rows().action_whatsapp()["url"]
        self.assertTrue(url.startswith("https://wa.me/525512345678?text="), url)
        self.assertIn(f"/my/invoices/{move.id}?access_token={move.access_token}", unquote(url))
        self.assertIn("499.00", unquote(url))
        self.assertEqual(self._rows().action_call()["url"], "tel:+525512345678")

    def test_without_a_phone_the_way_out_is_told(self):
        self._join()
        self._go_to("2026-01-20")
        for press in (self._rows().action_whatsapp, self._rows().action_call):
            with self.assertRaisesRegex(UserError, "10 digits"):
                press()

    def test_the_desk_takes_the_payment_from_the_list(self):
        subscription, _move = self._join()
        self._go_to("2026-01-20")
        action = self._rows().action_take_payment()
        self.assertEqual(action["res_model"], "gym.payment.desk")
        self.assertEqual(action["context"]["default_member_id"], subscription.member_id.id)

    def test_what_was_handed_over_is_somebody_elses_to_collect(self):
        self._join()
        self._go_to("2026-01-20")
        self.env["gym.dunning.case"]._cron_dun()
        case = self._rows(self.owner).case_id
        case.promised_on = "2026-01-25"
        self.assertEqual(self._rows().promised_on, date(2026, 1, 25))
        self.assertEqual(self._rows().action_open_case()["res_id"], case.id)
        case.action_hand_over()
        self.assertFalse(self._rows())

    def test_staff_see_who_owes_at_their_branch(self):
        self._join(self.gdl)
        self._go_to("2026-01-20")
        self.assertFalse(self._rows(self.frontdesk))
        self.assertFalse(self._rows(self.manager))
        self.assertEqual(len(self._rows(self.owner)), 1)

    # === PROMISED TO PAY === #

    def _promise(self, day, user=None, **values):
        row = self._rows()
        promises = self.env["gym.owing.promise"].with_user(user or self.frontdesk)
        defaults = row.with_user(self.frontdesk).action_promise()["context"]
        return promises.with_context(**defaults).create({"promised_on": day, **values})

    def test_the_desk_notes_a_promise_before_anything_was_done(self):
        self._join()
        self._go_to("2026-01-20")
        self._promise("2026-01-25", note="On Friday, by card").action_confirm()
        case = self._rows(self.owner).case_id
        self.assertRecordValues(case, [{"promised_on": date(2026, 1, 25), "note": "On Friday, by card"}])
        self._promise("2026-01-26").action_confirm()
        self.assertEqual((self._rows(self.owner).case_id, case.promised_on), (case, date(2026, 1, 26)))

    def test_a_promise_is_for_a_day_to_come_and_for_a_debt(self):
        _subscription, move = self._join()
        self._go_to("2026-01-20")
        promise = self._promise("2026-01-19")
        with self.assertRaisesRegex(UserError, "is over"):
            promise.action_confirm()
        promise.promised_on = "2026-01-25"
        self._pay(move)
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "owes nothing"):
            promise.action_confirm()
        self.assertFalse(self.env["gym.dunning.case"].search([("partner_id", "=", move.partner_id.id)]))

    def test_another_branch_notes_no_promise(self):
        self._join(self.gdl)
        self._go_to("2026-01-20")
        row = self._rows(self.owner)
        with self.assertRaises(AccessError):
            row.with_user(self.frontdesk).action_promise()
        with self.assertRaises(UserError):
            self.env["gym.owing.promise"].with_user(self.frontdesk).create(
                {"partner_id": row.partner_id.id, "location_id": self.gdl.id, "promised_on": "2026-01-25"}
            ).action_confirm()
        self.assertFalse(self.env["gym.dunning.case"].search([("partner_id", "=", row.partner_id.id)]))
