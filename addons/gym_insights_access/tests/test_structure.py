from odoo.addons.vigor_test.structure import StructureCase


class TestStructure(StructureCase):
    roles = (
        "gym_members.group_gym_frontdesk",
        "gym_members.group_gym_manager",
        "gym_members.group_gym_accountant",
        "gym_members.group_gym_owner",
    )
