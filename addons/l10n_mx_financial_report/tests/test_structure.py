from odoo.addons.vigor_test.structure import StructureCase


class TestStructure(StructureCase):
    roles = ("account.group_account_user",)
