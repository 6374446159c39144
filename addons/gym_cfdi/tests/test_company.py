from datetime import datetime

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common_setup import NOW, CfdiSetupCommon


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCompany(CfdiSetupCommon):
    def test_the_clock_is_that_of_the_place_of_issue(self):
        for code, expected in {
            None: datetime(2026, 11, 21, 12),  # Hidalgo
            "22000": datetime(2026, 11, 21, 10),  # Tijuana, winter
            "77500": datetime(2026, 11, 21, 13),  # Cancún
            "83000": datetime(2026, 11, 21, 11),  # Hermosillo
        }.items():
            self.assertEqual(self.company._get_cfdi_now(code), expected, code)

    def test_a_place_that_the_catalogue_lacks_is_told(self):
        with self.assertRaisesRegex(UserError, "4250"):
            self.company._get_cfdi_now("4250")

    def test_the_rfc_goes_without_the_prefix_of_the_country(self):
        self.company.vat = "MXEKU9003173C9"
        self.assertEqual(self.company._get_cfdi_rfc(), "EKU9003173C9")

    def test_a_mexican_company_has_the_rfc_of_one(self):
        mexico = self.env.ref("base.mx")
        for typed in ("XX12", "EKU900317"):
            with self.assertRaisesRegex(ValidationError, "is no RFC"), self.cr.savepoint():
                self.company.write({"country_id": mexico.id, "vat": typed})
        self.company.write({"country_id": mexico.id, "vat": "eku-900317-3C9"})
        self.assertEqual(self.company._get_cfdi_rfc(), "EKU9003173C9")
        self._create_company(name="Elsewhere", country_id=self.env.ref("base.us").id, vat="12-34")

    def test_complete_fiscal_data_have_no_problem(self):
        self.assertEqual(self.company._get_cfdi_fiscal_problems(), [])

    def test_each_lack_of_the_fiscal_data_is_told(self):
        company = self._create_company(name="Otra", cfdi_name="Otra SA de CV", cfdi_regime="605", zip="4250")
        self.assertEqual(len(company._get_cfdi_fiscal_problems()), 3)
