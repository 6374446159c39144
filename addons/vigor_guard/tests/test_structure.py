from odoo.addons.vigor_test.structure import StructureCase


class TestStructure(StructureCase):
    """What every addon has to keep true; this one has no views."""
