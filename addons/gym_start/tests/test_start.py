from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.gym_members.tests.common import GymMembersCommon

OTHERS = ("frontdesk", "trainer", "manager", "accountant")
RFC = "FRO150203JO9"


@tagged("post_install", "-at_install")
class TestStart(GymMembersCommon):
    """The start page of a company that has nothing yet, for the owner who may not open Odoo's settings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new = cls.env["res.company"].create(
            {
                "name": "Empty Company",
                "country_id": cls.env.ref("base.us").id,
                "currency_id": cls.env.ref("base.USD").id,
            }
        )
        cls.boss = new_test_user(
            cls.env,
            "quien_empieza",
            groups="gym_members.group_gym_owner",
            company_id=cls.new.id,
            company_ids=[(6, 0, cls.new.ids)],
        )
        cls.page = cls.env["gym.start"].with_user(cls.boss).with_context(lang="en_US")

    def _get(self, key=None):
        self.env.flush_all()
        self.env.invalidate_all()
        page = self.page.get_page()
        return next(step for step in page["steps"] if step["key"] == key) if key else page

    def _fill_in(self, user=None, **values):
        dialog = self.env["gym.start.company"].with_user(user or self.boss).with_context(lang="en_US")
        values = {"name": "Fuerza Mérida SA de CV", "vat": RFC, "zip": "97000"} | values
        return dialog.create(values).action_save()

    # --- the company

    def test_name_rfc_and_postal_code_make_a_mexican_company(self):
        self._fill_in(street="Calle 60 500", phone="9991000000", email="hola@example.com")
        company = self.new
        self.assertEqual((company.name, company.vat, company.zip), ("Fuerza Mérida SA de CV", RFC, "97000"))
        self.assertEqual((company.country_id.code, company.state_id.code), ("MX", "YUC"))
        self.assertEqual((company.currency_id.name, company.chart_template), ("MXN", "mx"))
        self.assertEqual((company.gym_tax_general_id.amount, company.gym_tax_border_id.amount), (16, 8))
        self.assertTrue(company.gym_tax_general_id.price_include)
        self.assertEqual(self.boss.lang, "es_MX")
        step = self._get("company")
        self.assertEqual((step["is_done"], step["button"]), (True, "Correct"))

    def test_the_time_zone_is_that_of_the_state_of_the_postal_code(self):
        self._fill_in(zip="22010")
        self.assertEqual(self.new._get_time_zone(), "America/Tijuana")
        self.assertEqual(self.new.resource_calendar_id.tz, "America/Tijuana")
        defaults = self._get("branch")["action"]["context"]
        self.assertEqual((defaults["default_zip"], defaults["default_state_id"]), ("22010", self.new.state_id.id))

    def test_what_cannot_be_right_is_refused_and_nothing_is_written(self):
        wrong = {"postal code": {"zip": "ABCDE"}, "no state": {"zip": "17000"}, "RFC": {"vat": "XX12"}}
        for what, values in wrong.items():
            with self.subTest(what), self.assertRaises(UserError):
                self._fill_in(**values)
        self.assertEqual((self.new.name, self.new.country_id.code), ("Empty Company", "US"))
        self.assertNotEqual(self.new.chart_template, "mx")

    def test_filling_in_again_corrects_the_data_and_leaves_the_books(self):
        self._fill_in()
        tax, accounts = self.new.gym_tax_general_id, self.env["account.account"].search_count([])
        self._fill_in(name="Fuerza Peninsular")
        self.assertEqual((self.new.name, self.new.gym_tax_general_id), ("Fuerza Peninsular", tax))
        self.assertEqual(self.env["account.account"].search_count([]), accounts)

    def test_books_with_entries_in_another_chart_are_left_alone(self):
        self.env["account.chart.template"].try_loading("generic_coa", self.new, install_demo=False)
        journal = self.env["account.journal"].search([("company_id", "=", self.new.id), ("type", "=", "general")])[0]
        account = self.env["account.account"].with_company(self.new).search([("company_ids", "=", self.new.id)])[0]
        lines = [(0, 0, {"account_id": account.id, "debit": 1.0}), (0, 0, {"account_id": account.id, "credit": 1.0})]
        self.env["account.move"].with_company(self.new).create({"journal_id": journal.id, "line_ids": lines})
        with self.assertRaisesRegex(UserError, "another chart of accounts"):
            self._fill_in()
        self.assertEqual(self.new.chart_template, "generic_coa")

    def test_only_the_owner_of_the_company_fills_it_in(self):
        for role in OTHERS:
            with self.subTest(role), self.assertRaises(AccessError):
                self._fill_in(getattr(self, role))
        self.assertNotEqual(self.company.name, "Fuerza Mérida SA de CV")

    def test_a_company_of_somebody_else_cannot_be_switched_on(self):
        dialog = self.env["gym.start.company"].with_user(self.boss)
        crafted = dialog.with_context(allowed_company_ids=self.company.ids)
        with self.assertRaises(AccessError):
            crafted.create({"name": "Mine", "vat": RFC, "zip": "97000"}).action_save()
        self.assertNotEqual(self.company.name, "Mine")

    # --- the steps

    def test_a_new_gym_has_everything_to_do(self):
        page = self._get()
        self.assertTrue(page["is_open"])
        self.assertEqual(page["done"], 0)
        self.assertEqual(page["steps"][0]["key"], "company")
        self.assertIn("first", self._get("branch")["title"])

    def test_steps_are_done_when_the_gym_has_what_they_are_for(self):
        self._fill_in()
        branch = self._create_location(name="Mérida Centro", zip="97000", company_id=self.new.id)
        self.assertTrue(self._get("branch")["is_done"])
        plan = self.env["gym.plan"].create(
            {"name": "Mensual", "company_id": self.new.id, "price_ids": [(0, 0, {"amount": 599})]}
        )
        self.assertTrue(self._get("plan")["is_done"])
        self.assertEqual(self._get("member")["button"], "Sign up")
        self.assertFalse(self._get("team")["is_done"])
        self._create_staff("frontdesk", branch, self.new)
        self.assertTrue(self._get("team")["is_done"])
        self.assertFalse(self._get("member")["is_done"])
        member = self._create_member(location_id=branch.id, company_id=self.new.id)
        subscription = self.env["gym.subscription"].create({"member_id": member.id, "plan_id": plan.id})
        self.assertFalse(self._get("member")["is_done"])
        subscription._activate()
        self.assertTrue(self._get("member")["is_done"])

    def test_what_another_company_has_is_not_counted(self):
        self.assertTrue(self.env["gym.location"].search_count([("company_id", "=", self.company.id)]))
        self.assertFalse(self._get("branch")["is_done"])

    def test_documents_are_done_when_those_needed_are_in_force(self):
        templates = self.env["gym.consent.document"].search([("company_id", "=", False)])
        for purpose in ("privacy_necessary", "waiver"):
            self.assertFalse(self._get("documents")["is_done"])
            draft = templates.filtered(lambda one, purpose=purpose: one.purpose == purpose)[:1]._adapt_to(self.new)
            draft.body = "<p>Texto revisado.</p>"
            draft._set_published()
        self.assertTrue(self._get("documents")["is_done"])

    def test_keys_of_payment_are_for_who_may_write_them(self):
        step = self._get("payment")
        self.assertFalse(step["button"])
        self.assertIn("administrator", step["note"])

    # --- later

    def test_a_step_is_left_for_later_and_taken_up_again(self):
        page = self.page.leave("import")
        step = next(one for one in page["steps"] if one["key"] == "import")
        self.assertEqual((step["is_left"], step["is_waiting"], step["is_done"]), (True, False, False))
        page = self.page.take_up("import")
        step = next(one for one in page["steps"] if one["key"] == "import")
        self.assertEqual((step["is_left"], step["is_waiting"]), (False, True))

    def test_a_step_that_there_is_not_is_not_kept(self):
        self.page.leave("nonsense")
        self.assertFalse(self.new.gym_start_left)

    def test_only_owners_see_and_change_the_page(self):
        before = self.company.gym_start_left
        for role in OTHERS:
            page = self.env["gym.start"].with_user(getattr(self, role))
            for call in (page.get_page, lambda page=page: page.leave("team"), lambda page=page: page.take_up("team")):
                with self.subTest(role), self.assertRaises(AccessError):
                    call()
        self.assertEqual(self.company.gym_start_left, before)

    def test_the_page_is_first_until_nothing_waits(self):
        self.assertTrue(self.page._is_open())
        self.new._leave_gym_start()
        self.env.invalidate_all()
        self.assertFalse(self.page._is_open())

    def test_a_gym_that_runs_already_is_not_led_through_its_beginning(self):
        from .. import post_init_hook

        branch = self._create_location(company_id=self.new.id)
        self._create_member(location_id=branch.id)
        self.new.gym_start_left = False
        post_init_hook(self.env)
        self.assertFalse(self.page._is_open())
