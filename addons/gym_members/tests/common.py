import base64

from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

# A file that may be the scan of a signed paper
SCAN = base64.b64encode(b"%PDF-1.4\n" + b"0" * 5000 + b"\n%%EOF\n").decode()


class GymMembersCommon(BaseCommon):
    """A company with two branches, a second company with one, and a user for each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Fuerza Norte SA de CV"})
        cls.roma = cls._create_location(name="Roma Norte", code="T-ROMA")
        cls.gdl = cls._create_location(name="Guadalajara", code="T-GDL")
        cls.tijuana = cls._create_location(
            name="Tijuana", code="T-TIJ", tz="America/Tijuana", company_id=cls.other_company.id
        )
        cls.frontdesk = cls._create_staff("frontdesk", cls.roma)
        cls.trainer = cls._create_staff("trainer", cls.roma)
        cls.manager = cls._create_staff("manager", cls.roma)
        cls.accountant = cls._create_staff("accountant")
        cls.owner = cls._create_staff("owner")

    @classmethod
    def _create_location(cls, **values):
        return cls.env["gym.location"].create(
            {"name": "Branch", "tz": "America/Mexico_City", "zip": "06700", "company_id": cls.company.id} | values
        )

    @classmethod
    def _create_staff(cls, role, locations=None, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"gym_{role}_{company.id}",
            groups=f"gym_members.group_gym_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            gym_location_ids=[(6, 0, locations.ids if locations else [])],
        )

    @classmethod
    def _create_member(cls, **values):
        return cls.env["gym.member"].create({"name": "José Ángel López", "location_id": cls.roma.id} | values)
