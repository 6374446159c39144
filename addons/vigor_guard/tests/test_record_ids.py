from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestRecordIds(TransactionCase):
    """An id in a new record is a number, so that rules and constraints see it."""

    def test_text_and_fractions_are_the_record_that_postgresql_takes_them_for(self):
        firm = self.env["res.partner"].create({"name": "ACME", "is_company": True})
        for value in (str(firm.id), f" {firm.id} ", float(firm.id)):
            self.assertEqual(self.env["res.partner"].create({"name": "Ana", "parent_id": value}).parent_id, firm)

    def test_what_is_no_id_makes_nothing(self):
        partners = self.env["res.partner"]
        before = partners.search_count([])
        for value in ("abc", "0x1", 1.5):
            with self.assertRaisesRegex(ValueError, "is no record"):
                partners.create({"name": "Ana", "parent_id": value})
        self.assertEqual(partners.search_count([]), before)
        self.assertFalse(partners.create({"name": "Ana", "parent_id": ""}).parent_id)
