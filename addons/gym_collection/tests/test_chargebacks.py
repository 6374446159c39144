import io
from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .test_charging import JOINED, RENEWED
from .test_refunds import RefundCommon


@tagged("post_install", "-at_install")
class TestChargebacks(RefundCommon):
    def _dispute(self, charge, **values):
        return self.env["gym.chargeback"]._record(charge.transaction_id, **values)

    @freeze_time(JOINED)
    def test_the_invoice_is_open_again_and_the_door_closed(self):
        subscription, move, charge = self._join_paid()
        chargeback = self._dispute(charge, reference="CB-1", reason_code="10.4", date_deadline=date(2026, 3, 20))
        self.assertEqual((move.amount_residual, move.payment_state), (499.0, "not_paid"))
        self.assertEqual(subscription.state, "suspended")
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 499.0)
        outstanding = charge.transaction_id.payment_id.outstanding_account_id
        lines = self.env["account.move.line"].search(
            [("account_id", "=", outstanding.id), ("parent_state", "=", "posted")]
        )
        mine = lines.filtered(lambda line: line.partner_id == self.member.partner_id)
        self.assertEqual(sum(mine.mapped("balance")), 0, "the bank's statement shows the money come and go")
        self.assertEqual(chargeback.activity_ids.date_deadline, date(2026, 3, 20))

    def _notify(self, charge, state, reference="dp_1", **facts):
        """Tell as a webhook does: with the rights of a visitor, in sudo."""
        transaction = charge.transaction_id.with_user(self.env.ref("base.public_user")).sudo()
        transaction._notify_dispute(reference, state, **facts)
        return charge.transaction_id.gym_chargeback_ids

    def test_the_iva_is_restored_in_the_month_of_the_chargeback(self):
        self._assert_iva_restored(499.0, 0)

    def test_so_is_that_of_a_part(self):
        self._assert_iva_restored(100.0, 399.0)

    def _assert_iva_restored(self, amount, left):
        """Paid in January, taken back on 20 March at 19:30 in Mexico City; January was declared."""
        with freeze_time("2026-01-10 18:00:00"):
            _subscription, move = self._join()
            charge = self._charge(move)
        before = self._get_iva_by_month()
        with freeze_time("2026-03-21 01:30:00"):
            chargeback = self._dispute(charge, amount=amount)
        self.assertEqual(str(chargeback.taken_move_id.date), "2026-03-20")
        after = self._get_iva_by_month()
        self.assertEqual(after["2026-01"], before["2026-01"])
        self.assertAlmostEqual(after["2026-03"], amount * 0.16 / 1.16, delta=0.01)
        self.assertEqual(move.amount_total - move.amount_residual, left)

    def test_the_payment_is_of_the_evening_of_the_branch(self):
        with freeze_time("2026-01-10 18:00:00"):
            _subscription, move = self._join()
        with freeze_time("2026-02-01 01:30:00"):  # 31 January, 19:30 in Mexico City
            self.assertEqual(self._charge(move).state, "done")
        payment = move.gym_charge_ids.transaction_id.payment_id
        self.assertEqual((str(payment.date), str(payment.move_id.date)), ("2026-01-31", "2026-01-31"))
        self.assertNotIn("2026-02", self._get_iva_by_month())

    def _get_iva_by_month(self):
        """Return the balance of IVA collected (cash basis) by month."""
        self.env.flush_all()
        accounts = self.company.gym_tax_general_id.invoice_repartition_line_ids.account_id
        lines = self.env["account.move.line"].search(
            [("account_id", "in", accounts.ids), ("parent_state", "=", "posted")]
        )
        months = {}
        for line in lines:
            month = f"{line.date:%Y-%m}"
            months[month] = months.get(month, 0) + line.balance
        return months

    @freeze_time(JOINED)
    def test_the_same_notification_twice_is_one_chargeback(self):
        subscription, _move, charge = self._join_paid()
        for _time in range(2):
            chargeback = self._notify(charge, "open", reason_code="fraudulent", deadline=datetime(2026, 3, 21, 2))
            self.assertEqual(len(chargeback), 1)
        self.assertEqual((subscription.state, chargeback.reason_code), ("suspended", "fraudulent"))
        self.assertEqual(chargeback.activity_ids.date_deadline, date(2026, 3, 20), "the day at the branch")
        for _time in range(2):
            self.assertEqual(self._notify(charge, "won"), chargeback)
        self.assertEqual((chargeback.state, subscription.state), ("won", "active"))
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 0)

    @freeze_time(JOINED)
    def test_notifications_may_come_in_any_order(self):
        subscription, move, charge = self._join_paid()
        for state in ("lost", "open", "contested"):
            chargeback = self._notify(charge, state)
        self.assertEqual((chargeback.state, subscription.state, move.amount_residual), ("lost", "suspended", 499.0))

    @freeze_time(JOINED)
    def test_a_later_deadline_moves_what_is_to_be_done(self):
        _subscription, _move, charge = self._join_paid()
        self._notify(charge, "open", deadline=datetime(2026, 3, 20, 18))
        chargeback = self._notify(charge, "open", deadline=datetime(2026, 3, 25, 18))
        self.assertEqual((chargeback.date_deadline, chargeback.activity_ids.date_deadline), (date(2026, 3, 25),) * 2)
        self._notify(charge, "contested")
        self.assertEqual((chargeback.state, len(chargeback.activity_ids)), ("contested", 0))

    @freeze_time(JOINED)
    def test_what_staff_recorded_first_is_the_one_the_provider_speaks_of(self):
        _subscription, _move, charge = self._join_paid()
        recorded = self._dispute(charge)
        recorded.reference = "CB-77"
        self.assertEqual(self._notify(charge, "open"), recorded)
        self.assertEqual(recorded.reference, "dp_1")

    @freeze_time(JOINED)
    def test_what_staff_closed_as_lost_is_not_taken_again(self):
        _subscription, move, charge = self._join_paid()
        recorded = self._dispute(charge)
        recorded.reference = "CB-77"
        recorded._lose()
        self.assertEqual(self._notify(charge, "lost"), recorded)
        self.assertEqual((len(charge.transaction_id.gym_chargeback_ids), move.amount_residual), (1, 499.0))

    @freeze_time(JOINED)
    def test_somebody_of_the_staff_has_to_answer(self):
        _subscription, _move, charge = self._join_paid()
        self.env.ref("gym_members.group_gym_manager").user_ids.gym_location_ids = False
        chargeback = self._notify(charge, "open")
        self.assertTrue(chargeback.activity_ids.user_id._is_internal())

    @freeze_time(JOINED)
    def test_a_dispute_about_something_else_than_dues_is_none_of_ours(self):
        _subscription, _move, charge = self._join_paid()
        other = charge.transaction_id.copy({"reference": "Shop 1", "state": "done", "is_post_processed": True})
        other._notify_dispute("dp_2", "open")
        self.assertFalse(other.gym_chargeback_ids)

    @freeze_time(JOINED)
    def test_a_payment_of_two_invoices_opens_both_again(self):
        subscription, _move, charge = self._join_paid()
        first, second = (self._create_subscription(member_id=self.member.id) for _one in range(2))
        moves = first._activate() | second._activate()
        values = {"reference": "Both", "amount": 998.0, "payment_id": False, "is_post_processed": False}
        both = charge.transaction_id.copy(values | {"state": "done", "invoice_ids": [Command.set(moves.ids)]})
        both._post_process()
        self.assertEqual(moves.mapped("amount_residual"), [0, 0])
        chargeback = self.env["gym.chargeback"]._record(both)
        self.assertEqual(chargeback.invoice_ids, moves)
        self.assertEqual(moves.mapped("amount_residual"), [499.0, 499.0])
        self.assertEqual((first | second).mapped("state"), ["suspended", "suspended"])
        self.assertEqual(subscription.state, "active", "its invoice was paid otherwise")
        chargeback._win()
        self.assertEqual(moves.mapped("amount_residual"), [0, 0])
        self.assertEqual((first | second).mapped("state"), ["active", "active"])

    @freeze_time(JOINED)
    def test_a_dispute_that_cannot_be_booked_is_kept_until_it_can(self):
        subscription, move, charge = self._join_paid()
        with self._unbookable(UserError("It has no entry in the books.")):
            for _time in range(2):
                chargeback = self._notify(charge, "open")
            with self.assertRaises(UserError):
                chargeback.with_user(self.boss).action_book()
        self.assertEqual((len(chargeback), chargeback.taken_move_id), (1, self.env["account.move"]))
        self.assertEqual(chargeback.booking_trouble, "It has no entry in the books.")
        self.assertEqual((subscription.state, move.amount_residual), ("suspended", 0))
        self.assertTrue(chargeback.activity_ids)
        with self.assertRaises(AccessError):
            chargeback.with_user(self.frontdesk).action_book()
        for _time in range(2):
            chargeback.with_user(self.boss).action_book()
        self.assertEqual((chargeback.booking_trouble, move.amount_residual), (False, 499.0))

    @freeze_time(JOINED)
    def test_what_was_never_booked_does_not_come_back(self):
        subscription, move, charge = self._join_paid()
        with self._unbookable(UserError("It has no entry in the books.")):
            self._notify(charge, "open")
        chargeback = self._notify(charge, "won")
        chargeback.with_user(self.boss).action_book()
        self.assertFalse(chargeback.taken_move_id | chargeback.returned_move_id)
        self.assertEqual((subscription.state, move.amount_residual), ("active", 0))

    @freeze_time(JOINED)
    def test_a_notification_that_meets_another_one_is_sent_again(self):
        _subscription, _move, charge = self._join_paid()
        with self._unbookable(LockError("Somebody else has it.")), self.assertRaises(LockError):
            self._notify(charge, "open")

    @freeze_time(JOINED)
    def test_a_payment_is_not_taken_back_twice(self):
        _subscription, _move, charge = self._join_paid()
        self._dispute(charge, amount=300.0)._lose()
        with self.assertRaises(UserError):
            self._dispute(charge, amount=200.0)
        self._dispute(charge, amount=199.0)

    def _unbookable(self, error):
        return patch.object(self.env.registry["gym.chargeback"], "_take_money", side_effect=error)

    @freeze_time(JOINED)
    def test_winning_pays_the_invoice_and_opens_the_door(self):
        subscription, move, charge = self._join_paid()
        chargeback = self._dispute(charge)
        chargeback.with_user(self.boss).action_contest()
        self.assertFalse(chargeback.activity_ids)
        chargeback.with_user(self.boss).action_win()
        self.assertEqual((chargeback.state, move.amount_residual, subscription.state), ("won", 0, "active"))
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 0)

    @freeze_time(JOINED)
    def test_losing_leaves_the_invoice_owed_until_it_is_paid_otherwise(self):
        subscription, move, charge = self._join_paid()
        chargeback = self._dispute(charge)
        chargeback.with_user(self.boss).action_lose()
        self.assertEqual((chargeback.state, move.amount_residual, subscription.state), ("lost", 499.0, "suspended"))
        self._pay_cash(move)
        self.assertEqual((move.amount_residual, subscription.state), (0, "active"))
        chargeback.with_user(self.boss).action_win()
        self.assertEqual(chargeback.state, "lost", "what is decided stays")

    @freeze_time(JOINED)
    def test_neither_the_invoice_nor_the_card_is_charged_again(self):
        subscription, move, charge = self._join_paid()
        self._dispute(charge)
        again = self._charge(move)
        self.assertEqual([code for code, _values in again.reason_codes], ["disputed"])
        other = self._create_subscription(member_id=self.member.id)
        other_move = other._activate()
        self._agree(other)
        other.sudo().token_id = self.card
        refused = self._charge(other_move)
        self.assertEqual([code for code, _values in refused.reason_codes], ["no_card"])
        self.assertEqual(len(move.transaction_ids | other_move.transaction_ids), 1)
        self.assertEqual(charge.transaction_id._get_refundable_part(499.0), 0)

    def test_dunning_knows_and_tries_no_card(self):
        with freeze_time(JOINED):
            _subscription, move, charge = self._join_paid()
            self._dispute(charge)
        with freeze_time("2026-03-12 18:00:00"):
            self.env["gym.dunning.case"]._cron_dun()
            case = self.env["gym.dunning.case"].search([("partner_id", "=", self.member.partner_id.id)])
            case._take_steps()
            self.assertEqual(case.amount_due, 499.0)
            self.assertTrue(case.taken_ids.filtered(lambda taken: taken.kind == "retry"))
            self.assertEqual(len(move.gym_charge_ids), 1)

    @freeze_time(JOINED)
    def test_a_part_and_a_fee(self):
        _subscription, move, charge = self._join_paid()
        account = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        chargeback = self._dispute(charge, amount=200.0, fee_amount=150.0, fee_account_id=account.id)
        self.assertEqual((move.amount_residual, move.payment_state), (200.0, "partial"))
        fee = chargeback.fee_move_id.line_ids.filtered(lambda line: line.account_id == account)
        self.assertEqual(fee.balance, 150.0)
        chargeback._win()
        self.assertEqual(move.amount_residual, 0)

    @freeze_time(JOINED)
    def test_what_was_not_paid_cannot_be_taken_back(self):
        self.card = self._create_card("error")
        _subscription, move = self._join()
        charge = self._charge(move)
        with self.assertRaises(UserError):
            self._dispute(charge)
        with self.assertRaises(UserError):
            self._dispute(self._join_paid_again(), amount=499.01)

    def _join_paid_again(self):
        self.card = self._create_card("done")
        self.env["payment.token"].search([("demo_simulated_state", "=", "error")]).active = False
        member = self.member
        subscription, move = self._join(member_id=member.id)
        return self._charge(move)

    @freeze_time(JOINED)
    def test_the_desk_records_nothing(self):
        subscription, move, charge = self._join_paid()
        with self.assertRaises(AccessError):
            charge.with_user(self.desk).action_record_chargeback()
        wizard = (
            self.env["gym.chargeback.record"]
            .with_user(self.boss)
            .create({"charge_id": charge.id, "amount": 499.0, "reference": "CB-2"})
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.desk).action_confirm()
        self.assertEqual((move.amount_residual, subscription.state), (0, "active"))
        action = wizard.action_confirm()
        chargeback = self.env["gym.chargeback"].browse(action["res_id"])
        self.assertEqual(chargeback.reference, "CB-2")
        for method in ("action_win", "action_lose", "action_contest", "action_make_evidence"):
            with self.assertRaises(AccessError):
                getattr(chargeback.with_user(self.desk), method)()
        self.assertEqual(chargeback.state, "open")

    @freeze_time(JOINED)
    def test_evidence_replaces_an_older_one_in_whatever_language_it_is_made(self):
        chargeback = self._dispute(self._join_paid()[2])
        with patch.object(self.env.registry["gym.chargeback"], "_render_evidence", lambda chargeback: b"%PDF"):
            for lang in ("en_US", "es_MX"):
                self.env["res.lang"]._activate_lang(lang)
                last = chargeback.with_context(lang=lang)._make_evidence()
        mine = [("res_model", "=", "gym.chargeback"), ("res_id", "=", chargeback.id)]
        self.assertEqual(self.env["ir.attachment"].search(mine), last)

    def test_the_evidence_is_one_document_with_everything_in_it(self):
        with freeze_time(JOINED):
            subscription, _move, charge = self._join_paid()
        with freeze_time("2026-04-03 18:00:00"):
            notice = self.env["gym.charge.notice"]._announce(subscription)
            notice._note_sent(self.env["mail.mail"].new({"message_id": "<proof@example.com>"}))
        with freeze_time(RENEWED):
            chargeback = self._dispute(charge, reference="CB-3", reason_code="13.2")
            html = (
                self.env["ir.actions.report"]
                ._render_qweb_html("gym_collection.gym_chargeback_report", chargeback.ids)[0]
                .decode()
            )
            consent = chargeback._get_consents()
            for text in (
                "CB-3",
                "13.2",
                subscription.name,
                consent.content_hash,
                "proof@example.com",
                self.member.name,
            ):
                self.assertIn(text, html)
            chargeback = chargeback.with_context(force_report_rendering=True)
            attachment = chargeback._make_evidence()
            self.assertEqual(attachment.mimetype, "application/pdf")
            pages = PdfFileReader(io.BytesIO(attachment.raw)).getNumPages()
            self.assertGreaterEqual(pages, 3, "summary, consent and invoice")
            again = chargeback._make_evidence()
            self.assertFalse(attachment.exists())
            self.assertTrue(again)
