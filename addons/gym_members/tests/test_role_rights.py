from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import GymMembersCommon

# What each role may do with models of Odoo beyond what every employee may: c(reate) w(rite) u(nlink). A new line here
# is a decision: bank accounts, terms of payment, journals and users stay with those who keep the books.
DESK = {"res.partner": "cw", "portal.wizard": "cw", "portal.wizard.user": "cw"}
WRITES = {
    "trainer": {},
    "frontdesk": DESK,
    "manager": DESK | {"res.partner.category": "cw"},
    "owner": DESK | {"res.partner.category": "cw", "res.partner": "cwu", "res.partner.bank": "cwu", "res.bank": "cwu"},
}
OPERATIONS = {"c": "perm_create", "w": "perm_write", "u": "perm_unlink"}


@tagged("post_install", "-at_install")
class TestRoleRights(GymMembersCommon):
    """Least rights: what the roles bring of Odoo's own, and what is guarded although they may write contacts."""

    def _get_writes(self, groups):
        rows = self.env["ir.model.access"].search([("group_id", "in", groups.ids)])
        found = {}
        for row in rows:
            name = row.model_id.model
            found.setdefault(name, set()).update(letter for letter, right in OPERATIONS.items() if row[right])
        return found

    def test_members_read_no_word_of_the_staff_about_them(self):
        user = new_test_user(self.env, "rights_moroso", groups="base.group_portal")
        tag = self.env["res.partner.category"].create({"name": "Moroso"})
        user.partner_id.write({"comment": "<p>Moroso</p>", "category_id": [(4, tag.id)]})
        self._create_member(partner_id=user.partner_id.id, name="Beto")
        mine = user.partner_id.with_user(user)
        for name in ("comment", "category_id"):
            with self.assertRaises(AccessError):
                mine.read([name])
            with self.assertRaises(AccessError):
                mine.search([(name, "ilike", "Moroso")])
            self.assertTrue(user.partner_id.with_user(self.frontdesk)[name])

    def test_members_write_no_signature_and_their_language_is_one_of_the_list(self):
        user = new_test_user(self.env, "rights_signer", groups="base.group_portal", lang="en_US")
        with self.assertRaises(AccessError):
            user.with_user(user).write({"signature": "<a href='https://evil.example'>Sign here</a>"})
        self.assertNotIn("evil", user.signature or "")
        before = (user.lang, user.tz)
        for vals in ({"lang": "xx_XX"}, {"lang": "<b>"}, {"tz": "Mars/Olympus"}):
            for write in (user.with_user(user).write, user.partner_id.with_user(self.frontdesk).write):
                with self.assertRaisesRegex(UserError, "not on the list"):
                    write(vals)
        self.assertEqual((user.lang, user.tz), before)
        user.with_user(user).write({"tz": "America/Tijuana"})
        self.frontdesk.with_user(self.frontdesk).write({"signature": "<p>Itzel</p>"})
        self.assertIn("Itzel", self.frontdesk.signature)

    def test_each_role_writes_of_odoo_what_is_named_here_and_nothing_else(self):
        everybody = self.env.ref("base.group_user").all_implied_ids
        for role, expected in WRITES.items():
            group = self.env.ref(f"gym_members.group_gym_{role}")
            found = self._get_writes(group.all_implied_ids - everybody)
            foreign = {
                name: "".join(letter for letter in OPERATIONS if letter in letters)
                for name, letters in found.items()
                if letters and not name.startswith("gym.")
            }
            self.assertEqual(foreign, expected, role)

    def test_nobody_below_the_accountant_touches_a_bank_account(self):
        account = self.env["res.partner.bank"].create(
            {"partner_id": self.company.partner_id.id, "acc_number": "646180110400000007"}
        )
        accounts = self.env["res.partner.bank"].with_context(active_test=False).search([])
        for user in (self.trainer, self.frontdesk, self.manager):
            mine = account.with_user(user)
            for attempt in (
                lambda mine=mine: mine.create({"partner_id": self.company.partner_id.id, "acc_number": "1"}),
                lambda mine=mine: mine.write({"active": False}),
                lambda mine=mine: mine.write({"acc_number": "1"}),
                lambda mine=mine: mine.unlink(),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    attempt()
        self.env.invalidate_all()
        self.assertEqual(self.env["res.partner.bank"].with_context(active_test=False).search([]), accounts)
        self.assertRecordValues(account, [{"acc_number": "646180110400000007", "active": True}])

    def test_owners_hear_of_every_change_of_an_account_of_the_company(self):
        self.owner.lang = "en_US"
        account = (
            self.env["res.partner.bank"]
            .with_user(self.owner)
            .create({"partner_id": self.company.partner_id.id, "acc_number": "646180110400000007"})
        )
        told = self.env["mail.message"].search([("partner_ids", "in", self.owner.partner_id.ids)])
        self.assertIn("646180110400000007", told[:1].body)
        self.assertIn(self.owner.name, told[:1].body)
        account.unlink()
        again = self.env["mail.message"].search([("partner_ids", "in", self.owner.partner_id.ids)]) - told
        self.assertTrue(any("removed" in message.subject for message in again))

    def test_accounts_of_another_company_are_not_the_owner_s(self):
        theirs = self.other_company.partner_id
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["res.partner.bank"].with_user(self.owner).create({"partner_id": theirs.id, "acc_number": "1"})
        self.assertFalse(theirs.bank_ids)

    def test_the_company_s_own_contact_is_not_the_desk_s(self):
        contact = self.company.partner_id
        before = contact.read(["name", "vat", "zip", "email"])
        for user in (self.frontdesk, self.manager, self._create_staff("owner", company=self.other_company)):
            for vals in (
                {"name": "Evil SA de CV"},
                {"vat": "XAXX010101000"},
                {"zip": "01000"},
                {"email": "a@b.example"},
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    contact.with_user(user).write(vals)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                contact.with_user(user).unlink()
        self.env.invalidate_all()
        self.assertEqual(contact.read(["name", "vat", "zip", "email"]), before)
        contact.with_user(self.owner).write({"phone": "5555550000"})
        self.assertEqual(contact.phone, "5555550000")

    def test_the_desk_makes_contacts_and_members_with_a_language_that_exists(self):
        partners, members = (self.env[model].with_user(self.frontdesk) for model in ("res.partner", "gym.member"))
        before = self.env["res.partner"].search_count([])
        with self.assertRaisesRegex(UserError, "not on the list"):
            partners.create({"name": "Ana", "lang": "xx_XX"})
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertTrue(partners.create({"name": "Ana"}))
        self.assertTrue(members.create({"name": "Ana", "location_id": self.roma.id}))

    def test_nobody_writes_what_follows_from_other_fields(self):
        person = self._create_member(name="Ana", email="ana@correo.mx").partner_id
        partners = self.env["res.partner"]
        names = ("complete_name", "email_normalized", "phone_sanitized", "commercial_company_name")
        before = person.read(names)
        for name in names:
            for user in (self.frontdesk, self.manager):
                with self.assertRaisesRegex(AccessError, "follow from other fields"), self.env.cr.savepoint():
                    person.with_user(user).write({name: "x@evil.example"})
                with self.assertRaisesRegex(AccessError, "follow from other fields"), self.env.cr.savepoint():
                    partners.with_user(user).create({"name": "Eva", name: "x@evil.example"})
        self.env.invalidate_all()
        self.assertEqual(person.read(names), before)

    def test_no_sign_in_changes_the_address_of_links(self):
        self.assertEqual(self.env["ir.config_parameter"].get_param("web.base.url.freeze"), "True")
