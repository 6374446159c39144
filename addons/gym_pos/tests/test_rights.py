from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import GymPosCommon


@tagged("post_install", "-at_install")
class TestRights(GymPosCommon):
    """Who sees which till."""

    def test_a_front_desk_sees_the_till_of_its_branch_alone(self):
        elsewhere = self._create_user("till_gdl", "gym_members.group_gym_frontdesk", self.gdl)
        order = self._sync([{"price": 499.0, "member": self.member}], [(self.cash, 499.0)])
        for record in (self.config, self.session, order, order.lines, order.payment_ids):
            with self.subTest(model=record._name):
                self.assertTrue(record.with_user(self.clerk).has_access("read"))
                self.assertFalse(record.with_user(elsewhere).has_access("read"))
                with self.assertRaises(AccessError):
                    record.with_user(elsewhere).read(["id"])

    def test_a_trainer_sees_no_till(self):
        trainer = self._create_user("till_trainer", "gym_members.group_gym_trainer", self.roma)
        self.assertFalse(self.env["pos.order"].with_user(trainer).has_access("read"))

    def test_what_is_owed_is_told_to_the_front_desk_of_the_branch(self):
        desk = self.env["gym.access.desk"]
        told = desk.with_user(self.clerk).get_dues(self.roma.id, f"member:{self.member.id}")
        self.assertEqual((told["owed"], told["payer"]), (499.0, self.member.name))
        self.assertEqual([invoice["left"] for invoice in told["invoices"]], [499.0])
        elsewhere = self._create_user("till_gdl2", "gym_members.group_gym_frontdesk", self.gdl)
        with self.assertRaises(UserError):
            desk.with_user(elsewhere).get_dues(self.roma.id, f"member:{self.member.id}")
        with self.assertRaises(UserError):
            desk.with_user(elsewhere).get_dues(self.gdl.id, f"member:{self.member.id}")

    def test_a_till_stands_at_a_branch_of_its_company(self):
        with self.assertRaises(UserError), self.cr.savepoint():
            self.config.gym_location_id = self.tijuana
        self.assertEqual(self.config.gym_location_id, self.roma)

    def test_the_desk_books_nothing_in_the_journal_of_the_till(self):
        journal = self.company._ensure_gym_pos_journal()
        self.assertEqual(self.company._ensure_gym_pos_journal(), journal)
        self.assertNotIn(journal, self.env["gym.payment.desk"]._get_journals())

    def test_a_till_says_nothing_of_what_the_server_finds_out(self):
        line = {"price": 499.0, "member": self.member, "gym_dues_state": "booked"}
        order = self._sync([line], [(self.cash, 499.0)])
        self.assertEqual((self.move.amount_residual, len(order.lines.gym_payment_ids)), (0.0, 1))
        beto = self._create_member(name="Beto")
        for values in ({"gym_dues_state": "undone"}, {"gym_member_id": beto.id}, {"product_id": self.water.id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                order.lines.with_user(self.clerk).write(values)
        self.assertEqual((order.lines.gym_dues_state, order.lines.gym_member_id), ("booked", self.member))

    def test_dues_of_whom_the_clerk_may_not_see_wait(self):
        hidden = self._create_member(name="Hidden", location_id=self.gdl.id)
        order = self._sync([{"price": 50.0, "member": hidden}], [(self.cash, 50.0)])
        self.env["pos.order.line"]._cron_book_dues()
        self.assertEqual((order.state, order.lines.gym_dues_state), ("paid", "waiting"))
        self.assertFalse(order.lines.gym_payment_ids)

    def test_a_till_keeps_no_owner_from_invoices_that_it_did_not_make(self):
        owner = self._create_user("till_owner", "gym_members.group_gym_owner", self.roma)
        self.assertEqual(self.move.with_user(owner).name, self.move.name)
        with self.assertRaises(AccessError):
            self.move.with_user(self.clerk).read(["name"])
