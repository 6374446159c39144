"""SW Sapien's answers, its tokens, and what each answer allows to be done next."""

import json
import logging
import time
import traceback

import pytest
from lxml import etree

from gym_cfdi.domain.tests.certificates import NUMBER, csd
from gym_cfdi.domain.tfd import accept
from gym_cfdi.services import sw_sapien
from gym_cfdi.services.pac import Credentials, InDoubt, PacError, Refused, Timeouts, TryAgain
from gym_cfdi.services.sw_sapien import SwSapien
from gym_cfdi.services.tests.loopback import Answer, free_port, serving
from gym_cfdi.services.tests.stamping import UUID, sealed, stamped

PASSWORD = 's3cr"et&word'
TOKEN = "permanent.token.of.ours"
SHORT = Timeouts(connect=0.5, read=0.5)
STAMP_PATH = "/v4/cfdi33/stamp/v4"


@pytest.fixture(autouse=True)
def _no_tokens_of_other_tests():
    sw_sapien._tokens.clear()


def client(url, **changes):
    return SwSapien(Credentials(**{"token": TOKEN, "url": url, **changes}), SHORT)


def with_password(url):
    return client(url, token="", username="gym@example.com", password=PASSWORD)


def body(status="success", http=200, message="", detail="", **data):
    content = {"status": status, "data": data or None, "message": message or None, "messageDetail": detail or None}
    return Answer(json.dumps(content), http, {"Content-Type": "application/json"})


def success(**changes):
    return body(**{"uuid": UUID, "cfdi": stamped().decode(), "qrCode": "iVBO" * 500, **changes})


def error(message, http=400, **data):
    return body("error", http, message, **data)


def token(name="token-1", **changes):
    return body(**{"token": name, "expires_in": 7200, "token_type": "Bearer", **changes})


def tfd():
    """The stamp alone, as an XML document of its own."""
    (timbre,) = etree.fromstring(stamped()).iter("{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital")
    return etree.tostring(timbre, encoding="unicode")


def stamp(*answers, request_id="request-1"):
    with serving(*answers) as server:
        try:
            return client(server.url).stamp(sealed(), request_id), server
        except PacError as raised:
            return raised, server


DUPLICATE = "CFDI3307 - Timbre duplicado. El customId proporcionado está duplicado."
PREVIOUS = "307. El comprobante contiene un timbre previo."


def test_a_stamp():
    answer, server = stamp(success())
    assert (answer.xml, answer.uuid, answer.code) == (stamped(), UUID, "")
    (request,) = server.received
    assert (request.method, request.path) == ("POST", STAMP_PATH)
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["customid"] == "request-1"
    assert sealed() in request.body
    assert b'name="xml"' in request.body


@pytest.mark.parametrize("message", [PREVIOUS, DUPLICATE])
def test_a_document_stamped_before_gives_its_stamp(message):
    answer, server = stamp(error(message, uuid=UUID, cfdi=stamped().decode()))
    assert (answer.uuid, answer.xml) == (UUID, stamped())
    assert answer.code in ("307", "3307")
    assert len(server.received) == 1


def test_a_stamp_that_comes_alone_is_put_into_the_document():
    answer, _server = stamp(error(DUPLICATE, tfd=tfd(), cfdi=""))
    assert answer.uuid == UUID
    assert accept(sealed(), answer.xml, {NUMBER: csd().certificate}).timbre.uuid == UUID


def test_a_duplicate_without_the_stamp_is_found_by_its_bytes():
    answer, server = stamp(error(DUPLICATE), error(PREVIOUS, cfdi=stamped().decode()))
    assert (answer.uuid, answer.code) == (UUID, "307")
    assert ["customid" in request.headers for request in server.received] == [True, False]


def test_an_identifier_that_another_document_used_does_not_bring_its_stamp():
    answer, server = stamp(error(DUPLICATE, cfdi=stamped("2").decode()), success())
    assert (answer.uuid, answer.xml) == (UUID, stamped())
    assert len(server.received) == 2


@pytest.mark.parametrize(
    "answers",
    [
        [error(PREVIOUS)],
        [error(PREVIOUS, cfdi=stamped("2").decode())],
        [error(PREVIOUS, tfd="not xml")],
        [error(DUPLICATE), error(DUPLICATE)],
        [error(DUPLICATE), error(PREVIOUS)],
        [error(DUPLICATE), Answer(fault="drop")],
        [success(cfdi="")],
        [success(cfdi=stamped("2").decode())],
        [success(cfdi=sealed().decode())],
        [success(uuid="00000000-0000-0000-0000-000000000000")],
        [body()],
        [success(), Answer()][1:],
        [Answer("{", 200)],
        [Answer("[]", 200)],
        [Answer('{"status": "maybe"}', 200)],
        [Answer("<html/>", 502)],
        [error("CFDI40108 - SubTotal", 500)],
        [error("", 400)],
        [error("Error interno, intente más tarde", 400)],
        [Answer(fault="drop")],
        [Answer(fault="hang")],
        [Answer(success().body, fault="cut")],
    ],
    ids=range(22),
)
def test_what_leaves_it_in_doubt(answers):
    raised, server = stamp(*answers)
    assert isinstance(raised, InDoubt), raised
    assert len(server.received) == len(answers)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("CFDI40108 - El TipoDeComprobante es I,E o N, el importe registrado ...", "CFDI40108"),
        ("CRP20217 - La suma de los valores ...", "CRP20217"),
        ("301 - La estructura del comprobante es incorrecta.", "301"),
        ("CFDI301 - Xml mal formado", "301"),
        ("402. RFC no existe conforme al régimen autorizado", "402"),
        ("401 - Rango de generación fuera de 72 horas", "401"),
        ("El formato del XML no es válido", "refused"),
    ],
)
def test_what_is_about_the_document_is_for_who_wrote_it(message, code):
    raised, _server = stamp(error(message))
    assert isinstance(raised, Refused)
    assert (raised.scope, raised.code, raised.message) == ("document", code, message)


@pytest.mark.parametrize(
    "answer",
    [
        error("El token debe contener 3 partes"),
        error("Saldo insuficiente"),
        error("AU1000 - El token no es válido o expiró."),
        error("El usuario no cuenta con timbres disponibles"),
        error("703 - Cuenta suspendida"),
        error("No", 401),
        error("No", 403),
        Answer("", 403),
    ],
)
def test_what_is_about_the_account_lets_another_pac_try(answer):
    raised, server = stamp(answer)
    assert isinstance(raised, Refused)
    assert raised.scope == "account"
    assert len(server.received) == 1, "a permanent token is not renewed"


def test_too_many_requests_are_to_be_tried_again():
    raised, _server = stamp(Answer("", 429))
    assert isinstance(raised, TryAgain)


def test_nobody_listens():
    with pytest.raises(TryAgain):
        client(f"http://127.0.0.1:{free_port()}").stamp(sealed(), "request")


def test_recover_sends_the_same_bytes_with_the_same_identifier():
    with serving(error(PREVIOUS, cfdi=stamped().decode())) as server:
        assert client(server.url).recover(sealed(), "request-1").uuid == UUID
        assert server.received[0].headers["customid"] == "request-1"
        assert sealed() in server.received[0].body


def test_bytes_that_cannot_be_stamped_never_were():
    with serving(error("CFDI40108 - SubTotal")) as server, pytest.raises(Refused) as caught:
        client(server.url).recover(sealed(), "request-1")
    assert caught.value.scope == "document"


@pytest.mark.parametrize(
    "message", ["401 - Fecha fuera de rango", "304 - Certificado revocado", "402 - RFC", "305 - Fecha"]
)
def test_what_time_alone_explains_proves_nothing(message):
    with serving(error(message)) as server, pytest.raises(InDoubt):
        client(server.url).recover(sealed(), "request-1")


def test_a_token_is_got_once_and_kept():
    with serving(token(), success()) as server:
        for _time in range(2):
            assert with_password(server.url).stamp(sealed(), "request").uuid == UUID
        paths = [request.path for request in server.received]
        assert paths == ["/v2/security/authenticate", STAMP_PATH, STAMP_PATH]
        assert server.received[0].json == {"user": "gym@example.com", "password": PASSWORD}
        assert server.received[2].headers["Authorization"] == "Bearer token-1"


@pytest.mark.parametrize("expires_in", [60, 0.5, time.time() + 60])
def test_a_token_that_is_about_to_expire_is_not_kept(expires_in):
    with serving(token(expires_in=expires_in), success(), token("token-2"), success()) as server:
        for _time in range(2):
            with_password(server.url).stamp(sealed(), "request")
        assert server.received[3].headers["Authorization"] == "Bearer token-2"


def test_a_token_that_is_no_longer_taken_is_renewed_once():
    answers = [token(), success(), error("Expirado", 401), token("token-2"), success()]
    with serving(*answers) as server:
        for _time in range(2):
            assert with_password(server.url).stamp(sealed(), "request").uuid == UUID
        assert server.received[-1].headers["Authorization"] == "Bearer token-2"
    with serving(token(), success(), error("Expirado", 401), token("token-2"), error("Expirado", 401)) as server:
        with_password(server.url).stamp(sealed(), "request")
        with pytest.raises(Refused):
            with_password(server.url).stamp(sealed(), "request")
        assert len(server.received) == 5


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error("Usuario o contraseña incorrectos"), Refused),
        (error("Otro motivo"), Refused),
        (body(), Refused),
        (Answer("", 500), TryAgain),
        (Answer(fault="drop"), TryAgain),
    ],
)
def test_without_a_token_nothing_was_sent(answer, expected):
    with serving(answer) as server:
        with pytest.raises(expected) as caught:
            with_password(server.url).stamp(sealed(), "request")
        assert getattr(caught.value, "scope", "account") == "account"
        assert all(request.path != STAMP_PATH for request in server.received)


def test_cancellations():
    with serving(body(acuse="<Acuse/>", uuid={UUID: "201"})) as server:
        answer = client(server.url).cancel(b"<Cancelacion/>", UUID.lower(), "EKU9003173C9")
        assert (answer.code, answer.acuse) == ("201", "<Acuse/>")
        assert server.received[0].path == "/cfdi33/cancel/xml"
        assert b"<Cancelacion/>" in server.received[0].body
    with serving(error("205 - UUID no existe")) as server:
        assert client(server.url).cancel(b"<Cancelacion/>", UUID, "EKU9003173C9").code == "205"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (body(acuse="<Acuse/>", uuid={}), InDoubt),
        (body(acuse="<Acuse/>"), InDoubt),
        (error("302 - Sello mal formado"), Refused),
        (error("El token expiró", 401), Refused),
        (Answer(fault="hang"), InDoubt),
    ],
)
def test_a_cancellation_without_the_code_of_its_folio(answer, expected):
    with serving(answer) as server, pytest.raises(expected):
        client(server.url).cancel(b"<Cancelacion/>", UUID, "EKU9003173C9")


def look_up(*answers, rfc="URE180429TM6"):
    with serving(*answers) as server:
        return client(server.url).look_up(rfc, "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991"), server.received


def test_an_rfc_that_the_list_has():
    answer, (request,) = look_up(body(contribuyenteRFC="URE180429TM6", sncf=False, subcontratacion=False))
    assert (request.method, request.path) == ("GET", "/lrfc/URE180429TM6")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert (answer.is_listed, answer.is_name_right, answer.is_postal_code_right) == (True, None, None)


def test_an_rfc_that_the_list_does_not_have():
    answer, _received = look_up(error("CS1002 - El RFC no se encuentra en la LRFC."))
    assert answer.is_listed is False
    answer, _received = look_up(body(contribuyenteRFC="EKU9003173C9"))
    assert answer.is_listed is False


def test_an_rfc_with_signs_is_asked_for_in_one_piece():
    _answer, (request,) = look_up(body(contribuyenteRFC="H&E951128469"), rfc="H&E951128469")
    assert request.path == "/lrfc/H%26E951128469"


@pytest.mark.parametrize(
    "answer, raised",
    [
        (error("AU1000 - El token no es válido o expiró.", http=401), Refused),
        (error("Error interno, intente más tarde."), InDoubt),
        (Answer("<html>", 500), InDoubt),
        (Answer("<html>", 404), Refused),
    ],
)
def test_what_is_no_answer_about_the_rfc_is_no_verdict_on_it(answer, raised):
    with pytest.raises(raised):
        look_up(answer)


def test_pending_answers_and_balance():
    answers = [body(uuid=["A", "B"]), body(uuid=[]), body(stampsBalance=77), body(stampsBalance=1, isUnlimited=True)]
    with serving(*answers) as server:
        sw = client(server.url)
        assert sw.pending("EKU9003173C9") == ["A", "B"]
        assert sw.pending("EKU9003173C9") == []
        assert sw.balance() == 77
        assert sw.balance() is None
        assert [request.path for request in server.received[1:3]] == [
            "/pendings/EKU9003173C9",
            "/management/v2/api/users/balance",
        ]


def test_a_connection_test_authenticates_anew():
    with serving(token(), success(), token("token-2"), body(stampsBalance=1)) as server:
        with_password(server.url).stamp(sealed(), "request")
        with_password(server.url).check()
        assert server.received[2].path == "/v2/security/authenticate"


def test_no_secret_is_told(caplog):
    said = f"No entiendo {TOKEN}"
    for answer in (error(said), Answer(said, 500), Answer(json.dumps(said), 200), Answer(fault="drop")):
        with caplog.at_level(logging.DEBUG):
            raised, _server = stamp(answer)
        assert TOKEN not in "".join(traceback.format_exception(raised)) + raised.raw + caplog.text
    with serving(token("got-token"), error(f"got-token {PASSWORD}")) as server, pytest.raises(Refused) as caught:
        with_password(server.url).stamp(sealed(), "request")
    told = str(caught.value) + caught.value.raw
    assert "got-token" not in told and PASSWORD not in told and json.dumps(PASSWORD)[1:-1] not in told


def test_the_raw_answer_is_kept_without_the_document():
    answer, _server = stamp(success())
    assert UUID in answer.raw
    assert "SelloSAT" not in answer.raw
    assert len(answer.raw) < 1500


def test_it_goes_to_the_real_service_only_in_production():
    assert SwSapien(Credentials())._services == "https://services.test.sw.com.mx"
    assert SwSapien(Credentials(production=True))._services == "https://services.sw.com.mx"
    assert SwSapien(Credentials(production=True))._api == "https://api.sw.com.mx"
