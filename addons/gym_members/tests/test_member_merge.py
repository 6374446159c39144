import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestMemberMerge(GymMembersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.winner = cls._create_member(name="Raúl Soto", email="raul@correo.mx", date_joined="2024-01-10")
        cls.loser = cls._create_member(
            name="Raul Soto Díaz", email="raul2@correo.mx", phone="+52 55 5555 0202", date_joined="2025-03-01"
        )

    def _wizard(self, user=None, winner=None, loser=None):
        return (
            self.env["gym.member.merge"]
            .with_user(user or self.manager)
            .create({"winner_id": (winner or self.winner).id, "loser_id": (loser or self.loser).id})
        )

    def _merge(self, **values):
        self.loser.with_user(self.manager)._merge_into(self.winner.with_user(self.manager), values)

    def _assert_nothing_happened(self):
        self.env.invalidate_all()
        self.assertRecordValues(
            self.loser | self.winner,
            [
                {"active": True, "merged_into_id": False, "name": "Raul Soto Díaz", "phone": "+52 55 5555 0202"},
                {"active": True, "merged_into_id": False, "name": "Raúl Soto", "phone": False},
            ],
        )
        self.assertTrue(self.loser.partner_id.active)

    def test_field_by_field(self):
        wizard = self._wizard()
        lines = {line.field_name: line for line in wizard.line_ids}
        self.assertEqual(set(lines), {"name", "email", "phone", "date_joined"})
        self.assertEqual((lines["name"].choice, lines["phone"].choice), ("winner", "loser"))
        self.assertEqual(lines["name"].loser_value, "Raul Soto Díaz")
        lines["name"].choice = "loser"
        wizard.is_confirmed = True
        action = wizard.action_merge()
        self.assertEqual(action["res_id"], self.winner.id)
        self.assertRecordValues(
            self.winner,
            [{"name": "Raul Soto Díaz", "email": "raul@correo.mx", "phone": "+52 55 5555 0202", "active": True}],
        )
        self.assertRecordValues(self.loser, [{"active": False, "merged_into_id": self.winner.id}])
        self.assertFalse(self.loser.partner_id.active)
        self.assertEqual(sorted(self.winner._get_merged_ids()), sorted((self.winner | self.loser).ids))
        events = self.env["gym.event"].search([("member_id", "=", self.winner.id), ("type", "=", "member.merged")])
        self.assertEqual(events.mapped("payload"), [{"number": self.loser.member_number}])
        self.assertIn(
            "member.created", self.env["gym.event"].search([("member_id", "=", self.loser.id)]).mapped("type")
        )
        self.assertIn("Merged into", self.loser.message_ids[0].body)
        self.assertIn("Raul Soto Díaz", self.winner.message_ids[0].body)

    def test_longer_standing_member_is_proposed_and_can_be_swapped(self):
        action = (self.loser | self.winner).with_user(self.manager).action_merge_selected()
        form = Form(self.env["gym.member.merge"].with_user(self.manager).with_context(**action["context"]))
        self.assertEqual(form.winner_id, self.winner)
        wizard = form.save()
        wizard.action_swap()
        self.assertEqual(wizard.winner_id, self.loser)
        phone = wizard.line_ids.filtered(lambda line: line.field_name == "phone")
        self.assertFalse(phone, "the winner's phone has no rival")
        with self.assertRaises(UserError):
            (self.loser | self.winner | self._create_member()).action_merge_selected()

    def test_references_move(self):
        contact, other = self.loser.partner_id, self.env["res.partner"].create({"name": "Other"})
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        contact.category_id = tag
        child = self.env["res.partner"].create({"name": "Address", "parent_id": contact.id})
        bank = self.env["res.partner.bank"].create({"acc_number": "032180000118359719", "partner_id": contact.id})
        ward = self._create_member(name="Ward", guardian_id=contact.id, payer_id=contact.id)
        attachments = self.env["ir.attachment"].create(
            [
                {"name": "a", "raw": b"x", "res_model": record._name, "res_id": record.id}
                for record in (self.loser, contact)
            ]
        )
        activity = self.loser.activity_schedule("mail.mail_activity_data_todo", user_id=self.manager.id)
        notes = self.loser.message_post(body="About the knee") | contact.message_post(body="On the contact")
        request = self.env["gym.privacy.request"].create({"kind": "access", "member_id": self.loser.id})
        for record in (self.loser, self.winner, other):
            record.message_subscribe(partner_ids=[self.manager.partner_id.id])
        other.message_subscribe(partner_ids=[contact.id, self.winner.partner_id.id])
        earlier = self._create_member(name="R Soto")
        earlier.with_user(self.manager)._merge_into(self.loser.with_user(self.manager), {})
        self._merge()
        winner, partner = self.winner, self.winner.partner_id
        self.assertEqual(partner.category_id, tag)
        self.assertEqual((child.parent_id, bank.partner_id), (partner, partner))
        self.assertEqual((ward.guardian_id, ward.payer_id), (partner, partner))
        self.assertEqual(attachments.mapped("res_id"), [winner.id, partner.id])
        self.assertEqual((activity.res_id, request.member_id), (winner.id, winner))
        self.assertEqual(notes.mapped("res_id"), [winner.id, partner.id])
        self.assertEqual(winner.message_follower_ids.partner_id & self.manager.partner_id, self.manager.partner_id)
        self.assertEqual(
            other.message_follower_ids.partner_id & (partner | contact), partner, "no follower is lost or doubled"
        )
        self.assertEqual(earlier.merged_into_id, winner)
        self.assertEqual(set(winner._get_merged_ids()), {winner.id, self.loser.id, earlier.id})

    def test_rows_that_cannot_move_stay(self):
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        (self.loser | self.winner).category_id = tag
        self._merge()
        self.assertEqual(self.winner.category_id, tag)
        self.assertTrue(self.loser.exists())
        self.assertTrue(self.loser.partner_id.exists())

    def test_photo_moves(self):
        image = base64.b64encode(
            base64.b64decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
            )
        )
        self.loser.image_1920 = image
        wizard = self._wizard()
        wizard.is_confirmed = True
        wizard.action_merge()
        self.assertEqual(self.winner.image_1920, image)

    def test_health_notes_of_both_stay_known(self):
        self.loser.sudo().health_notes = "Allergic to latex"
        self.winner.sudo().health_notes = "Left knee"
        self._merge()
        self.winner.invalidate_recordset()
        self.assertEqual(self.winner.sudo().health_notes, "Left knee\nAllergic to latex")
        self.assertFalse(self.loser.sudo().health_notes)

    def test_portal_account_moves_when_the_winner_has_none(self):
        user = new_test_user(self.env, "raul_portal", groups="base.group_portal")
        loser = self._create_member(partner_id=user.partner_id.id)
        loser.with_user(self.manager)._merge_into(self.winner.with_user(self.manager), {})
        self.assertEqual(user.partner_id, self.winner.partner_id)
        self.assertTrue(user.active)

    def test_needs_confirmation(self):
        with self.assertRaises(UserError):
            self._wizard().action_merge()
        self._assert_nothing_happened()

    def test_reasons_against(self):
        one = new_test_user(self.env, "raul_portal_one", groups="base.group_portal")
        two = new_test_user(self.env, "raul_portal_two", groups="base.group_portal")
        staff = new_test_user(self.env, "raul_staff", groups="base.group_user")
        cases = {
            "companies": self._create_member(name="R", location_id=self.tijuana.id),
            "same record": self.winner,
            "address": self._create_member(name="R", parent_id=self.winner.partner_id.id),
            "staff": self._create_member(partner_id=staff.partner_id.id),
        }
        winner = self.winner.with_user(self.manager)
        for case, loser in cases.items():
            with self.subTest(case=case):
                self.assertEqual(len(winner._get_merge_blockers(loser)), 1)
        accounts = self._create_member(partner_id=one.partner_id.id), self._create_member(partner_id=two.partner_id.id)
        self.assertIn("raul_portal_two", accounts[0]._get_merge_blockers(accounts[1])[0])
        with self.assertRaises(UserError):
            accounts[1].with_user(self.manager)._merge_into(accounts[0].with_user(self.manager), {})
        self.assertEqual((two.partner_id, accounts[1].active), (accounts[1].partner_id, True))
        foreign = cases["companies"].with_context(allowed_company_ids=(self.company | self.other_company).ids)
        with self.assertRaises(UserError):
            foreign._merge_into(self.winner.with_env(foreign.env), {})
        self._assert_nothing_happened()

    def test_roles(self):
        for user in (self.frontdesk, self.trainer, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._wizard(user)
        far = self._create_member(name="Far", location_id=self.gdl.id)
        with self.assertRaises(AccessError):
            far.with_user(self.manager)._merge_into(self.winner.with_user(self.manager), {})
        self.assertTrue(far.active)
        self._assert_nothing_happened()
        far.with_user(self.owner)._merge_into(self.winner.with_user(self.owner), {})
        self.assertFalse(far.active)

    def test_core_merge_of_contacts_does_not_delete_a_member(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.assertRaises(UserError):
            wizard._merge((self.winner | self.loser).partner_id.ids, self.winner.partner_id)
        self._assert_nothing_happened()
        contact = self.env["res.partner"].create({"name": "Raúl Soto", "email": "raul@correo.mx"})
        wizard._merge([contact.id, self.winner.partner_id.id], self.winner.partner_id)
        self.assertFalse(contact.exists())
        self.assertTrue(self.winner.exists())

    def test_not_twice(self):
        self._merge()
        again = self._create_member(name="R")
        with self.assertRaises(UserError):
            self.loser.with_user(self.owner)._merge_into(again.with_user(self.owner), {})
        self.assertEqual(self.loser.merged_into_id, self.winner)

    def test_consents_stay_as_they_were_given_and_count(self):
        document = self.env["gym.consent.document"].create(
            {"name": "Aviso", "purpose": "image", "company_id": self.company.id, "body": "<p>Acepto</p>"}
        )
        document._set_published()
        consent = self.env["gym.consent"]._record([{"member": self.loser, "document": document, "method": "import"}])
        self.assertFalse(self.winner._has_consent("image"))
        self._merge()
        self.assertEqual((consent.member_id, consent.signer_partner_id), (self.loser, self.loser.partner_id))
        self.assertTrue(self.winner._has_consent("image"))
        self.winner._withdraw_consent("image", method="staff")
        self.assertFalse(self.winner._has_consent("image"))

    def test_distinct_pairs_are_kept(self):
        self.loser.distinct_member_ids = [Command.link(self._create_member(name="Twin").id)]
        self._merge()
        self.assertEqual(self.loser.distinct_member_ids.mapped("name"), ["Twin"])
