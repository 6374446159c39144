from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_charging import JOINED, ChargingCommon

RENEWED = "2026-04-10 18:00:00"


class GuardCommon(ChargingCommon):
    """Whoever is not who pays, with a card of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_member(name="Otra Persona")
        cls.other_card = cls._create_card_of(cls.other.partner_id)

    @classmethod
    def _create_card_of(cls, partner, answer="done"):
        card = cls._create_card(answer)
        card.partner_id = partner
        return card

    def _get_codes(self, charge):
        return [code for code, _values in charge.reason_codes or ()]

    def _pay_at_desk(self, move, **values):
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        return wizard.create(values)._create_payments()

    def _assert_refused(self, charge, *codes):
        """The charge was refused for these reasons, and nothing was sent."""
        self.assertEqual((charge.state, self._get_codes(charge)), ("refused", list(codes)))
        self.assertFalse(charge.transaction_id)
        self._assert_nothing_charged(charge.move_id)


@tagged("post_install", "-at_install")
class TestWhoseCard(GuardCommon):
    """Only the card and the consent of whom the invoice is made out to."""

    @freeze_time(JOINED)
    def test_a_colleague_s_card_is_not_charged(self):
        acme = self.env["res.partner"].create({"name": "ACME", "is_company": True})
        (self.member.partner_id | self.other.partner_id).parent_id = acme
        self._create_card_of(acme)
        self.card = self._create_card("error")
        self.env["payment.token"].search(
            [("partner_id", "=", self.member.partner_id.id), ("id", "!=", self.card.id)]
        ).active = False
        _subscription, move = self._join()
        charge = self._charge(move)
        self.assertEqual((charge.state, charge.token_id), ("failed", self.card))
        self.assertEqual(move.gym_charge_ids, charge)
        again = self._charge(move)
        self.assertEqual((again.state, self._get_codes(again)), ("refused", ["no_card"]))
        self.assertEqual((len(move.transaction_ids), move.amount_residual), (1, 499.0))

    @freeze_time(JOINED)
    def test_the_company_s_share_is_not_charged_to_the_employee(self):
        acme = self.env["res.partner"].create({"name": "ACME", "is_company": True})
        self.member.partner_id.parent_id = acme
        agreement = self.env["gym.corporate.agreement"].create(
            {"name": "Acme", "partner_id": acme.id, "share_percent": 50, "company_id": self.company.id}
        )
        subscription, moves = self._join(agreement_id=agreement.id)
        of_acme = moves.filtered(lambda move: move.partner_id == acme)
        self.assertEqual(moves._plan_charges_of_cards().move_id, moves - of_acme)
        self._assert_refused(self._charge(of_acme), "charges_off", "consent_other_payer")

    @freeze_time(JOINED)
    def test_taking_the_card_off_stops_what_is_planned(self):
        subscription, move = self._join()
        charge = move._plan_charges()
        subscription._set_token(self.env["payment.token"])
        charge._job_charge()
        self._assert_refused(charge, "charges_off")

    def test_a_new_payer_has_to_agree_and_be_told_anew(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
        with freeze_time("2026-04-03 18:00:00"):
            self._announce(subscription)
            subscription._change_payer(self.other.partner_id)
            subscription._set_token(self.other_card)
            self.assertFalse(subscription.mandate_ids.is_live)
        with freeze_time(RENEWED):
            charge = self._charge(self._renew(subscription))
        self._assert_refused(charge, "consent_other_payer", "notice_missing")

    def test_the_new_payer_is_told_although_the_old_one_was(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
        self.other.partner_id.email = "otra@example.com"
        with freeze_time("2026-04-03 18:00:00"):
            self._announce(subscription)
            subscription._change_payer(self.other.partner_id)
            subscription._set_token(self.other_card)
            self.assertFalse(self.env["gym.charge.notice"]._announce(subscription), "nobody consented to that yet")
            self._agree(subscription, signer=self.other.partner_id)
            notice = self._announce(subscription)
            self.assertEqual(notice.partner_id, self.other.partner_id)

    def test_who_received_a_transfer_is_not_charged_on_the_giver_s_word(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
        with freeze_time("2026-04-03 18:00:00"):
            self._announce(subscription)
            subscription._transfer(self.other)
            subscription._set_token(self.other_card)
        with freeze_time(RENEWED):
            charge = self._charge(self._renew(subscription))
        self._assert_refused(charge, "consent_other_payer", "notice_missing")

    @freeze_time(JOINED)
    def test_a_card_of_the_same_company_is_not_the_payer_s(self):
        acme = self.env["res.partner"].create({"name": "ACME", "is_company": True})
        (self.member.partner_id | self.other.partner_id).parent_id = acme
        subscription, _move = self._join()
        with self.assertRaises(UserError):
            subscription._set_token(self.other_card)
        self.assertEqual(subscription.token_id, self.card)

    def _announce(self, subscription):
        notice = self.env["gym.charge.notice"]._announce(subscription)
        notice._note_sent(self.env["mail.mail"].new({"message_id": "<proof@example.com>"}))
        return notice


@tagged("post_install", "-at_install")
class TestPaidAlready(GuardCommon):
    """What has been paid, or is being paid, is not charged."""

    @freeze_time(JOINED)
    def test_another_payment_under_way_comes_first(self):
        for state, is_blocked in (
            ("draft", False),
            ("pending", True),
            ("authorized", True),
            ("done", True),
            ("cancel", False),
        ):
            subscription = self._create_subscription()
            move = subscription._activate()
            subscription.sudo().token_id = self.card
            self._agree(subscription)
            link = self._open_link(move, state)
            charge = self._charge(move)
            if is_blocked:
                self.assertEqual((charge.state, self._get_codes(charge)), ("refused", ["payment_under_way"]), state)
                self.assertIn(link.reference, charge.reason)
                self.assertEqual(move.transaction_ids, link, "nothing was sent")
            else:
                self.assertEqual(charge.state, "done", state)

    @freeze_time(JOINED)
    def test_what_the_bank_does_not_know_is_not_sent_again_once_it_was_paid(self):
        charge = self._lose_worker()
        self._pay_at_desk(charge.move_id)
        self._assert_not_sent_again(charge)

    @freeze_time(JOINED)
    def test_nor_once_a_part_was_paid(self):
        charge = self._lose_worker()
        self._pay_at_desk(charge.move_id, amount=100.0)
        self._assert_not_sent_again(charge)

    @freeze_time(JOINED)
    def test_nor_once_the_consent_was_withdrawn(self):
        charge = self._lose_worker()
        self.member._withdraw_consent("recurring_charge", method="staff")
        self._assert_not_sent_again(charge)

    @freeze_time(JOINED)
    def test_it_is_sent_again_while_nothing_speaks_against_it(self):
        charge = self._lose_worker()
        with self._can_be_asked():
            charge._job_ask()
        self.assertEqual((charge.state, charge.move_id.amount_residual), ("done", 0))

    def test_a_doubt_older_than_the_memory_of_providers_is_not_sent_again(self):
        with freeze_time("2026-03-10 18:00:00"):
            charge = self._lose_worker()
        with freeze_time("2026-03-11 15:00:00"):
            self._assert_not_sent_again(charge)
            with self._answer_when_asked("done"):
                charge._job_ask()
        self.assertEqual((charge.state, charge.move_id.amount_residual), ("done", 0))

    @freeze_time(JOINED)
    def test_what_the_provider_says_when_asked_comes_before_sending_again(self):
        charge = self._lose_worker()
        send = patch.object(self.env.registry["payment.transaction"], "_charge_with_token")
        with self._can_be_asked(), send as sent, self._answer_when_asked("error"):
            charge._job_ask()
        sent.assert_not_called()
        self.assertEqual((charge.state, charge.transaction_id.state), ("failed", "error"))

    # --- helpers

    def _answer_when_asked(self, state):
        def ask(transaction):
            transaction._process("demo", {"reference": transaction.reference, "simulated_state": state})

        return patch.object(self.env.registry["payment.transaction"], "_ask_provider", ask)

    def _open_link(self, move, state):
        """Somebody opened the payment link of ``move``; its payment is in ``state`` and not in the books."""
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"link-{move.id}-{state}",
                "amount": move.amount_residual,
                "currency_id": move.currency_id.id,
                "partner_id": move.partner_id.id,
                "operation": "online_redirect",
                "invoice_ids": [(6, 0, move.ids)],
                "state": state,
            }
        )

    def _lose_worker(self):
        """The charge was written down, and the worker died before or after it was sent."""
        _subscription, move = self._join()
        charge = move._plan_charges()
        charge._write_down()
        charge.state = "in_doubt"
        return charge

    def _can_be_asked(self):
        return patch.object(self.env.registry["payment.transaction"], "_can_be_asked", lambda tx: True)

    def _assert_not_sent_again(self, charge):
        send = patch.object(self.env.registry["payment.transaction"], "_charge_with_token")
        left = charge.move_id.amount_residual
        with self._can_be_asked(), send as sent:
            charge._job_ask()
        sent.assert_not_called()
        self.assertIn(charge.transaction_id.reference, charge.reason)
        self.assertEqual((charge.state, charge.transaction_id.state), ("in_doubt", "draft"))
        self.assertEqual(charge.move_id.amount_residual, left)


@tagged("post_install", "-at_install")
class TestNoOtherDoor(GuardCommon):
    """Accounting charges no saved card of a gym's payer beside the guard."""

    def setUp(self):
        super().setUp()
        with freeze_time(JOINED):
            self.subscription, self.move = self._join(with_mandate=False)
        self.line = self.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == self.provider
        )
        self.assertTrue(self.line)

    @freeze_time(JOINED)
    def test_registering_a_payment_with_a_saved_card(self):
        with self.assertRaisesRegex(UserError, "Charge Again"), self.cr.savepoint():
            self._pay_at_desk(
                self.move,
                journal_id=self.provider.journal_id.id,
                payment_method_line_id=self.line.id,
                payment_token_id=self.card.id,
            )
        self._assert_nothing_charged(self.move)

    @freeze_time(JOINED)
    def test_a_payment_without_an_invoice(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.member.partner_id.id,
                "amount": 499.0,
                "journal_id": self.provider.journal_id.id,
                "payment_method_line_id": self.line.id,
                "payment_token_id": self.card.id,
            }
        )
        with self.assertRaisesRegex(UserError, "Charge Again"), self.cr.savepoint():
            payment.action_post()
        self.assertEqual((payment.state, payment.payment_transaction_id.id), ("draft", False))

    @freeze_time(JOINED)
    def test_a_charge_that_was_refused_opens_no_door(self):
        charge = self._charge(self.move)
        self._assert_refused(charge, "consent_missing")
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "token_id": self.card.id,
                "reference": "by hand",
                "amount": 499.0,
                "currency_id": self.move.currency_id.id,
                "partner_id": self.move.partner_id.id,
                "operation": "offline",
                "invoice_ids": [(6, 0, self.move.ids)],
            }
        )
        charge.transaction_id = transaction
        with self.assertRaises(UserError):
            transaction._charge_with_token()
        self.assertEqual((transaction.state, self.move.amount_residual), ("draft", 499.0))


@tagged("post_install", "-at_install")
class TestOnTheDay(GuardCommon):
    """What holds on the day of the charge counts, and what is charged."""

    def test_a_consent_withdrawn_before_a_late_job_counts(self):
        with freeze_time(JOINED):
            _subscription, move = self._join()
            charge = move._plan_charges()
        with freeze_time("2026-03-11 18:00:00"):
            self.member._withdraw_consent("recurring_charge", method="staff")
        with freeze_time("2026-03-13 18:00:00"):
            charge._job_charge()
        self._assert_refused(charge, "consent_withdrawn")

    def test_a_late_decline_tries_no_other_card_after_the_withdrawal(self):
        self.card = self._create_card("pending")
        with freeze_time(JOINED):
            _subscription, move = self._join()
            charge = self._charge(move)
            self.assertEqual(charge.transaction_id.state, "pending")
        with freeze_time("2026-03-11 18:00:00"):
            self.member._withdraw_consent("recurring_charge", method="staff")
            self._create_card("done")
        with freeze_time("2026-03-13 18:00:00"):
            charge.transaction_id._set_error("declined")
            again = move.gym_charge_ids - charge
            self.assertEqual((charge.state, again.state, str(again.date)), ("failed", "planned", "2026-03-13"))
            again._job_charge()
        self.assertEqual((again.state, self._get_codes(again)), ("refused", ["consent_withdrawn"]))
        self.assertEqual((move.transaction_ids, move.amount_residual), (charge.transaction_id, 499.0))

    def test_a_card_declined_late_is_not_tried_again_that_day(self):
        self.env["payment.token"].search([("partner_id", "=", self.member.partner_id.id)]).active = False
        self.card = self._create_card("pending")
        with freeze_time(JOINED):
            _subscription, move = self._join()
            charge = self._charge(move)
        with freeze_time("2026-03-13 18:00:00"):
            charge.transaction_id._set_error("declined")
        self.assertEqual((charge.state, move.gym_charge_ids), ("failed", charge))

    @freeze_time(JOINED)
    def test_what_was_added_to_the_invoice_is_not_charged(self):
        _subscription, move = self._join()
        charge = move._plan_charges()
        move.button_draft()
        move.invoice_line_ids = [(0, 0, {"name": "Something else", "price_unit": 5000.0, "tax_ids": [(5, 0, 0)]})]
        move.action_post()
        charge._job_charge()
        self._assert_refused(charge, "amount_not_dues")

    @freeze_time(JOINED)
    def test_what_is_left_of_an_invoice_is_charged(self):
        _subscription, move = self._join()
        self._pay_at_desk(move, amount=100.0)
        charge = self._charge(move)
        self.assertEqual((charge.state, charge.amount, move.amount_residual), ("done", 399.0, 0))


@tagged("post_install", "-at_install")
class TestAddonsOfTheirOwnCycle(GuardCommon):
    """What is billed with the dues is announced with them; what is billed on another day is announced by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.towels = cls._create_addon(name="Towels", cycle="own", period_unit="month", period_count=1)
        cls.plan.addon_ids = cls.towels

    def _announce(self, subscription, day):
        with freeze_time(f"{day} 18:00:00"):
            notices = self.env["gym.charge.notice"]._announce(subscription)
            for notice in notices:
                notice._note_sent(self.env["mail.mail"].new({"message_id": "<proof@example.com>"}))
        return notices

    def _bill(self, subscription, day):
        with freeze_time(f"{day} 18:00:00"):
            move = self.env["gym.billing.engine"]._bill(subscription).moves
            charge = move.gym_charge_ids
            charge._job_charge()
            return move, charge

    def test_on_the_day_of_the_dues(self):
        with freeze_time(JOINED):
            subscription, _move = self._join(with_mandate=False)
            subscription._add_addon(self.towels)
            self._agree(subscription, amount=599.0)
        self.assertEqual(subscription._get_next_bill()["amount"], 599.0)
        notice = self._announce(subscription, "2026-04-03")
        self.assertEqual((notice.period_start, notice.amount), (date(2026, 4, 10), 599.0))
        move, charge = self._bill(subscription, "2026-04-10")
        self.assertEqual((charge.state, charge.amount, move.amount_residual), ("done", 599.0, 0))

    def test_on_another_day(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
        with freeze_time("2026-03-20 18:00:00"):
            subscription._add_addon(self.towels)
        self.assertEqual(subscription._get_next_bill()["amount"], 499.0)
        notices = self._announce(subscription, "2026-04-03")
        self.assertEqual(
            {(notice.period_start, notice.amount) for notice in notices},
            {(date(2026, 4, 10), 499.0), (date(2026, 4, 20), 100.0)},
        )
        self.assertFalse(self._announce(subscription, "2026-04-03"), "once")
        self.assertEqual(self._bill(subscription, "2026-04-10")[1].amount, 499.0)
        move, charge = self._bill(subscription, "2026-04-20")
        self.assertEqual((charge.state, charge.amount, move.amount_residual), ("done", 100.0, 0))
