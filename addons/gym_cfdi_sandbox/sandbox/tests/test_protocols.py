"""Each protocol as its PAC documents it, and our WSDLs as a SOAP library reads them."""

import base64
import time
from datetime import datetime, timedelta, timezone

import pytest
from gym_cfdi.domain import tfd

from gym_cfdi_sandbox.sandbox import accounts
from gym_cfdi_sandbox.sandbox.soap import NotSoap, parse_call
from gym_cfdi_sandbox.sandbox.tests.callers import Caller, sealed

zeep = pytest.importorskip("zeep")

SERVICES = {
    "stamp": {"stamp", "quick_stamp", "stamped", "query_pending"},
    "cancel": {"cancel_signature", "get_sat_status", "get_receipt", "get_pending", "accept_reject_signature"},
    "utilities": {"datetime", "get_xml", "report_credit"},
    "registration": {"get"},
}
LOGIN = {"username": accounts.USERNAME, "password": accounts.PASSWORD}


@pytest.mark.parametrize("name", SERVICES)
def test_zeep_reads_the_wsdl_strictly(server, name):
    client = zeep.Client(f"{server.url}/servicios/soap/{name}.wsdl")
    (service,) = client.wsdl.services.values()
    (port,) = service.ports.values()
    assert set(port.binding.all()) == SERVICES[name]
    assert port.binding_options["address"] == f"{server.url}/servicios/soap/{name}"


def test_zeep_stamps_and_recovers(server):
    service = zeep.Client(f"{server.url}/servicios/soap/stamp.wsdl").service
    document = sealed()
    made = service.stamp(xml=document, **LOGIN)
    assert made.CodEstatus == "Comprobante timbrado satisfactoriamente"
    assert tfd.accept(document, made.xml.encode()).timbre.uuid == made.UUID
    again = service.stamp(xml=document, **LOGIN)
    assert (again.UUID, again.CodEstatus) == (made.UUID, "Comprobante timbrado previamente")
    assert [incident.CodigoError for incident in again.Incidencias.Incidencia] == ["307"]
    assert service.stamped(xml=document, **LOGIN).UUID == made.UUID
    assert service.stamped(xml=sealed(), **LOGIN).Incidencias.Incidencia[0].CodigoError == "603"


def test_zeep_reads_every_other_answer(server):
    def service(name):
        return zeep.Client(f"{server.url}/servicios/soap/{name}.wsdl").service

    stamped = service("stamp").stamp(xml=sealed(), **LOGIN)
    pending = service("stamp").query_pending(uuid=stamped.UUID, **LOGIN)
    assert (pending.status, pending.xml) == ("F", stamped.xml)
    assert service("utilities").get_xml(uuid=stamped.UUID, taxpayer_id="EKU9003173C9", **LOGIN).xml == stamped.xml
    assert len(service("utilities").datetime(**LOGIN).datetime) == len("2026-11-20T10:00:00")
    assert service("utilities").report_credit(**LOGIN).result.ReportTotalCredit[0].credit == "-1"
    login = {"reseller_username": accounts.USERNAME, "reseller_password": accounts.PASSWORD}
    (user,) = service("registration").get(taxpayer_id="EKU9003173C9", **login).users.ResellerUser
    assert (user.counter, user.credit) == (1, -1)
    pending = service("cancel").get_pending(rtaxpayer_id="URE180429TM6", **LOGIN)
    assert (pending.uuids, pending.error) == (None, None)
    assert service("cancel").get_receipt(taxpayer_id="EKU9003173C9", uuid=stamped.UUID, **LOGIN).success is False
    asked = {"taxpayer_id": "EKU9003173C9", "rtaxpayer_id": "URE180429TM6", "uuid": stamped.UUID, "total": "599"}
    assert service("cancel").get_sat_status(**asked, **LOGIN).sat.Estado == "Vigente"


def test_quick_stamp_does_not_recover(caller):
    document = sealed()
    made = caller.finkok("stamp", "quick_stamp", xml=document)
    again = caller.finkok("stamp", "quick_stamp", xml=document)
    assert made["CodEstatus"] == "Comprobante timbrado satisfactoriamente"
    assert (again["xml"], again["UUID"], again["codes"]) == (None, made["UUID"], ["307"])
    assert "CodEstatus" not in again


@pytest.mark.parametrize("operation", ["stamp", "quick_stamp", "stamped"])
def test_finkok_says_300_to_strangers(caller, control, operation):
    assert caller.finkok("stamp", operation, xml=sealed(), password="wrong")["codes"] == ["300"]
    assert control.stamps() == []


def test_finkok_refuses_strangers_elsewhere(caller):
    wrong = {"password": "wrong", "uuid": "x", "xml": b"x"}
    assert caller.finkok("cancel", "cancel_signature", **wrong)["CodEstatus"] == "Invalid Username or Password"
    for service, operation in [("cancel", "get_pending"), ("cancel", "get_receipt"), ("utilities", "get_xml")]:
        assert caller.finkok(service, operation, **wrong)["error"] == "Invalid Username or Password"
    answer = caller.finkok("registration", "get", reseller_username="x", reseller_password="x")
    assert answer["message"] == "Invalid Username or Password"


@pytest.mark.parametrize("body", [b"", b"<a", b"<a/>", b'{"a": 1}'])
def test_what_is_no_soap_is_a_fault(caller, body):
    status, answer = caller.request("POST", "/servicios/soap/stamp", body)
    assert status == 500
    assert b"faultstring" in answer
    status, answer = caller.request("POST", "/ConsultaCFDIService.svc", body)
    assert status == 500


def test_external_entities_are_not_read(caller):
    body = (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><e:Envelope xmlns:e='
        b'"http://schemas.xmlsoap.org/soap/envelope/"><e:Body><stamp>&x;</stamp></e:Body></e:Envelope>'
    )
    _status, answer = caller.request("POST", "/servicios/soap/stamp", body)
    assert b"root:" not in answer


# --- SW Sapien


def test_sw_gives_a_token_that_expires(caller, control):
    login = {"user": accounts.USERNAME, "password": accounts.PASSWORD}
    _status, answer = caller.sw("POST", "/v2/security/authenticate", login, token="")
    token = answer["data"]["token"]
    assert caller.sw("GET", "/management/v2/api/users/balance", token=token)[0] == 200
    assert caller.sw("GET", "/management/v2/api/users/balance", token=token[:-1])[0] == 401
    control.advance(answer["data"]["expires_in"] + 1)
    assert caller.sw("GET", "/management/v2/api/users/balance", token=token)[0] == 401


def test_sw_takes_the_login_in_headers_too(caller):
    headers = {"user": accounts.USERNAME, "password": accounts.PASSWORD}
    assert caller.sw("POST", "/security/authenticate", headers=headers, token="")[1]["status"] == "success"


@pytest.mark.parametrize("login", [{}, {"user": accounts.USERNAME, "password": "x"}])
def test_sw_refuses_strangers(caller, control, login):
    assert caller.sw("POST", "/v2/security/authenticate", login, token="")[0] == 401
    assert caller.sw_upload("/cfdi33/stamp/v4", sealed(), {"Authorization": "Bearer x"})[0] == 401
    assert control.stamps() == []


@pytest.mark.parametrize(
    "version, keys",
    [
        ("v1", {"tfd"}),
        ("v2", {"tfd", "cfdi"}),
        ("v3", {"cfdi"}),
        (
            "v4",
            {
                "cadenaOriginalSAT",
                "noCertificadoSAT",
                "noCertificadoCFDI",
                "uuid",
                "selloSAT",
                "selloCFDI",
                "fechaTimbrado",
                "qrCode",
                "cfdi",
            },
        ),
    ],
)
def test_sw_versions(caller, version, keys):
    document = sealed()
    status, answer = caller.sw_upload(f"/cfdi33/stamp/{version}", document)
    assert (status, answer["status"], set(answer["data"])) == (200, "success", keys)
    status, again = caller.sw_upload(f"/cfdi33/stamp/{version}/b64", base64.b64encode(document))
    assert (status, again["status"], again["data"]) == (400, "error", answer["data"])
    assert again["message"] == "307. El comprobante contiene un timbre previo."


def test_sw_knows_a_custom_id_for_72_hours(caller, control):
    document, other = sealed(), sealed()
    _status, made = caller.sw_stamp(document, custom_id="one")
    status, again = caller.sw_stamp(document, custom_id="one")
    assert status == 400
    assert again["message"] == "CFDI3307 - Timbre duplicado. El customId proporcionado está duplicado."
    assert again["data"]["uuid"] == made["data"]["uuid"]
    assert caller.sw_stamp(other, custom_id="one")[1]["data"]["uuid"] == made["data"]["uuid"]
    assert [stamp["custom_id"] for stamp in control.stamps()] == ["one"]
    control.advance(73 * 3600)
    later = sealed(at=_in_73_hours())
    assert caller.sw_stamp(later, custom_id="one")[1]["status"] == "success"


def _in_73_hours():
    return datetime.now(timezone.utc) + timedelta(hours=73, minutes=-1)


def test_sw_heeds_the_custom_id_only_where_it_says_so(caller, control):
    caller.sw_upload("/cfdi33/stamp/v4", sealed(), {"customid": "one"})
    assert caller.sw_upload("/cfdi33/stamp/v4", sealed(), {"customid": "one"})[0] == 200
    assert caller.sw_stamp(sealed(), custom_id="x" * 101)[0] == 400
    assert len(control.stamps()) == 2


def test_sw_balance(caller, control):
    control.set_balance(5)
    caller.sw_stamp(sealed())
    data = caller.sw("GET", "/management/v2/api/users/balance")[1]["data"]
    assert (data["stampsBalance"], data["stampsUsed"], data["isUnlimited"]) == (4, 1, False)


def test_other_addresses(server):
    caller = Caller(server.url)
    assert caller.request("GET", "/")[0] == 404
    assert caller.request("GET", "/sandbox/nothing")[0] == 404
    assert caller.request("GET", "/sandbox")[0] == 200


def test_its_own_door_stays_closed_to_web_pages(server):
    caller, kind = Caller(server.url), {"Content-Type": "application/json"}
    assert caller.request("POST", "/sandbox/balance", b'{"stamps": 3}', kind)[0] == 200
    for headers, status in (
        ({}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (kind | {"Host": "evil.example"}, 403),
        (kind | {"Host": "127.0.0.1.evil.example"}, 403),
        (kind | {"Host": "[x"}, 403),
    ):
        assert caller.request("POST", "/sandbox/reset", b"{}", headers)[0] == status
    assert caller.request("GET", "/sandbox", headers={"Host": "evil.example"})[0] == 403
    assert b'"balance": 3' in caller.request("GET", "/sandbox")[1], "nothing was forgotten"


def test_an_envelope_with_a_doctype_is_refused_unread(server):
    caller = Caller(server.url)
    entities = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    bomb = (
        f'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">{entities}]>'
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">'
    )
    plain = '<!DOCTYPE e><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">'
    call = '<e:Body><t:stamp xmlns:t="http://facturacion.finkok.com/stamp" x="%s"/></e:Body></e:Envelope>'
    started = time.monotonic()
    for body in (bomb + call % "&i;", bomb + call % "", plain + call % ""):
        with pytest.raises(NotSoap):
            parse_call(body.encode())
        assert b"senv:Fault" in caller.request("POST", "/servicios/soap/stamp", body.encode())[1]
    assert time.monotonic() - started < 5
