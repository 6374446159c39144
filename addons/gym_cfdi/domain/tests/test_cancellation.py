from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gym_cfdi.domain import cancellation
from gym_cfdi.domain.cancellation import Folio, Motive

from .certificates import csd

CANCELLED, SUBSTITUTE = "11111111-2222-3333-4444-000000000001", "11111111-2222-3333-4444-000000000002"
AT = datetime(2026, 11, 20, 10, 30)
FOLIOS = [Folio(CANCELLED, Motive.ERRORS_WITH_RELATION, SUBSTITUTE), Folio(SUBSTITUTE, "02")]


def signed(rfc="EKU9003173C9"):
    return cancellation.request(rfc, AT, FOLIOS, csd())


def test_a_signed_request_verifies_and_reads_back():
    xml = signed()
    assert cancellation.verifies(xml, csd().certificate)
    assert cancellation.read_folios(xml) == ("EKU9003173C9", FOLIOS)
    assert etree.fromstring(xml).get("Fecha") == "2026-11-20T10:30:00"


def test_an_ampersand_in_the_rfc_is_escaped_once():
    xml = signed(rfc="H&E951128469")
    assert cancellation.verifies(xml, csd().certificate)
    assert cancellation.read_folios(xml)[0] == "H&E951128469"


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'Motivo="02"', b'Motivo="03"'), (CANCELLED.encode(), SUBSTITUTE.encode()), (b"EKU9003173C9", b"XIA190128J61")],
)
def test_a_request_that_was_changed_does_not_verify(old, new):
    assert not cancellation.verifies(signed().replace(old, new, 1), csd().certificate)


def test_another_key_does_not_verify():
    assert not cancellation.verifies(signed(), csd(which=1).certificate)


def test_what_is_not_signed_does_not_verify():
    root = etree.fromstring(signed())
    root.remove(root[-1])
    assert not cancellation.verifies(etree.tostring(root), csd().certificate)


@given(st.sampled_from(Motive), st.booleans())
def test_motive_01_and_no_other_names_the_substitute(motive, has_substitute):
    if (motive is Motive.ERRORS_WITH_RELATION) == has_substitute:
        assert Folio(CANCELLED, motive, SUBSTITUTE if has_substitute else "").motive is motive
    else:
        with pytest.raises(ValueError, match="motive 01"):
            Folio(CANCELLED, motive, SUBSTITUTE if has_substitute else "")
