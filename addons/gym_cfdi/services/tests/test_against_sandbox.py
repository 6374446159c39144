"""The contract of every client, kept against the sandbox PAC under every fault: one document, one UUID."""

import hashlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from gym_cfdi_sandbox.sandbox import Control, Server, accounts
from gym_cfdi_sandbox.sandbox.tests.callers import ZONE, local_now, sealed

from gym_cfdi.domain import cancellation, tfd
from gym_cfdi.domain.errors import CfdiError
from gym_cfdi.domain.qr import expression_of
from gym_cfdi.domain.reader import read
from gym_cfdi.domain.sat_words import Standing, needs_acceptance, standing
from gym_cfdi.domain.tests.certificates import csd
from gym_cfdi.domain.tests.documents import invoice
from gym_cfdi.services import clients, sat_status, sw_sapien
from gym_cfdi.services.pac import Credentials, InDoubt, Refused, Timeouts, TryAgain

RFC = "EKU9003173C9"
SHORT = Timeouts(connect=2, read=2)
PATIENT = Timeouts(connect=2, read=10)
ADAPTERS = ("finkok", "sw_sapien", "sandbox", "sw_sapien with password")


@pytest.fixture
def server(tmp_path):
    sw_sapien._tokens.clear()
    with Server(tmp_path / "state.sqlite") as running:
        yield running


@pytest.fixture
def control(server):
    return Control(server.url)


@pytest.fixture(params=ADAPTERS)
def pac(request, server):
    return client(request.param, server.url)


def client(adapter, url, timeouts=SHORT, **changes):
    code = adapter.split()[0]
    login = {"username": accounts.USERNAME, "password": accounts.PASSWORD}
    credentials = {"sw_sapien": {"token": accounts.TOKEN}, "sandbox": {}}.get(adapter, login)
    return clients()[code](Credentials(**{"url": url, "rfc": RFC, **credentials, **changes}), timeouts)


def a_request():
    return uuid.uuid4().hex


def stamps_of(control, xml):
    return control.stamps(sha256=hashlib.sha256(xml).hexdigest())


def test_a_document_is_stamped(pac, control):
    xml = sealed()
    answer = pac.stamp(xml, a_request())
    assert tfd.accept(xml, answer.xml).timbre.uuid.upper() == answer.uuid
    assert answer.code == ""
    assert [stamp["uuid"] for stamp in stamps_of(control, xml)] == [answer.uuid]


@pytest.mark.parametrize("same_request", [True, False])
def test_a_document_sent_twice_has_one_uuid(pac, control, same_request):
    xml, request = sealed(), a_request()
    first = pac.stamp(xml, request)
    second = pac.stamp(xml, request if same_request else a_request())
    assert (second.uuid, second.xml) == (first.uuid, first.xml)
    assert second.code in ("307", "3307")
    assert len(stamps_of(control, xml)) == 1


@pytest.mark.parametrize("fault", ["drop_after_stamping", "http_500_after_stamping", "malformed", "wrong_tfd"])
def test_what_was_stamped_and_not_heard_is_recovered(pac, control, fault):
    xml, request = sealed(), a_request()
    control.fail(fault, operation="stamp")
    with pytest.raises(InDoubt):
        pac.stamp(xml, request)
    answer = pac.recover(xml, request)
    assert tfd.accept(xml, answer.xml).timbre.uuid.upper() == answer.uuid
    assert [stamp["uuid"] for stamp in stamps_of(control, xml)] == [answer.uuid]


@pytest.mark.parametrize("fault", ["drop_before", "http_500", "delay"])
def test_what_was_never_stamped_is_found_out(pac, control, fault):
    xml, request = sealed(), a_request()
    control.fail(fault, operation="stamp", seconds=3)
    with pytest.raises(InDoubt):
        pac.stamp(xml, request)
    control.heal()
    answer = pac.recover(xml, request) or pac.stamp(xml, request)
    assert [stamp["uuid"] for stamp in stamps_of(control, xml)] == [answer.uuid]


def test_a_stamp_that_was_altered_does_not_pass_for_one(pac, control):
    """The clients see whose stamp it is; who keeps the document verifies the seals."""
    control.fail("wrong_uuid", operation="stamp")
    xml = sealed()
    with pytest.raises((CfdiError, InDoubt)):
        tfd.accept(xml, pac.stamp(xml, a_request()).xml)


def test_a_slow_answer_is_an_answer(server, control):
    control.fail("slow", operation="stamp", seconds=0.5)
    assert client("finkok", server.url, PATIENT).stamp(sealed(), a_request()).uuid


def test_a_pac_that_asks_for_patience_has_not_stamped(pac, control):
    xml = sealed()
    control.fail("http_503", operation="stamp")
    with pytest.raises(TryAgain):
        pac.stamp(xml, a_request())
    assert stamps_of(control, xml) == []


@pytest.mark.parametrize(
    ("code", "error", "scope"),
    [("702", Refused, "account"), ("703", Refused, "account"), ("CFDI40108", Refused, "document")],
)
def test_refusals(pac, control, code, error, scope):
    pac.check()  # a token is there already
    control.fail("refuse", operation="stamp", code=code, text="Porque no")
    with pytest.raises(error) as caught:
        pac.stamp(sealed(), a_request())
    assert (caught.value.code, caught.value.scope) == (code, scope)
    assert "Porque no" in caught.value.message


def test_transient_refusals_of_finkok(server, control):
    control.fail("refuse", operation="stamp", code="709")
    with pytest.raises(TryAgain):
        client("finkok", server.url).stamp(sealed(), a_request())


def test_no_stamps_left(pac, control):
    control.set_balance(0)
    with pytest.raises(Refused) as caught:
        pac.stamp(sealed(), a_request())
    assert caught.value.scope == "account"


def test_an_issuer_that_the_pac_does_not_know(pac, control):
    control.set_registered(RFC, False)
    with pytest.raises(Refused) as caught:
        pac.stamp(sealed(), a_request())
    assert (caught.value.code, caught.value.scope) == ("702", "account")


def test_a_document_too_old_is_refused(pac, control):
    with pytest.raises(Refused) as caught:
        pac.stamp(sealed(datetime.now(ZONE) - timedelta(hours=73)), a_request())
    assert (caught.value.code.endswith("401"), caught.value.scope) == (True, "document")


def test_a_document_that_breaks_a_rule_is_refused_with_its_code(pac):
    with pytest.raises(Refused) as caught:
        pac.stamp(sealed(sub_total=Decimal("1.00")), a_request())
    assert (caught.value.code, caught.value.scope) == ("CFDI40108", "document")


@pytest.mark.parametrize("adapter", ["finkok", "sw_sapien with password"])
def test_a_wrong_password(server, adapter):
    pac = client(adapter, server.url, password="wrong")
    for ask in (pac.check, lambda: pac.stamp(sealed(), a_request())):
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.scope == "account"


def test_stamps_left(pac, control):
    control.set_balance(5)
    assert pac.balance() == 5
    pac.stamp(sealed(), a_request())
    assert pac.balance() == 4
    control.set_balance(None)
    assert pac.balance() is None
    pac.check()


def test_one_client_serves_many_threads(pac, control):
    documents = [(sealed(), a_request()) for _number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda document: pac.stamp(*document), documents))
    assert len({answer.uuid for answer in answers}) == 12
    for (xml, _request), answer in zip(documents, answers, strict=True):
        assert tfd.accept(xml, answer.xml)


# --- cancellation ----------------------------------------------------------------------------------------------------


def stamped_of_total(pac, total):
    """Stamp an invoice without taxes; return it as :class:`Comprobante`."""
    (concept,) = invoice().conceptos
    amount = Decimal(total)
    concept = replace(concept, valor_unitario=amount, importe=amount, objeto_imp="01", impuestos=None)
    xml = sealed(sub_total=amount, total=amount, conceptos=(concept,), impuestos=None)
    return read(pac.stamp(xml, a_request()).xml)


def cancel(pac, document, motive="02", substitute=""):
    now = local_now()
    folio = cancellation.Folio(document.timbre.uuid, motive, substitute)
    return pac.cancel(cancellation.request(RFC, now, [folio], csd()), document.timbre.uuid, RFC)


def ask(pac, server, document):
    """Return what the SAT says of a document, and whether the receptor must agree."""
    assert not pac.is_sandbox or pac.status_url == f"{server.url}/ConsultaCFDIService.svc"
    status = sat_status.query(expression_of(document), f"{server.url}/ConsultaCFDIService.svc", SHORT)
    found = standing(status.codigo_estatus, status.estado, status.estatus_cancelacion)
    return found, needs_acceptance(status.es_cancelable)


def test_a_cancellation_that_nobody_has_to_accept(pac, server):
    document = stamped_of_total(pac, "500")
    assert ask(pac, server, document) == (Standing.IN_FORCE, False)
    answer = cancel(pac, document)
    assert answer.code == "201"
    assert "EstatusUUID" in answer.acuse
    assert ask(pac, server, document)[0] is Standing.CANCELLED
    assert cancel(pac, document).code == "202"


@pytest.mark.parametrize(
    ("answer", "expected"), [("accept", Standing.CANCELLED), ("reject", Standing.REFUSED), (None, Standing.CANCELLED)]
)
def test_a_cancellation_that_waits_for_the_receptor(pac, server, control, answer, expected):
    document = stamped_of_total(pac, "5000")
    control.advance(10 * 24 * 3600)
    sw_sapien._tokens.clear()
    assert ask(pac, server, document) == (Standing.IN_FORCE, True)
    assert cancel(pac, document).code == "201"
    assert ask(pac, server, document)[0] is Standing.IN_PROCESS
    assert pac.pending(document.receptor.rfc) == [document.timbre.uuid]
    if answer:
        control.answer(document.timbre.uuid, answer)
    else:
        control.advance(10 * 24 * 3600)
    assert ask(pac, server, document)[0] is expected


def test_a_cancellation_whose_answer_was_lost_is_asked_for_again(pac, server, control):
    document = stamped_of_total(pac, "500")
    for operation in ("cancel", "cancel_signature"):
        control.fail("drop_after_stamping", operation=operation)
    with pytest.raises(InDoubt):
        cancel(pac, document)
    control.heal()
    assert ask(pac, server, document)[0] is Standing.CANCELLED
    assert cancel(pac, document).code == "202"


def test_a_stamp_that_has_not_reached_the_sat(pac, server, control):
    control.delay_sat(3600)
    document = stamped_of_total(pac, "500")
    assert ask(pac, server, document) == (Standing.NOT_FOUND, None)
    assert cancel(pac, document).code == "205"


def test_finkok_keeps_the_receipt(server):
    pac = client("finkok", server.url)
    document = stamped_of_total(pac, "500")
    assert pac.cancel_receipt(RFC, document.timbre.uuid) is None
    answer = cancel(pac, document)
    assert pac.cancel_receipt(RFC, document.timbre.uuid) == answer.acuse


def test_a_request_sealed_by_somebody_else(pac):
    document = stamped_of_total(pac, "500")
    folio = cancellation.Folio(document.timbre.uuid, "02")
    signed = cancellation.request(RFC, local_now(), [folio], csd(rfc="IVD920810GU2"))
    with pytest.raises(Refused):
        pac.cancel(signed, document.timbre.uuid, RFC)


def test_an_rfc_is_looked_up_where_the_pac_offers_it(server):
    for adapter in ADAPTERS:
        pac = client(adapter, server.url)
        found = [pac.look_up(rfc, "X", "06000") for rfc in ("EKU9003173C9", "H&E951128469", "URE180429TM7")]
        if adapter.startswith("sw_sapien"):
            assert [answer.is_listed for answer in found] == [True, True, False]
        else:
            assert found == [None, None, None]
