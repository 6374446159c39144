from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import PROVIDER_CODE
from ..domain.errors import ConektaError
from ..domain.money import from_cents
from ..domain.networks import DIGITAL_FEMSA
from ..domain.order_reading import Malformed
from ..domain.order_writing import MissingContact, prepare_customer
from ..domain.references import CASH, KINDS, SOURCE_TYPES, SPEI, read_source


class ConektaReference(models.Model):
    """What one payer pays with for ever, any amount at any time: a number for the store, or a CLABE.

    Each payment that comes makes a transaction of its own. Of each kind a payer gets one; two contacts that are merged
    keep both, because money may come by either.
    """

    _name = "conekta.reference"
    _description = "Permanent Payment Reference"
    _order = "partner_id, kind, id"
    _rec_name = "reference"

    partner_id = fields.Many2one("res.partner", required=True, readonly=True, index=True, ondelete="restrict")
    provider_id = fields.Many2one("payment.provider", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(related="provider_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [(CASH, "Cash at the store"), (SPEI, "Transfer (CLABE)")], required=True, readonly=True, string="Paid By"
    )
    is_live = fields.Boolean("Live Mode", readonly=True, help="Made with the live key; money comes only by those.")
    reference = fields.Char(required=True, readonly=True, index=True)
    barcode_url = fields.Char(string="Bar Code Picture", readonly=True)
    customer_ref = fields.Char(string="Customer at the Network", readonly=True, index=True)
    source_ref = fields.Char(string="Source at the Network", readonly=True)
    active = fields.Boolean(default=True)
    transaction_ids = fields.One2many("payment.transaction", "conekta_reference_id", string="Payments", readonly=True)

    _number_once = models.UniqueIndex("(provider_id, reference, is_live)", "This number belongs to a payer already.")

    # === GIVING THEM OUT === #

    @api.model
    def _ensure_all(self, partner, company):
        """Return, in sudo, all permanent references of a payer at a company, made where they are missing.

        Access is the caller's duty.

        :raise UserError: when a network does not make one
        """
        providers = self.env["payment.provider"].sudo().search(self._get_provider_domain(company), order="sequence, id")
        found = self.sudo().browse()
        for provider in providers:
            for kind in KINDS[provider.conekta_network]:
                found |= self._ensure(provider, partner, kind)
        return found

    @api.model
    def _get_provider_domain(self, company):
        return (
            Domain("code", "=", PROVIDER_CODE)
            & Domain("state", "!=", "disabled")
            & Domain("company_id", "in", company.parent_ids.ids)
        )

    def _ensure(self, provider, partner, kind):
        is_live = provider.state == "enabled"
        of_payer = self.sudo().search(
            Domain("partner_id", "=", partner.id)
            & Domain("provider_id", "=", provider.id)
            & Domain("is_live", "=", is_live)
        )
        if known := of_payer.filtered(lambda reference: reference.kind == kind):
            return known[0]
        try:
            customer = of_payer[:1].customer_ref or self._create_customer(provider, partner, is_live)
            client = provider._conekta_get_client(is_live)
            source = read_source(client.create_source(customer, SOURCE_TYPES[kind], f"{customer}-{kind}"), kind)
        except (ConektaError, Malformed) as error:
            raise UserError(self._explain(provider, error)) from error
        return self.sudo().create(
            {
                "partner_id": partner.id,
                "provider_id": provider.id,
                "kind": kind,
                "is_live": is_live,
                "reference": source.reference,
                "barcode_url": source.barcode_url,
                "customer_ref": customer,
                "source_ref": source.id,
            }
        )

    def _create_customer(self, provider, partner, is_live):
        try:
            customer = prepare_customer(partner.name, partner.email, partner.phone)
        except MissingContact as error:
            labels = partner.fields_get(error.fields, ["string"])
            raise ValidationError(
                self.env._(
                    "%(payer)s needs name, e-mail and telephone (10 digits) to get a permanent reference. Please "
                    "complete: %(missing)s.",
                    payer=partner.display_name,
                    missing=", ".join(labels[name]["string"] for name in error.fields),
                )
            ) from error
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return provider._conekta_get_client(is_live).create_customer(customer, f"{database}-partner-{partner.id}")

    def _explain(self, provider, error):
        if isinstance(error, ConektaError):
            return provider._conekta_explain(error)
        return self.env._(
            "%(provider)s gave a number that cannot be used: %(why)s Try again.", provider=provider.name, why=error
        )

    # === RECEIVING === #

    @api.model
    def _receive(self, provider, order):
        """Book what came by a permanent reference, once, as a transaction of its own.

        :param order: :class:`~..domain.order_reading.Order`, as asked for; others than such are left alone
        """
        reference = self._find(provider, order)
        if not reference or not order.is_paid:
            return
        transactions = self.env["payment.transaction"].sudo()
        domain = Domain("provider_id", "=", provider.id) & Domain("provider_reference", "=", order.id)
        received = transactions.search(domain, limit=1) or reference._create_transaction(order)
        received._conekta_take(order)
        self.env.ref("payment.cron_post_process_payment_tx")._trigger()

    @api.model
    def _find(self, provider, order):
        """Return by which reference an order was paid that the network made; by its number, else by its customer."""
        if order.key or not order.voucher:
            return self.browse()
        of_mode = Domain("provider_id", "=", provider.id) & Domain("is_live", "=", order.is_live)
        every = self.sudo().with_context(active_test=False)  # money that comes by an archived one is money
        return every.search(of_mode & Domain("reference", "=", order.voucher.reference), limit=1) or every.search(
            of_mode & Domain("customer_ref", "=", order.customer_id or "-"), limit=1
        )

    def _create_transaction(self, order):
        self.ensure_one()
        transactions, provider = self.env["payment.transaction"].sudo(), self.provider_id
        transaction = transactions.create(
            {
                "provider_id": provider.id,
                "payment_method_id": self._get_method().id,
                "reference": transactions._compute_reference(PROVIDER_CODE, prefix=order.id),
                "provider_reference": order.id,
                "amount": float(from_cents(order.cents)),
                "currency_id": self._get_currency(order).id,
                "partner_id": self.partner_id.id,
                "operation": "online_redirect",
                "conekta_reference_id": self.id,
            }
        )
        transaction.is_live = order.is_live
        return transaction

    def _get_method(self):
        methods = self.env["payment.method"].with_context(active_test=False)
        if self.kind == SPEI:
            return methods.search([("code", "=", "spei")], limit=1)
        code = "oxxopay" if self.provider_id.conekta_network == DIGITAL_FEMSA.code else "conekta_cash"
        return methods.search([("code", "=", code)], limit=1)

    def _get_currency(self, order):
        return self.env["res.currency"].with_context(active_test=False).search([("name", "=", order.currency)], limit=1)

    @api.model
    def _cron_receive(self):
        """Every hour: receive what came by a permanent reference and whose notification got lost."""
        providers = self.search([]).provider_id.filtered(lambda provider: provider.state != "disabled")
        self.env["ir.cron"]._do_each(providers, "_conekta_receive_missed")
