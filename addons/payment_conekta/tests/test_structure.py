from odoo.addons.vigor_test.structure import StructureCase


class TestStructure(StructureCase):
    roles = ("base.group_system",)
