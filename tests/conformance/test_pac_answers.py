"""The clients of PACs and of the SAT against their published WSDLs and recorded answers, replayed on loopback.

The collection lies beside the repository (``../shared/cfdi``); without it these tests are skipped.
"""

import json
from pathlib import Path

import pytest
import zeep
from gym_cfdi.services import finkok, sat_status
from gym_cfdi.services.pac import Credentials, InDoubt, Refused
from gym_cfdi.services.tests.loopback import Answer, serving
from gym_cfdi.services.tests.stamping import sealed

COLLECTION = Path(__file__).parents[3] / "shared" / "cfdi" / "wsdl"
ANSWERS = COLLECTION / "finkok_responses"
PUBLISHED = {"stamp": "finkok_stamp.wsdl", "cancel": "finkok_cancel40.wsdl", "registration": "finkok_registration.wsdl"}

pytestmark = pytest.mark.skipif(not ANSWERS.is_dir(), reason="../shared/cfdi is not there")


def recorded(name, service):
    """Return a recorded answer, kept as JSON, as the SOAP message it was."""
    ((result, content),) = json.loads((ANSWERS / name).read_text()).items()
    operation = result.removesuffix("Result")
    return Answer(
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="apps.services.soap.core.views"'
        f' xmlns:t="http://facturacion.finkok.com/{service}"><e:Body><t:{operation}Response><t:{result}>'
        f"{_elements(content)}</t:{result}></t:{operation}Response></e:Body></e:Envelope>"
    )


def _elements(content):
    parts = []
    for name, value in content.items():
        tag = f"t:{name}" if name == "string" else f"s:{name}"
        for item in value if isinstance(value, list) else [value]:
            inside = _elements(item) if isinstance(item, dict) else str(item).lower() if item is True else item
            parts.append(f"<{tag}>{inside}</{tag}>")
    return "".join(parts)


def client(server):
    return finkok.Finkok(Credentials("user", "password", url=server.url, rfc="EKU9003173C9"))


@pytest.mark.parametrize("service", PUBLISHED)
def test_our_wsdl_says_what_the_published_one_says(service):
    theirs = next(iter(zeep.Client(str(COLLECTION / PUBLISHED[service])).wsdl.bindings.values()))
    _client, ours = finkok._soap(service)
    for name, operation in ours._operations.items():
        other = theirs.get(name)
        assert operation.soapaction == other.soapaction
        for direction in ("input", "output"):
            ours_side, theirs_side = getattr(operation, direction), getattr(other, direction)
            assert ours_side.body.qname == theirs_side.body.qname
            assert _fields(ours_side.body.type) == _fields(theirs_side.body.type)
        assert [field for field, _type in operation.input.body.type.elements] == [
            field for field, _type in other.input.body.type.elements
        ], "what is sent is sent in order"


def _fields(xsd_type):
    """Nested names and types of an XSD type, in whatever order."""
    if not hasattr(xsd_type, "elements"):
        return str(xsd_type.qname)
    return sorted((name, str(element.max_occurs), _fields(element.type)) for name, element in xsd_type.elements)


def test_incidences():
    with serving(recorded("stamp-response-with-alerts.json", "stamp")) as server, pytest.raises(Refused) as caught:
        client(server).stamp(sealed(), "request")
    assert (caught.value.code, caught.value.message) == ("FAKE1", "FAKE1 Error falso 1; FAKE2 Error falso 2")


def test_incidences_of_a_question():
    with serving(recorded("stamped-response-with-alerts.json", "stamp")) as server, pytest.raises(InDoubt):
        client(server).recover(sealed(), "request")


def test_the_folios_of_a_cancellation():
    with serving(recorded("cancel-cancelsignature-response-2-items.json", "cancel")) as server:
        first = client(server).cancel(b"<Cancelacion/>", "11111111-2222-3333-4444-000000000001", "LAN7008173R5")
        second = client(server).cancel(b"<Cancelacion/>", "11111111-2222-3333-4444-000000000002", "LAN7008173R5")
    assert (first.code, first.acuse, first.message) == ("201", "voucher", "Cancelado sin aceptación")
    assert (second.code, second.message) == ("no_cancelable", "")


def test_receipts_and_pending_answers():
    with serving(recorded("cancel-get-receipt-response.json", "cancel")) as server:
        assert client(server).cancel_receipt("x-rfc", "x-uuid") == "x-receipt"
    with serving(recorded("cancel-get-pending-response-2-items.json", "cancel")) as server:
        assert client(server).pending("EKU9003173C9") == [
            "11111111-2222-3333-4444-000000000001",
            "11111111-2222-3333-4444-000000000002",
        ]


def test_the_answer_of_the_sat():
    answer = Answer((COLLECTION / "sat_Consulta_soap_response_example.xml").read_bytes())
    with serving(answer) as server:
        status = sat_status.query("?a=foo&b=bar", server.url)
        sent = server.received[0].body.decode()
    assert status.codigo_estatus == "S - Comprobante obtenido satisfactoriamente."
    assert status.es_cancelable == "Cancelable con aceptación"
    assert (status.estado, status.estatus_cancelacion) == ("Vigente", "Solicitud rechazada")
    assert "expresionImpresa>?a=foo&amp;b=bar</" in sent
