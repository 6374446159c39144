"""Real invoices of a Mexican company with l10n_mx's chart, and their CFDI."""

from datetime import datetime
from decimal import Decimal

from odoo import Command
from odoo.tests import freeze_time

from odoo.addons.vigor_test.accounting import PreparedCompanyCase

from ..domain import rules, seal, xsd
from ..domain.builder import to_xml
from ..domain.limits import rounded
from ..domain.reader import parse, read
from ..domain.tests import certificates

NOW = "2026-11-21 18:00:00"
TODAY = "2026-11-21"
PLACE = "42501"


@freeze_time(NOW)
class CfdiInvoiceCase(PreparedCompanyCase):
    """A company that issues CFDI, its taxes by their SAT names, and customers of each kind."""

    @classmethod
    @PreparedCompanyCase.setup_country("mx")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.write(
            {
                "vat": "EKU9003173C9",
                "zip": PLACE,
                "cfdi_name": "ESCUELA KEMPER URGATE",
                "cfdi_regime": "601",
                "cfdi_active": True,
                "cfdi_default_product_key_id": cls.env["gym.cfdi.product.key"]._from_code("91101501").id,
            }
        )
        cls.journal = cls.company_data["default_journal_sale"]
        cls.journal.cfdi_payment_form = "03"
        cls.bank = cls.company_data["default_journal_bank"]
        cls.iva16 = cls._get_chart_tax("tax12")
        cls.iva8 = cls._get_chart_tax("tax17")
        cls.iva0 = cls._get_chart_tax("tax9")
        cls.exempt = cls._get_chart_tax("tax19")
        cls.isr125 = cls._get_chart_tax("mx_wh_1_25_sale")
        cls.customer = cls._create_customer()
        cls.membership = cls.env["product.product"].create(
            {"name": "Membresía mensual", "type": "service", "default_code": "M-01", "taxes_id": [Command.clear()]}
        )

    @classmethod
    def _get_chart_tax(cls, name):
        return cls.env.ref(f"account.{cls.company.id}_{name}")

    @classmethod
    def _create_customer(cls, **values):
        defaults = {
            "name": "Universidad Robótica Española, S.A. de C.V.",
            "vat": "URE180429TM6",
            "zip": "86991",
            "country_id": cls.env.ref("base.mx").id,
            "cfdi_regime": "601",
        }
        return cls.env["res.partner"].create(defaults | values)

    @classmethod
    def _create_tax(cls, name, amount, **values):
        """A sales tax of the company; price included when asked."""
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "company_id": cls.company.id,
                "country_id": cls.env.ref("base.mx").id,
            }
            | values
        )

    @classmethod
    def _prepare_line(cls, price=499.0, taxes=None, **values):
        taxes = cls.iva16 if taxes is None else taxes
        return {
            "product_id": cls.membership.id,
            "price_unit": price,
            "quantity": 1,
            "tax_ids": [Command.set(taxes.ids)],
        } | values

    @classmethod
    def _create_invoice_of(cls, lines=None, post=True, **values):
        """An invoice, posted unless told otherwise; ``lines`` are prices or values of lines."""
        lines = [499.0] if lines is None else lines
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "journal_id": cls.journal.id,
                "invoice_date": TODAY,
                "invoice_line_ids": [
                    Command.create(line if isinstance(line, dict) else cls._prepare_line(line)) for line in lines
                ],
            }
            | values
        )
        if post:
            move.action_post()
        return move

    def _pay(self, moves, amount=None, date=TODAY, **values):
        """Register a payment of ``moves`` in the bank journal, of all that is due or of ``amount``."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(
                {"payment_date": date, "journal_id": self.bank.id, "group_payment": True}
                | ({"amount": amount} if amount else {})
                | values
            )
        )
        return wizard._create_payments()

    def _reverse(self, move, post=True):
        """The credit note of a whole invoice."""
        refund = move._reverse_moves([{"invoice_date": TODAY, "journal_id": move.journal_id.id}])
        if post:
            refund.action_post()
        return refund

    def _mark_stamped(self, documents):
        """Seal documents, which must break no rule, and have them as if a PAC had stamped them, one UUID each."""
        comprobantes = []
        documents = documents.sudo()  # as the outbox works
        for document, comprobante in documents._compose(documents._get_dates()).items():
            self._assert_valid(comprobante)
            sealed = seal.sign(comprobante, certificates.csd())
            document._transition("seal", {"sealed_xml": sealed.xml.decode(), "request_id": f"test-{document.id}"})
            document._transition("send")
            document._transition("stamp", {"uuid": f"6F9619FF-8B86-4D01-B42D-{document.id:012d}"})
            comprobantes.append(comprobante)
        documents._on_stamped()
        return comprobantes

    def _assert_valid(self, comprobante):
        """Assert that a document breaks no rule and follows the schema."""
        if isinstance(comprobante, list):
            self.fail([error.text("en") for error in comprobante])
        failures = [failure for failure in rules.check(comprobante) if failure.severity == rules.ERROR]
        self.assertEqual([(failure.code, failure.path, failure.observed) for failure in failures], [])
        violations = xsd.violations(parse(to_xml(comprobante)))
        self.assertEqual([error.text("en") for error in violations], [])

    def _assert_clean(self, move):
        """Assert that the CFDI of ``move`` says its totals to the cent and breaks no rule; return it."""
        comprobante = self._assert_clean_total(move)
        untaxed = comprobante.sub_total - (comprobante.descuento or 0)
        self.assertEqual(untaxed, rounded(Decimal(repr(move.amount_untaxed)), move.currency_id.decimal_places))
        return comprobante

    def _assert_clean_total(self, move):
        """Likewise of its total alone."""
        comprobante = move._get_cfdi_comprobante(datetime(2026, 11, 21, 12, 0, 0))
        decimals = move.currency_id.decimal_places
        self.assertEqual(comprobante.total, rounded(Decimal(repr(move.amount_total)), decimals))
        self._assert_valid(comprobante)
        return comprobante

    def _seal(self, comprobante):
        sealed = seal.sign(comprobante, certificates.csd())
        return read(sealed.xml)
