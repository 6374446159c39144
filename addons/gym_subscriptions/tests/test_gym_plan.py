from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestGymPlan(GymSubscriptionsCommon):
    def test_a_plan_is_a_service_without_price_or_taxes_of_its_own(self):
        plan = self._create_plan(name="Off-peak", code="OFF")
        self.assertRecordValues(
            plan.product_id,
            [{"name": "Off-peak", "default_code": "OFF", "type": "service", "list_price": 0, "taxes_id": []}],
        )

    def test_the_product_follows_its_plan(self):
        product = self.plan.product_id
        self.plan.write({"name": "Total", "active": False})
        self.assertRecordValues(product, [{"name": "Total", "active": False}])
        self.assertEqual(self.plan.product_id, product)

    def test_a_copy_of_a_plan_has_its_own_product(self):
        twin = self.plan.copy()
        self.assertTrue(twin.product_id)
        self.assertNotEqual(twin.product_id, self.plan.product_id)

    def test_the_price_is_the_version_in_force(self):
        self.plan.price_ids = [Command.create({"amount": 549, "valid_from": "2026-03-01"})]
        with freeze_time("2026-02-28 18:00:00"):
            self.plan.invalidate_recordset(["price"])
            self.assertEqual(self.plan.price, 499)
        with freeze_time("2026-03-01 18:00:00"):
            self.plan.invalidate_recordset(["price"])
            self.assertEqual(self.plan.price, 549)

    def test_typing_a_price_adds_a_version_from_today(self):
        with freeze_time("2026-03-15 18:00:00"):
            self.plan.price = 599
        self.assertEqual(
            [(price.amount, price.valid_from) for price in self.plan.price_ids.sorted("valid_from")],
            [(499, fields.Date.to_date("2020-01-01")), (599, fields.Date.to_date("2026-03-15"))],
        )

    def test_two_prices_from_one_day_are_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.plan.price_ids = [Command.create({"amount": 1, "valid_from": "2020-01-01"})]
            self.env.flush_all()

    def test_a_price_that_somebody_has_does_not_change(self):
        subscription = self._create_subscription()
        subscription.sudo().price_id = self.plan.price_ids
        with self.assertRaisesRegex(UserError, "so it stays"):
            self.plan.price_ids.amount = 1
        self.assertEqual(self.plan.price_ids.amount, 499)

    def test_a_plan_is_not_sold_at_a_branch_of_another_company(self):
        with self.assertRaisesRegex(ValidationError, "only be sold at branches"):
            self.plan.location_ids = self.tijuana
            self.env.flush_all()

    def test_the_branch_decides_the_iva_by_its_zone_that_day(self):
        self.env["gym.location.iva.zone"].create(
            {"location_id": self.roma.id, "zone": "border_north", "date_start": "2026-02-01", "date_end": "2026-02-28"}
        )
        taxes = {
            day: self.roma._get_gym_taxes(fields.Date.to_date(day))
            for day in ("2026-01-31", "2026-02-28", "2026-03-01")
        }
        self.assertEqual([tax.amount for tax in taxes.values()], [16, 8, 16])
        self.assertTrue(all(tax.price_include for tax in taxes.values()))

    def test_a_plan_with_taxes_of_its_own_keeps_them(self):
        exempt = self.company.gym_tax_general_id.copy({"name": "Exempt here", "amount": 0})
        self.plan.tax_ids = exempt
        self.assertEqual(self.roma._get_gym_taxes(fields.Date.to_date("2026-01-31"), self.plan), exempt)

    def test_without_a_tax_the_branch_says_what_is_missing(self):
        self.company.gym_tax_general_id = False
        with self.assertRaisesRegex(UserError, "no IVA included"):
            self.roma._get_gym_taxes(fields.Date.to_date("2026-01-31"))

    def test_each_company_has_taxes_of_its_own(self):
        self._load_chart_of_other_company()
        self.assertEqual(self.other_company.gym_tax_general_id.company_id, self.other_company)
        before = self.other_company.gym_tax_general_id
        self.other_company._ensure_gym_taxes()
        self.assertEqual(self.other_company.gym_tax_general_id, before)
