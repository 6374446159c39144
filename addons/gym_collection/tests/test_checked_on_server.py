from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestCheckedOnServer(GymSubscriptionsCommon):
    """What the forms do not offer is refused to who calls the server directly."""

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2026-04-10 18:00:00"))

    def _join_and_pay(self, **values):
        subscription = self._create_subscription(**values)
        move = subscription._activate()
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        wizard.create({})._create_payments()
        return subscription, move

    def test_a_dialog_gives_back_only_what_its_subscription_paid(self):
        elsewhere = self._create_member(name="Carla", location_id=self.gdl.id)
        mine, move = self._join_and_pay()
        theirs, their_move = self._join_and_pay(member_id=elsewhere.id)
        boss = new_test_user(
            self.env,
            "boss_of_gdl",
            groups="gym_members.group_gym_manager",
            gym_location_ids=[(6, 0, self.gdl.ids)],
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        foreign = self.env["gym.refund.dialog"].browse(theirs.with_user(boss).action_refund()["res_id"])
        own = self.env["gym.refund.dialog"].browse(mine.with_user(self.manager).action_refund()["res_id"])
        dialog = own.with_user(self.manager)
        for line in (foreign.line_ids, self._add_line(own, their_move)):
            dialog.sudo().write({"line_id": line.id, "amount": 499.0})
            self.assertFalse(dialog.way)
            with self.assertRaises(UserError):
                dialog.action_confirm()
        self.assertFalse(self.env["gym.refund"].search([("partner_id", "=", elsewhere.partner_id.id)]))
        self.assertFalse(their_move.reversal_move_ids | move.reversal_move_ids)
        dialog.sudo().write({"line_id": own.line_ids[0].id, "amount": 100.0})
        dialog.action_confirm()
        self.assertEqual(move.reversal_move_ids.amount_total, 100.0)

    def _add_line(self, dialog, move):
        return self.env["gym.refund.dialog.line"].create({"dialog_id": dialog.id, "move_id": move.id, "amount": 499.0})

    def test_an_agreement_pays_for_whom_it_covers_only(self):
        other = self._create_plan(name="Other")
        for values in (
            {"active": False},
            {"date_end": "2026-04-09"},
            {"date_start": "2026-04-11"},
            {"plan_ids": [(6, 0, other.ids)]},
        ):
            agreement = self._create_agreement(**values)
            draft = self._create_subscription(agreement_id=agreement.id)
            with self.subTest(values), self.assertRaises(ValidationError), self.cr.savepoint():
                draft._activate()
            self.assertEqual(draft.state, "draft")
            self.assertFalse(draft._get_moves())
        agreement = self._create_agreement(date_end="2026-04-10", plan_ids=[(6, 0, self.plan.ids)])
        moves = self._create_subscription(agreement_id=agreement.id)._activate()
        self.assertEqual(moves.partner_id, agreement.partner_id)

    def _create_agreement(self, **values):
        company = self.env["res.partner"].create({"name": "Acme", "is_company": True})
        return self.env["gym.corporate.agreement"].create(
            {"name": "Acme", "partner_id": company.id, "company_id": self.company.id, "date_start": "2026-01-01"}
            | values
        )

    def test_a_prepared_mass_freeze_is_prepared_anew_when_it_changes(self):
        subscription, _move = self._join_and_pay()
        mass = self._create_mass_freeze()
        mass.action_prepare()
        self.assertTrue(mass.line_ids)
        mass.date_last = "2026-12-31"
        self.assertEqual((mass.state, len(mass.line_ids)), ("draft", 0))
        with self.assertRaises(UserError):
            mass.action_carry_out()
        self.assertFalse(subscription.freeze_ids)

    def test_what_follows_from_the_buttons_is_not_written(self):
        subscription, _move = self._join_and_pay()
        mass = self._create_mass_freeze()
        with self.assertRaises(AccessError):
            mass.state = "ready"
        mass.action_prepare()
        mass.with_context(queue_job__no_delay=True).action_carry_out()
        for vals in ({"date_last": "2026-12-31"}, {"state": "draft"}, {"line_ids": [(5, 0, 0)]}):
            with self.assertRaises(AccessError):
                mass.write(vals)
        self.assertEqual((mass.state, subscription.freeze_ids.date_end), ("running", date(2026, 4, 21)))
        with self.assertRaises(AccessError):
            self._create_mass_freeze(state="running")

    def _create_mass_freeze(self, **values):
        vals = {"location_id": self.roma.id, "date_start": "2026-04-10", "date_last": "2026-04-20", "reason": "Works"}
        return self.env["gym.mass.freeze"].with_user(self.manager).create(vals | values)
