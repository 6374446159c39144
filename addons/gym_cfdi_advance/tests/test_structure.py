from odoo.addons.vigor_test.structure import StructureCase


class TestStructure(StructureCase):
    roles = ("gym_cfdi.group_cfdi_user", "gym_cfdi.group_cfdi_manager", "account.group_account_invoice")
