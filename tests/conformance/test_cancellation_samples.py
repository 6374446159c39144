"""Signed requests of the SAT's cancellation service, as public libraries made them.

The collection lies beside the repository (``../shared/cfdi``); without it these tests are skipped.
"""

import base64
from pathlib import Path

import pytest
from gym_cfdi.domain import cancellation
from gym_cfdi.domain.csd import Certificate
from lxml import etree

COLLECTION = Path(__file__).parents[3] / "shared" / "cfdi" / "wsdl"
SAMPLES = sorted([*COLLECTION.glob("cancel_xml/*-signed.xml"), *COLLECTION.glob("finkok_responses/*format.xml")])

pytestmark = pytest.mark.skipif(not SAMPLES, reason="../shared/cfdi is not there")


def certificate_of(xml):
    inside = etree.fromstring(xml).findtext(".//{http://www.w3.org/2000/09/xmldsig#}X509Certificate")
    return Certificate.load(base64.b64decode(inside))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_the_signatures_of_others_verify(sample):
    xml = sample.read_bytes()
    assert cancellation.verifies(xml, certificate_of(xml))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_changed_request_does_not(sample):
    xml = sample.read_bytes()
    root = etree.fromstring(xml)
    name, value = root.items()[0]
    root.set(name, f"{value}0")
    assert not cancellation.verifies(etree.tostring(root), certificate_of(xml))
