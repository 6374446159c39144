from odoo.tests import tagged

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestStaffMenus(GymMembersCommon):
    def test_the_shop_of_addons_is_for_who_may_install_them(self):
        shop = self.env.ref("base.menu_management").id
        self.assertNotIn(shop, self.env["ir.ui.menu"].with_user(self.frontdesk)._visible_menu_ids())
        self.assertIn(shop, self.env["ir.ui.menu"].with_user(self.env.ref("base.user_admin"))._visible_menu_ids())
