"""Finkok's answers, and what each allows to be done next."""

import base64
import logging
import traceback
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from gym_cfdi.services.finkok import Finkok
from gym_cfdi.services.pac import Credentials, InDoubt, Refused, Timeouts, TryAgain
from gym_cfdi.services.tests.loopback import Answer, free_port, serving
from gym_cfdi.services.tests.stamping import UUID, sealed, stamped

PASSWORD = "s3cr&t<p>"
SHORT = Timeouts(connect=0.5, read=0.5)
DONE = "Comprobante timbrado satisfactoriamente"


def client(url, **changes):
    values = {"username": "gym@example.com", "password": PASSWORD, "url": url, "rfc": "EKU9003173C9", **changes}
    return Finkok(Credentials(**values), SHORT)


def envelope(operation, content, service="stamp"):
    return (
        '<senv:Envelope xmlns:senv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s0="apps.services.soap.core.views"'
        f' xmlns:tns="http://facturacion.finkok.com/{service}"><senv:Body><tns:{operation}Response>'
        f"<tns:{operation}Result>{content}</tns:{operation}Result></tns:{operation}Response></senv:Body></senv:Envelope>"
    )


def acuse(operation="stamp", xml=b"", uuid="", status="", incidents=()):
    parts = [f"<s0:xml>{escape(xml.decode())}</s0:xml>"]
    parts += [f"<s0:UUID>{uuid}</s0:UUID>"] * bool(uuid)
    parts += [f"<s0:CodEstatus>{status}</s0:CodEstatus>"] * bool(status)
    inside = "".join(
        f"<s0:Incidencia><s0:CodigoError>{code}</s0:CodigoError><s0:MensajeIncidencia>{text}</s0:MensajeIncidencia>"
        "</s0:Incidencia>"
        for code, text in incidents
    )
    return Answer(envelope(operation, "".join([*parts, f"<s0:Incidencias>{inside}</s0:Incidencias>"])))


def success(operation="stamp", **changes):
    return acuse(operation, **{"xml": stamped(), "uuid": UUID, "status": DONE, **changes})


def fault(code, text="Something"):
    return Answer(
        '<senv:Envelope xmlns:senv="http://schemas.xmlsoap.org/soap/envelope/"><senv:Body><senv:Fault>'
        f"<faultcode>{code}</faultcode><faultstring>{text}</faultstring></senv:Fault></senv:Body></senv:Envelope>",
        status=500,
    )


def incident(code, operation="stamp"):
    return acuse(operation, incidents=[(code, f"Text of {code}")])


def stamp(*answers):
    with serving(*answers) as server:
        try:
            return client(server.url).stamp(sealed(), "request"), server
        except (TryAgain, Refused, InDoubt) as error:
            return error, server


def test_a_stamp():
    answer, server = stamp(success())
    assert (answer.xml, answer.uuid, answer.code) == (stamped(), UUID, "")
    (request,) = server.received
    assert request.path == "/servicios/soap/stamp"
    assert request.headers["SOAPAction"] == '"stamp"'
    body = etree.fromstring(request.body)
    names = "{http://facturacion.finkok.com/stamp}"
    assert base64.b64decode(body.findtext(f".//{names}xml")) == sealed(), "base64 once"
    assert body.findtext(f".//{names}username") == "gym@example.com"
    assert body.findtext(f".//{names}password") == PASSWORD


def test_an_incidence_may_accompany_a_stamp():
    answer, _server = stamp(success(incidents=[("900", "A warning")]))
    assert answer.uuid == UUID


def test_a_document_stamped_before_gives_its_stamp():
    answer, server = stamp(success(status="Comprobante timbrado previamente", incidents=[("307", "Timbre previo")]))
    assert (answer.uuid, answer.code) == (UUID, "307")
    assert len(server.received) == 1


def test_the_order_of_an_answer_and_what_is_new_in_it_do_not_matter():
    content = (
        f"<s0:NewField>x</s0:NewField><s0:CodEstatus>{DONE}</s0:CodEstatus><s0:Incidencias/><s0:UUID>{UUID}</s0:UUID>"
        f"<s0:xml>{escape(stamped().decode())}</s0:xml><s0:Other><s0:Deep/></s0:Other>"
    )
    answer, _server = stamp(Answer(envelope("stamp", content)))
    assert (answer.uuid, answer.xml) == (UUID, stamped())


def test_a_307_without_the_stamp_asks_for_it():
    answer, server = stamp(incident("307"), success("stamped"))
    assert (answer.uuid, answer.xml) == (UUID, stamped())
    assert [request.headers["SOAPAction"] for request in server.received] == ['"stamp"', '"stamped"']


def test_a_307_whose_stamp_is_not_found_stays_in_doubt():
    answer, _server = stamp(incident("307"), incident("603", "stamped"))
    assert isinstance(answer, InDoubt)
    assert answer.code == "307"


@pytest.mark.parametrize("code", ["300", "501", "701", "702", "703", "706", "718", "719", "720", "740"])
def test_what_is_about_the_account_lets_another_pac_try(code):
    answer, _server = stamp(incident(code))
    assert isinstance(answer, Refused)
    assert (answer.scope, answer.code, answer.message) == ("account", code, f"Text of {code}")


@pytest.mark.parametrize(
    "code",
    [
        "301",
        "302",
        "303",
        "304",
        "305",
        "306",
        "308",
        "401",
        "402",
        "705",
        "707",
        "712",
        "738",
        "CFDI40108",
        "CRP20217",
    ],
)
def test_what_is_about_the_document_is_for_who_wrote_it(code):
    answer, _server = stamp(incident(code))
    assert isinstance(answer, Refused)
    assert (answer.scope, answer.code) == ("document", code)


def test_several_incidences_are_all_told():
    answer, _server = stamp(
        acuse(incidents=[("CFDI40108", "SubTotal"), ("CFDI40119", "Total"), ("CFDI40108", "SubTotal")])
    )
    assert answer.message == "CFDI40108 SubTotal; CFDI40119 Total"


def test_709_is_to_be_tried_again():
    answer, _server = stamp(incident("709"))
    assert isinstance(answer, TryAgain)


@pytest.mark.parametrize(
    "answer",
    [
        success(uuid=""),
        success(status=""),
        success(xml=b""),
        success(uuid="00000000-0000-0000-0000-000000000000"),
        success(xml=sealed()),
        success(xml=stamped("2")),
        success(xml=stamped()[:-30]),
        acuse(),
        incident(""),
        incident("708"),
        Answer(envelope("stamped", "")),
        Answer(envelope("stamp", "")[:-40]),
        Answer("<html>Bad gateway</html>", 502),
        Answer("", 500),
        Answer(""),
        Answer("{}"),
        Answer("<a/>"),
        fault("senv:Server"),
        fault("senv:Server.Timeout"),
        Answer(success().body, 500),
        Answer(fault="drop"),
        Answer(fault="hang"),
        Answer(success().body, fault="cut"),
    ],
    ids=lambda answer: answer.fault or str(answer.body)[-60:],
)
def test_what_leaves_it_in_doubt(answer):
    error, server = stamp(answer)
    assert isinstance(error, InDoubt), error
    assert len(server.received) == 1, "in doubt is never sent again"


def test_a_request_that_was_not_understood_was_not_carried_out():
    error, _server = stamp(fault("senv:Client.SchemaValidationError", "Not this"))
    assert isinstance(error, Refused)
    assert error.scope == "account"


def test_nobody_listens():
    with pytest.raises(TryAgain):
        client(f"http://127.0.0.1:{free_port()}").stamp(sealed(), "request")


def test_recover():
    with serving(success("stamped")) as server:
        answer = client(server.url).recover(sealed(), "request")
        assert (answer.uuid, answer.xml) == (UUID, stamped())
    with serving(incident("603", "stamped")) as server:
        assert client(server.url).recover(sealed(), "request") is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (incident("300", "stamped"), Refused),
        (incident("709", "stamped"), TryAgain),
        (incident("705", "stamped"), InDoubt),
        (acuse("stamped"), InDoubt),
        (acuse("stamped", incidents=[("603", "Never"), ("709", "Wait")]), TryAgain),
        (Answer("", 500), InDoubt),
    ],
)
def test_only_603_says_that_it_was_never_stamped(answer, error):
    with serving(answer) as server, pytest.raises(error):
        client(server.url).recover(sealed(), "request")


def folio(code, text="", acuse="&lt;Acuse/&gt;", uuid=UUID, status=""):
    found = (
        f"<s0:Folios><s0:Folio><s0:UUID>{uuid}</s0:UUID><s0:EstatusUUID>{code}</s0:EstatusUUID>"
        f"<s0:EstatusCancelacion>{text}</s0:EstatusCancelacion></s0:Folio></s0:Folios>"
    )
    content = found * bool(code) + f"<s0:Acuse>{acuse}</s0:Acuse><s0:CodEstatus>{status}</s0:CodEstatus>"
    return Answer(envelope("cancel_signature", content, "cancel"))


@pytest.mark.parametrize("code", ["201", "202", "205", "no_cancelable", "798"])
def test_the_code_of_a_cancellation_is_kept_as_it_came(code):
    with serving(folio(code, "En proceso")) as server:
        answer = client(server.url).cancel(b"<Cancelacion/>", UUID.lower(), "EKU9003173C9")
    assert (answer.code, answer.message, answer.acuse) == (code, "En proceso", "<Acuse/>")
    assert b"<ns0:store_pending>false</ns0:store_pending>" in server.received[0].body


@pytest.mark.parametrize(
    ("answer", "error", "scope"),
    [
        (folio("708"), TryAgain, None),
        (folio("", status="N - 708: No se pudo conectar al SAT."), TryAgain, None),
        (folio("", status="Invalid Username or Password"), Refused, "account"),
        (folio("", status="304"), Refused, "document"),
        (folio("201", uuid="00000000-0000-0000-0000-000000000000"), InDoubt, None),
        (folio(""), InDoubt, None),
        (Answer(fault="drop"), InDoubt, None),
    ],
)
def test_a_cancellation_without_the_code_of_its_folio(answer, error, scope):
    with serving(answer) as server, pytest.raises(error) as caught:
        client(server.url).cancel(b"<Cancelacion/>", UUID, "EKU9003173C9")
    assert getattr(caught.value, "scope", None) == scope


def test_receipts_pending_answers_and_balance():
    receipt = "<s0:success>true</s0:success><s0:receipt>&lt;Acuse/&gt;</s0:receipt>"
    pending = "<s0:uuids><tns:string>A</tns:string><tns:string>B</tns:string></s0:uuids>"
    users = (
        "<s0:users><s0:ResellerUser><s0:status>A</s0:status><s0:taxpayer_id>EKU9003173C9</s0:taxpayer_id>"
        "<s0:credit>{}</s0:credit></s0:ResellerUser></s0:users>"
    )
    answers = [
        envelope("get_receipt", receipt, "cancel"),
        envelope("get_receipt", "<s0:success>false</s0:success><s0:error>No existe</s0:error>", "cancel"),
        envelope("get_pending", pending, "cancel"),
        envelope("get_pending", "<s0:uuids/>", "cancel"),
        envelope("get", users.format(1234), "registration"),
        envelope("get", users.format(-1), "registration"),
        envelope("get", "<s0:message>none</s0:message>", "registration"),
    ]
    with serving(*map(Answer, answers)) as server:
        finkok = client(server.url)
        assert finkok.cancel_receipt("EKU9003173C9", UUID) == "<Acuse/>"
        assert finkok.cancel_receipt("EKU9003173C9", UUID) is None
        assert finkok.pending("EKU9003173C9") == ["A", "B"]
        assert finkok.pending("EKU9003173C9") == []
        assert finkok.balance() == 1234
        assert finkok.balance() is None
        assert finkok.balance() is None
        assert client(server.url, rfc="").balance() is None


def test_a_connection_test_says_when_the_password_is_wrong():
    wrong = envelope("get_pending", "<s0:error>Invalid Username or Password</s0:error>", "cancel")
    with serving(Answer(wrong)) as server, pytest.raises(Refused) as caught:
        client(server.url).check()
    assert caught.value.scope == "account"


def test_the_password_is_told_nowhere(caplog):
    said = [incident("301"), Answer(f"<a>{escape(PASSWORD)}</a>"), Answer(PASSWORD, 500), Answer(fault="drop")]
    for answer in (*said, fault("senv:Server", escape(PASSWORD))):
        with caplog.at_level(logging.DEBUG):
            error, _server = stamp(answer)
        told = "".join(traceback.format_exception(error)) + error.raw + caplog.text
        assert PASSWORD not in told and escape(PASSWORD) not in told


def test_the_raw_answer_is_kept_without_the_document():
    answer, _server = stamp(success())
    assert DONE in answer.raw
    assert UUID in answer.raw
    assert "SelloSAT" not in answer.raw
    assert len(answer.raw) < 1500


def test_it_goes_to_the_real_service_only_in_production():
    assert Finkok(Credentials())._address == "https://demo-facturacion.finkok.com"
    assert Finkok(Credentials(production=True))._address == "https://facturacion.finkok.com"
    assert "uat" in Finkok(Credentials()).status_url
    assert "consultaqr" in Finkok(Credentials(production=True)).status_url
