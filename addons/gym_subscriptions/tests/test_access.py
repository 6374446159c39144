from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import GymSubscriptionsCommon

OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
NOBODY = {"trainer": "", "frontdesk": "", "manager": "", "accountant": "", "owner": ""}
READERS = dict.fromkeys(NOBODY, "r")
DIALOGS = NOBODY | {"frontdesk": "crwu", "manager": "crwu", "owner": "crwu"}
SETUP = READERS | {"owner": "crwu"}
DESK_DOES = READERS | {"frontdesk": "crwu", "manager": "crwu", "owner": "crwu"}
RIGHTS = {
    "gym.cancel.reason": SETUP,
    "gym.mass.freeze": NOBODY | {"manager": "crwu", "owner": "crwu", "accountant": "r"},
    "gym.mass.freeze.line": NOBODY | {"manager": "r", "owner": "r", "accountant": "r"},
    "gym.corporate.agreement": READERS | {"manager": "crw", "owner": "crwu"},
    "gym.coupon": READERS | {"manager": "crw", "owner": "crwu"},
    "gym.plan": SETUP,
    "gym.plan.addon": SETUP,
    "gym.plan.price": SETUP,
    "gym.plan.season": SETUP,
    "gym.price.campaign": NOBODY | {"manager": "r", "accountant": "r", "owner": "crwu"},
    "gym.price.campaign.line": NOBODY | {"frontdesk": "r", "manager": "r", "accountant": "r", "owner": "r"},
    "gym.promotion": SETUP,
    "gym.subscription": DESK_DOES,
    "gym.subscription.add": DIALOGS,
    "gym.subscription.begin": DIALOGS,
    "gym.subscription.cancel": DIALOGS,
    "gym.subscription.change": READERS,
    "gym.subscription.change.plan": DIALOGS,
    "gym.due": READERS,
    "gym.subscription.come.back": DIALOGS,
    "gym.subscription.freeze": READERS,
    "gym.subscription.line": READERS,
    "gym.subscription.party": DIALOGS,
    "gym.subscription.period": READERS,
    "gym.subscription.promotion": READERS,
    "gym.subscription.remove": DIALOGS,
    "gym.subscription.freeze.wizard": DIALOGS,
}


@tagged("post_install", "-at_install")
class TestSubscriptionAccess(GymSubscriptionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription = cls._create_subscription()
        neighbour = cls._create_member(name="Beto", location_id=cls.gdl.id)
        cls.neighbour = cls._create_subscription(member_id=neighbour.id)
        cls.users = {role: getattr(cls, role) for role in NOBODY}

    def test_every_role_has_exactly_the_rights_its_row_says(self):
        for model, roles in RIGHTS.items():
            for role, user in self.users.items():
                with self.subTest(model=model, role=role):
                    records = self.env[model].with_user(user)
                    allowed = "".join(letter for letter, name in OPERATIONS.items() if records.has_access(name))
                    self.assertEqual(allowed, roles[role])

    def test_members_in_the_portal_have_no_rights_of_their_own(self):
        portal = new_test_user(self.env, "gym_portal_subscriber", groups="base.group_portal")
        for model in RIGHTS:
            with self.subTest(model=model):
                records = self.env[model].with_user(portal)
                self.assertFalse(any(records.has_access(name) for name in OPERATIONS.values()))

    def test_staff_see_the_subscriptions_of_their_branches_only(self):
        for role in ("trainer", "frontdesk", "manager"):
            with self.subTest(role=role):
                found = self.env["gym.subscription"].with_user(self.users[role]).search([])
                self.assertEqual(found & (self.subscription | self.neighbour), self.subscription)
                with self.assertRaises(AccessError):
                    self.neighbour.with_user(self.users[role]).read(["state"])

    def test_another_company_sees_nothing(self):
        stranger = self._create_staff("owner", company=self.other_company)
        records = self.subscription | self.neighbour
        self.assertFalse(self.env["gym.subscription"].with_user(stranger).search([("id", "in", records.ids)]))
        self.assertFalse(self.env["gym.plan"].with_user(stranger).search([("id", "=", self.plan.id)]))
        with self.assertRaises(AccessError):
            self.plan.with_user(stranger).read(["name"])

    def test_nobody_writes_by_hand_what_verbs_write(self):
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription._activate()
        before = self.subscription.read(["state", "next_bill_date", "price_id", "payer_id", "is_comp"])
        for values in (
            {"state": "cancelled"},
            {"next_bill_date": "2030-01-01"},
            {"price_id": False},
            {"payer_id": self.owner.partner_id.id},
            {"is_comp": True},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.subscription.with_user(self.owner).write(values)
        self.assertEqual(self.subscription.read(["state", "next_bill_date", "price_id", "payer_id", "is_comp"]), before)

    def test_a_draft_takes_no_technical_value_nor_default(self):
        drafts = self.env["gym.subscription"].with_user(self.frontdesk)
        values = {"member_id": self.member.id, "plan_id": self.plan.id}
        with self.assertRaises(AccessError):
            drafts.create(values | {"state": "active"})
        draft = drafts.with_context(default_state="active", default_is_comp=True).create(values)
        self.assertRecordValues(draft, [{"state": "draft", "is_comp": False}])

    def test_a_draft_for_a_member_of_another_branch_is_refused(self):
        with self.assertRaises(AccessError):
            self.env["gym.subscription"].with_user(self.frontdesk).create(
                {"member_id": self.neighbour.member_id.id, "plan_id": self.plan.id, "location_id": self.roma.id}
            )

    def test_the_desk_begins_changes_and_cancels_with_the_dialogs(self):
        plus = self._create_plan(name="Plus", price=900, tier=2)
        desk = self.subscription.with_user(self.frontdesk)
        with freeze_time("2026-04-01 18:00:00"):
            begin = self._dialog(desk, "begin")
            self.assertIn("499", begin.preview)
            begin.action_confirm()
            self.assertEqual(desk.state, "active")
            change = self._dialog(desk, "change.plan", plan_id=plus.id)
            self.assertEqual(change.when, "now")
            self.assertFalse(change.refusal)
            change.action_confirm()
            self.assertEqual(desk.plan_id, plus)
            cancel = self._dialog(desk, "cancel", reason_id=self.env.ref("gym_subscriptions.cancel_reason_time").id)
            cancel.action_confirm()
        self.assertTrue(desk.cancel_folio)

    def _dialog(self, subscription, name, **values):
        return (
            self.env[f"gym.subscription.{name}"]
            .with_user(subscription.env.user)
            .create({"subscription_id": subscription.id} | values)
        )

    def test_a_dialog_says_why_it_cannot_be_done(self):
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription._activate()
            dialog = self._dialog(self.subscription.with_user(self.frontdesk), "freeze.wizard")
            self.assertIn("This plan cannot be frozen", dialog.refusal)

    def test_a_dialog_on_a_subscription_of_another_branch_is_refused(self):
        dialog = self._dialog(self.subscription.with_user(self.frontdesk), "begin")
        with self.assertRaises(AccessError):
            dialog.subscription_id = self.neighbour
        dialog.sudo().subscription_id = self.neighbour
        with self.assertRaises(AccessError):
            dialog.action_confirm()
        with self.assertRaises(AccessError):
            dialog.read(["preview"])
        self.assertEqual(self.neighbour.state, "draft")

    def test_trainers_change_nothing(self):
        for action in ("begin", "cancel", "freeze", "change_plan", "come_back", "unfreeze"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(self.subscription.with_user(self.trainer), f"action_{action}")()
        self.assertEqual(self.subscription.state, "draft")

    def test_letting_a_fee_pass_and_paying_back_need_a_manager(self):
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription._activate()
            for values in ({"is_fee_waived": True}, {"at": "now", "is_rest_refunded": True}):
                dialog = self._dialog(self.subscription.with_user(self.frontdesk), "cancel", **values)
                with self.subTest(values=values), self.assertRaises(AccessError):
                    dialog.action_confirm()
            self.assertFalse(self.subscription.cancel_folio)
            self._dialog(
                self.subscription.with_user(self.manager), "cancel", at="now", is_rest_refunded=True
            ).action_confirm()
        self.assertEqual(self.subscription.state, "cancelled")

    def test_the_desk_asks_and_a_manager_approves_what_is_free(self):
        self._dialog(
            self.subscription.with_user(self.frontdesk), "begin", how="free", free_reason="Sister"
        ).action_confirm()
        self.assertRecordValues(
            self.subscription, [{"state": "draft", "is_comp": False, "comp_requested_by_id": self.frontdesk.id}]
        )
        with self.assertRaises(AccessError):
            self.subscription.with_user(self.frontdesk).action_approve_free()
        self.assertEqual(self.subscription.state, "draft")
        self.subscription.with_user(self.manager).action_approve_free()
        self.assertRecordValues(
            self.subscription, [{"state": "active", "is_comp": True, "comp_by_id": self.manager.id}]
        )

    def test_past_days_are_frozen_by_managers_alone(self):
        self.plan.write({"freeze_days_per_year": 30, "freeze_min_days": 1})
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription._activate()
        with freeze_time("2026-04-11 18:00:00"):
            values = {"date_start": "2026-04-05", "date_last": "2026-04-06"}
            with self.assertRaisesRegex(Exception, "today at the earliest"):
                self._dialog(self.subscription.with_user(self.frontdesk), "freeze.wizard", **values).action_confirm()
            self.assertFalse(self.subscription.freeze_ids)
            self._dialog(self.subscription.with_user(self.manager), "freeze.wizard", **values).action_confirm()
        self.assertEqual(self.subscription.freeze_ids.state, "done")

    def test_two_subscriptions_to_one_plan_keep_members_from_being_merged(self):
        twin = self._create_member(name="José Ángel Lopez")
        other = self._create_subscription(member_id=twin.id)
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription._activate()
            other._activate()
        self.assertIn("running subscription to Full", "\n".join(self.member._get_merge_blockers(twin)))
        other._cancel(at="now")
        self.assertFalse(self.member._get_merge_blockers(twin))
        twin._merge_into(self.member, {})
        self.assertEqual(other.member_id, self.member)
        self.assertEqual(self.member.stage, "active")

    def test_a_person_gets_what_subscriptions_hold_and_it_can_be_removed(self):
        self.subscription.note = "Prefers mornings"
        self.env["res.partner.bank"].create({"acc_number": "5555 4321 9", "partner_id": self.member.partner_id.id})
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription._activate()
            self.subscription._cancel(at="now", note="My knee")
        data = self.member.sudo()._get_personal_data()
        self.assertEqual(data["subscriptions"][0]["cancel_note"], "My knee")
        self.assertEqual(data["billed_periods"][0]["amount"], 499)
        reasons = self.member._get_retention_reasons(self.roma._today())[self.member.id]
        self.assertIn("not settled", reasons[-1].reason)
        self.member.sudo()._anonymise_personal_data()
        tracked = self.env["mail.tracking.value"].sudo()
        self.assertFalse(tracked.search([("old_value_char", "=", "5555 4321 9")]), "Accounting notes it while it goes")
        self.assertRecordValues(
            self.subscription, [{"note": False, "cancel_note": False, "name": self.subscription.name}]
        )

    def test_two_seats_of_a_family_make_two_members(self):
        self.plan.write({"kind": "family", "seats_included": 2, "seats_max": 2})
        child = self._create_member(name="Leo")
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription._activate()
            self._dialog(
                self.subscription.with_user(self.frontdesk), "add", kind="seat", member_id=child.id
            ).action_confirm()
        self.assertEqual(child.stage, "active")
        self.assertEqual(child.subscription_count, 1)
        self.assertEqual(self.subscription.line_ids.member_id, child)

    def test_reconciliations_of_another_company_are_not_seen(self):
        """Core has no rule for them; amounts, days and names of both lines are in each."""
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription._activate()
            invoice = self.subscription.period_ids.move_id
            register = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            wizard = register.create({})
            wizard._create_payments()
        partials = invoice.line_ids.matched_credit_ids
        self.assertTrue(partials)
        here = self._create_accountant("accountant_here", self.company)
        there = self._create_accountant("accountant_there", self.other_company)
        for records in (partials, wizard):
            model = self.env[records._name]
            rules = self.env["ir.rule"].with_user(there)._compute_domain(records._name, "read")
            self.assertFalse(model.search(rules) & records, records._name)
            self.assertFalse(model.with_user(there).search([("id", "in", records.ids)]), records._name)
        self.assertEqual(partials.with_user(here).search([("id", "in", partials.ids)]), partials)
        with self.assertRaises(AccessError):
            partials.with_user(there).read(["amount"])

    def _create_accountant(self, login, company):
        return new_test_user(
            self.env,
            login,
            "gym_members.group_gym_accountant",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
