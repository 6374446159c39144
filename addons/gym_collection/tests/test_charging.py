from datetime import date
from decimal import Decimal
from unittest.mock import patch

import requests
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import format_date, mute_logger

from odoo.addons.gym_members.tests.common import SCAN
from odoo.addons.gym_subscriptions.domain.entry import may_enter
from odoo.addons.gym_subscriptions.models.money import to_decimal
from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon
from odoo.addons.payment_card_facts.models.payment_provider import PaymentInDoubt

JOINED, RENEWED = "2026-03-10 18:00:00", "2026-04-10 18:00:00"


class ChargingCommon(GymSubscriptionsCommon):
    """A member with a demo card whose answer the tests choose, subscribed on 10 March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env.ref("payment.payment_provider_demo").copy(
            {"state": "test", "company_id": cls.company.id}
        )
        cls.provider.journal_id = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.method = cls.env.ref("payment_demo.payment_method_demo")
        cls.member.partner_id.email = "ana@example.com"
        cls.card = cls._create_card()

    def setUp(self):
        super().setUp()
        # the tests run in one transaction: what would be committed is flushed
        commit = patch.object(self.env.registry["gym.charge"], "_commit", lambda charge: charge.env.flush_all())
        self.startPatcher(commit)

    @classmethod
    def _create_card(cls, answer="done", provider=None):
        return cls.env["payment.token"].create(
            {
                "provider_id": (provider or cls.provider).id,
                "payment_method_id": cls.method.id,
                "payment_details": "4242",
                "partner_id": cls.member.partner_id.id,
                "provider_ref": f"card-{answer}",
                "demo_simulated_state": answer,
            }
        )

    def _join(self, with_mandate=True, **values):
        """Begin a subscription today; returns it and its first invoice."""
        subscription = self._create_subscription(**values)
        move = subscription._activate()
        subscription.sudo().token_id = self.card
        if with_mandate:
            self._agree(subscription)
        return subscription, move

    def _agree(self, subscription, amount=499.0, **values):
        entry = {"member": self.member, "document": self._get_document(), "method": "paper", "scan": SCAN}
        [consent] = self.env["gym.consent"]._record([entry | values])
        return subscription._record_mandate(consent, amount)

    def _get_document(self):
        documents = self.env["gym.consent.document"]
        known = documents._get_in_force(self.company.ids, self.roma._today()).filtered(
            lambda document: document.purpose == "recurring_charge"
        )
        if known:
            return known
        document = documents.create(
            {
                "name": "Cargos recurrentes",
                "purpose": "recurring_charge",
                "company_id": self.company.id,
                "body": "<p>Autorizo el cargo de mi mensualidad a mi tarjeta.</p>",
            }
        )
        document._set_published()
        return document

    def _renew(self, subscription):
        """Bill the next period as the run does, by hand."""
        period = subscription._get_next_periods()[subscription.id]
        charges = subscription._prepare_dues({subscription.id: period})[subscription.id]
        lines = self.env["gym.due"].sudo().create(charges)
        move = subscription._bill_pending()
        self.assertEqual(lines.move_id, move)
        return move

    def _charge(self, move):
        charge = move._plan_charges()
        charge._job_charge()
        return charge

    def _assert_nothing_charged(self, move):
        self.assertFalse(move.transaction_ids)
        self.assertEqual(move.amount_residual, move.amount_total)

    def _may_enter(self, subscription):
        """Tell whether ``subscription`` opens its branch now."""
        objections = subscription._get_entry_objections(subscription.location_id, fields.Datetime.now())
        return may_enter(objections[subscription.id])


@tagged("post_install", "-at_install")
class TestCharging(ChargingCommon):
    @freeze_time(JOINED)
    def test_a_card_pays_the_invoice_and_the_books_know(self):
        subscription, move = self._join()
        charge = self._charge(move)
        self.assertEqual((charge.state, charge.transaction_id.state, charge.amount), ("done", "done", 499.0))
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.assertEqual(move.amount_residual, 0)
        self.assertEqual(subscription.state, "active")

    @freeze_time(JOINED)
    def test_the_front_desk_reads_why_and_tries_again_without_rights_to_invoices(self):
        _subscription, move = self._join(with_mandate=False)
        charge = self._charge(move)
        seen = charge.with_user(self.frontdesk)
        names = {name: {"fields": {"display_name": {}}} for name in ("move_id", "partner_id", "token_id")}
        [row] = seen.web_read(names | {"display_name": {}, "reason": {}, "state": {}})
        self.assertIn(move.name, row["display_name"])
        self.assertIn("Nobody consented", row["reason"])
        seen.action_charge_again()
        self.assertEqual(move.gym_charge_ids.sorted("id").mapped("state"), ["refused", "planned"])

    @freeze_time(JOINED)
    def test_a_trainer_cannot_have_a_card_charged_again(self):
        _subscription, move = self._join(with_mandate=False)
        charge = self._charge(move)
        with self.assertRaises(AccessError):
            charge.with_user(self.trainer).action_charge_again()
        self.assertEqual(move.gym_charge_ids, charge)

    @freeze_time(JOINED)
    def test_what_a_run_bills_is_planned_for_those_with_a_card(self):
        subscription, move = self._join()
        other = self._create_subscription(member_id=self._create_member(name="Sin Tarjeta").id)
        moves = move | other._activate()
        subscription.sudo().token_id = self.card
        self.env["gym.billing.run"]._after_billed(moves)
        self.assertEqual(moves.gym_charge_ids.move_id, move)
        self.assertEqual(moves.gym_charge_ids.state, "planned")

    @freeze_time(JOINED)
    def test_the_share_of_a_company_is_not_planned_on_the_card_of_its_employee(self):
        company = self.env["res.partner"].create({"name": "Patrón", "is_company": True})
        agreement = self.env["gym.corporate.agreement"].create(
            {"name": "Convenio", "partner_id": company.id, "share_percent": 60, "company_id": self.company.id}
        )
        self.plan.kind = "corporate"
        _subscription, moves = self._join(agreement_id=agreement.id)
        self.assertEqual(moves.partner_id, company | self.member.partner_id)
        charges = moves._plan_charges_of_cards()
        self.assertEqual(charges.move_id.partner_id, self.member.partner_id)

    def test_jobs_that_commit_what_they_send_are_allowed_to(self):
        jobs = self.env["queue.job.function"].search([("method", "in", ("_job_charge", "_job_refund"))])
        self.assertEqual(set(jobs.mapped("model_id.model")), {"gym.charge", "gym.refund"})
        self.assertTrue(all(job.allow_commit for job in jobs))

    @freeze_time(JOINED)
    def test_nothing_is_charged_without_consent(self):
        _subscription, move = self._join(with_mandate=False)
        charge = self._charge(move)
        self.assertEqual(charge.state, "refused")
        self.assertEqual([code for code, _values in charge.reason_codes], ["consent_missing"])
        self.assertTrue(charge.reason)
        self._assert_nothing_charged(move)

    @freeze_time(JOINED)
    def test_more_than_agreed_is_not_charged(self):
        subscription, move = self._join(with_mandate=False)
        self._agree(subscription, amount=498.99)
        charge = self._charge(move)
        self.assertEqual([code for code, _values in charge.reason_codes], ["amount_above_consent"])
        self._assert_nothing_charged(move)

    @freeze_time(JOINED)
    def test_a_withdrawn_consent_ends_it(self):
        _subscription, move = self._join()
        self.member._withdraw_consent("recurring_charge", method="staff")
        charge = self._charge(move)
        self.assertEqual([code for code, _values in charge.reason_codes], ["consent_withdrawn"])
        self._assert_nothing_charged(move)

    def test_a_renewal_needs_a_notice_delivered_five_days_before(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
        with freeze_time("2026-04-03 18:00:00"):
            notice = self.env["gym.charge.notice"]._announce(subscription)
            self.assertEqual((notice.amount, notice.period_start), (499.0, date(2026, 4, 10)))
            self.assertFalse(self.env["gym.charge.notice"]._announce(subscription), "once")
        with freeze_time(RENEWED):
            move = self._renew(subscription)
            charge = self._charge(move)
            self.assertEqual((charge.state, charge.date), ("planned", date(2026, 4, 16)), "not delivered")
            self._assert_nothing_charged(move)
        with freeze_time("2026-04-12 18:00:00"):
            notice._note_sent(self.env["mail.mail"].new({"message_id": "<proof@example.com>"}))
        with freeze_time("2026-04-16 18:00:00"):
            charge._job_charge()
            self.assertEqual((charge.state, charge.date), ("planned", date(2026, 4, 18)), "delivered late")
            self.assertIn(format_date(self.env, date(2026, 4, 18)), charge.reason)
            self._assert_nothing_charged(move)
        with freeze_time("2026-04-18 18:00:00"):
            charge._job_charge()
            self.assertEqual((charge.state, charge.reason), ("done", ""))
        self.assertEqual(subscription.notice_ids, notice)

    def test_a_notice_in_time_lets_the_card_be_charged_on_the_day(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
        with freeze_time("2026-04-05 05:50:00"):  # 4 April, 23:50 in Mexico City
            notice = self.env["gym.charge.notice"]._announce(subscription)
            notice._note_sent(self.env["mail.mail"].new({"message_id": "<proof@example.com>"}))
        with freeze_time(RENEWED):
            self.assertEqual(self._charge(self._renew(subscription)).state, "done")

    def test_five_days_are_whole_ones(self):
        """Delivered on the 5th at 23:50 and billed on the 10th at 00:30: it is charged on the 11th."""
        with freeze_time(JOINED):
            subscription, _move = self._join()
        with freeze_time("2026-04-06 05:50:00"):
            notice = self.env["gym.charge.notice"]._announce(subscription)
            notice._note_sent(self.env["mail.mail"].new({"message_id": "<proof@example.com>"}))
        with freeze_time("2026-04-10 06:30:00"):
            move = self._renew(subscription)
            charge = self._charge(move)
            self.assertEqual((charge.state, charge.date), ("planned", date(2026, 4, 11)))
            self._assert_nothing_charged(move)
        with freeze_time("2026-04-11 06:30:00"):
            charge._job_charge()
            self.assertEqual(charge.state, "done")

    def _renew_unannounced(self):
        """Renew without a notice; returns the subscription, and the invoice of its second period."""
        with freeze_time(JOINED):
            subscription, first = self._join()
            self._charge(first)
        with freeze_time(RENEWED):
            return subscription, self._renew(subscription)

    def test_a_renewal_that_nobody_announced_is_announced_once_and_waits(self):
        subscription, move = self._renew_unannounced()
        with freeze_time(RENEWED):
            charge = self._charge(move)
            notice = subscription.notice_ids
            self.assertRecordValues(
                notice,
                [{"period_start": date(2026, 4, 10), "date_charge": date(2026, 4, 16), "amount": 499.0}],
            )
            charge._job_charge()
            self.assertEqual((subscription.notice_ids, charge.state), (notice, "planned"))
        with freeze_time("2026-04-15 18:00:00"):
            self.assertFalse(self.env["gym.dunning.case"]._open_cases(), "nobody is dunned while we are late")
            self.assertEqual((subscription.state, self._may_enter(subscription)), ("active", True))
        with freeze_time("2026-04-16 18:00:00"):
            notice._note_failed("no such mailbox")
            charge._job_charge()
            self.assertEqual((subscription.notice_ids, charge.state), (notice, "refused"))
        self._assert_nothing_charged(move)

    def test_a_late_notice_that_never_arrives_is_waited_for_once(self):
        _subscription, move = self._renew_unannounced()
        with freeze_time(RENEWED):
            charge = self._charge(move)
            self.assertEqual((charge.state, move.invoice_date_due), ("planned", date(2026, 4, 16)))
        with freeze_time("2026-04-16 18:00:00"):
            charge._job_charge()
            self.assertEqual((charge.state, move.invoice_date_due), ("refused", date(2026, 4, 16)))
        self._assert_nothing_charged(move)

    def test_a_renewal_announced_late_falls_due_no_earlier(self):
        _subscription, move = self._renew_unannounced()
        with freeze_time(RENEWED):
            move.invoice_date_due = "2026-05-10"
            self.assertEqual(self._charge(move).state, "planned")
            self.assertEqual(move.invoice_date_due, date(2026, 5, 10))

    def test_who_has_no_address_is_not_waited_for(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
        self.member.partner_id.email = False
        with freeze_time(RENEWED):
            charge = self._charge(self._renew(subscription))
        self.assertEqual([code for code, _values in charge.reason_codes], ["notice_missing"])
        self.assertEqual((charge.state, len(subscription.notice_ids)), ("refused", 0))

    def test_a_notice_that_came_back_does_not_count(self):
        with freeze_time(JOINED):
            subscription, _move = self._join()
        with freeze_time("2026-04-03 18:00:00"):
            notice = self.env["gym.charge.notice"]._announce(subscription)
            notice._note_sent(self.env["mail.mail"].new({"message_id": "<proof@example.com>"}))
            notice._message_receive_bounce("ana@example.com", self.member.partner_id)
        with freeze_time(RENEWED):
            charge = self._charge(self._renew(subscription))
            self.assertEqual([code for code, _values in charge.reason_codes], ["notice_missing"])

    @freeze_time(JOINED)
    def test_a_declined_card_leaves_the_invoice_open_and_another_card_is_tried(self):
        self.card = self._create_card("error")
        _subscription, move = self._join()
        second = self._create_card("done")
        charge = self._charge(move)
        self.assertEqual((charge.state, charge.token_id), ("failed", self.card))
        planned = move.gym_charge_ids - charge
        self.assertEqual(planned.state, "planned")
        planned._job_charge()
        self.assertIn(planned.token_id, second | self.env["payment.token"].search([]))
        self.assertNotEqual(planned.token_id, self.card)
        self.assertEqual(planned.state, "done")
        self.assertEqual(move.amount_residual, 0)

    @freeze_time(JOINED)
    def test_an_invoice_has_one_attempt_at_a_time(self):
        _subscription, move = self._join()
        charge = move._plan_charges()
        self.assertFalse(move._plan_charges())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            charge.copy({"move_id": move.id})
        charge._job_charge()
        charge._job_charge()
        self.assertEqual(len(move.transaction_ids), 1, "a job that runs twice charges once")

    @freeze_time(JOINED)
    def test_what_may_have_been_sent_is_in_doubt_and_blocks_other_attempts(self):
        _subscription, move = self._join()
        charge = self._charge_with_answer(move, PaymentInDoubt("timed out"))
        self.assertEqual((charge.state, charge.transaction_id.state), ("in_doubt", "draft"))
        self.assertFalse(move._plan_charges())
        # the answer comes later, by webhook
        charge.transaction_id._process(
            "demo", {"reference": charge.transaction_id.reference, "simulated_state": "done"}
        )
        self.assertEqual(charge.state, "done")
        charge.transaction_id._post_process()
        self.assertEqual(move.amount_residual, 0)

    @freeze_time(JOINED)
    def test_doubt_is_settled_by_the_same_request_never_by_another(self):
        _subscription, move = self._join()
        charge = self._charge_with_answer(move, PaymentInDoubt("timed out"))
        transaction = charge.transaction_id
        with patch.object(self.env.registry["payment.transaction"], "_can_be_asked", lambda tx: True):
            charge._job_ask()
        self.assertEqual((charge.state, charge.transaction_id), ("done", transaction))
        self.assertEqual(len(move.transaction_ids), 1)

    @freeze_time(JOINED)
    def test_a_provider_that_cannot_be_asked_is_left_to_a_person(self):
        _subscription, move = self._join()
        charge = self._charge_with_answer(move, PaymentInDoubt("timed out"))
        charge._job_ask()
        self.assertIn(charge.transaction_id.reference, charge.reason)
        self.assertEqual(charge.state, "in_doubt")
        self.assertEqual(len(move.transaction_ids), 1)

    @freeze_time(JOINED)
    def test_a_paid_invoice_is_not_charged(self):
        _subscription, move = self._join()
        charge = move._plan_charges()
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
            {}
        )._create_payments()
        charge._job_charge()
        self.assertEqual([code for code, _values in charge.reason_codes], ["already_paid"])
        self.assertFalse(move.transaction_ids)

    @freeze_time(JOINED)
    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_a_server_error_is_a_doubt_and_no_other_card_is_tried(self):
        _subscription, move = self._join()
        self._create_card("done")
        charge = move._plan_charges()
        answer = requests.Response()
        answer.status_code, answer._content = 502, b"<html>Bad gateway</html>"

        def send(transaction):
            transaction.provider_id._send_api_request("POST", "payment_intents", data={})

        with (
            patch.object(self.env.registry["payment.transaction"], "_send_payment_request", send),
            patch("odoo.addons.payment.models.payment_provider.requests.request", return_value=answer),
        ):
            charge._job_charge()
        self.assertEqual((charge.state, charge.transaction_id.state), ("in_doubt", "draft"))
        self.assertEqual((move.gym_charge_ids, len(move.transaction_ids)), (charge, 1))

    # --- helpers

    def _charge_with_answer(self, move, error):
        def fail(transaction):
            try:
                raise error
            except ValidationError as caught:
                transaction._set_error(str(caught))

        charge = move._plan_charges()
        with patch.object(self.env.registry["payment.transaction"], "_send_payment_request", fail):
            charge._job_charge()
        return charge


@tagged("post_install", "-at_install")
class TestOwnPart(ChargingCommon):
    """Notices, agreements and previews name what the payer's card is charged, not what a company pays beside it."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(JOINED))
        acme = self.env["res.partner"].create({"name": "ACME", "is_company": True})
        agreement = self.env["gym.corporate.agreement"].create(
            {"name": "Acme", "partner_id": acme.id, "share_percent": 60, "company_id": self.company.id}
        )
        self.subscription, self.moves = self._join(with_mandate=False, agreement_id=agreement.id)

    def test_the_default_agreement_is_to_the_payer_s_part(self):
        self.assertEqual(self._agree(self.subscription, amount=None).amount, 199.6)

    def test_the_notice_announces_the_payer_s_part(self):
        self._agree(self.subscription, amount=None)
        self.clock.move_to("2026-04-03 18:00:00")
        notice = self.env["gym.charge.notice"]._announce(self.subscription)
        self.assertEqual(notice.amount, 199.6)
        self.assertEqual(self.subscription._get_portal_next_bill()["amount"], to_decimal(notice.amount))

    def test_an_addon_of_its_own_cycle_is_announced_by_the_payer_s_part(self):
        addon = self._create_addon(cycle="own", plan_ids=[(6, 0, self.plan.ids)], amount=100.0)
        self.clock.move_to("2026-03-12 18:00:00")
        self.subscription._add_addon(addon)
        self.assertEqual(
            [(charge["date"], charge["amount"]) for charge in self.subscription._get_next_renewals()],
            [(date(2026, 4, 10), Decimal("199.60")), (date(2026, 4, 12), Decimal("40.00"))],
        )

    def test_a_preview_names_the_payer_s_part(self):
        facts = self.subscription._preview_change_plan(self._create_plan(999.0, name="Other"))["facts"]
        self.assertIn("399.60", facts[0])

    def test_who_pays_nothing_is_announced_nothing(self):
        self.subscription.agreement_id.share_percent = 100
        self.clock.move_to("2026-04-03 18:00:00")
        self.assertFalse(self.env["gym.charge.notice"]._announce(self.subscription))


@tagged("post_install", "-at_install")
class TestFreezeFee(ChargingCommon):
    """The fee of a freeze is charged to the card that pays the dues, within the consent, or dunned like them."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(JOINED))
        self.plan.write({"freeze_days_per_year": 30, "freeze_fee": 100.0})
        self.subscription, move = self._join()
        self._charge(move)
        self.clock.move_to("2026-03-15 18:00:00")

    def _freeze(self):
        freeze = self.subscription._freeze("2026-03-20", "2026-03-27")
        self.env["gym.charge"]._cron_charge()
        move = freeze.due_ids.move_id
        for charge in move.gym_charge_ids:
            charge._job_charge()
        return move

    def test_it_is_charged(self):
        move = self._freeze()
        self.assertEqual((move.gym_charge_ids.state, move.amount_residual), ("done", 0))
        self.assertEqual(move.gym_charge_ids.amount, 100.0)

    def test_a_fee_above_the_consent_is_not(self):
        self.plan.freeze_fee = 500.0
        move = self._freeze()
        self.assertEqual([code for code, _values in move.gym_charge_ids.reason_codes], ["amount_above_consent"])
        self._assert_nothing_charged(move)

    def test_without_consent_it_is_not(self):
        self.subscription.mandate_ids.consent_id._withdraw("staff")
        move = self._freeze()
        self.assertEqual([code for code, _values in move.gym_charge_ids.reason_codes], ["consent_withdrawn"])
        self._assert_nothing_charged(move)

    def test_without_a_card_nothing_is_planned(self):
        self.subscription._set_token(self.env["payment.token"])
        self.assertFalse(self._freeze().gym_charge_ids)
