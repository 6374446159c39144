from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestAccountant(TransactionCase):
    def test_the_gym_s_accountant_keeps_the_books(self):
        accountant = new_test_user(self.env, "gym_accountant", groups="gym_members.group_gym_accountant")
        self.assertTrue(accountant.has_group("account.group_account_manager"))
        self.env["account.journal"].with_user(accountant).check_access("create")
        self.env["account.bank.statement.line"].with_user(accountant).check_access("create")
        self.env["res.partner"].with_user(accountant).check_access("write")

    def test_the_front_desk_does_not(self):
        frontdesk = new_test_user(self.env, "gym_frontdesk", groups="gym_members.group_gym_frontdesk")
        self.assertFalse(frontdesk.has_group("account.group_account_readonly"))
        self.assertFalse(self.env["account.move"].with_user(frontdesk).has_access("read"))
