from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tests.common import get_db_name

from odoo.addons.vigor_test.accounting import PreparedCompanyCase

from ..domain.invoice import Invoice, InvoiceLine

TODAY = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class InvoiceBatchCommon(PreparedCompanyCase):
    """A company with its chart (Mexico's where that is installed), customers of every kind, plans and taxes."""

    @classmethod
    def setUpClass(cls):
        if cls.env_has_mexico():
            cls.chart_template, cls.country_code = "mx", "MX"
        super().setUpClass()
        cls.batch = cls.env["account.move.batch"]
        cls.journal = cls.company_data["default_journal_sale"]
        cls.other_journal = cls.journal.copy({"code": "BR2", "name": "Branch 2"})
        cls.taxes = cls._create_taxes()
        cls.partners = cls._create_partners()
        cls.net_30 = cls.env["account.payment.term"].create(
            {"name": "30 days", "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})]}
        )

    @classmethod
    def env_has_mexico(cls):
        """Tell whether Mexico's chart is installed; asked before there is an environment."""
        return "l10n_mx" in Registry(get_db_name())._init_modules

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref("analytic.group_analytic_accounting")

    @classmethod
    def _create_taxes(cls):
        sale = {"type_tax_use": "sale", "amount_type": "percent", "company_id": cls.env.company.id}
        group = cls.tax_sale_a.tax_group_id.id
        rows = [
            ("A 16", 16, False),
            ("B 8", 8, False),
            ("C 16 included", 16, True),
            ("D 0", 0, False),
            ("E -4", -4, False),
        ]
        return cls.env["account.tax"].create(
            [
                {
                    **sale,
                    "name": name,
                    "amount": amount,
                    "tax_group_id": group,
                    "price_include_override": "tax_included" if included else "tax_excluded",
                }
                for name, amount, included in rows
            ]
        )

    @classmethod
    def _create_partners(cls):
        """Twelve customers: plain, with other accounts, terms, fiscal positions, languages, companies and addresses."""
        partners = cls.env["res.partner"].with_context(tracking_disable=True)
        plain = partners.create([{"name": f"Member {number}"} for number in range(6)])
        company = partners.create({"name": "Corporate", "is_company": True, "country_id": cls.env.ref("base.mx").id})
        employees = partners.create([{"name": f"Employee {number}", "parent_id": company.id} for number in range(2)])
        away = partners.create({"name": "With a delivery address", "country_id": cls.env.ref("base.mx").id})
        partners.create({"name": "Elsewhere", "type": "delivery", "parent_id": away.id})
        later = partners.create({"name": "Pays later", "property_payment_term_id": cls.pay_terms_b.id})
        return plain + employees + away + later + cls.partner_a + cls.partner_b

    def _line(self, price=430.17, tax=0, **values):
        taxes = self.taxes[tax] if isinstance(tax, int) else tax
        values |= {name: Decimal(str(values[name])) for name in ("quantity", "discount") if name in values}
        product_id = values.pop("product_id", self.product_a.id)
        return InvoiceLine(product_id, Decimal(str(price)), tuple(taxes.ids), **values)

    def _invoice(self, partner, *lines, **values):
        values = {"journal_id": self.journal.id, "invoice_date": TODAY, **values}
        return Invoice(partner_id=partner.id, lines=lines or (self._line(name=f"Dues of {partner.name}"),), **values)

    def _create_by_odoo(self, invoices):
        """What Odoo itself makes of ``invoices``: one ``create`` and one ``_post``, without chatter."""
        vals_list = [self.batch._prepare_move_vals(invoice) for invoice in invoices]
        moves = self.env["account.move"].with_context(tracking_disable=True).create(vals_list)
        moves._post(soft=False)
        self.env.flush_all()
        return moves
