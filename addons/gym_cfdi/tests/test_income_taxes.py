from odoo.fields import Command
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestIncomeTaxes(TransactionCase):
    """An invoice written by hand states the IVA of the account of its income."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "By Hand", "country_id": cls.env.ref("base.mx").id})
        cls.env["account.chart.template"].try_loading("mx", company=cls.company, install_demo=False)
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.income = cls.env["account.account"].search(
            [("company_ids", "in", cls.company.ids), ("code", "=", "401.01.01")]
        )

    def test_a_line_without_product_has_the_general_rate(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.env["res.partner"].create({"name": "Somebody"}).id,
                "invoice_line_ids": [
                    Command.create({"name": "Rent of the hall", "price_unit": 100, "account_id": self.income.id})
                ],
            }
        )
        self.assertEqual(move.invoice_line_ids.tax_ids, self.company.account_sale_tax_id)
        self.assertEqual((move.amount_tax, move.amount_total), (16, 116))

    def test_a_tax_that_somebody_chose_stays(self):
        other = self.company.account_sale_tax_id.copy({"name": "8 %", "amount": 8})
        self.income.tax_ids = other
        self.company._set_cfdi_income_taxes()
        self.assertEqual(self.income.tax_ids, other)
