from datetime import date
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import format_date, mute_logger

from odoo.addons.payment_card_facts.models.payment_provider import PaymentInDoubt

from .test_charging import JOINED, ChargingCommon
from .test_refunds import RefundCommon

TRANSACTIONS = "odoo.addons.gym_collection.models.charging.payment_transaction"


class AwaitedCommon(ChargingCommon):
    """An invoice of dues with a voucher, or a charge, that may still pay it."""

    def _create_voucher(self, move, **values):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"voucher-{move.id}",
                "amount": move.amount_residual,
                "currency_id": move.currency_id.id,
                "partner_id": move.partner_id.id,
                "operation": "online_redirect",
                "invoice_ids": [(6, 0, move.ids)],
                "state": "pending",
                "last_state_change": "2026-03-10 18:00:00",
            }
            | values
        )

    def _doubt(self, move):
        def fail(transaction):
            try:
                raise PaymentInDoubt("timed out")
            except ValidationError as caught:
                transaction._set_error(str(caught))

        with patch.object(self.env.registry["payment.transaction"], "_send_payment_request", fail):
            return self._charge(move)


@tagged("post_install", "-at_install")
class TestAwaited(AwaitedCommon, RefundCommon):
    """Money on its way is shown at the desk and holds dunning, for as long as it may come."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(JOINED))
        self.subscription, self.move = self._join()

    def _open_desk(self):
        return self.env["gym.payment.desk"].with_user(self.desk).create({"member_id": self.member.id})

    def test_the_desk_shows_a_voucher(self):
        self.assertFalse(self._open_desk().awaited)
        self._create_voucher(self.move)
        awaited = self._open_desk().awaited
        self.assertIn(self.move.name, awaited)
        self.assertIn("499.00", awaited)
        self.assertIn(format_date(self.env, date(2026, 3, 17)), awaited)

    def test_the_desk_shows_a_charge_in_doubt(self):
        self._doubt(self.move)
        self.assertIn("has not answered", self._open_desk().awaited)

    def test_the_desk_shows_what_is_paid_and_not_booked(self):
        self._create_voucher(self.move, state="done")
        self.assertIn("being booked", self._open_desk().awaited)

    def test_a_voucher_holds_dunning_until_it_expires(self):
        self._create_voucher(self.move, voucher_expires_at="2026-03-22 05:59:00")
        cases = self.env["gym.dunning.case"]
        self.clock.move_to("2026-03-21 18:00:00")
        case = cases._open_cases(self.move)
        case._take_steps()
        self.assertFalse(case.taken_ids)
        self.assertEqual(self.subscription.state, "past_due")
        self.clock.move_to("2026-03-22 18:00:00")
        case._take_steps()
        self.assertEqual(self.subscription.state, "suspended")

    def test_one_that_never_says_when_holds_a_week(self):
        voucher = self._create_voucher(self.move)
        self.clock.move_to("2026-03-17 17:59:00")
        self.assertTrue(self.move._get_awaited())
        self.clock.move_to("2026-03-17 18:00:00")
        self.assertFalse(self.move._get_awaited())
        self.env["payment.transaction"]._cron_expire_vouchers()
        self.assertEqual(voucher.state, "cancel")
        self.assertTrue(self.move._has_to_be_paid())
        voucher._set_done()
        voucher._post_process()
        self.assertEqual(self.move.amount_residual, 0, "paid all the same")

    def test_vouchers_that_are_good_and_those_of_others_stay(self):
        good = self._create_voucher(self.move, voucher_expires_at="2026-03-30 05:59:00")
        other = self._create_voucher(self.move, reference="no dues", invoice_ids=[(5,)])
        self.clock.move_to("2026-03-25 18:00:00")
        self.env["payment.transaction"]._cron_expire_vouchers()
        self.assertEqual((good.state, other.state), ("pending", "pending"))

    def test_one_that_cannot_be_let_go_stops_no_other(self):
        first, second = self._create_voucher(self.move), self._create_voucher(self.move, reference="second")
        original = self.env.registry["payment.transaction"]._set_canceled

        def cancel(transaction, *args, **kwargs):
            if transaction == first:
                raise ValueError("broken")
            return original(transaction, *args, **kwargs)

        self.clock.move_to("2026-03-25 18:00:00")
        with patch.object(self.env.registry["payment.transaction"], "_set_canceled", cancel), mute_logger(TRANSACTIONS):
            self.env["payment.transaction"]._cron_expire_vouchers()
        self.assertEqual((first.state, second.state), ("pending", "cancel"))

    def test_a_card_is_charged_once_the_voucher_expired(self):
        self._create_voucher(self.move)
        self.assertEqual(self._charge(self.move).state, "refused")
        self.clock.move_to("2026-03-17 18:00:00")
        self.assertEqual(self._charge(self.move).state, "done")


@tagged("post_install", "-at_install")
class TestAwaitedPage(AwaitedCommon, HttpCase):
    """The page behind the link that is mailed offers no second payment of what is being charged."""

    def test_the_page_of_the_invoice(self):
        _subscription, move = self._join()
        url = move.get_portal_url()
        button, warning = 'data-bs-target="#pay_with"', 'id="gym_awaited"'
        page = self.url_open(url).text
        self.assertEqual((button in page, warning in page), (True, False))
        self._doubt(move)
        page = self.url_open(url).text
        self.assertEqual((button in page, warning in page), (False, True))
