from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.gym_members.tests.common import GymMembersCommon

ADDRESS = "ana.lopez@example.com"
OTHERS = ("frontdesk", "trainer", "manager", "accountant")


@tagged("post_install", "-at_install")
class TestStaff(GymMembersCommon):
    """What the owner does to the accounts of the staff, and what nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner.tz = "America/Mexico_City"
        cls.users = cls.env["res.users"].with_context(active_test=False)

    def _invite(self, user=None, **values):
        values = {
            "name": "Ana López",
            "email": ADDRESS,
            "role": "frontdesk",
            "location_ids": [Command.set(self.roma.ids)],
        } | values
        self.env["gym.staff.invite"].with_user(user or self.owner).create(values).action_invite()
        return self.users.search([("login", "=", values["email"].strip().lower())])

    def _mails(self):
        return self.env["mail.mail"].search([("email_to", "ilike", ADDRESS)])

    # --- inviting

    def test_who_is_invited_has_role_and_branches_and_nothing_else(self):
        ana = self._invite()
        self.assertEqual(ana.group_ids, self.env.ref("gym_members.group_gym_frontdesk"))
        self.assertEqual(ana.gym_location_ids, self.roma)
        self.assertEqual(ana.company_ids, self.company)
        self.assertEqual(ana.tz, "America/Mexico_City")
        self.assertEqual((ana.gym_role, ana.gym_standing), ("frontdesk", "invited"))
        self.assertFalse(ana.has_group("base.group_system") or ana.has_group("base.group_erp_manager"))

    def test_the_invitation_goes_out_with_a_link_to_choose_a_password(self):
        self._invite()
        mail = self._mails()
        self.assertEqual(len(mail), 1, mail.mapped("subject"))
        self.assertIn("/web/signup?", mail.body_html)
        self.assertIn(self.owner.name, mail.body_html)
        self.assertNotIn("Odoo", mail.body_html)

    def test_an_address_is_read_whatever_its_letters_and_once(self):
        ana = self._invite(email=" Ana.Lopez@Example.com ")
        self.assertEqual(ana.login, ADDRESS)
        with self.assertRaisesRegex(UserError, "already has an account"):
            self._invite()
        self.assertEqual(len(self.users.search([("login", "=", ADDRESS)])), 1)

    def test_what_is_no_address_is_refused(self):
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self._invite(email="ana")

    def test_who_sees_every_branch_needs_none(self):
        ana = self._invite(role="accountant", location_ids=[])
        self.assertFalse(ana.gym_location_ids)
        with self.assertRaisesRegex(UserError, "branches where this"):
            self._invite(email="otra@example.com", role="manager", location_ids=[])

    def test_a_branch_of_another_company_is_refused(self):
        with self.assertRaises(AccessError):
            self._invite(location_ids=[Command.set(self.tijuana.ids)])
        self.assertFalse(self.users.search([("login", "=", ADDRESS)]))

    def test_no_role_but_those_of_the_gym_can_be_given(self):
        with self.assertRaisesRegex(UserError, "Choose a role"):
            self._invite(role="system")
        self.assertFalse(self.users.search([("login", "=", ADDRESS)]))

    def test_only_the_owner_invites(self):
        for role in OTHERS:
            with self.subTest(role), self.assertRaises(AccessError):
                self._invite(getattr(self, role))
        self.assertFalse(self.users.search([("login", "=", ADDRESS)]))
        self.assertFalse(self._mails())

    # --- the list

    def test_the_list_is_the_staff_of_the_own_company(self):
        elsewhere = self._create_staff("manager", self.tijuana, self.other_company)
        domain = self.env.ref("gym_staff.gym_staff_action").domain
        read = safe_eval(domain, {"allowed_company_ids": self.company.ids})
        listed = self.users.with_user(self.owner).search(read)
        self.assertLessEqual(self.frontdesk | self.manager | self.owner, listed)
        self.assertNotIn(elsewhere, listed)
        self.assertFalse(listed.filtered("share"))

    def test_the_list_says_who_may_what(self):
        manager = self.manager.with_user(self.owner)
        self.assertEqual(manager.gym_role, "manager")
        self.assertIn("imports", manager.gym_role_help)

    # --- changing

    def _change(self, user, staff, role, locations):
        action = staff.with_user(user).action_gym_change()
        dialog = self.env["gym.staff.change"].with_user(user).with_context(**action["context"])
        dialog.create({"role": role, "location_ids": [Command.set(locations.ids)]}).action_change()

    def test_role_and_branches_are_changed(self):
        self._change(self.owner, self.frontdesk, "manager", self.gdl)
        self.assertEqual(self.frontdesk.gym_role, "manager")
        self.assertEqual(self.frontdesk.gym_location_ids, self.gdl)
        self._change(self.owner, self.frontdesk, "trainer", self.roma)
        self.assertFalse(self.frontdesk.has_group("gym_members.group_gym_frontdesk"))

    def test_what_somebody_may_besides_stays(self):
        health = self.env.ref("gym_members.group_gym_health")
        self.frontdesk.group_ids += health
        self._change(self.owner, self.frontdesk, "manager", self.roma)
        self.assertIn(health, self.frontdesk.group_ids)

    def test_an_account_taken_away_is_signed_out_and_comes_back(self):
        before = self.frontdesk._compute_session_token("a session")
        self.frontdesk.with_user(self.owner).action_gym_deactivate()
        self.assertFalse(self.frontdesk.active)
        self.assertNotEqual(self.frontdesk._compute_session_token("a session"), before)
        self.assertEqual(self.frontdesk.with_user(self.owner).gym_standing, "inactive")
        self.frontdesk.with_user(self.owner).action_gym_activate()
        self.assertTrue(self.frontdesk.active)

    def test_only_who_never_signed_in_is_invited_again(self):
        ana = self._invite()
        ana.with_user(self.owner).action_gym_invite_again()
        self.assertEqual(len(self._mails()), 2)
        self.env["res.users.log"].with_user(ana).sudo().create({})
        ana.invalidate_recordset()
        ana.with_user(self.owner).action_gym_invite_again()
        self.assertEqual(len(self._mails()), 2)

    # --- who may not, and who is left alone

    def _assert_untouched(self, actor, staff):
        before = staff.sudo().read(["active", "group_ids", "gym_location_ids", "password"])
        calls = (
            lambda user: user.action_gym_deactivate(),
            lambda user: user.action_gym_activate(),
            lambda user: user.action_gym_invite_again(),
            lambda user: user.action_gym_change(),
            lambda user: user._set_gym_role("owner", self.roma),
        )
        mails = self.env["mail.mail"].search_count([])
        for call in calls:
            with self.assertRaises(AccessError):
                call(staff.with_user(actor))
        self.assertEqual(staff.sudo().read(["active", "group_ids", "gym_location_ids", "password"]), before)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_nobody_but_the_owner_changes_an_account(self):
        other = new_test_user(self.env, "otra_recepcion", groups="gym_members.group_gym_frontdesk")
        for role in OTHERS:
            with self.subTest(role):
                self._assert_untouched(getattr(self, role), other)

    def test_the_owner_leaves_alone_who_is_not_hers(self):
        both = self._create_staff("trainer", self.tijuana, self.other_company)
        both.write({"company_ids": [Command.link(self.company.id)]})
        strangers = {
            "another company": self._create_staff("manager", self.tijuana, self.other_company),
            "also another company": both,
            "Odoo's administrator": new_test_user(
                self.env, "sistemas_odoo", groups="base.group_system,gym_members.group_gym_owner"
            ),
            "who manages users": new_test_user(
                self.env, "accesos_odoo", groups="base.group_erp_manager,gym_members.group_gym_manager"
            ),
            "an employee without a role": new_test_user(self.env, "bodega_almacen", groups="base.group_user"),
            "a member in the portal": new_test_user(self.env, "socia_del_gimnasio", groups="base.group_portal"),
            "herself": self.owner,
            "the machine": self.env.ref("base.user_root"),
        }
        for who, stranger in strangers.items():
            with self.subTest(who):
                self._assert_untouched(self.owner, stranger)

    def test_a_dialog_cannot_be_turned_to_somebody_else(self):
        dialog = self.env["gym.staff.change"].with_user(self.owner)
        stranger = self._create_staff("trainer", self.tijuana, self.other_company)
        with self.assertRaises(AccessError):
            dialog.create({"user_id": stranger.id, "role": "owner"}).action_change()
        self.assertEqual(stranger.gym_role, "trainer")
