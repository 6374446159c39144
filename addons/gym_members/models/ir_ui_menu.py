from odoo import models

SHOP, BOARDS = "base.menu_management", "spreadsheet_dashboard.spreadsheet_dashboard_menu_root"


class IrUiMenu(models.Model):
    """What the bar of the staff leads to: no shop of addons, and no dashboards while there are none."""

    _inherit = "ir.ui.menu"

    def _visible_menu_ids(self, debug=False):
        visible = super()._visible_menu_ids(debug)
        return visible if self.env.is_system() else visible - self._get_useless_menu_ids()

    def _get_useless_menu_ids(self):
        names = [SHOP]
        if "spreadsheet.dashboard" in self.env and not self.env["spreadsheet.dashboard"].search_count([], limit=1):
            names.append(BOARDS)
        menus = (self.env.ref(name, raise_if_not_found=False) for name in names)
        return {menu.id for menu in menus if menu}
