"""What the SAT answers about a CFDI."""

import pytest
from lxml import etree

from gym_cfdi.services import clients, sat_status
from gym_cfdi.services.pac import Credentials, Timeouts, TryAgain
from gym_cfdi.services.tests.loopback import Answer, free_port, serving

SHORT = Timeouts(connect=0.5, read=0.5)
EXPRESSION = "?id=6F96&re=H&amp;E951128469&rr=XAXX010101000&tt=100.0&fe=abc=="


def answer(**values):
    children = "".join(f"<a:{name}>{value}</a:{name}>" for name, value in values.items())
    return Answer(
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<ConsultaResponse xmlns="http://tempuri.org/"><ConsultaResult xmlns:a="http://schemas.datacontract.org/x">'
        f"{children}</ConsultaResult></ConsultaResponse></s:Body></s:Envelope>"
    )


def test_a_status():
    told = answer(
        CodigoEstatus="S - Comprobante obtenido satisfactoriamente.",
        EsCancelable="Cancelable con aceptación",
        Estado="Vigente",
        EstatusCancelacion="Solicitud rechazada",
        ValidacionEFOS="200",
    )
    with serving(told) as server:
        status = sat_status.query(EXPRESSION, server.url, SHORT)
        request = server.received[0]
    assert status.codigo_estatus.startswith("S - ")
    assert (status.estado, status.es_cancelable) == ("Vigente", "Cancelable con aceptación")
    assert (status.estatus_cancelacion, status.validacion_efos) == ("Solicitud rechazada", "200")
    assert "Solicitud rechazada" in status.raw
    assert request.headers["SOAPAction"] == '"http://tempuri.org/IConsultaCFDIService/Consulta"'
    assert etree.fromstring(request.body).findtext(".//{http://tempuri.org/}expresionImpresa") == EXPRESSION


def test_what_is_absent_is_empty():
    with serving(answer(CodigoEstatus="N - 602: Comprobante no encontrado.", Estado="No Encontrado")) as server:
        status = sat_status.query(EXPRESSION, server.url, SHORT)
    assert (status.estado, status.es_cancelable, status.estatus_cancelacion) == ("No Encontrado", "", "")


@pytest.mark.parametrize(
    "bad", [Answer("", 500), Answer("<a/>"), Answer("no"), Answer("", 404), Answer(fault="drop"), Answer(fault="hang")]
)
def test_whatever_goes_wrong_is_asked_again(bad):
    with serving(bad) as server, pytest.raises(TryAgain):
        sat_status.query(EXPRESSION, server.url, SHORT)


def test_nobody_listens():
    with pytest.raises(TryAgain):
        sat_status.query(EXPRESSION, f"http://127.0.0.1:{free_port()}", SHORT)


def test_every_adapter_is_found_and_offers_what_a_pac_must():
    found = clients()
    assert set(found) == {"finkok", "sw_sapien", "sandbox"}
    for code, client in found.items():
        assert client.code == code
        for method in ("stamp", "recover", "cancel", "cancel_receipt", "pending", "balance", "check"):
            assert callable(getattr(client, method))
        assert client(Credentials()).status_url
    assert [code for code, client in found.items() if client.is_sandbox] == ["sandbox"]
