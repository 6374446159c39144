"""Tests on the company that the database was prepared with; see README.md."""

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class PreparedCompanyCase(AccountTestInvoicingCommon):
    """Odoo's world for tests of invoices, in the main company when that has Mexico's chart of accounts.

    Odoo's own class makes a company for each class of tests and loads the chart for it, which takes longer than most of
    their tests. Where the main company has another chart or none, so does this one.
    """

    @classmethod
    def setup_independent_company(cls, **kwargs):
        company = cls.env.ref("base.main_company")
        return company if company.chart_template == "mx" else super().setup_independent_company(**kwargs)
