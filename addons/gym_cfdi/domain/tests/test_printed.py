from dataclasses import replace
from decimal import Decimal as D

from gym_cfdi.domain import qr, sheet
from gym_cfdi.domain.printed import pdf_of
from gym_cfdi.domain.reader import read
from gym_cfdi.domain.seal import seal
from gym_cfdi.domain.tests.certificates import csd
from gym_cfdi.domain.tests.clean_documents import PAYMENT
from gym_cfdi.domain.tests.documents import invoice, payment
from gym_cfdi.domain.tests.printing import codes_of
from gym_cfdi.domain.tests.test_seal_and_stamp import stamped

LEAST_SIDE = 2.75  # cm, Anexo 20


def sealed(document):
    return read(seal(document, csd()).xml)


def test_the_code_can_be_scanned_and_is_large_enough():
    for document in (stamped(sealed(invoice())), stamped(sealed(payment()))):
        [(text, side)] = codes_of(pdf_of(document))
        assert text == qr.url_of(document)
        assert side >= LEAST_SIDE


def test_what_is_not_stamped_has_no_code():
    assert codes_of(pdf_of(invoice())) == []


def test_a_payment_complement_prints_its_taxes_and_its_totals():
    facts = sheet.facts_of_payment(PAYMENT.complementos[0].pagos[0])
    assert [fact for fact in facts if "IVA" in fact[0] or "ISR" in fact[0]] == [
        ("IVA 16 %", "16.00 sobre 100.00"),
        ("IVA exento", "sobre 5.00"),
        ("ISR retenido", "10.00"),
    ]
    assert [(label, sheet.amount(value)) for label, value in sheet.sums_of(PAYMENT)] == [
        ("Retenciones de ISR", "10.00"),
        ("Base con IVA 16 %", "100.00"),
        ("IVA 16 %", "16.00"),
        ("Base exenta de IVA", "5.00"),
        ("Monto total de los pagos (MXN)", "111.00"),
    ]


def test_a_zero_in_the_totals_is_printed_too():
    totals = replace(
        PAYMENT.complementos[0].totales, total_traslados_base_iva0=D("7.00"), total_traslados_impuesto_iva0=D("0.00")
    )
    document = replace(PAYMENT, complementos=(replace(PAYMENT.complementos[0], totales=totals),))
    assert ("IVA 0 %", D("0.00")) in sheet.sums_of(document)
