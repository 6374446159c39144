from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestAccountant(TransactionCase):
    def test_the_gym_s_accountant_keeps_the_books(self):
        accountant = new_test_user(self.env, "gym_accountant", groups="gym_members.group_gym_accountant")
        self.assertTrue(accountant.has_group("account.group_account_manager"))
        self.env["account.journal"].with_user(accountant).check_access("create")
        self.env["account.bank.statement.line"].with_user(accountant).check_access("create")
        self.env["res.partner"].with_user(accountant).check_access("write")

    def test_members_do_not_read_how_far_they_are_trusted(self):
        member = new_test_user(self.env, "untrusted_member", groups="base.group_portal")
        member.partner_id.trust = "bad"
        with self.assertRaises(AccessError):
            member.partner_id.with_user(member).read(["trust"])
        with self.assertRaises(AccessError):
            member.partner_id.with_user(member).search([("trust", "=", "bad")])

    def test_the_front_desk_does_not(self):
        frontdesk = new_test_user(self.env, "gym_frontdesk", groups="gym_members.group_gym_frontdesk")
        self.assertFalse(frontdesk.has_group("account.group_account_readonly"))
        self.assertFalse(self.env["account.move"].with_user(frontdesk).has_access("read"))

    def test_the_front_desk_puts_nobody_under_who_is_invoiced(self):
        frontdesk = new_test_user(self.env, "parent_frontdesk", groups="gym_members.group_gym_frontdesk")
        firm, other = self.env["res.partner"].create([{"name": "ACME", "is_company": True}, {"name": "Ana"}])
        line = Command.create({"name": "Dues", "price_unit": 100.0, "tax_ids": []})
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": firm.id, "invoice_line_ids": [line]}
        )
        other.with_user(frontdesk).write({"parent_id": firm.id})
        other.with_user(frontdesk).write({"parent_id": False})
        move.action_post()
        with self.assertRaisesRegex(AccessError, "Ask a manager"):
            other.with_user(frontdesk).write({"parent_id": firm.id})
        self.assertFalse(other.parent_id)
