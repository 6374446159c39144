from decimal import Decimal

from odoo import models

from ..domain.amounts import WITHHELD, InvoiceLine, LineTax, amounts_of_invoice
from ..domain.composition import compose_concept, compose_totals
from ..domain.errors import CfdiError
from ..domain.limits import rounded
from ..domain.model import (
    CfdiRelacionados,
    Comprobante,
    ImpuestosLocales,
    RetencionLocal,
    TrasladoLocal,
)
from ..domain.payment_method import payment_form
from ..domain.texts import MOST_OF_DESCRIPTION, MOST_OF_IDENTIFICATION, plain, series_and_folio

INCOME, CREDIT = "I", "E"
_PESO = "MXN"
_NO_EXPORT = "01"
_RATE_DECIMALS = 6
_LOCAL_RATE_DECIMALS = 2


class CompositionError(CfdiError):
    """An invoice that no CFDI can state as it was posted."""

    code = "INVOICE"


class AccountMove(models.Model):
    """From a posted invoice to its CFDI.

    Amounts are those that Odoo posted, as its own computation of taxes tells them line by line; nothing is computed
    again. :mod:`..domain.amounts` states them within the SAT's limits.
    """

    _name = "account.move"
    _inherit = "account.move"

    # === DOCUMENT === #

    def _get_cfdi_comprobante(self, fecha, document=None):
        """Return the CFDI of this invoice or credit note, not sealed.

        For many moves call it on each of one recordset: records are read together.

        :param datetime fecha: naive, by the clock of the place of issue
        :param document: the document it is composed for, whose relations it states; by default those of the invoice
        :return: :class:`~..domain.model.Comprobante`
        :raise CfdiError: when the invoice cannot be stated
        """
        self.ensure_one()
        place = self.journal_id._get_cfdi_place()
        is_credit = self.move_type == "out_refund"
        lines, local_taxes = self._get_cfdi_lines()
        amounts = amounts_of_invoice(lines, self.currency_id.decimal_places)
        totals = compose_totals(amounts)
        complements = ()
        if local_taxes:
            complements = (_compose_local_taxes(local_taxes),)
            totals["total"] += complements[0].totalde_traslados - complements[0].totalde_retenciones
        series, folio = series_and_folio(self.name)
        method = self.cfdi_payment_method
        return Comprobante(
            serie=series,
            folio=folio,
            fecha=fecha,
            forma_pago=payment_form(method, self.cfdi_payment_form, is_credit),
            moneda=self.currency_id.name,
            tipo_cambio=self._get_cfdi_exchange_rate(),
            tipo_de_comprobante=CREDIT if is_credit else INCOME,
            exportacion=_NO_EXPORT,
            metodo_pago=method,
            lugar_expedicion=place,
            cfdi_relacionados=self._get_cfdi_relations(document),
            emisor=self.company_id._get_cfdi_issuer(),
            receptor=self._get_cfdi_receptor()._get_cfdi_receptor(place, self.cfdi_use or None, is_credit),
            conceptos=tuple(self._compose_cfdi_concept(concept) for concept in amounts.concepts),
            complementos=complements,
            **totals,
        )

    def _get_cfdi_exchange_rate(self):
        """Return TipoCambio, the rate with which the invoice was posted: pesos for one unit of its currency."""
        if self.currency_id.name == _PESO:
            return None
        rate = rounded(1 / Decimal(str(self.invoice_currency_rate or 1.0)), _RATE_DECIMALS)
        return rate.normalize() if rate != rate.to_integral_value() else rate.to_integral_value()

    def _get_cfdi_relations(self, document=None):
        """Return the nodes of related CFDI: those of the invoice, and what its document substitutes.

        :raise CompositionError: while one of them has no UUID yet
        """
        relations = self._get_cfdi_related_by_type()
        if document and document.relation_type and document.relation_type not in relations:
            relations[document.relation_type] = document.related_ids
        if not all(related.uuid for documents in relations.values() for related in documents):
            raise _unstamped_relation_error()
        return tuple(
            CfdiRelacionados(tipo_relacion=key, uuids=tuple(documents.mapped("uuid")))
            for key, documents in relations.items()
            if documents
        )

    def _get_cfdi_related_by_type(self):
        """Return {key of c_TipoRelacion: documents that this invoice relates to}."""
        return {self.cfdi_relation_type: self._get_cfdi_related_documents()} if self.cfdi_relation_type else {}

    # === CONCEPTS === #

    def _compose_cfdi_concept(self, concept):
        line = concept.reference
        product = line.product_id
        key = product.product_tmpl_id._get_cfdi_product_key(self.company_id) if product else False
        key = key or self.company_id.cfdi_default_product_key_id
        return compose_concept(
            concept,
            clave_prod_serv=key.code or "",
            no_identificacion=plain(product.default_code, MOST_OF_IDENTIFICATION) or None,
            clave_unidad=line.product_uom_id._get_cfdi_unit_key(product),
            descripcion=plain(line.name or product.name, MOST_OF_DESCRIPTION) or "-",
        )

    # === AMOUNTS === #

    def _get_cfdi_lines(self):
        """Return the lines as Odoo's own computation of taxes posted them, and the local taxes.

        :return: list of :class:`~..domain.amounts.InvoiceLine`, and {(tax name, rate in percent): amount}, negative
            when withheld
        """
        rounded_taxes = self.line_ids.filtered(lambda line: line.display_type == "rounding" and line.tax_line_id)
        local_taxes = {}
        lines = [self._get_cfdi_line(base_line, local_taxes) for base_line in self._get_cfdi_base_lines(rounded_taxes)]
        return lines + [self._get_cfdi_rounding(line) for line in rounded_taxes], local_taxes

    def _get_cfdi_base_lines(self, rounded_taxes):
        """Return the base lines of Odoo's computation, with the taxes as they are before ``rounded_taxes``.

        :param rounded_taxes: entry lines with which cash rounding changed the biggest tax: the SAT admits no tax that
            its base does not give (CFDI40180), so they are stated apart, see :meth:`_get_cfdi_rounding`
        """
        base_lines, tax_lines = self._get_rounded_base_and_tax_lines()
        if rounded_taxes:
            posted = [line for line in tax_lines if line["record"] not in rounded_taxes]
            self.env["account.tax"]._add_tax_details_in_base_lines(base_lines, self.company_id)
            self.env["account.tax"]._round_base_lines_tax_details(base_lines, self.company_id, tax_lines=posted)
        return base_lines

    def _get_cfdi_rounding(self, line):
        """Return what cash rounding added to the biggest tax, or took from it, as a line without taxes."""
        net = _amount(self.direction_sign * line.amount_currency, self.currency_id.decimal_places)
        return InvoiceLine(quantity=Decimal(1), net=net, reference=line)

    def _get_cfdi_line(self, base_line, local_taxes):
        if base_line["special_type"] in ("early_payment", "non_deductible"):
            raise _special_line_error()
        details = base_line["tax_details"]
        decimals = self.currency_id.decimal_places
        taxes = []
        for tax_data in details["taxes_data"]:
            tax = tax_data["tax"]
            amount = _amount(tax_data["tax_amount_currency"], decimals)
            if tax._is_cfdi_local():
                name = (tax.name, rounded(abs(Decimal(str(tax.amount))), _LOCAL_RATE_DECIMALS))
                local_taxes[name] = local_taxes.get(name, Decimal(0)) + amount
                continue
            key = tax._get_cfdi_key()
            base = _amount(tax_data["base_amount_currency"], decimals)
            if tax.amount_type == "fixed":
                base = Decimal(str(base_line["quantity"])) * (1 if base >= 0 else -1)
            taxes.append(LineTax(*key, base=base, amount=-amount if key[0] == WITHHELD else amount))
        net = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
        return InvoiceLine(
            quantity=Decimal(str(base_line["quantity"])),
            net=_amount(net, decimals),
            gross=self._get_cfdi_gross(base_line) if base_line["discount"] else None,
            taxes=tuple(taxes),
            reference=base_line["record"],
        )

    def _get_cfdi_gross(self, base_line):
        """Return the amount of a line before its discount, without the taxes that its price includes."""
        share = 1 - Decimal(str(base_line["discount"])) / 100
        if share > 0:
            return Decimal(str(base_line["tax_details"]["raw_total_excluded_currency"])) / share
        undiscounted = {**base_line, "discount": 0.0}
        self.env["account.tax"]._add_tax_details_in_base_line(undiscounted, self.company_id)
        return Decimal(str(undiscounted["tax_details"]["raw_total_excluded_currency"]))


def _amount(number, decimals):
    """Return an amount that Odoo has rounded as a Decimal with the currency's decimals."""
    return Decimal(f"{number:.{decimals}f}")


def _compose_local_taxes(local_taxes):
    charged = {key: amount for key, amount in local_taxes.items() if amount >= 0}
    withheld = {key: -amount for key, amount in local_taxes.items() if amount < 0}
    return ImpuestosLocales(
        totalde_retenciones=sum(withheld.values(), Decimal("0.00")),
        totalde_traslados=sum(charged.values(), Decimal("0.00")),
        retenciones_locales=tuple(
            RetencionLocal(imp_loc_retenido=name, tasade_retencion=rate, importe=amount)
            for (name, rate), amount in withheld.items()
        ),
        traslados_locales=tuple(
            TrasladoLocal(imp_loc_trasladado=name, tasade_traslado=rate, importe=amount)
            for (name, rate), amount in charged.items()
        ),
    )


def _unstamped_relation_error():
    return CompositionError(
        code="RELATED",
        es=(
            "Uno de los CFDI relacionados todavía no está timbrado.",
            "Tímbrelo primero; este documento se reintenta enseguida.",
        ),
        en=("One of the related CFDI is not stamped yet.", "Have it stamped; this one is then tried again."),
    )


def _special_line_error():
    return CompositionError(
        es=(
            "La factura reparte de antemano un descuento por pronto pago, que un CFDI no puede expresar.",
            "Use un término de pago cuyo descuento se calcule al pagar, y haga una nota de crédito por él.",
        ),
        en=(
            "The invoice states an early payment discount beforehand, which a CFDI cannot express.",
            "Use a payment term whose discount is computed on payment, and make a credit note of it.",
        ),
    )
