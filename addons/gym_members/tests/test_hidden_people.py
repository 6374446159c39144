from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestHiddenPeople(GymMembersCommon):
    """Members of another branch or company are told by no model of Odoo's own: messages, followers, contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._create_member(name="Ana de Roma")
        cls.hidden = [
            cls._create_member(name="Beto Oculto", location_id=cls.gdl.id, email="beto@oculto.example").partner_id,
            cls._create_member(name="Carla Oculta", location_id=cls.tijuana.id).partner_id,
        ]
        cls.plain = new_test_user(cls.env, "plain_employee", groups="base.group_user")
        cls.staff = cls.trainer | cls.frontdesk | cls.manager

    def _assert_refused(self, call, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            call(*args)

    def test_followers_are_seen_by_those_who_see_them(self):
        for person in self.hidden:
            person.message_subscribe(partner_ids=person.ids)
            person.gym_member_ids.message_post(body="Hola", partner_ids=person.ids)
        for user in self.staff | self.plain:
            followers = self.env["mail.followers"].with_user(user).search([])
            self.assertFalse({"Beto Oculto", "Carla Oculta"} & set(followers.mapped("name")), user.login)
        seen = self.env["mail.followers"].with_user(self.owner).search([("res_id", "=", self.hidden[0].id)])
        self.assertIn("beto@oculto.example", seen.mapped("email"))

    def test_notifications_are_of_who_got_or_sent_them(self):
        self.hidden[0].gym_member_ids.message_post(body="Hola", partner_ids=self.hidden[0].ids)
        mine = self.mine.with_user(self.frontdesk).message_post(body="Hola", partner_ids=self.mine.partner_id.ids)
        for user in self.staff | self.plain:
            found = self.env["mail.notification"].with_user(user).search([])
            self.assertFalse(found.res_partner_id & (self.hidden[0] | self.hidden[1]), user.login)
        self.assertEqual(mine.notification_ids.with_user(self.frontdesk).res_partner_id, self.mine.partner_id)

    def test_nobody_writes_to_or_in_the_name_of_who_is_hidden(self):
        for person in self.hidden:
            for user in self.frontdesk | self.manager:
                thread = self.mine.with_user(user)
                before = (self.mine.message_ids, self.mine.message_follower_ids)
                self._assert_refused(thread.message_subscribe, person.ids)
                for values in ({"partner_ids": person.ids}, {"author_id": person.id}):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        thread.message_post(body="Hola", message_type="comment", **values)
                self.env.invalidate_all()
                self.assertEqual((self.mine.message_ids, self.mine.message_follower_ids), before)

    def test_no_record_of_odoo_s_points_to_who_is_hidden(self):
        message = self.mine.with_user(self.frontdesk).message_post(body="Hola")
        for person in self.hidden:
            for model, values in (
                ("mail.compose.message", {"author_id": person.id, "model": "gym.member", "res_ids": [self.mine.id]}),
                ("mail.notification", {"mail_message_id": message.id, "res_partner_id": person.id}),
                ("mail.message", {"model": "gym.member", "res_id": self.mine.id, "author_id": person.id}),
                ("res.partner", {"name": "Cebo", "parent_id": person.id}),
            ):
                self._assert_refused(self.env[model].with_user(self.frontdesk).create, [values])
            contact = self.env["res.partner"].with_user(self.frontdesk).create({"name": "Cebo"})
            self._assert_refused(contact.write, {"parent_id": person.id})
            self._assert_refused(contact.write, {"child_ids": [Command.link(person.id)]})
            fields = {"parent_id": {}, "display_name": {}, "street": {}}
            self._assert_refused(contact.onchange, {"parent_id": person.id}, ["parent_id"], fields)
            self.assertFalse(contact.sudo().parent_id | contact.sudo().child_ids)

    def test_merging_contacts_takes_no_account_over(self):
        bookkeeper = new_test_user(
            self.env, "merging_books", groups="base.group_partner_manager,gym_members.group_gym_accountant"
        )
        merging = self.env["base.partner.merge.automatic.wizard"].with_user(bookkeeper)
        contacts = self.env["res.partner"].create(
            [{"name": "Cebo", "email": "a@b.mx"}, {"name": "Cebo", "email": "a@b.mx"}]
        )
        for guarded in (self.owner.partner_id, self.company.partner_id):
            guarded.email = "a@b.mx"
            wizard = merging.create(
                {"partner_ids": [Command.set((contacts[0] | guarded).ids)], "dst_partner_id": contacts[0].id}
            )
            with self.assertRaisesRegex(UserError, "An administrator merges"):
                wizard.action_merge()
            self.assertTrue(guarded.exists())
        hidden = {"partner_ids": [Command.set((contacts[0] | self.hidden[1]).ids)]}
        self._assert_refused(merging.create, [hidden])

    def test_no_call_tells_the_login_of_an_account(self):
        with self.assertRaises(AccessError):
            get_public_method(self.env["res.partner"], "signup_get_auth_param")
