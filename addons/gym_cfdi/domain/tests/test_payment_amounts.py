"""Whatever is reconciled, the payment complement breaks none of the SAT's rules."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from gym_cfdi.domain import xsd
from gym_cfdi.domain.builder import build
from gym_cfdi.domain.payment_amounts import InvoiceTax, Payment, Settlement, payment_complement
from gym_cfdi.domain.reader import parse
from gym_cfdi.domain.rules import check

from .clean_documents import PAYMENT

UUID = "2E34BDB7-6C7B-4F00-AF13-586F700B3C8D"
AT = datetime(2026, 11, 9, 12, 0)
RATES = [
    ("traslado", "002", "Tasa", D("0.160000")),
    ("traslado", "002", "Tasa", D("0.080000")),
    ("traslado", "002", "Tasa", D("0.000000")),
    ("traslado", "002", "Exento", None),
    ("traslado", "003", "Tasa", D("0.080000")),
    ("retencion", "001", "Tasa", D("0.012500")),
    ("retencion", "002", "Tasa", D("0.106667")),
]


def money(low, high):
    return st.decimals(low, high, places=2, allow_nan=False, allow_infinity=False)


@st.composite
def settlements(draw, payment_currency, rate):
    """An invoice in pesos or dollars, paid in part or in full with money of ``payment_currency``."""
    total, currency = draw(money("1", "99999")), draw(st.sampled_from(["MXN", "USD"]))
    balance = draw(money("0.01", total)) if total > D("0.01") else total
    paid = draw(money("0.01", balance))
    if currency == payment_currency:
        received = paid
    else:
        received = round(paid * rate if currency == "USD" else paid / rate, 2)
    keys = draw(st.lists(st.sampled_from(RATES), unique=True, max_size=4))
    taxes = tuple(InvoiceTax(*key, base=draw(money("0.01", total))) for key in keys)
    return Settlement(UUID, currency, total, balance, paid, max(received, D("0.01")), taxes=taxes)


@st.composite
def payments(draw):
    currency, rate = (
        draw(st.sampled_from(["MXN", "USD"])),
        draw(st.decimals("16", "22", places=4, allow_nan=False, allow_infinity=False)),
    )
    settled = tuple(draw(st.lists(settlements(currency, rate), min_size=1, max_size=4)))
    amount = sum(settlement.received for settlement in settled)
    return Payment(AT, "03", currency, amount, settled, rate=D(1) if currency == "MXN" else rate)


def issued(*received):
    return replace(PAYMENT, complementos=(payment_complement(received),))


@settings(deadline=None)
@given(st.lists(payments(), min_size=1, max_size=3))
def test_any_reconciliation_breaks_no_rule(received):
    document = issued(*received)
    assert check(document) == []
    assert xsd.violations(parse(build(document))) == []


def test_a_part_payment_states_taxes_in_proportion():
    settlement = Settlement(
        UUID,
        "MXN",
        total=D("5988.00"),
        balance=D("5988.00"),
        paid=D("499.00"),
        received=D("499.00"),
        taxes=(InvoiceTax(*RATES[0], base=D("5162.07")),),
    )
    complement = payment_complement([Payment(AT, "03", "MXN", D("499.00"), (settlement,))])
    document = complement.pagos[0].docto_relacionado[0]
    tax = document.impuestos_dr.traslados_dr[0]
    assert (tax.base_dr, tax.importe_dr) == (D("430.172500"), D("68.827600"))
    assert document.imp_saldo_insoluto == D("5489.00")
    assert complement.totales.total_traslados_base_iva16 == D("430.17")
    assert complement.totales.total_traslados_impuesto_iva16 == D("68.83")
    assert complement.totales.monto_total_pagos == D("499.00")
    assert complement.totales.total_retenciones_isr is None


def test_an_invoice_without_taxes():
    settlement = Settlement(UUID, "MXN", D("100.00"), D("100.00"), D("100.00"), D("100.00"))
    node = payment_complement([Payment(AT, "01", "MXN", D("100.00"), (settlement,))]).pagos[0]
    assert node.docto_relacionado[0].objeto_imp_dr == "01"
    assert node.docto_relacionado[0].impuestos_dr is None and node.impuestos_p is None


def test_a_dollar_invoice_paid_in_pesos():
    settlement = Settlement(
        UUID,
        "USD",
        total=D("116.00"),
        balance=D("116.00"),
        paid=D("116.00"),
        received=D("2146.00"),
        taxes=(InvoiceTax(*RATES[0], base=D("100.00")),),
    )
    received = Payment(AT, "03", "MXN", D("2146.00"), (settlement,), bank={"cta_ordenante": "012345678901234567"})
    complement = payment_complement([received])
    assert complement.pagos[0].docto_relacionado[0].equivalencia_dr == D("0.0540540541")
    assert complement.pagos[0].cta_ordenante == "012345678901234567"
    assert complement.totales.total_traslados_base_iva16 == D("1850.00")
    assert check(issued(received)) == []
