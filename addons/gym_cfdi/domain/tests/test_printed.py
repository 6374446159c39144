from gym_cfdi.domain import qr
from gym_cfdi.domain.printed import pdf_of
from gym_cfdi.domain.reader import read
from gym_cfdi.domain.seal import seal
from gym_cfdi.domain.tests.certificates import csd
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
