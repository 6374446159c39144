"""From payments reconciled in accounting to the amounts of a payment complement (Pagos 2.0).

The policy:

1. The taxes of each invoice are stated in the proportion in which it is paid: BaseDR is what is left of the invoice's
   base, after credit notes and earlier payments (:mod:`.payment_left`), times ImpPagado / what is left of it at
   six decimals. ImporteDR is that base times its rate at six decimals, so it is within its limits whatever the invoice
   rounded (CRP20254, 20261). The last decimal of a tax may therefore differ from the invoice's.
2. BaseP and ImporteP are the sums of those, each divided by its EquivalenciaDR, at six decimals and unrounded otherwise
   (CRP20265, 20268, 20269, 20274). The SAT compares them exactly since September 2026.
3. Totales are in pesos: sums of the former times TipoCambioP, rounded half up to cents (CRP20201-20211).
4. EquivalenciaDR is what was paid of the invoice, in its currency, for each unit of the payment, rounded up at ten
   decimals, so that the documents never add up to more than was received (CRP20217, 20276).
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_UP, Context, Decimal

from . import model
from .amounts import NOT_SUBJECT, SUBJECT, TRANSFERRED
from .catalogs import TAX_IEPS, TAX_ISR, TAX_IVA
from .limits import rounded
from .payment_left import Earlier, taxes_left

PESO = "MXN"
_EXACT = Context(prec=60)
_ZERO = Decimal(0)
_ONE = Decimal(1)
_TAX_DECIMALS = 6
_LEAST_BASE = Decimal("0.000001")
_EQUIVALENCE_UNIT = Decimal(1).scaleb(-10)

_WITHHELD_TOTALS = {
    TAX_IVA: "total_retenciones_iva",
    TAX_ISR: "total_retenciones_isr",
    TAX_IEPS: "total_retenciones_ieps",
}
_TRANSFERRED_TOTALS = {
    ("Tasa", Decimal("0.16")): ("total_traslados_base_iva16", "total_traslados_impuesto_iva16"),
    ("Tasa", Decimal("0.08")): ("total_traslados_base_iva8", "total_traslados_impuesto_iva8"),
    ("Tasa", _ZERO): ("total_traslados_base_iva0", "total_traslados_impuesto_iva0"),
    ("Exento", None): ("total_traslados_base_iva_exento", None),
}


@dataclass(frozen=True)
class InvoiceTax:
    """A tax of an invoice as its CFDI states it; ``kind``, ``tax``, ``factor`` and ``rate`` as in a line's tax."""

    kind: str
    tax: str
    factor: str
    rate: Decimal | None
    base: Decimal


@dataclass(frozen=True)
class Settlement:
    """What a payment settles of an invoice.

    ``total``, ``balance`` (before the payment) and ``paid`` are in the invoice's currency, with its decimals;
    ``received`` is the part of the payment that settled it, in the payment's currency. ``taxes`` are those of the whole
    invoice, and ``earlier`` is what settled it before this payment, in order.
    """

    uuid: str
    currency: str
    total: Decimal
    balance: Decimal
    paid: Decimal
    received: Decimal
    number: int = 1
    series: str | None = None
    folio: str | None = None
    taxes: tuple[InvoiceTax, ...] = ()
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True)
class Payment:
    """A payment received, in ``currency``; ``rate`` is pesos per unit of it.

    ``bank`` holds further attributes of :class:`~.model.Pago`, as ``{"cta_ordenante": "0123..."}``.
    """

    at: datetime
    form: str
    currency: str
    amount: Decimal
    settlements: tuple[Settlement, ...]
    rate: Decimal = _ONE
    bank: dict = field(default_factory=dict)


def payment_complement(payments):
    """Return the :class:`~.model.Pagos` of one or several payments of one customer.

    :param payments: non-empty iterable of :class:`Payment`
    """
    nodes = tuple(_payment(payment) for payment in payments)
    return model.Pagos(totales=_totals(nodes), pagos=nodes)


def _payment(payment):
    documents = tuple(_document(settlement, payment) for settlement in payment.settlements)
    return model.Pago(
        fecha_pago=payment.at,
        forma_de_pago_p=payment.form,
        moneda_p=payment.currency,
        tipo_cambio_p=_ONE if payment.currency == PESO else payment.rate,
        monto=payment.amount,
        docto_relacionado=documents,
        impuestos_p=_payment_taxes(documents),
        **payment.bank,
    )


def _document(settlement, payment):
    taxes, left = taxes_left(settlement.taxes, settlement.total, settlement.earlier)
    share = _EXACT.divide(settlement.paid, left)
    transfers, withholdings = [], []
    for tax in taxes:
        base = max(rounded(_EXACT.multiply(tax.base, share), _TAX_DECIMALS), _LEAST_BASE)
        if tax.kind == TRANSFERRED:
            transfers.append(_transfer(tax, base))
        else:
            rate = rounded(tax.rate, _TAX_DECIMALS)
            withholdings.append(
                model.RetencionDR(
                    base_dr=base,
                    impuesto_dr=tax.tax,
                    tipo_factor_dr=tax.factor,
                    tasa_o_cuota_dr=rate,
                    importe_dr=rounded(base * rate, _TAX_DECIMALS),
                )
            )
    stated = model.ImpuestosDR(traslados_dr=tuple(transfers), retenciones_dr=tuple(withholdings))
    return model.DoctoRelacionado(
        id_documento=settlement.uuid,
        serie=settlement.series,
        folio=settlement.folio,
        moneda_dr=settlement.currency,
        equivalencia_dr=_equivalence(settlement, payment),
        num_parcialidad=settlement.number,
        imp_saldo_ant=settlement.balance,
        imp_pagado=settlement.paid,
        imp_saldo_insoluto=settlement.balance - settlement.paid,
        objeto_imp_dr=SUBJECT if taxes else NOT_SUBJECT,
        impuestos_dr=stated if taxes else None,
    )


def _transfer(tax, base):
    if tax.factor == "Exento":
        return model.TrasladoDR(base_dr=base, impuesto_dr=tax.tax, tipo_factor_dr=tax.factor)
    rate = rounded(tax.rate, _TAX_DECIMALS)
    return model.TrasladoDR(
        base_dr=base,
        impuesto_dr=tax.tax,
        tipo_factor_dr=tax.factor,
        tasa_o_cuota_dr=rate,
        importe_dr=rounded(base * rate, _TAX_DECIMALS),
    )


def _equivalence(settlement, payment):
    if settlement.currency == payment.currency:
        return _ONE
    return _EXACT.divide(settlement.paid, settlement.received).quantize(_EQUIVALENCE_UNIT, ROUND_UP, _EXACT)


def _payment_taxes(documents):
    """Return the sums over the documents in the payment's currency, or ``None`` when there is no tax."""
    transfers, withholdings = {}, {}
    for document in documents:
        if document.impuestos_dr is None:
            continue
        for tax in document.impuestos_dr.traslados_dr:
            key = (tax.impuesto_dr, tax.tipo_factor_dr, tax.tasa_o_cuota_dr)
            base, amount = transfers.get(key, (_ZERO, _ZERO))
            transfers[key] = (
                base + _EXACT.divide(tax.base_dr, document.equivalencia_dr),
                amount + _EXACT.divide(tax.importe_dr or _ZERO, document.equivalencia_dr),
            )
        for tax in document.impuestos_dr.retenciones_dr:
            amount = _EXACT.divide(tax.importe_dr, document.equivalencia_dr)
            withholdings[tax.impuesto_dr] = withholdings.get(tax.impuesto_dr, _ZERO) + amount
    if not transfers and not withholdings:
        return None
    return model.ImpuestosP(
        retenciones_p=tuple(
            model.RetencionP(impuesto_p=key, importe_p=rounded(amount, _TAX_DECIMALS))
            for key, amount in sorted(withholdings.items())
        ),
        traslados_p=tuple(
            model.TrasladoP(
                base_p=rounded(base, _TAX_DECIMALS),
                impuesto_p=tax,
                tipo_factor_p=factor,
                tasa_o_cuota_p=rate,
                importe_p=None if rate is None else rounded(amount, _TAX_DECIMALS),
            )
            for (tax, factor, rate), (base, amount) in sorted(transfers.items(), key=str)
        ),
    )


def _totals(nodes):
    sums = {"monto_total_pagos": sum([node.monto * node.tipo_cambio_p for node in nodes], _ZERO)}
    for node in nodes:
        if node.impuestos_p is None:
            continue
        for tax in node.impuestos_p.retenciones_p:
            _add(sums, _WITHHELD_TOTALS[tax.impuesto_p], tax.importe_p * node.tipo_cambio_p)
        for tax in node.impuestos_p.traslados_p:
            names = _TRANSFERRED_TOTALS.get((tax.tipo_factor_p, tax.tasa_o_cuota_p))
            if tax.impuesto_p == TAX_IVA and names:
                _add(sums, names[0], tax.base_p * node.tipo_cambio_p)
                if names[1]:
                    _add(sums, names[1], tax.importe_p * node.tipo_cambio_p)
    return model.PagosTotales(**{name: rounded(amount, 2) for name, amount in sums.items()})


def _add(sums, name, amount):
    sums[name] = sums.get(name, _ZERO) + amount
