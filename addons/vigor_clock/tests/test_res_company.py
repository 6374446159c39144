from datetime import date, datetime

from odoo import fields
from odoo.tests import TransactionCase, freeze_time, tagged


@tagged("post_install", "-at_install")
class TestResCompany(TransactionCase):
    """The day of a company is that of its place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mexico = cls.env.ref("base.mx")
        cls.central = cls.env["res.company"].create(
            {"name": "Central", "country_id": mexico.id, "state_id": cls.env.ref("base.state_mx_df").id}
        )
        cls.sonora = cls.env["res.company"].create(
            {"name": "Norte", "country_id": mexico.id, "state_id": cls.env.ref("base.state_mx_son").id}
        )

    @freeze_time("2027-02-01 01:30:00")
    def test_evening_of_the_last_of_january_is_january(self):
        system = self.env(user=self.env.ref("base.user_root"), context={})
        self.assertEqual(self.central.with_env(system)._today(), date(2027, 1, 31))
        self.assertEqual(self.central.with_context(tz="Asia/Tokyo")._today(), date(2027, 1, 31))

    @freeze_time("2027-02-01 06:30:00")
    def test_each_company_has_the_day_of_its_place(self):
        self.assertEqual(self.central._today(), date(2027, 2, 1))
        self.assertEqual(self.sonora._today(), date(2027, 1, 31))

    @freeze_time("2027-02-01 06:30:00")
    def test_without_a_company_it_is_the_current_one(self):
        self.assertEqual(self.env["res.company"].with_company(self.sonora)._today(), date(2027, 1, 31))

    def test_instant_and_wall_time_are_each_others_inverse(self):
        noon = datetime(2027, 7, 1, 12, 0)
        self.assertEqual(self.sonora._to_utc(noon), datetime(2027, 7, 1, 19, 0))
        self.assertEqual(self.sonora._to_local(self.sonora._to_utc(noon)).replace(tzinfo=None), noon)

    def test_new_user_has_the_zone_of_the_company(self):
        values = {"name": "Ana", "login": "ana.reloj", "company_id": self.sonora.id, "company_ids": self.sonora.ids}
        partner = self.env["res.partner"].create({"name": "Ana", "tz": False})
        user = self.env["res.users"].with_context(tz=False).create({**values, "partner_id": partner.id})
        self.assertEqual(user.tz, "America/Hermosillo")

    def test_zone_of_a_person_who_chose_one_stays(self):
        values = {"name": "Beto", "login": "beto.reloj", "tz": "Europe/Madrid"}
        self.assertEqual(self.env["res.users"].create(values).tz, "Europe/Madrid")

    def test_nobody_is_left_without_a_zone(self):
        everybody = self.env["res.users"].with_context(active_test=False).search([])
        self.assertFalse(everybody.filtered(lambda user: not user.tz))

    @freeze_time("2027-02-01 01:30:00")
    def test_what_runs_by_itself_has_odoo_s_own_day_of_the_main_company(self):
        main = self.env.ref("base.main_company")
        main.state_id = self.env.ref("base.state_mx_df")
        system = self.env(user=self.env.ref("base.user_root"), context={})
        self.assertEqual(fields.Date.context_today(system["res.company"]), date(2027, 1, 31))  # clock: Odoo's own
